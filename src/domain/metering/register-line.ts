import { fromEpochMs } from '../calendar/period.js';
import { Decimal, decimal, quotient, zero } from '../quantity/decimal.js';
import { type Advanced, advanceBetween } from './advance.js';
import type { Stretch } from './exchange.js';
import type { Boundary, Grid } from './reading.js';

/*
 * The problem: a bill wants the display at midnight, the meter was read at ten past eight. And the display may have wrapped.
 *
 *   10 on 1 January, 110 a year of 365 days later: after 31 days 10 + 100 × 31/365 = 18.493150684…
 *   on the energy grid 18.493151; a community that truncates to whole steps writes 18.
 *
 * Method: unroll the display into a line of steps counted since the first known value, which never falls. A value between two knots
 * lies on the straight line between them and is rounded once, to the grid. The same rounded value ends one span and begins the
 * next, so what one gains the other loses, and consumption is always a difference of two points of one line:
 * adding [a,b) and [b,c) cancels the value at b.
 */

/** A place between two neighbouring knots where something happened that somebody must know. */
export interface Mark {
  readonly fromMs: number;
  readonly toMs: number;
  readonly start: Decimal;
  readonly end: Decimal;
  readonly advanced: Advanced;
}

/** A device's display, unrolled: `steps[i]` counted from the first knot to knot i. */
export interface RegisterLine extends Stretch {
  readonly steps: readonly Decimal[];
  /** Rollovers and regressions, in time order. */
  readonly marks: readonly Mark[];
}

/** Unrolls a stretch. Where the display fell without an explanation the line stays level, and a mark forbids its use. */
export function unroll(stretch: Stretch): RegisterLine {
  const steps: Decimal[] = [];
  const marks: Mark[] = [];
  stretch.knots.forEach((knot, i) => {
    const before = stretch.knots[i - 1];
    if (!before) {
      steps.push(zero);
      return;
    }
    const advanced = advanceBetween(before.value, knot.value, knot.ms - before.ms, stretch.installation);
    if (advanced.kind !== 'forward') {
      marks.push({ fromMs: before.ms, toMs: knot.ms, start: before.value, end: knot.value, advanced });
    }
    steps.push((steps[i - 1] ?? zero).plus(advanced.steps ?? zero));
  });
  return { ...stretch, steps, marks };
}

/** A boundary with its place on the unrolled line. */
export interface Point extends Boundary {
  readonly steps: Decimal;
}

/** Why a line has no value at an instant, and between which known instants it has none. */
export interface Missing {
  readonly missing: 'never-read' | 'before-first' | 'after-last' | 'gap-too-long' | 'regressed';
  readonly from: number;
  readonly to: number;
}

/** Index of the last knot at or before an instant; −1 where there is none. */
export function lastKnotAt(knots: Stretch['knots'], ms: number): number {
  let [low, high] = [0, knots.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((knots[middle]?.ms ?? Infinity) <= ms) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/**
 * The display at an instant: as read, or on the line between its two neighbours.
 *
 * @param maxGapMs neighbours farther apart than this give no estimate
 * @param grid     on which an estimate is rounded, once; it never leaves the range of its neighbours
 * @returns the point, or why there is none
 * @law monotone in time along one line; independent of the spans asked for
 * @source golden case G16j with the policy `{ scale: 0, rounding: 'down' }`
 */
export function pointAt(line: RegisterLine, ms: number, maxGapMs: number, grid: Grid): Point | Missing {
  const { knots } = line;
  const index = lastKnotAt(knots, ms);
  const [before, after] = [knots[index], knots[index + 1]];
  const [first, last] = [knots[0], knots.at(-1)];
  if (!first || !last) return { missing: 'never-read', from: line.from, to: line.to };
  if (!before) return { missing: 'before-first', from: line.from, to: first.ms };
  const counted = line.steps[index] ?? zero;
  if (before.ms === ms)
    return { at: fromEpochMs(ms), value: before.value, quality: before.quality, interpolated: false, steps: counted };
  if (!after) return { missing: 'after-last', from: last.ms, to: line.to };
  if (line.marks.some((mark) => mark.fromMs === before.ms && mark.advanced.kind === 'regressed')) {
    return { missing: 'regressed', from: before.ms, to: after.ms };
  }
  if (after.ms - before.ms > maxGapMs) return { missing: 'gap-too-long', from: before.ms, to: after.ms };
  const whole = (line.steps[index + 1] ?? zero).minus(counted);
  const exact = before.value.times(after.ms - before.ms).plus(whole.times(ms - before.ms));
  const rounded = quotient(exact, decimal(String(after.ms - before.ms)), grid.scale, grid.rounding);
  const unwrapped = Decimal.min(Decimal.max(rounded, before.value), before.value.plus(whole));
  const { capacity } = line.installation;
  const value = capacity !== null && unwrapped.greaterThanOrEqualTo(capacity) ? unwrapped.minus(capacity) : unwrapped;
  const steps = counted.plus(unwrapped.minus(before.value));
  return { at: fromEpochMs(ms), value, quality: 'estimated', interpolated: true, steps };
}
