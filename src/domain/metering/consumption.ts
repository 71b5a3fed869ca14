import { epochMs, fromEpochMs, type Span } from '../calendar/period.js';
import { assert, type Issue } from '../errors.js';
import { type Consumed, type Context, cumulativeMeter } from './consume-cumulative.js';
import { intervalMeter } from './consume-intervals.js';
import { chainOf } from './exchange.js';
import { Findings } from './findings.js';
import { covered, type Range, uncovered } from './range.js';
import type { CumulativeReading, Grid, Installation, IntervalReading, Piece, Register } from './reading.js';

/*
 * The problem: how much did this register use in October, and how much of it in each of the ninety-three stretches of day and night
 * rate, when the meter was exchanged on the 14th, wrapped on the 20th and was last read two minutes before midnight?
 *
 *   old meter: 999 990 on the 1st, 8 when it came out on the 14th (capacity 1 000 000)  →  18
 *   new meter: 3 when it went in, 40 on 1 November                                      →  37
 *   October                                                                               55
 *
 * Method: build one line that only rises, over all the devices of the register, once (advance.ts, exchange.ts,
 * register-line.ts) or lay the intervals in order, once (consume-intervals.ts). Then each span is a difference of two points,
 * found by halving. Whatever is missing or odd is said once for the register, and a span that it touches has no quantity.
 */

export interface ConsumptionOptions {
  /** Readings farther apart than this many hours give no estimate between them; ≥ 0. */
  readonly maxGapHours: number;
  /** The grid for values between readings and parts of intervals; `energyGrid` unless the community decides otherwise. */
  readonly grid: Grid;
}

export interface Consumption {
  /** One for each span, in the order given. */
  readonly pieces: readonly Piece[];
  /** Each fault once, in order of time. */
  readonly issues: readonly Issue[];
}

/** A register's readings, of the kind that the register sends. */
export type Readings = readonly CumulativeReading[] | readonly IntervalReading[];

/**
 * Consumption of one register over any number of spans.
 *
 * Advances are multiplied by the device's multiplier. Where nobody recorded what the first device showed when it went in, the first
 * reading ever sets the base and bills nothing. Time without any device is said (`not-installed`) and counts nothing; where no span
 * meets a device at all, it blocks.
 *
 * @param installations all that meet the spans, any order
 * @param readings      those in force from the last one at or before the spans to the first one at or after them, any order;
 *   for a register without opening reading also its first one ever
 * @param spans         any; the band windows of a month or the month itself
 * @returns quantities in the register's unit: exact, at most 6 + the multiplier's fraction digits; null where an issue blocks
 * @throws DomainError `overlapping-installation`
 * @law [a,c) = [a,b) + [b,c); quantity ≥ 0; independent of the order of installations and readings
 * @example 14230 at the start, 17845 at the end, multiplier 1 → 3615
 */
export function consumptionOver(
  register: Register,
  installations: readonly Installation[],
  readings: Readings,
  spans: readonly Span[],
  options: ConsumptionOptions,
): Consumption {
  const ranges = spans.map(({ from, to }): Range => ({ from: epochMs(from), to: epochMs(to) }));
  assert(
    ranges.every(({ from, to }) => from < to),
    'Every span has a length.',
  );
  const findings = new Findings(register);
  const context: Context = {
    register,
    hull: {
      from: ranges.reduce((least, { from }) => Math.min(least, from), Infinity),
      to: ranges.reduce((most, { to }) => Math.max(most, to), -Infinity),
    },
    maxGapMs: options.maxGapHours * 3_600_000,
    grid: options.grid,
    findings,
  };
  const chain = chainOf(register, installations);
  const installed = ranges.some((range) => covered(range, chain).length > 0);
  for (const range of ranges) noteNotInstalled(context, range, chain, installed);
  const consume = installed
    ? meterOf(context, installations, readings)
    : (): Consumed => ({ quantity: null, quality: 'actual', advances: [] });
  const pieces = ranges.map((range, i): Piece => {
    const span = spans[i] ?? { from: fromEpochMs(range.from), to: fromEpochMs(range.to) };
    return { span, ...consume(range) };
  });
  return { pieces, issues: findings.issues() };
}

function meterOf(
  context: Context,
  installations: readonly Installation[],
  readings: Readings,
): (span: Range) => Consumed {
  return context.register.kind === 'cumulative'
    ? cumulativeMeter(context, installations, readings as readonly CumulativeReading[])
    : intervalMeter(context, installations, readings as readonly IntervalReading[]);
}

/** Says, once for each stretch of time, that no device was in. */
function noteNotInstalled(
  { findings, register }: Context,
  range: Range,
  chain: readonly Range[],
  installed: boolean,
): void {
  for (const hole of uncovered(range, chain)) {
    const before = chain.findLast(({ to }) => to <= hole.from);
    findings.note(
      `hole ${before?.to ?? 'first'}`,
      'not-installed',
      installed ? 'warning' : 'blocking',
      hole,
      (from, to) => ({
        detail: `No meter was installed for ${register.label} from ${from} to ${to}; nothing is measured there.`,
        remedy: 'Record the installation, if there was one; otherwise share this time by another key.',
      }),
    );
  }
}
