import type { CivilDate, Period } from '../calendar/period.js';
import { assert, DomainError } from '../errors.js';
import { plain, sum, zero } from '../quantity/decimal.js';
import { coinScale, type Currency } from '../quantity/money.js';
import { type Draft, type InvoiceLine, sections } from './invoice.js';
import type { DraftLine } from './lines.js';
import { rateInForce, type TaxPolicy, taxTotals, type Taxable } from './tax.js';

/*
 * The problem: printed lines must add up to printed totals, whoever adds them and in whatever order. A published example of
 * an energy community prints 99.00 + 108.20 + 51.56 + 120.00 + 9.55 above a subtotal of 388.32; the lines come to 388.31,
 * because the sum was taken before rounding and rounded again.
 *
 * Method: lines come in rounded. Sort them into the order of the sections, number them, add them up; tax once per rate
 * (tax.ts); gross = net + taxes. Nothing is rounded here.
 */

/** Whose invoice, of what days, on what tax point. */
export interface Heading {
  readonly memberId: string;
  readonly period: Period;
  readonly currency: Currency;
  /** The day whose rates apply. */
  readonly taxPoint: CivilDate;
}

/** Sections as printed, then costs as entered; lines of one cost stay in the order given. */
const inOrder = (a: DraftLine, b: DraftLine): number =>
  sections.indexOf(a.section) - sections.indexOf(b.section) || (a.costNo ?? Infinity) - (b.costNo ?? Infinity) || 0;

/**
 * Composes a member's draft invoice.
 *
 * @param lines nets on the currency's grid; a tax code where the community is registered and none where it is not
 * @returns the draft; equal input gives equal output, byte for byte
 * @throws DomainError `invalid-input` where a tax code is missing or must not be there; `not-found` where a code has no rate on the
 *   tax point; `off-grid-total`
 * @law Σ lines = net; net + Σ taxes = gross; Σ net of the tax rows = net
 * @source EN 16931 BR-CO-10, BR-CO-13 to 15, BR-CO-17; golden story two-tax-rates-foot
 */
export function compose(heading: Heading, lines: readonly DraftLine[], policy: TaxPolicy): Draft {
  const { currency, taxPoint } = heading;
  for (const line of lines) {
    if (line.net.decimalPlaces() > coinScale[currency]) {
      throw new DomainError(
        'off-grid-total',
        `The line "${line.description}" comes to ${plain(line.net)}, which is no whole coin.`,
      );
    }
    if ((line.taxCode === null) !== (policy.kind === 'unregistered')) {
      throw new DomainError(
        'invalid-input',
        line.taxCode === null
          ? `The line "${line.description}" has no tax code; name one, a code of zero percent if no tax is due.`
          : `The line "${line.description}" has the tax code ${line.taxCode}, but the community is not registered for tax.`,
      );
    }
  }
  const numbered = lines.toSorted(inOrder).map((line, index): InvoiceLine => {
    const code = line.taxCode;
    const tax = policy.kind === 'registered' && code !== null ? rateInForce(policy.rates, code, taxPoint) : null;
    if (tax === null) return { no: index + 1, ...line, taxRate: null };
    return { no: index + 1, ...line, taxRate: tax.rate, taxCategory: tax.category };
  });
  const net = sum(numbered.map((line) => line.net));
  if (policy.kind === 'unregistered') return { ...heading, lines: numbered, net, taxes: null, tax: zero, gross: net };
  const taxable = numbered.flatMap(({ net, taxCode }): Taxable[] =>
    taxCode === null ? [] : [{ net, tax: rateInForce(policy.rates, taxCode, taxPoint) }],
  );
  const taxes = taxTotals(taxable, currency, policy.rounding);
  const tax = sum(taxes.map((row) => row.tax));
  const draft = { ...heading, lines: numbered, net, taxes, tax, gross: net.plus(tax) };
  assert(sum(taxes.map((row) => row.gross)).equals(draft.gross), 'The tax rows add up to the gross total.');
  return draft;
}
