import type { BandWindow } from '../calendar/bands.js';
import { addMonths, epochMs, fromEpochMs, monthOf, monthsOf, type Period, type Span } from '../calendar/period.js';
import { spanOf, type Zone } from '../calendar/zone.js';
import { DomainError } from '../errors.js';
import { type Decimal, zero } from '../quantity/decimal.js';
import type { Interval } from './rate-series.js';
import { type Peak, type PeakNeed, windowKey } from './usage.js';

/*
 * The problem: the highest half-hour of a month, from readings of five minutes, by the clock on the wall, and only in the hours of the
 * evening band.
 *
 *   16:55–17:00 0.3, 17:00–17:30 in six readings 0.5 each = 3.0 kWh → the mean of 17:00 is 6 kW; 16:30's lies in another band
 *
 * Method: from the first moment of each month, cut time into slots of the length, add readings into their slot, and keep the highest
 * whose beginning lies in the bands. A tariff is only saved where bands change between slots.
 */

const minuteMs = 60_000;

/**
 * The highest slot of each calendar month in a period, for each need.
 *
 * @param intervals in order of time, none overlapping another, without gaps in the period
 * @param windows   of the bands over the period
 * @returns for each month and need one peak; one without an instant where the bands hold in no hour of the month
 * @throws DomainError `invalid-input` where a reading is longer than a slot, or lies across two
 * @law independent of how intervals are cut within one slot
 */
export const measurePeaks = (
  intervals: readonly Interval[],
  needs: readonly PeakNeed[],
  windows: readonly BandWindow[],
  period: Period,
  zone: Zone,
): Peak[] =>
  monthsOf(period).flatMap((month) => {
    const span = spanOf(month, zone);
    const inside = within(intervals, span);
    return needs.map((need): Peak => {
      const highest = highestSlot(inside, need, windows, epochMs(span.from));
      const { minutes, bands } = need;
      return {
        period: month,
        minutes,
        window: windowKey(bands),
        energy: highest?.energy ?? zero,
        at: highest?.at ?? null,
      };
    });
  });

/** The intervals that begin in a span. */
export function within(intervals: readonly Interval[], span: Span): readonly Interval[] {
  const first = indexAt(intervals, epochMs(span.from));
  return intervals.slice(first, indexAt(intervals, epochMs(span.to)));
}

/** Index of the first interval that begins at an instant or after it. */
function indexAt(intervals: readonly Interval[], ms: number): number {
  let [low, high] = [0, intervals.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (epochMs(intervals[middle]?.from ?? '') < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The highest slot of some intervals; null where none begins in the bands.
 *
 * @param intervals of one meter or of several that are one load, in any order of meters
 * @param origin    where the grid of slots begins, in milliseconds
 * @throws DomainError `invalid-input` where an interval is longer than a slot, or lies across two
 */
export function highestSlot(
  intervals: readonly Interval[],
  { minutes, bands }: PeakNeed,
  windows: readonly BandWindow[],
  origin: number,
): { energy: Decimal; at: string } | null {
  const length = minutes * minuteMs;
  const slots = new Map<number, Decimal>();
  for (const { from, to, quantity } of intervals) {
    const [start, end] = [epochMs(from), epochMs(to)];
    const slot = origin + Math.floor((start - origin) / length) * length;
    if (end > slot + length) {
      throw new DomainError(
        'invalid-input',
        `The mean over ${minutes} minutes cannot be told from a reading from ${from} to ${to}.`,
        { minutes, from, to },
      );
    }
    slots.set(slot, (slots.get(slot) ?? zero).plus(quantity));
  }
  const isIn = bandTest(bands, windows);
  let found: { energy: Decimal; at: number } | null = null;
  for (const [at, energy] of [...slots].sort(([a], [b]) => a - b)) {
    if (isIn(at) && (found === null || energy.greaterThan(found.energy))) found = { energy, at };
  }
  return found && { energy: found.energy, at: fromEpochMs(found.at) };
}

/** Tells, for instants that ascend, whether they lie in some bands. */
function bandTest(bands: readonly string[] | null, windows: readonly BandWindow[]): (ms: number) => boolean {
  if (bands === null) return () => true;
  const ends = windows.map(({ to }) => epochMs(to));
  let index = 0;
  return (ms) => {
    while (index < windows.length && (ends[index] ?? 0) <= ms) index += 1;
    const window = windows[index];
    return window !== undefined && epochMs(window.from) <= ms && bands.includes(window.band);
  };
}

/** The whole calendar months before a period that readings fill; as many as a tariff looks back. */
export function monthsFilled(intervals: readonly Interval[], period: Period, lookback: number, zone: Zone): Period[] {
  const first = monthOf(period.from).from;
  const months = Array.from({ length: lookback }, (_, i) => monthOf(addMonths(first, i - lookback)));
  return months.filter((month) => {
    const span = spanOf(month, zone);
    const filled = within(intervals, span).reduce((ms, { from, to }) => ms + epochMs(to) - epochMs(from), 0);
    return filled === epochMs(span.to) - epochMs(span.from);
  });
}
