import { epochMs } from '../calendar/period.js';
import { type Decimal, sum } from '../quantity/decimal.js';
import { chainOf, stretchesOf } from './exchange.js';
import {
  type Beyond,
  type Counted,
  type DayUse,
  exceeds,
  type Fall,
  type Frame,
  type Gap,
  isEstimate,
  isRead,
  meets,
  type RegisterFigures,
  type Slice,
  type Source,
  type Stray,
} from './figures.js';
import type { Range } from './range.js';
import { type CumulativeReading, energyGrid } from './reading.js';
import { lastKnotAt, pointAt, type RegisterLine, unroll } from './register-line.js';

/** A device's display over its time: with estimates for what they close, and without them for what was counted. */
interface Line {
  readonly whole: RegisterLine;
  readonly read: RegisterLine;
  readonly beyond: readonly Beyond[];
}

/** The figures of a register that shows a running total. */
export function measureDisplays(source: Source, readings: readonly CumulativeReading[], frame: Frame): RegisterFigures {
  const chain = chainOf(source.register, source.installations);
  const strays = readings.flatMap((reading) => strayOf(reading, chain, frame));
  const out = new Set(strays.map(({ from }) => from));
  const sound = readings.filter(({ at }) => !out.has(epochMs(at)));
  const stretches = stretchesOf(source.register, source.installations, sound);
  const lines = stretches
    .filter((stretch) => meets(stretch, frame.span))
    .map((stretch): Line => {
      const read = unroll({ ...stretch, knots: stretch.knots.filter(({ quality }) => !isEstimate(quality)) });
      return { whole: unroll(stretch), read, beyond: beyondOf(read, frame) };
    });
  const spoken = sound.filter(({ at }) => epochMs(at) >= frame.span.from && epochMs(at) <= frame.span.to);
  const isFirst = (line: RegisterLine): boolean => line.from === chain[0]?.from;
  return {
    source,
    frame,
    count: spoken.length,
    actual: spoken.filter(({ quality }) => isRead(quality)).length,
    strays: strays.toSorted((a, b) => a.from - b.from),
    falls: lines.flatMap((line) => fallsOf(line, frame.span)),
    beyond: lines.flatMap((line) => line.beyond),
    gaps: lines.flatMap(({ whole }) => gapsOf(whole, isFirst(whole), frame)),
    days: frame.days.flatMap((day) => lines.flatMap((line) => dayOf(line, day))),
    highest: [],
    counted: countedOn(lines, { from: frame.span.from, to: frame.due }),
  };
}

function strayOf({ at, value }: CumulativeReading, chain: readonly Range[], { span, latest }: Frame): Stray[] {
  const ms = epochMs(at);
  const range = { from: ms, to: ms };
  if (ms > latest) return [{ ...range, why: 'in-the-future', value }];
  const isIn = chain.some(({ from, to }) => from <= ms && ms <= to);
  return isIn || ms < span.from || ms > span.to ? [] : [{ ...range, why: 'not-installed', value }];
}

const quantityBetween = ({ steps, installation }: RegisterLine, first: number, last: number): Decimal | null => {
  const [start, end] = [steps[first], steps[last]];
  return start && end ? end.minus(start).times(installation.multiplier) : null;
};

const regressedIn = ({ marks }: RegisterLine, range: Range): boolean =>
  marks.some((mark) => mark.advanced.kind === 'regressed' && mark.fromMs < range.to && mark.toMs > range.from);

function fallsOf({ whole, read: { marks, installation } }: Pick<Line, 'whole' | 'read'>, span: Range): Fall[] {
  return marks
    .filter((mark) => meets({ from: mark.fromMs, to: mark.toMs }, span))
    .map(({ fromMs: from, toMs: to, start, end, advanced }) => ({
      ...{ from, to, start, end },
      isDirect: lastKnotAt(whole.knots, to) - lastKnotAt(whole.knots, from) === 1,
      multiplier: installation.multiplier,
      capacity: installation.capacity,
      maxPerHour: installation.plausibleMaxPerHour,
      wrapped: advanced.steps && advanced.steps.times(installation.multiplier),
    }));
}

/** Advances between neighbouring readings that are more than can pass in their time. */
function beyondOf(line: RegisterLine, { span, mostPerHour }: Frame): Beyond[] {
  const maxPerHour = line.installation.plausibleMaxPerHour ?? mostPerHour;
  if (maxPerHour === null) return [];
  return line.knots.slice(1).flatMap((knot, i): Beyond[] => {
    const slice = { from: line.knots[i]?.ms ?? knot.ms, to: knot.ms };
    const quantity = quantityBetween(line, i, i + 1);
    if (quantity === null || !meets(slice, span) || !exceeds({ ...slice, quantity }, maxPerHour)) return [];
    return [{ ...slice, quantity, maxPerHour }];
  });
}

/** Edges of the span, as far as the device was in, at which its display has no value. */
function gapsOf(line: RegisterLine, isFirst: boolean, { span, due, maxGapMs }: Frame): Gap[] {
  const part = { from: Math.max(span.from, line.from), to: Math.min(due, line.to) };
  const [first] = line.knots;
  if (part.from >= part.to) return [];
  if (!first) return [{ ...part, why: 'never-read' }];
  const gaps = new Map<string, Gap>();
  for (const ms of [part.from, part.to]) {
    const point = pointAt(line, ms, maxGapMs, energyGrid);
    if (!('missing' in point) || point.missing === 'regressed') continue;
    const isBase = isFirst && line.installation.opening === null && first.ms < part.to;
    const gap: Gap =
      point.missing === 'gap-too-long'
        ? { from: point.from, to: point.to, why: point.missing }
        : point.missing === 'after-last'
          ? { from: Math.max(point.from, part.from), to: part.to, why: point.missing }
          : { from: part.from, to: Math.min(first.ms, part.to), why: isBase ? 'sets-base' : point.missing };
    gaps.set(`${gap.from} ${gap.to}`, gap);
  }
  return [...gaps.values()];
}

/** The use of a day that was read at both its ends, or through which the display stood still. */
function dayOf({ read, beyond }: Line, day: Range): DayUse[] {
  if (day.from < read.from || day.to > read.to) return [];
  const first = lastKnotAt(read.knots, day.from);
  const last = firstKnotAt(read, day.to);
  const [start, end] = [read.knots[first], read.knots[last]];
  const quantity = quantityBetween(read, first, last);
  if (!start || !end || quantity === null || regressedIn(read, { from: start.ms, to: end.ms })) return [];
  const isExact = start.ms === day.from && end.ms === day.to;
  if (!quantity.isZero() && (!isExact || beyond.some((slice) => meets(slice, day)))) return [];
  return [{ ...day, quantity, each: null }];
}

/** Index of the first knot at or after an instant; out of range where there is none. */
function firstKnotAt({ knots }: RegisterLine, ms: number): number {
  const before = lastKnotAt(knots, ms);
  return knots[before]?.ms === ms ? before : before + 1;
}

/** From the reading before a span to the one after it, or as far as there are readings: what was used in that time. */
function countedOn(lines: readonly Line[], span: Range): Counted | null {
  const parts: Slice[] = [];
  for (const { read, beyond } of lines) {
    const part = { from: Math.max(span.from, read.from), to: Math.min(span.to, read.to) };
    if (part.from >= part.to) continue;
    const first = Math.max(lastKnotAt(read.knots, part.from), 0);
    const last = Math.min(firstKnotAt(read, part.to), read.knots.length - 1);
    const [start, end] = [read.knots[first], read.knots[last]];
    const quantity = quantityBetween(read, first, last);
    if (!start || !end || start.ms >= end.ms || quantity === null) continue;
    const range = { from: start.ms, to: end.ms };
    if (regressedIn(read, range) || beyond.some((slice) => meets(slice, range))) return null;
    parts.push({ ...range, quantity });
  }
  if (parts.length === 0) return null;
  return {
    quantity: sum(parts.map(({ quantity }) => quantity)),
    ms: parts.reduce((ms, { from, to }) => ms + to - from, 0),
  };
}
