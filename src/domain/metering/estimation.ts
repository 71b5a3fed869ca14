import type { Instant } from '../calendar/period.js';
import type { Zone } from '../calendar/zone.js';
import { type Decimal, sum, zero } from '../quantity/decimal.js';
import type { Slice } from './figures.js';
import type { Range } from './range.js';
import type { Register } from './reading.js';

/**
 * What estimation is given and what it says. It works on use: energy after the multiplier, in slots of time. The use of a display's slot
 * becomes the reading at its end, the use of an interval the interval itself (estimate.ts).
 */

/** The rungs of the ladder, in their order: what was measured, what follows from the node, the register's own habits, other people's. */
export const methodNames = [
  'check-meter',
  'node-balance',
  'linear',
  'like-day',
  'last-year',
  'average-day',
  'comparable',
] as const;
export type MethodName = (typeof methodNames)[number];

/** What a community decided about each method. */
export type Methods = Readonly<Record<MethodName, { readonly allowed: boolean; readonly maxGapHours: number }>>;

/** A part of the time that is missing. */
export interface Slot extends Range {
  /** Whether its value is asked for. The way from the last reading of a display to the edge of a period is not, but has to be known. */
  readonly isAsked: boolean;
}

/** A figure that an estimate was made of, by its name: a use over a time, or what a display showed at an instant. */
export interface Known extends Range {
  readonly name: string;
  readonly value: Decimal;
}

/** Time of one device in which nothing is known. */
export interface Gap {
  readonly register: Register;
  /** Of the device that was in. */
  readonly multiplier: Decimal;
  readonly capacity: Decimal | null;
  /** 1..n, in order of time, each beginning where the one before ends. */
  readonly slots: readonly Slot[];
  /** The reading of a display at which the first slot begins; null for intervals. */
  readonly start: Known | null;
  /** What was used in all slots together, where a display tells; ≥ 0. */
  readonly advance: Known | null;
}

/** What something else used in each slot of a gap; null where that is not known. */
export interface Flow {
  readonly name: string;
  readonly uses: readonly (Decimal | null)[];
}

/** The other meters around the point where a register measures: what goes in must come out. */
export interface Node {
  readonly inflows: readonly Flow[];
  readonly outflows: readonly Flow[];
  /** What the meters of the node left unexplained of what went in, in the time just before the gap; null where that is not known. */
  readonly before: { readonly unexplained: Decimal; readonly inflow: Decimal } | null;
  /** A node closes where no more than so many percent is unexplained: losses and tolerances. */
  readonly tolerancePercent: Decimal;
}

/** The use of another space. */
export interface Comparable extends Flow {
  /** m² > 0. */
  readonly area: Decimal;
}

/** What is known around a gap. */
export interface Around {
  readonly zone: Zone;
  /** Meters that measure the same energy, the surest first. */
  readonly checks: readonly Flow[];
  readonly node: Node | null;
  /** What the register is known to have used at other times, in order of time, not overlapping; no estimates. */
  readonly history: readonly Slice[];
  /** m² of the space behind the register; null where it has none. */
  readonly area: Decimal | null;
  readonly comparables: readonly Comparable[];
}

/** What a method says of one slot; all three over the profile's `over`, 0 ≤ low ≤ use ≤ high. */
export interface SlotUse {
  readonly use: Decimal;
  readonly low: Decimal;
  readonly high: Decimal;
  readonly inputs: readonly Known[];
}

/** Use of each slot as an exact quotient: nothing is divided before the value is rounded. */
export interface Profile {
  /** > 0. */
  readonly over: Decimal;
  readonly slots: readonly SlotUse[];
}

/** A profile, or a sentence that says why there is none. */
export type Method = (gap: Gap, around: Around) => Profile | string;

/** A value that was not read: of an interval, or of a display at an instant. */
export interface Estimate {
  readonly at: Instant;
  /** The end of an interval; null for a display. */
  readonly until: Instant | null;
  /** Before the multiplier, on the energy grid; low ≤ value ≤ high. */
  readonly value: Decimal;
  readonly low: Decimal;
  readonly high: Decimal;
  readonly inputs: readonly Known[];
}

/** How far a use may be off, on both sides. */
export function within(use: Decimal, percent: Decimal, inputs: readonly Known[]): SlotUse {
  const off = use.times(percent).times('0.01');
  const low = use.minus(off);
  return { use, low: low.isNegative() ? zero : low, high: use.plus(off), inputs };
}

/** False where all is zero and the display says that something was used: such a profile cannot be scaled to it. */
export const canScale = ({ advance }: Gap, uses: readonly Decimal[]): boolean =>
  advance === null || advance.value.isZero() || !sum(uses).isZero();

/** The whole time of a gap. */
export const hullOf = ({ slots }: Gap): Range => ({ from: slots[0]?.from ?? 0, to: slots.at(-1)?.to ?? 0 });
