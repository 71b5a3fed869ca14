import type { Key } from '../../domain/apportionment/key.js';
import type { OccupancyPiece } from '../../domain/apportionment/pieces.js';
import type { Thresholds } from '../../domain/apportionment/residual.js';
import type { CivilDate, Instant, Period } from '../../domain/calendar/period.js';
import type { Zone } from '../../domain/calendar/zone.js';
import type { Issue } from '../../domain/errors.js';
import type { TaxPolicy } from '../../domain/invoice/tax.js';
import type { RuleName } from '../../domain/metering/validation.js';
import type { Decimal } from '../../domain/quantity/decimal.js';
import type { Currency } from '../../domain/quantity/money.js';
import type { Tariff } from '../../domain/tariff/tariff.js';
import type { Charge, SupplierBill } from '../costs/costs.service.js';

export type { BillComponent, Charge, SupplierBill } from '../costs/costs.service.js';

/** All that a run is computed from, as it stood when it was collected. Nothing else reaches the steps after it. */
export interface RunInputs {
  readonly communityId: string;
  readonly currency: Currency;
  readonly tax: TaxPolicy;
  /** The day whose tax rates apply: the last of the period, so that what was approved is what is issued. */
  readonly taxPoint: CivilDate;
  readonly thresholds: Thresholds;
  readonly site: RunSite;
  readonly period: Period;
  readonly pieces: readonly OccupancyPiece[];
  /** What members and the spaces of the site are called, by id. */
  readonly codes: Readonly<Record<string, string>>;
  readonly meters: readonly RunMeter[];
  readonly uses: readonly MeasuredUse[];
  readonly bills: readonly SupplierBill[];
  readonly charges: readonly Charge[];
  readonly keys: ReadonlyMap<string, RunKey>;
  readonly tariffs: ReadonlyMap<string, RunTariff>;
  /** What collecting found missing or odd. */
  readonly issues: readonly Issue[];
  /** What validation sees of the period. */
  readonly findings: readonly RunFinding[];
}

/** A finding of validation, as the run would say it. */
export interface RunFinding {
  readonly issue: Issue;
  readonly rule: RuleName;
  /** Null where it is about a meter or the site. */
  readonly registerId: string | null;
  readonly siteId: string;
  readonly utility: string | null;
  /** True where somebody confirmed that the display wrapped: then nothing is left to say of it. */
  readonly isConfirmed: boolean;
}

export interface RunSite {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly zone: Zone;
}

/** A register that stood at the site in the period. */
export interface RunMeter {
  readonly registerId: string;
  readonly meterCode: string;
  readonly role: 'source' | 'sub' | 'virtual';
  readonly utility: string;
  readonly unit: string;
  readonly direction: 'import' | 'export';
}

/** What a register measured in one hand, in one band of one calendar. */
export interface MeasuredUse {
  readonly registerId: string;
  readonly installationId: string;
  readonly spaceId: string | null;
  readonly memberId: string | null;
  /** Code of the calendar; null for the whole, which has no bands. */
  readonly calendar: string | null;
  /** Empty for the whole. */
  readonly band: string;
  readonly from: Instant;
  readonly to: Instant;
  readonly quantity: Decimal;
  readonly quality: string;
  readonly opening: ReadingAt | null;
  readonly closing: ReadingAt | null;
  readonly intervals: number | null;
}

export interface ReadingAt {
  readonly value: string;
  readonly at: Instant;
  readonly quality: string;
}

/** What is in force over a piece of the period, with the decision behind it. */
export interface InForce {
  readonly period: Period;
  readonly versionId: string;
  /** Code of the calendar whose bands it speaks of; null where all hours count alike. */
  readonly calendar: string | null;
  readonly sentence: string;
  readonly adoptedBy: string;
  readonly adoptedOn: CivilDate;
  readonly decision: string;
}

/** A key over the period; pieces in order of time. */
export interface RunKey {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly pieces: readonly (InForce & { readonly key: Key })[];
}

/** A tariff of the community's own over the period; pieces in order of time. */
export interface RunTariff {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly pieces: readonly (InForce & { readonly tariff: Tariff })[];
}
