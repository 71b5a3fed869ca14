import { fromEpochMs } from '../calendar/period.js';
import { Decimal, plain, quotient, zero } from '../quantity/decimal.js';
import { splitOnGrid } from '../quantity/split.js';
import { tieRank } from '../quantity/tie-break.js';
import { hourMs, hoursOf } from './figures.js';
import {
  type Around,
  type Estimate,
  type Gap,
  hullOf,
  type Known,
  type Method,
  type MethodName,
  methodNames,
  type Methods,
  type Profile,
} from './estimation.js';
import { averageDay } from './methods/average-day.js';
import { checkMeter } from './methods/check-meter.js';
import { comparable } from './methods/comparable.js';
import { lastYear } from './methods/last-year.js';
import { likeDay } from './methods/like-day.js';
import { linear } from './methods/linear.js';
import { nodeBalance } from './methods/node-balance.js';
import { energyGrid } from './reading.js';

/*
 * The problem: a logger was silent from Tuesday noon to Wednesday noon, and the run may not go on, because missing is not zero. Something
 * must stand there, and everybody must be able to see what it is, how it came about and how far it may be off.
 *
 *   display before the gap 4210, after it 4234.5     24.5 passed, whatever the intervals were
 *   the same hours of last week                       10, 4, 0, 6     →  20
 *   estimates                                         12.25, 4.9, 0, 7.35: last week's shape, this week's amount
 *
 * Method: seven ways, from what was measured to what others used, are tried in a fixed order, and the first that can is taken; why
 * those before it could not is kept. Each says a use for every missing slot as an exact quotient. Where a display tells what passed in
 * all slots together, the uses only give the shape: the amount is split by them, exactly, by largest remainder. Else each value is
 * rounded once, half to even on the energy grid, its band outwards.
 */

const ladder: Readonly<Record<MethodName, Method>> = {
  'check-meter': checkMeter,
  'node-balance': nodeBalance,
  linear,
  'like-day': likeDay,
  'last-year': lastYear,
  'average-day': averageDay,
  comparable,
};

/** A rung that was passed over, and why. */
export interface Passed {
  readonly method: MethodName;
  readonly because: string;
}

export interface Estimated {
  readonly method: MethodName;
  /** For the slots that are asked for, in order of time. */
  readonly values: readonly Estimate[];
}

export interface Climbed {
  /** Null where no method can, or none may. */
  readonly estimated: Estimated | null;
  readonly passed: readonly Passed[];
}

/**
 * Estimates the missing values of one register by the first method of the ladder that can.
 *
 * @param methods what the community allows, and for how long a gap
 * @param only    no other method than this one
 * @returns for intervals one value for each slot, for a display one for the end of each slot that is asked for: before the multiplier, on
 *   the energy grid; and the methods that were passed over, in their order
 * @law fills exactly the slots that are asked for; 0 ≤ low ≤ value ≤ high; independent of the order of flows; Σ values × multiplier =
 *   the known advance, where that lies on the grid; a longer history never leads to a later method
 * @source domain: HeizkostenV § 9a (1), WA Metering Code methods 11, 12, 14
 * @example intervals 0.4 before and 0.7 after a gap of two → linear: 0.5, 0.6
 */
export function estimate(gap: Gap, around: Around, methods: Methods, only: MethodName | null = null): Climbed {
  const passed: Passed[] = [];
  for (const method of methodNames) {
    if (only !== null && method !== only) continue;
    const outcome = refusal(gap, methods[method]) ?? ladder[method](gap, around);
    if (typeof outcome !== 'string') return { estimated: { method, values: valuesOf(gap, outcome) }, passed };
    passed.push({ method, because: outcome });
  }
  return { estimated: null, passed };
}

function refusal(gap: Gap, { allowed, maxGapHours }: Methods[MethodName]): string | null {
  const hull = hullOf(gap);
  if (!allowed) return 'The community does not allow it.';
  if (hull.to - hull.from <= maxGapHours * hourMs) return null;
  return `The gap is of ${hoursOf(hull)} hours, and it is allowed for at most ${maxGapHours}.`;
}

/** Steps of the device in one slot. */
interface Steps {
  readonly value: Decimal;
  readonly low: Decimal;
  readonly high: Decimal;
}

function valuesOf(gap: Gap, profile: Profile): Estimate[] {
  const steps = gap.advance === null ? freeSteps(gap, profile) : scaledSteps(gap, profile, gap.advance.value);
  const common = [gap.start, gap.advance].filter((known) => known !== null);
  return gap.start === null ? intervals(gap, profile, steps, common) : displays(gap, profile, steps, common, gap.start);
}

function freeSteps({ multiplier }: Gap, { over, slots }: Profile): Steps[] {
  const by = over.times(multiplier);
  const { scale, rounding } = energyGrid;
  return slots.map(({ use, low, high }) => ({
    value: quotient(use, by, scale, rounding),
    low: quotient(low, by, scale, 'down'),
    high: quotient(high, by, scale, 'up'),
  }));
}

/** The shape of a profile with the amount of the display. What a slot got cannot be more than what all of them have. */
function scaledSteps({ register, multiplier, slots: times }: Gap, { slots }: Profile, advance: Decimal): Steps[] {
  const { scale, rounding } = energyGrid;
  const total = quotient(advance, multiplier, scale, rounding);
  if (total.isZero()) return slots.map(() => ({ value: zero, low: zero, high: zero }));
  const uses = slots.map(({ use }) => use);
  const rank = (index: number): string => tieRank(register.id, fromEpochMs(times[index]?.from ?? 0));
  const parts = splitOnGrid(total, scale, uses, rank);
  const whole = uses.reduce((a, b) => a.plus(b));
  return slots.map(({ low, high }, i): Steps => {
    const value = parts[i] ?? zero;
    const [least, most] = [
      quotient(low.times(total), whole, scale, 'down'),
      quotient(high.times(total), whole, scale, 'up'),
    ];
    return { value, low: Decimal.min(least, value), high: Decimal.max(value, Decimal.min(most, total)) };
  });
}

const intervals = ({ slots }: Gap, profile: Profile, steps: readonly Steps[], common: readonly Known[]): Estimate[] =>
  slots.flatMap(({ from, to, isAsked }, i): Estimate[] => {
    const [own, said] = [steps[i], profile.slots[i]];
    if (!isAsked || !own || !said) return [];
    return [{ at: fromEpochMs(from), until: fromEpochMs(to), ...own, inputs: [...said.inputs, ...common] }];
  });

/** A display counts on from where it was last read, and never shows less than that nor more than when it was next read. */
function displays(
  { slots, advance, multiplier, capacity }: Gap,
  profile: Profile,
  steps: readonly Steps[],
  common: readonly Known[],
  start: Known,
): Estimate[] {
  const end = advance === null ? null : quotient(advance.value, multiplier, energyGrid.scale, energyGrid.rounding);
  let counted: Steps = { value: zero, low: zero, high: zero };
  return slots.flatMap(({ to, isAsked }, i): Estimate[] => {
    const [own, said] = [steps[i], profile.slots[i]];
    if (!own || !said) return [];
    const high = counted.high.plus(own.high);
    counted = {
      value: counted.value.plus(own.value),
      low: counted.low.plus(own.low),
      high: end === null ? high : Decimal.min(high, end),
    };
    if (!isAsked) return [];
    return [
      {
        at: fromEpochMs(to),
        until: null,
        ...shown(start.value, counted, capacity),
        inputs: [...said.inputs, ...common],
      },
    ];
  });
}

/** What a display shows after so many steps. A band does not reach back over a wrap, nor on to one. */
function shown(start: Decimal, { value, low, high }: Steps, capacity: Decimal | null): Steps {
  const [at, least, most] = [start.plus(value), start.plus(low), start.plus(high)];
  if (capacity === null) return { value: at, low: least, high: most };
  if (at.lessThan(capacity)) return { value: at, low: least, high: Decimal.min(most, capacity) };
  return {
    value: at.minus(capacity),
    low: Decimal.max(zero, least.minus(capacity)),
    high: Decimal.min(most.minus(capacity), capacity),
  };
}

/** An input as it is kept and shown. */
export interface Input {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly value: string;
}

/** Writes what an estimate was made of. */
export const writtenInputs = (inputs: readonly Known[]): Input[] =>
  inputs.map(({ name, from, to, value }) => ({
    name,
    from: fromEpochMs(from),
    to: fromEpochMs(to),
    value: plain(value),
  }));
