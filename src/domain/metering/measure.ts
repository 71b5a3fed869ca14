import { epochMs } from '../calendar/period.js';
import type { Readings } from './consumption.js';
import type { Frame, RegisterFigures, Source } from './figures.js';
import { measureDisplays } from './measure-displays.js';
import { measureIntervals } from './measure-intervals.js';
import type { CumulativeReading, IntervalReading } from './reading.js';

/*
 * The problem: a rule that averages over a broken reading sees nothing, and one that looks for gaps before the broken readings are out
 * finds none.
 *
 *   0.4  0.4  999.0  —  0.4      first the 999.0 is out (beyond what can pass), then the gap is found, then the rest is compared: 0.4
 *
 * Method: take out what cannot be true, find the time that is not known, and make the figures of the rest. Estimates close a gap and
 * tell nothing else: they are in no average, no extreme and no day.
 */

/**
 * The figures of one register in a span.
 *
 * @param readings those in force from the last one at or before the span to the first one at or after it, any order
 * @throws DomainError `overlapping-installation`
 * @law independent of the order of readings; estimates change nothing but gaps and counts; taking out the strays and
 *   measuring again finds no stray and the same rest
 */
export const measure = (source: Source, readings: Readings, frame: Frame): RegisterFigures =>
  source.register.kind === 'cumulative'
    ? measureDisplays(source, readings as readonly CumulativeReading[], frame)
    : measureIntervals(source, readings as readonly IntervalReading[], frame);

/** The readings that are left when the strays of some figures are taken out. */
export function withoutStrays(readings: Readings, { strays }: RegisterFigures): Readings {
  const out = new Set(strays.map(({ from, to }) => `${from} ${to}`));
  return (readings as readonly (CumulativeReading | IntervalReading)[]).filter((reading) => {
    const [from, to] = 'at' in reading ? [reading.at, reading.at] : [reading.from, reading.to];
    return !out.has(`${epochMs(from)} ${epochMs(to)}`);
  }) as unknown as Readings;
}
