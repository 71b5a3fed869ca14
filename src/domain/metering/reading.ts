import type { Instant, Span } from '../calendar/period.js';
import type { Decimal, Rounding } from '../quantity/decimal.js';

/**
 * What a meter says, and on which device. Readings are facts: they are superseded, never edited, and the ones given to this folder
 * are those in force, one for each register and instant or interval.
 */

/** How a value arose, from the best to the worst. */
export const qualities = ['actual', 'customer', 'derived', 'substituted', 'estimated'] as const;
export type Quality = (typeof qualities)[number];

const rank: Readonly<Record<Quality, number>> = { actual: 0, customer: 1, derived: 2, substituted: 3, estimated: 4 };

/** The worse of two qualities: a sum is no better than its worst part. */
export const worse = (a: Quality, b: Quality): Quality => (rank[a] >= rank[b] ? a : b);

/** The better of two qualities: of two equal values, the one that is surer. */
export const better = (a: Quality, b: Quality): Quality => (rank[a] <= rank[b] ? a : b);

/** What the display shows at an instant, before the multiplier. */
export interface CumulativeReading {
  readonly at: Instant;
  /** In the display's own steps; at most 6 fraction digits. */
  readonly value: Decimal;
  readonly quality: Quality;
}

/** A quantity used between two instants. */
export interface IntervalReading extends Span {
  /** In the register's unit before the multiplier; at most 6 fraction digits; ≥ 0. */
  readonly quantity: Decimal;
  readonly quality: Quality;
}

export interface Register {
  readonly id: string;
  /** The name people use: meter and register, as in `SHOP-07 import`. */
  readonly label: string;
  readonly kind: 'cumulative' | 'interval';
  /** Of the consumption, after the multiplier: `kWh`, `m3`, `min`. */
  readonly unit: string;
}

/** The time [from, to) in which one device served a register. At the instant of an exchange the new device is in. */
export interface Installation {
  readonly from: Instant;
  readonly to: Instant | null;
  /** Register units for one step of the display: the CT ratio, 1 for a direct meter; > 0. */
  readonly multiplier: Decimal;
  /** The value at which the display wraps to zero, as 1000000 for six digits; null where it is not declared. */
  readonly capacity: Decimal | null;
  /** The most the installation can use in an hour, in the register's unit after the multiplier; null where it is not declared. */
  readonly plausibleMaxPerHour: Decimal | null;
  /** What the display showed at `from`; need not be 0; null where nobody read it. */
  readonly opening: Decimal | null;
  /** What the display showed at `to`; null while it is in, or where nobody read it. */
  readonly closing: Decimal | null;
}

/** The grid on which a value between two readings is rounded, once, for both its neighbours. */
export interface Grid {
  readonly scale: number;
  readonly rounding: Rounding;
}

/** Energy is kept to six fraction digits, as the readings are. */
export const energyGrid: Grid = { scale: 6, rounding: 'half-even' };

/** A value of a register at the edge of a span. */
export interface Boundary {
  readonly at: Instant;
  readonly value: Decimal;
  readonly quality: Quality;
  /** Computed between two readings, not read. */
  readonly interpolated: boolean;
}

/** What one device counted inside one span: the row that a statement prints. */
export interface Advance {
  readonly opening: Boundary;
  readonly closing: Boundary;
  readonly multiplier: Decimal;
  /** Display steps added because the display wrapped; zero as a rule. */
  readonly wrapped: Decimal;
  /** (closing + wrapped − opening) × multiplier. */
  readonly quantity: Decimal;
}

/** Consumption of one span; `quantity` is null where a blocking issue says why. */
export interface Piece {
  readonly span: Span;
  readonly quantity: Decimal | null;
  readonly quality: Quality;
  /** One for each device of a cumulative register that counted inside the span; empty for an interval register. */
  readonly advances: readonly Advance[];
}
