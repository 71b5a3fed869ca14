import type { CivilDate } from '../calendar/period.js';
import { DomainError } from '../errors.js';
import { type Decimal, zero } from '../quantity/decimal.js';
import type { CreditNote, Invoice, InvoiceLine } from './invoice.js';
import type { TaxTotal } from './tax.js';

/*
 * An issued invoice is never edited. The credit note takes back every line as it was printed: amounts are turned, not
 * computed again, so that an odd coin, a rate that has changed since or another rounding cannot leave a penny behind.
 *
 *   invoice MH-2026-00042   lines 11.31 + 4.00, tax 3.06, gross 18.37
 *   credit note             lines −11.31 − 4.00, tax −3.06, gross −18.37; together 0.00 in every figure
 */

/** Zero has no sign: −0 would print and hash as another figure. */
const turned = (amount: Decimal): Decimal => zero.minus(amount);

/**
 * The credit note that mirrors an invoice exactly.
 *
 * @param cause      a sentence the member reads: why it is taken back
 * @param creditedBy the credit note that already takes this invoice back, or null
 * @throws DomainError `already-credited`
 * @law invoice + credit note = 0 in every line, every tax row and every total
 * @source golden story credit-mirrors-charge
 */
export function creditNote(
  invoice: Invoice,
  issue: { readonly number: string; readonly issuedOn: CivilDate; readonly cause: string },
  creditedBy: string | null,
): CreditNote {
  if (creditedBy !== null) {
    throw new DomainError('already-credited', `${invoice.number} was already taken back by ${creditedBy}.`, {
      invoice: invoice.number,
      creditedBy,
    });
  }
  const { memberId, period, currency, taxPoint } = invoice;
  return {
    kind: 'credit-note',
    ...issue,
    credits: invoice.number,
    memberId,
    period,
    currency,
    taxPoint,
    lines: invoice.lines.map((line) => turnedLine(line, invoice.number)),
    net: turned(invoice.net),
    taxes: invoice.taxes?.map(turnedTax) ?? null,
    tax: turned(invoice.tax),
    gross: turned(invoice.gross),
  };
}

const turnedLine = (line: InvoiceLine, invoice: string): InvoiceLine => ({
  ...line,
  quantity: line.quantity === null ? null : turned(line.quantity),
  net: turned(line.net),
  why: { kind: 'reverses', invoice, line: line.no, amount: line.net },
});

const turnedTax = (row: TaxTotal): TaxTotal => ({
  ...row,
  net: turned(row.net),
  tax: turned(row.tax),
  gross: turned(row.gross),
});
