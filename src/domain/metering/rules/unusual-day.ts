import { Decimal, plain, quotient, sum, zero } from '../../quantity/decimal.js';
import type { DayUse } from '../figures.js';
import type { RegisterKnown } from '../known.js';
import { type Finding, found, type Rules } from '../validation.js';
import { subjectOf, unitOf } from './subject.js';

/*
 * The problem: which day of a month is out of the ordinary for this meter, whatever is ordinary for it?
 *
 *   others 20 21 19 20 22 20 21, the day 96: above the highest (22), far from the mean by more than 4 deviations, and 480 % of the median
 *
 * Method: each day against all others of the span: lowest, highest, median, mean and standard deviation (of the whole, not of a sample)
 * of the others. A day is unusual where all three say so: outside of lowest to highest, farther from the mean than so many deviations,
 * and outside of the percentages of the median. So neither an even meter on the day of a clock change nor a Sunday stands out.
 *
 * Exactly, without a division or a root, for n others with sum S and sum of squares Q:
 *   |q − S/n| > k × √(Q/n − (S/n)²)   ⟺   (n q − S)² > k² (n Q − S²)
 * Decimals hold 64 digits: exact for quantities of up to 28.
 */

/** Days out of the ordinary for this register. Only the lowest and the highest can lie outside of all others. */
export function unusualDay({ figures }: RegisterKnown, { 'unusual-day': rule }: Rules): Finding[] {
  if (figures.days.length <= rule.days) return [];
  const ranked = figures.days.toSorted((a, b) => a.quantity.comparedTo(b.quantity));
  return [ranked[0], ranked.at(-1)].flatMap((day) => {
    const others = ranked.filter((one) => one !== day).map(({ quantity }) => quantity);
    if (day === undefined || !isBeyondAll(day, others) || !isFarFromMedian(day, others, rule)) return [];
    const spread = spreadOf(others);
    if (!isFarFromMean(day, others, spread, rule)) return [];
    const n = new Decimal(others.length);
    return found('unusual-day', rule, subjectOf(figures), day, {
      quantity: plain(day.quantity),
      others: others.length,
      lowest: plain(others[0] ?? zero),
      highest: plain(others.at(-1) ?? zero),
      median: plain(quotient(twiceMedian(others), new Decimal(2), 6, 'half-even')),
      mean: plain(quotient(sum(others), n, 6, 'half-even')),
      variance: plain(quotient(spread, n.times(n), 6, 'half-even')),
      deviations: plain(rule.deviations),
      lowPercent: plain(rule.lowPercent),
      highPercent: plain(rule.highPercent),
      unit: unitOf(figures),
    });
  });
}

/** @param others in order, the lowest first, as below */
const isBeyondAll = ({ quantity }: DayUse, others: readonly Decimal[]): boolean =>
  quantity.lessThan(others[0] ?? quantity) || quantity.greaterThan(others.at(-1) ?? quantity);

const twiceMedian = (others: readonly Decimal[]): Decimal =>
  (others[(others.length - 1) >> 1] ?? zero).plus(others[others.length >> 1] ?? zero);

function isFarFromMedian({ quantity }: DayUse, others: readonly Decimal[], rule: Rules['unusual-day']): boolean {
  const [twice, median] = [quantity.times(200), twiceMedian(others)];
  return twice.lessThan(median.times(rule.lowPercent)) || twice.greaterThan(median.times(rule.highPercent));
}

/** n Q − S²: the variance times n². */
function spreadOf(others: readonly Decimal[]): Decimal {
  const total = sum(others);
  return sum(others.map((quantity) => quantity.times(quantity)))
    .times(others.length)
    .minus(total.times(total));
}

function isFarFromMean(
  { quantity }: DayUse,
  others: readonly Decimal[],
  spread: Decimal,
  { deviations }: Rules['unusual-day'],
): boolean {
  const away = quantity.times(others.length).minus(sum(others));
  return away.times(away).greaterThan(deviations.times(deviations).times(spread));
}
