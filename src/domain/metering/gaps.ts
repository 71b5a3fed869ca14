import { addDays, epochMs, fromEpochMs } from '../calendar/period.js';
import { dayOf, startOfDay, type Zone } from '../calendar/zone.js';
import { type Decimal, zero } from '../quantity/decimal.js';
import type { Readings } from './consumption.js';
import type { Gap, Known, Slot } from './estimation.js';
import { chainOf, stretchesOf } from './exchange.js';
import type { Slice, Source } from './figures.js';
import { covered, type Range, uncovered } from './range.js';
import { type CumulativeReading, energyGrid, type IntervalReading } from './reading.js';
import { type Missing, pointAt, type RegisterLine, unroll } from './register-line.js';

/*
 * The problem: what exactly is missing? Of intervals, each slot of the clock without one. Of a display, its reading at the edges of the
 * period; but what passed until then has to be known day by day, because nobody's habits are those of a straight line.
 *
 *   read on the 20th and on the 9th of the next month, the month ends in between:
 *     slots    20th–21st, 21st–22nd, … 31st–1st, … 8th–9th     all of them share what passed between the readings
 *     asked    the ends of those up to the 1st
 *
 * Method: the line of each device is asked for the edges of the span. Where it has no value between two readings the gap reaches from the one
 * to the other, and where it ends before the edge, to the edge; midnights by the clock of the site cut it. Intervals are looked through
 * once; a hole is cut where the length of an interval cuts the day.
 */

/** What a look for gaps is given. */
export interface Search {
  readonly span: Range;
  readonly zone: Zone;
  /** Readings of a display farther apart give no value between them. */
  readonly maxGapMs: number;
}

export interface Gaps {
  readonly gaps: readonly Gap[];
  /** Time that cannot be estimated, and why. */
  readonly hopeless: readonly (Range & { readonly because: string })[];
}

/** 1440 minutes mean a civil day, of 23, 24 or 25 hours. */
const dayMinutes = 1440;

/**
 * Finds the time of a register that nobody has read.
 *
 * @param readings in force, with the estimates that stand; from the last one at or before the span to the first one at or after it, any order
 * @throws DomainError `overlapping-installation`
 * @law slots and known time do not overlap; independent of the order of readings; with a value for each slot nothing is missing
 */
export const gapsOf = (source: Source, readings: Readings, search: Search): Gaps =>
  source.register.kind === 'cumulative'
    ? gapsOfDisplay(source, readings as readonly CumulativeReading[], search)
    : gapsOfIntervals(source, readings as readonly IntervalReading[], search);

function gapsOfIntervals(
  { register, installations, intervalMinutes }: Source,
  readings: readonly IntervalReading[],
  { span, zone }: Search,
): Gaps {
  const sent = readings
    .map(({ from, to }): Range => ({ from: epochMs(from), to: epochMs(to) }))
    .sort((a, b) => a.from - b.from || a.to - b.to);
  const gaps = chainOf(register, installations).flatMap(({ installation, ...time }) =>
    covered(span, [time]).flatMap((part) =>
      uncovered(part, sent).map((hole): Gap => {
        const cuts = intervalMinutes === null ? [] : cutsOf(hole, intervalMinutes, zone);
        const { multiplier, capacity } = installation;
        return {
          register,
          multiplier,
          capacity,
          slots: slotsBetween([hole.from, ...cuts, hole.to]),
          start: null,
          advance: null,
        };
      }),
    ),
  );
  return { gaps, hopeless: [] };
}

const slotsBetween = (edges: readonly number[], isAsked = (_to: number): boolean => true): Slot[] =>
  edges.slice(1).map((to, i) => ({ from: edges[i] ?? to, to, isAsked: isAsked(to) }));

/** Where intervals of a length, counted from midnight, cut a range. */
function cutsOf(range: Range, minutes: number, zone: Zone): number[] {
  if (minutes === dayMinutes) return midnights(range, zone);
  const length = minutes * 60_000;
  const midnight = epochMs(startOfDay(dayOf(fromEpochMs(range.from), zone), zone));
  const first = midnight + (Math.floor((range.from - midnight) / length) + 1) * length;
  const cuts = [];
  for (let at = first; at < range.to; at += length) cuts.push(at);
  return cuts;
}

/** The midnights inside a range. */
function midnights({ from, to }: Range, zone: Zone): number[] {
  const found = [];
  for (let day = addDays(dayOf(fromEpochMs(from), zone), 1); ; day = addDays(day, 1)) {
    const at = epochMs(startOfDay(day, zone));
    if (at >= to) return found;
    found.push(at);
  }
}

const hopelessBecause: Readonly<Record<Exclude<Missing['missing'], 'after-last' | 'gap-too-long'>, string>> = {
  'never-read': 'It was never read: there is no reading to count from.',
  'before-first': 'It was not read before: there is no reading to count from.',
  regressed: 'It ran backwards; that has to be explained first.',
};

function gapsOfDisplay(source: Source, readings: readonly CumulativeReading[], search: Search): Gaps {
  const { register, installations } = source;
  const lines = stretchesOf(register, installations, readings).map(unroll);
  const gaps = new Map<number, Gap>();
  const hopeless = new Map<string, Range & { readonly because: string }>();
  lines.forEach((line, index) => {
    const part = { from: Math.max(search.span.from, line.from), to: Math.min(search.span.to, line.to) };
    const first = line.knots[0];
    // Nobody knows what a first device showed before it was first read; that reading sets the base.
    const isUnopened = index === 0 && line.installation.opening === null && first !== undefined;
    if (isUnopened && first.ms < search.span.to) part.from = Math.max(part.from, first.ms);
    if (part.from >= part.to) return;
    for (const edge of [part.from, part.to]) {
      const missing = pointAt(line, edge, search.maxGapMs, energyGrid);
      if (!('missing' in missing)) continue;
      if (missing.missing === 'after-last' || missing.missing === 'gap-too-long')
        gaps.set(missing.from, displayGap(source, line, missing.from, part, search.zone));
      else {
        const because = hopelessBecause[missing.missing];
        hopeless.set(`${index} ${missing.from}`, {
          from: Math.max(missing.from, part.from),
          to: Math.min(missing.to, part.to),
          because,
        });
      }
    }
  });
  return { gaps: [...gaps.values()], hopeless: [...hopeless.values()] };
}

/** The time from a reading to the next one, or else to the end of what is asked. */
function displayGap({ register }: Source, line: RegisterLine, from: number, part: Range, zone: Zone): Gap {
  const index = line.knots.findIndex(({ ms }) => ms === from);
  const [before, after] = [line.knots[index], line.knots[index + 1]];
  const { multiplier, capacity } = line.installation;
  const to = after?.ms ?? part.to;
  const edges = new Set([from, part.from, part.to, to, ...midnights({ from, to }, zone)]);
  const sorted = [...edges].filter((ms) => ms >= from && ms <= to).sort((a, b) => a - b);
  const asked = (ms: number): boolean => ms >= part.from && ms <= part.to && ms !== after?.ms;
  const passed = (line.steps[index + 1] ?? zero).minus(line.steps[index] ?? zero);
  return {
    register,
    multiplier,
    capacity,
    slots: slotsBetween(sorted, asked),
    start:
      before === undefined ? null : { name: 'what the display showed before', from, to: from, value: before.value },
    advance:
      after === undefined
        ? null
        : { name: 'what the display advanced by', from, to: after.ms, value: passed.times(multiplier) },
  };
}

/**
 * What a register is known to have used: its intervals, or what passed between two readings of its display.
 *
 * @param readings without estimates, any order
 * @returns in order of time, not overlapping; in the unit of the register, after the multiplier
 */
export function historyOf({ register, installations }: Source, readings: Readings): Slice[] {
  if (register.kind === 'cumulative') {
    const lines = stretchesOf(register, installations, readings as readonly CumulativeReading[]).map(unroll);
    return lines.flatMap(({ knots, steps, marks, installation }) =>
      knots.slice(1).flatMap((knot, i): Slice[] => {
        const before = knots[i];
        const quantity = (steps[i + 1] ?? zero).minus(steps[i] ?? zero).times(installation.multiplier);
        const isSound = !marks.some(({ fromMs, advanced }) => fromMs === before?.ms && advanced.kind === 'regressed');
        return before && isSound ? [{ from: before.ms, to: knot.ms, quantity }] : [];
      }),
    );
  }
  const chain = chainOf(register, installations);
  const sent = (readings as readonly IntervalReading[])
    .map((one) => ({ from: epochMs(one.from), to: epochMs(one.to), quantity: one.quantity }))
    .sort((a, b) => a.from - b.from || a.to - b.to || a.quantity.comparedTo(b.quantity));
  const known: Slice[] = [];
  for (const { from, to, quantity } of sent) {
    const owner = chain.find((link) => link.from <= from && to <= link.to);
    if (owner && from >= (known.at(-1)?.to ?? -Infinity) && !quantity.isNegative())
      known.push({ from, to, quantity: quantity.times(owner.installation.multiplier) });
  }
  return known;
}

/**
 * What passed in a gap of intervals, where a display of the same energy tells.
 *
 * @param display  what passed between its readings
 * @param own      the known intervals
 * @returns what passed between the nearest readings around the gap less all intervals between them; null where more is missing there, and
 *   where intervals and display contradict each other
 * @example display +24.5 from Monday to Thursday, intervals 20 of it known, the gap is the rest → 4.5
 */
export function advanceOver(gap: Gap, display: readonly Slice[], own: readonly Slice[]): Known | null {
  const hull = { from: gap.slots[0]?.from ?? 0, to: gap.slots.at(-1)?.to ?? 0 };
  const around = display.filter(({ from, to }) => from < hull.to && to > hull.from);
  const [first, last] = [around[0], around.at(-1)];
  if (!first || !last || first.from > hull.from || last.to < hull.to) return null;
  const window = { from: first.from, to: last.to };
  const inside = own.filter(({ from, to }) => from < window.to && to > window.from);
  const isTiled = (range: Range): boolean => uncovered(range, inside).length === 0;
  const isWithin = inside.every(({ from, to }) => from >= window.from && to <= window.to);
  const hasNoHole = uncovered(window, around).length === 0;
  if (!isWithin || !hasNoHole) return null;
  if (!isTiled({ from: window.from, to: hull.from }) || !isTiled({ from: hull.to, to: window.to })) return null;
  const total = (slices: readonly Slice[]): Decimal => slices.reduce((sum, { quantity }) => sum.plus(quantity), zero);
  const value = total(around).minus(total(inside));
  return value.isNegative() ? null : { name: 'what the display of the meter leaves for it', ...window, value };
}
