import { epochMs } from '../calendar/period.js';
import { type Decimal, decimal, quotient, zero } from '../quantity/decimal.js';
import type { Consumed, Context } from './consume-cumulative.js';
import { chainOf } from './exchange.js';
import { covered, type Range } from './range.js';
import { type Installation, type IntervalReading, type Quality, worse } from './reading.js';

/*
 * The problem: a logger says 0.412 kWh from 00:00 to 00:30, and a shop moves in at 00:10. Some intervals are missing, and some were
 * sent for overlapping times.
 *
 *   0.412 over 30 minutes, cut after 10: 0.412 × 10/30 = 0.137333… → 0.137333 before, the rest, 0.274667, after
 *
 * Method: whole intervals are added as they are. An interval on the edge is cut by time: the quantity up to the edge is rounded
 * once, to the grid, and what follows is the rest, so the two parts make the whole. Time inside the span without an interval is a
 * named gap that blocks; it is never zero. Time with two intervals blocks as well: nobody can know which holds.
 */

interface Interval extends Range {
  readonly quantity: Decimal;
  readonly quality: Quality;
  /** The instant up to which earlier intervals reach; more than `from` where they overlap this one. */
  readonly reached: number;
}

/** Quantity of an interval up to an instant within it, on the grid. */
function upTo({ from, to, quantity }: Interval, ms: number, { grid }: Context): Decimal {
  if (ms <= from) return zero;
  if (ms >= to) return quantity;
  return quotient(quantity.times(ms - from), decimal(String(to - from)), grid.scale, grid.rounding);
}

/** Lays the intervals in order; a repeated one counts once, one that meets no installation belongs to none. */
function arrange(
  readings: readonly IntervalReading[],
  chain: readonly (Range & { installation: Installation })[],
): Interval[] {
  const sorted = readings
    .map(({ from, to, quantity, quality }) => ({ from: epochMs(from), to: epochMs(to), quantity, quality }))
    .sort(
      (a, b) => a.from - b.from || a.to - b.to || a.quantity.comparedTo(b.quantity) || (a.quality < b.quality ? -1 : 1),
    );
  const intervals: Interval[] = [];
  let reached = -Infinity;
  let link = 0;
  for (const interval of sorted) {
    const last = intervals.at(-1);
    while (link < chain.length && (chain[link]?.to ?? Infinity) <= interval.from) link += 1;
    const owner = chain[link];
    if (!owner || owner.from >= interval.to) continue;
    const quantity = interval.quantity.times(owner.installation.multiplier);
    if (last && last.from === interval.from && last.to === interval.to && last.quantity.equals(quantity)) continue;
    intervals.push({ ...interval, quantity, reached });
    reached = Math.max(reached, interval.to);
  }
  return intervals;
}

/** Prepares a register that sends quantities for intervals, and answers for any span. */
export function intervalMeter(
  context: Context,
  installations: readonly Installation[],
  readings: readonly IntervalReading[],
): (span: Range) => Consumed {
  const chain = chainOf(context.register, installations);
  const intervals = arrange(readings, chain);
  /** Index of the first interval that ends after an instant, counting from one that starts no later. */
  const firstAfter = (ms: number): number => {
    let [low, high] = [0, intervals.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const interval = intervals[middle];
      if (interval && Math.max(interval.reached, interval.to) > ms) high = middle;
      else low = middle + 1;
    }
    return low;
  };

  return (span) => {
    let sum = zero;
    let quality: Quality = 'actual';
    let sound = true;
    let cursor = span.from;
    let index = firstAfter(span.from);
    for (; index < intervals.length; index += 1) {
      const interval = intervals[index];
      if (!interval || interval.from >= span.to) break;
      if (interval.from > cursor && gapBlocks({ from: cursor, to: interval.from }, index)) sound = false;
      if (!accept(interval, span)) sound = false;
      const cut = interval.from < span.from || interval.to > span.to;
      sum = sum.plus(
        cut ? upTo(interval, span.to, context).minus(upTo(interval, span.from, context)) : interval.quantity,
      );
      quality = worse(quality, cut ? 'estimated' : interval.quality);
      cursor = Math.max(cursor, interval.to);
    }
    if (cursor < span.to && gapBlocks({ from: cursor, to: span.to }, index)) sound = false;
    return { quantity: sound ? sum : null, quality, advances: [] };
  };

  /** Names the whole gap before the interval at `index`, as far as a device was in and the account reaches. */
  function gapBlocks(seen: Range, index: number): boolean {
    if (covered(seen, chain).length === 0) return false;
    const next = intervals[index];
    const before = next
      ? next.reached
      : Math.max(...intervals.slice(-1).map(({ to, reached }) => Math.max(to, reached)));
    const gap = { from: Math.max(before, context.hull.from), to: Math.min(next?.from ?? Infinity, context.hull.to) };
    for (const missing of joined(covered(gap, chain))) {
      context.findings.note(`gap ${missing.from}`, 'missing-interval', 'blocking', missing, (from, to) => ({
        detail: `${context.register.label} sent nothing from ${from} to ${to}.`,
        remedy:
          'Fetch the missing intervals from the device, or enter an estimate with its method. Missing is not zero.',
      }));
    }
    return true;
  }

  /** Notes what is wrong with an interval on its own or with those before it. @returns false where it blocks */
  function accept(interval: Interval, span: Range): boolean {
    const { label } = context.register;
    const overlap = { from: interval.from, to: Math.min(interval.to, interval.reached) };
    if (interval.from < span.from) context.findings.noteEstimate(span.from);
    if (interval.to > span.to) context.findings.noteEstimate(span.to);
    if (overlap.from < overlap.to && overlap.from < span.to && overlap.to > span.from) {
      context.findings.note(`overlap ${overlap.from}`, 'overlapping-interval', 'blocking', overlap, (from, to) => ({
        detail: `${label} has two intervals for the time from ${from} to ${to}.`,
        remedy: 'Decide which of them holds and supersede the other.',
      }));
      return false;
    }
    if (interval.quantity.isNegative() && !interval.quantity.isZero()) {
      context.findings.note(`negative ${interval.from}`, 'register-regressed', 'blocking', interval, (from, to) => ({
        detail: `${label} says ${interval.quantity.toFixed()} from ${from} to ${to}: a quantity cannot be negative.`,
        remedy: 'Supersede the interval with the right quantity; energy flowing out belongs to a register of its own.',
      }));
      return false;
    }
    return true;
  }
}

/** Joins ranges that touch: two devices in succession share one gap. */
function joined(ranges: readonly Range[]): Range[] {
  const result: { from: number; to: number }[] = [];
  for (const range of ranges) {
    const last = result.at(-1);
    if (last?.to === range.from) last.to = range.to;
    else result.push({ ...range });
  }
  return result;
}
