import type { BandWindow } from '../../../domain/calendar/bands.js';
import type { CivilDate, Instant, Span } from '../../../domain/calendar/period.js';
import type { Issue } from '../../../domain/errors.js';
import type { Boundary, Quality } from '../../../domain/metering/reading.js';
import type { PartUse } from '../../../domain/metering/virtual-use.js';
import type { Decimal } from '../../../domain/quantity/decimal.js';
import type { Device, InstalledRegister } from '../registers/installed-registers.js';

/** A time in which one member, or nobody, had a space: as occupancies cut it. */
export interface OccupancyPiece {
  readonly spaceId: string;
  readonly memberId: string | null;
  readonly from: CivilDate;
  readonly to: CivilDate;
}

/** Band calendars by name, with their windows over the whole span that is asked for. */
export type Bands = ReadonlyMap<string, readonly BandWindow[]>;

/** What one register counted in one cut, in one band of one calendar or (both null) in all. */
export interface Use {
  readonly registerId: string;
  readonly register: string;
  readonly direction: 'import' | 'export';
  readonly unit: string;
  readonly meterId: string;
  readonly meter: string;
  readonly meterRole: 'source' | 'sub' | 'virtual' | 'deduction';
  readonly utility: string;
  readonly installationId: string;
  readonly serial: string;
  readonly multiplier: Decimal;
  readonly spaceId: string | null;
  readonly memberId: string | null;
  readonly calendar: string | null;
  readonly band: string | null;
  readonly from: Instant;
  readonly to: Instant;
  /** In the unit, after the multiplier; null where a blocking issue says why. */
  readonly quantity: Decimal | null;
  readonly quality: Quality;
  /** What the display showed at both ends; null for interval registers and for single bands. */
  readonly opening: Boundary | null;
  readonly closing: Boundary | null;
  /** How many intervals were added; null for cumulative registers. */
  readonly intervals: number | null;
  /** What a virtual register was worked out from; absent for registers that are read. */
  readonly parts?: readonly PartUse[];
}

export interface Uses {
  readonly uses: readonly Use[];
  readonly issues: readonly Issue[];
}

/** The part of a span that one device measured for one occupant. */
export interface Cut extends Span {
  readonly device: Device;
  readonly memberId: string | null;
}

/** What is asked for within a cut: one band of one calendar, or everything. Its stretches are parts of the cut. */
export interface Question {
  readonly cut: number;
  readonly calendar: string | null;
  readonly band: string | null;
  readonly stretches: readonly Span[];
}

/** One register with all that is asked of it; registers with the same shape are asked the same. */
export interface Plan<Register = InstalledRegister> {
  readonly register: Register;
  readonly cuts: readonly Cut[];
  readonly questions: readonly Question[];
  readonly shape: string;
}

/** The answer to a question. */
export interface Answer {
  readonly quantity: Decimal | null;
  readonly quality: Quality;
  readonly opening: Boundary | null;
  readonly closing: Boundary | null;
  readonly intervals: number | null;
}
