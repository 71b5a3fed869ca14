import { epochMs } from '../calendar/period.js';
import type { Readings } from './consumption.js';
import { stretchesOf } from './exchange.js';
import type { Source } from './figures.js';
import { type CumulativeReading, type IntervalReading } from './reading.js';

/*
 * The problem: an estimate said 150 for the 1st, and on the 10th somebody reads 140. The reading holds, and the estimate would make the
 * display run backwards.
 *
 * Method: an estimate stands only where nothing was read. An interval gives way to any reading that shares time with it; the value of a
 * display to one of the same instant, and to its neighbours where it does not lie between them. What gives way leaves a gap, which
 * blocks until it is estimated anew from what is known now.
 */

/**
 * The estimates that count beside readings.
 *
 * @param readings  those that were taken, in force, from the last one at or before the estimates to the first one at or after them
 * @param estimates one for each instant or interval
 * @law a reading never gives way; independent of the order of both
 */
export function estimatesInForce<Kind extends Readings>(source: Source, readings: Kind, estimates: Kind): Kind {
  const kept =
    source.register.kind === 'cumulative'
      ? ofDisplay(source, readings as readonly CumulativeReading[], estimates as readonly CumulativeReading[])
      : ofIntervals(readings as readonly IntervalReading[], estimates as readonly IntervalReading[]);
  return kept as Kind;
}

function ofIntervals(
  readings: readonly IntervalReading[],
  estimates: readonly IntervalReading[],
): readonly IntervalReading[] {
  const sent = readings
    .map(({ from, to }) => ({ from: epochMs(from), to: epochMs(to) }))
    .sort((a, b) => a.from - b.from || a.to - b.to);
  let index = 0;
  let reached = -Infinity;
  return estimates
    .toSorted((a, b) => epochMs(a.from) - epochMs(b.from) || epochMs(b.to) - epochMs(a.to))
    .filter(({ from, to }) => {
      const [start, end] = [epochMs(from), epochMs(to)];
      for (; index < sent.length && (sent[index]?.from ?? Infinity) <= start; index += 1) {
        reached = Math.max(reached, sent[index]?.to ?? -Infinity);
      }
      const isFree = reached <= start && (sent[index]?.from ?? Infinity) >= end;
      // Slots that were cut otherwise at another time overlap each other; the first of them counts.
      if (isFree) reached = end;
      return isFree;
    });
}

function ofDisplay(
  { register, installations }: Source,
  readings: readonly CumulativeReading[],
  estimates: readonly CumulativeReading[],
): readonly CumulativeReading[] {
  const stretches = stretchesOf(register, installations, readings);
  return estimates.filter(({ at, value }) => {
    const ms = epochMs(at);
    const stretch = stretches.findLast(({ from, to }) => from <= ms && ms <= to);
    if (!stretch) return false;
    const before = stretch.knots.findLast((knot) => knot.ms < ms);
    const after = stretch.knots.find((knot) => knot.ms >= ms);
    if (after?.ms === ms || !before) return false;
    if (!after) return true;
    const [isAfter, isBefore] = [value.gte(before.value), value.lte(after.value)];
    // Where the display wrapped, or fell, between its neighbours, what lies on either side of the fall is in order.
    return after.value.gte(before.value) ? isAfter && isBefore : isAfter || isBefore;
  });
}
