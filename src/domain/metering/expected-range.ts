import { epochMs, type Instant, type Span } from '../calendar/period.js';
import { Decimal, type Decimal as Value, decimal, one, quotient, zero } from '../quantity/decimal.js';
import { advanceBetween } from './advance.js';
import type { Installation } from './reading.js';

/*
 * The problem: somebody walks from meter to meter with a list. A digit read wrongly is cheap to find in front of the display and dear a week later, so the list
 * says what a display should show on that day.
 *
 *   1 October 00:00 → 4200, 31 October 00:00 → 4500: thirty days, ten steps a day. The list is for 10 November, and use is odd outside of 50 to 200 %.
 *   least  4500 + 10 × 50 %  × 10 days (when the day begins) = 4550
 *   most   4500 + 10 × 200 % × 11 days (when it ends)        = 4720
 *
 * Method: the use of the last period that is known, evenly, at the low end until the day begins and at the high end until it is over: whenever on that
 * day the display is read, it lies between. Nothing is divided but at the very end, where the least is rounded down and the most up to what the display can show.
 * Where the last period is too short, or tells no use, there is no range: a guess would only teach people to ignore it.
 */

/** What a display showed, and when. */
export interface Shown {
  readonly at: Instant;
  /** Display steps, ≥ 0. */
  readonly value: Value;
}

/** Outside of these a use is odd, in percent of the average; low ≤ high. */
export interface OddUse {
  readonly lowPercent: Value;
  readonly highPercent: Value;
}

/** What a display should show; both ends are within. */
export interface ExpectedRange {
  readonly low: Value;
  readonly high: Value;
  /** True where the display may have begun again at zero; `low` may then be more than `high`. */
  readonly mayWrap: boolean;
  /** Average use a day, in the register's unit, to three digits, half to even; for people to look at. */
  readonly perDay: Value;
}

/** Why there is no range. */
export interface NoRange {
  readonly because: 'no-reading' | 'too-short' | 'regressed' | 'too-wide';
}

const dayMs = 86_400_000;
/** Days that a period has at least to tell an average. */
export const leastDays = 7;
const hundred = decimal('100');

/**
 * What a display should show on a day.
 *
 * @param earlier, later two readings of one device, in the order of time; null where there is none
 * @param day  the day of the reading, as its instants
 * @param scale digits after the point that the display shows, 0 to 6
 * @returns the range, its ends on the display's grid: the low one rounded down, the high one up; or why there is none
 * @law low ≤ high unless it may wrap; later ≤ low; even use at the average lies within where low ≤ 100 ≤ high percent
 * @example 4200 on 1 October, 4500 thirty days later, read ten days after that, 50 to 200 % → 4550 to 4720
 */
export function expectedRange(
  earlier: Shown | null,
  later: Shown | null,
  day: Span,
  installation: Pick<Installation, 'multiplier' | 'capacity' | 'plausibleMaxPerHour'>,
  { lowPercent, highPercent }: OddUse,
  scale: number,
): ExpectedRange | NoRange {
  if (earlier === null || later === null) return { because: 'no-reading' };
  const elapsedMs = epochMs(later.at) - epochMs(earlier.at);
  if (elapsedMs < leastDays * dayMs) return { because: 'too-short' };
  const { steps } = advanceBetween(earlier.value, later.value, elapsedMs, installation);
  if (steps === null) return { because: 'regressed' };
  const elapsed = decimal(String(elapsedMs)).times(hundred);
  const after = (percent: Value, until: Instant, rounding: 'down' | 'up'): Value => {
    const ms = decimal(String(Math.max(0, epochMs(until) - epochMs(later.at))));
    return quotient(later.value.times(elapsed).plus(steps.times(percent).times(ms)), elapsed, scale, rounding);
  };
  const low = after(lowPercent, day.from, 'down');
  const high = after(highPercent, day.to, 'up');
  const { capacity, multiplier } = installation;
  const perDay = quotient(
    steps.times(multiplier).times(decimal(String(dayMs))),
    decimal(String(elapsedMs)),
    3,
    'half-even',
  );
  if (capacity === null || high.lessThan(capacity)) return { low, high, mayWrap: false, perDay };
  if (high.minus(low).greaterThanOrEqualTo(capacity)) return { because: 'too-wide' };
  return { low: wrapped(low, capacity), high: wrapped(high, capacity), mayWrap: true, perDay };
}

const wrapped = (value: Value, capacity: Value): Value => value.modulo(capacity);

/**
 * How many digits a display has before its point.
 *
 * @param capacity the value at which it begins again at zero; null where it is not declared
 * @returns null where it is not known
 * @example digitsOf(1000000) → 6; digitsOf(999999), as people write it too → 6
 */
export function digitsOf(capacity: Value | null): number | null {
  if (capacity === null) return null;
  const highest = capacity.isInteger() ? capacity.minus(one) : capacity;
  return Decimal.max(highest, zero).floor().toFixed().length;
}
