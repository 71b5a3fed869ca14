import { type CivilDate, type Days, overlap } from '../calendar/period.js';
import { DomainError } from '../errors.js';
import { type Decimal, plain, type Rounding, zero } from '../quantity/decimal.js';
import { type Currency, roundToCoin } from '../quantity/money.js';

/*
 * The problem: tax on each line, rounded, is not tax on the document, rounded. Ten lines of 11.31 at 20 %: by line 2.26 each,
 * 22.60; by document 20 % of 113.10 is 22.62. Either is lawful somewhere; both on one paper is a document that does not add up.
 *
 * Method (EN 16931, BR-CO-17 and the order of BG-23): add the rounded lines of one code and rate, take the tax of that sum,
 * round it once by the community's named rounding, add up the taxes. Totals are sums and are never rounded again.
 */

/**
 * What a rate means, by the codes of EN 16931 (UNCL5305): S standard or reduced, Z zero-rated, E exempt, O outside the scope of the tax,
 * AE reverse charge. All but S charge nothing, and no two of those nothings are the same to an auditor.
 */
export const taxCategories = ['S', 'Z', 'E', 'O', 'AE'] as const;
export type TaxCategory = (typeof taxCategories)[number];

/** A tax as documents name it. */
export interface TaxKind {
  readonly code: string;
  readonly label: string;
  readonly category: TaxCategory;
  /** Why no tax is charged; empty where some is, or where the rate is zero. */
  readonly reason: string;
}

/** A rate for as long as it holds. Dated data of a community: no rate is known to the code. */
export interface TaxRate extends TaxKind, Days {
  /** Percent: 20, 5, 8.1. */
  readonly rate: Decimal;
}

/**
 * How a community charges tax, if it does. `down` is the rounding that HMRC allows to those who issue invoices
 * (VATREC12010, Notice 700 section 17.5); elsewhere a tie goes away from zero.
 */
export type TaxPolicy =
  | {
      readonly kind: 'registered';
      readonly rates: readonly TaxRate[];
      readonly rounding: Rounding;
    }
  | { readonly kind: 'unregistered' };

/** The tax of one code and rate on one document. */
export interface TaxTotal extends TaxKind {
  readonly rate: Decimal;
  readonly net: Decimal;
  readonly tax: Decimal;
  readonly gross: Decimal;
}

/**
 * Checks the dated rates before they are saved: one code has one rate at a time.
 *
 * @throws DomainError `overlapping-version`; `negative-weight` where a rate is below zero; `invalid-input` where category and rate disagree,
 *   or a rate that charges nothing does not say why
 */
export function checkRates(rates: readonly TaxRate[]): void {
  rates.forEach((rate, index) => {
    if (rate.rate.lessThan(0)) {
      throw new DomainError(
        'negative-weight',
        `The rate ${rate.code} is ${plain(rate.rate)} %; a rate is zero or more.`,
      );
    }
    refuseOtherCategory(rate);
    const other = rates.slice(index + 1).find((next) => next.code === rate.code && overlap(rate, next) !== null);
    if (other !== undefined) {
      throw new DomainError(
        'overlapping-version',
        `The tax code ${rate.code} has two rates on ${rate.from > other.from ? rate.from : other.from}; end one first.`,
        { code: rate.code },
      );
    }
  });
}

/** @source EN 16931 BR-S-5, BR-Z-5, BR-E-5, BR-E-10, BR-O-10, BR-AE-5, BR-AE-10 */
function refuseOtherCategory({ code, category, rate, reason }: TaxRate): void {
  if ((category === 'S') !== rate.greaterThan(0)) {
    throw new DomainError(
      'invalid-input',
      `The tax code ${code} is of the category ${category} at ${plain(rate)} %; only S charges tax, and S charges some.`,
      { code },
    );
  }
  if (needsReason(category) && reason.trim() === '') {
    throw new DomainError('invalid-input', `The tax code ${code} charges nothing; say why, as the document must.`, {
      code,
    });
  }
}

const needsReason = (category: TaxCategory): boolean => category === 'E' || category === 'O' || category === 'AE';

/** Words for the categories that charge nothing; the statement has them in other languages too. */
export type NoTaxWords = Readonly<Record<Exclude<TaxCategory, 'S'>, string>>;

export const saidInEnglish: NoTaxWords = {
  Z: 'zero-rated',
  E: 'exempt',
  O: 'outside the scope of tax',
  AE: 'reverse charge: you account for the tax',
};

export const marksInEnglish: NoTaxWords = {
  Z: '0%',
  E: 'exempt',
  O: 'no VAT',
  AE: 'reverse',
};

/** What stands in the column of the rate where a line bears none, short; null where it bears some. */
export const markOf = (category: TaxCategory, marks: NoTaxWords = marksInEnglish): string | null =>
  category === 'S' ? null : marks[category];

/** A tax as the summary names it. @example 'Rent, exempt: VATA 1994 Schedule 9 Group 1' */
export function sayTax(
  { label, category, reason }: Omit<TaxKind, 'code'>,
  sayings: NoTaxWords = saidInEnglish,
): string {
  if (category === 'S') return label;
  const saying = sayings[category];
  return reason === '' ? `${label}, ${saying}` : `${label}, ${saying}: ${reason}`;
}

/**
 * The rate of a code on the day of the tax point.
 *
 * @throws DomainError `not-found` where the code has no rate on that day: no rate is ever assumed
 * @source golden case G08d: 7.7 % until 31 January 2026, 8.1 % from 1 February
 */
export function rateInForce(rates: readonly TaxRate[], code: string, on: CivilDate): TaxRate {
  const rate = rates.find((one) => one.code === code && one.from <= on && (one.to === null || on < one.to));
  if (rate === undefined) {
    throw new DomainError('not-found', `The tax code ${code} has no rate on ${on}; enter one that holds on this day.`, {
      code,
      on,
    });
  }
  return rate;
}

/**
 * The tax on a sum of rounded lines, rounded once.
 *
 * @param net  on the currency's grid
 * @param rate percent
 * @law a credit mirrors its charge
 * @example taxOn(113.10, 20, 'GBP', 'half-up') → 22.62
 */
export const taxOn = (net: Decimal, rate: Decimal, currency: Currency, rounding: Rounding): Decimal =>
  roundToCoin(net.times(rate).times('0.01'), currency, rounding);

/** A line as far as tax looks at it. */
export interface Taxable {
  readonly net: Decimal;
  readonly tax: TaxKind & Pick<TaxRate, 'rate'>;
}

/**
 * Tax once per code and rate and document.
 *
 * @param lines nets on the currency's grid
 * @returns one row per code and rate, the highest rate first
 * @law Σ net of the rows = Σ net of the lines; each tax is at most one coin from the exact one
 */
export function taxTotals(lines: readonly Taxable[], currency: Currency, rounding: Rounding): TaxTotal[] {
  const rows = new Map<string, Omit<TaxTotal, 'tax' | 'gross'>>();
  for (const { net, tax } of lines) {
    const key = JSON.stringify([tax.code, plain(tax.rate)]);
    const { code, label, category, reason, rate } = tax;
    rows.set(key, { code, label, category, reason, rate, net: net.plus(rows.get(key)?.net ?? zero) });
  }
  return [...rows.values()]
    .map((row): TaxTotal => {
      const tax = taxOn(row.net, row.rate, currency, rounding);
      return { ...row, tax, gross: row.net.plus(tax) };
    })
    .toSorted((a, b) => b.rate.comparedTo(a.rate) || (a.code < b.code ? -1 : 1));
}
