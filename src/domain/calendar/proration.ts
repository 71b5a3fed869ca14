import { type CivilDate, type Period, addDays, addMonths, daysIn, monthOf, within } from './period.js';

/*
 * The problem: a price is agreed per month or per year, but a shop is here from 16 January to 14 February. What part of a
 * month is that? Three answers are in use, and they differ: it is for the community to say which (dated data, not code).
 *
 *   16 Jan to 14 Feb 2026 (end exclusive), 16 days of January and 13 of February:
 *     day-of-month   16/31 + 13/28                 = 851/868 of a month
 *     day-of-year    29/365 of a year, times 12    = 348/365 of a month
 *     365            the same, but 365 also in a leap year, so that a leap year costs 366/365
 *
 * A fourth is found in other systems and can be expressed, though it charges two months here: touched-months counts every
 * calendar month that the period touches as whole. It is the only one that is not additive.
 *
 * Method: count whole days; keep numerator and denominator; whoever multiplies a price divides once, at the coin.
 */

/** How a price per month or per year is cut to days. */
export type ProrationPolicy = 'day-of-month' | 'day-of-year' | '365' | 'touched-months';

/** An exact quotient of whole numbers, not reduced where the days themselves say more: 15/30 of a month. */
export interface Fraction {
  readonly numerator: number;
  readonly denominator: number;
}

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));

/** Sum over the least common denominator. */
export function addFractions(a: Fraction, b: Fraction): Fraction {
  const denominator = (a.denominator / divisor(a.denominator, b.denominator)) * b.denominator;
  const numerator = a.numerator * (denominator / a.denominator) + b.numerator * (denominator / b.denominator);
  return { numerator, denominator };
}

const total = (parts: readonly Fraction[]): Fraction =>
  parts.reduce((sum, part) => addFractions(sum, part), { numerator: 0, denominator: parts[0]?.denominator ?? 1 });

const yearOf = (date: CivilDate): Period => {
  const from = `${date.slice(0, 4)}-01-01`;
  return { from, to: addMonths(from, 12) };
};

/** The units of a calendar (months, years) that a period touches, from the first to the last. */
function touched(period: Period, unitOf: (date: CivilDate) => Period): Period[] {
  const units: Period[] = [];
  const last = addDays(period.to, -1);
  for (let unit = unitOf(period.from); unit.from <= last; unit = unitOf(unit.to)) units.push(unit);
  return units;
}

const daysOf = (period: Period, unit: Period): number => {
  const shared = within(unit, period);
  return shared === null ? 0 : daysIn(shared);
};

const monthsOfYear = 12;
const commonYear = 365;

/**
 * The part of a month or of a year that a period is, under a policy.
 *
 * @param period civil days, end exclusive
 * @param per    what the price is agreed for
 * @returns numerator and denominator; nothing is divided here
 * @law additive over any cut of the period (but for `touched-months`): [a,c) = [a,b) + [b,c)
 * @law a calendar month is 1 month under `day-of-month`; a calendar year is 1 year under `day-of-month` and `day-of-year`
 * @example prorate({ from: '2026-01-16', to: '2026-02-01' }, 'month', 'day-of-month') → 16/31
 */
export function prorate(period: Period, per: 'month' | 'year', policy: ProrationPolicy): Fraction {
  const inMonths = policy === 'day-of-month' || policy === 'touched-months';
  const { numerator, denominator } = inMonths ? months(period, policy) : years(period, policy);
  if (inMonths === (per === 'month')) return { numerator, denominator };
  return inMonths
    ? { numerator, denominator: denominator * monthsOfYear }
    : { numerator: numerator * monthsOfYear, denominator };
}

const months = (period: Period, policy: 'day-of-month' | 'touched-months'): Fraction =>
  total(
    touched(period, monthOf).map((month) =>
      policy === 'touched-months'
        ? { numerator: 1, denominator: 1 }
        : { numerator: daysOf(period, month), denominator: daysIn(month) },
    ),
  );

const years = (period: Period, policy: 'day-of-year' | '365'): Fraction =>
  policy === '365'
    ? { numerator: daysIn(period), denominator: commonYear }
    : total(touched(period, yearOf).map((year) => ({ numerator: daysOf(period, year), denominator: daysIn(year) })));
