import { type CivilDate, daysIn, type Period, within } from '../calendar/period.js';
import { assert } from '../errors.js';
import { Decimal, plain, quotient, zero } from '../quantity/decimal.js';
import type { Currency } from '../quantity/money.js';
import { type Accrued, accrueByUse } from './accrual.js';

/*
 * The problem: a bill from 15 October to 15 November asks 100.00 for 400 kWh. How much of it is October's? By days 17/31, 54.84. But the
 * source meter counted 300 kWh of the 400 before November began, so 75.00 were for October.
 *
 *   marks    15 October 0 kWh · 1 November 300 kWh · 15 November 400 kWh
 *   October  until 1 November 75.00             November  until the end 100.00, less 75.00 is 25.00
 *
 * Method: what the source had counted by the beginnings of some days of the bill is written down once, as marks. The amount that falls due
 * by a day is its part of the whole at that day's mark, rounded once; between two marks it goes by days. A part is the difference of two
 * such figures, so that the parts over any tiling of the bill add up to it, in whatever order and however late they are asked for, as
 * long as they are asked of the same marks. By days alone there are two marks: none at the first day, and all days at the last.
 *
 * Marks lie on days of the site and not on hours: a day of 25 hours is one day, and its kWh are all that were counted in them.
 */

/** What had been counted of a bill before a day began: kWh, m³, or days. */
export interface Mark {
  readonly day: CivilDate;
  readonly counted: Decimal;
}

/** By what the amount of a component belongs to the days of its bill. */
export interface AccrualBasis {
  readonly by: 'use' | 'days';
  /** In order of days; the first on the bill's first day with nothing, the last on the day after its last with the whole, above zero. */
  readonly marks: readonly Mark[];
  /** True where something measured was wanted and not to be had, or was itself estimated. */
  readonly isEstimated: boolean;
}

/** Accrual by days. @param isEstimated true where it stands in for what was not measured */
export const basisByDays = (bill: Period, isEstimated: boolean): AccrualBasis => ({
  by: 'days',
  marks: [
    { day: bill.from, counted: zero },
    { day: bill.to, counted: new Decimal(daysIn(bill)) },
  ],
  isEstimated,
});

/**
 * Accrual by what the source meter counted.
 *
 * @param known what it had counted since the bill's first day by the beginnings of other days; in any order
 * @returns by days, estimated, where the whole is not known or is nothing: then nothing measured says which day used what
 * @throws AssertionFailed where more had been counted on an earlier day than on a later one
 */
export function basisByUse(bill: Period, known: readonly Mark[], isEstimated: boolean): AccrualBasis {
  const inner = known
    .filter(({ day }) => day > bill.from && day <= bill.to)
    .toSorted((a, b) => (a.day < b.day ? -1 : 1));
  const whole = inner.at(-1);
  if (whole?.day !== bill.to || whole.counted.isZero()) return basisByDays(bill, true);
  const marks = [{ day: bill.from, counted: zero }, ...inner];
  for (const [index, { day, counted }] of marks.entries()) {
    const before = marks[index - 1];
    assert(
      before === undefined || (before.day < day && !counted.lessThan(before.counted)),
      `What was counted by ${day} is not less than before.`,
    );
  }
  return { by: 'use', marks, isEstimated };
}

const grid = 6;

/** What had been counted when a day began; between two marks by days, on the grid of quantities. */
function countedBy(marks: readonly Mark[], day: CivilDate): { readonly counted: Decimal; readonly isMark: boolean } {
  const after = marks.find((mark) => mark.day >= day);
  assert(after !== undefined, `${day} lies within the marks.`);
  if (after.day === day) return { counted: after.counted, isMark: true };
  const before = marks[marks.indexOf(after) - 1];
  assert(before !== undefined, `${day} lies within the marks.`);
  const days = new Decimal(daysIn({ from: before.day, to: day }));
  const between = new Decimal(daysIn({ from: before.day, to: after.day }));
  const since = quotient(after.counted.minus(before.counted).times(days), between, grid, 'half-up');
  return { counted: before.counted.plus(since), isMark: false };
}

/** A part, and whether it had to be estimated. */
export interface AccruedPart extends Accrued {
  readonly by: AccrualBasis['by'];
  readonly isEstimated: boolean;
}

/**
 * The part of a component that belongs to some days, by the marks of its bill.
 *
 * @param bill the days that the supplier charges for
 * @param part days outside the bill get nothing
 * @returns null where the two share no day
 * @law the parts over any tiling of the bill's days add up to the amount, in any order; a credit mirrors its charge
 * @source domain rule 2.1; golden story bill-across-two-periods
 * @example 100.00 by the marks above, 15 October to 1 November → 75.00
 */
export function accrueByBasis(
  amount: Decimal,
  currency: Currency,
  bill: Period,
  { by, marks, isEstimated }: AccrualBasis,
  part: Period,
): AccruedPart | null {
  const shared = within(bill, part);
  if (shared === null) return null;
  const whole = marks.at(-1)?.counted;
  assert(whole !== undefined, 'A basis has marks.');
  const [from, to] = [countedBy(marks, shared.from), countedBy(marks, shared.to)];
  const accrued = accrueByUse(amount, currency, from.counted, to.counted.minus(from.counted), whole);
  return { ...accrued, by, isEstimated: isEstimated || (by === 'use' && !(from.isMark && to.isMark)) };
}

/** A basis in words, for a line and for the one who asks. @example '300 of 400 kWh' */
export const sayPart = ({ during, whole }: Accrued, unit: string): string =>
  `${plain(during)} of ${plain(whole)} ${unit}`;
