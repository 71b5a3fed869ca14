import type { AccrualBasis } from '../../../domain/apportionment/accrual-basis.js';
import type { Booking } from '../../../domain/apportionment/bookings.js';
import type { Key } from '../../../domain/apportionment/key.js';
import type { OccupancyPiece } from '../../../domain/apportionment/pieces.js';
import type { Thresholds } from '../../../domain/apportionment/residual.js';
import type { Peak } from '../../../domain/apportionment/weights.js';
import type { CivilDate, Instant, Period } from '../../../domain/calendar/period.js';
import type { Zone } from '../../../domain/calendar/zone.js';
import type { Issue } from '../../../domain/errors.js';
import type { Parties } from '../../../domain/invoice/contents.js';
import type { ReducedRate } from '../../../domain/invoice/reduced-rate.js';
import type { TaxPolicy } from '../../../domain/invoice/tax.js';
import type { TaxTreatment } from '../../../domain/invoice/tax-treatment.js';
import type { GasFactor } from '../../../domain/metering/gas.js';
import type { PartUse } from '../../../domain/metering/virtual-use.js';
import type { RuleName } from '../../../domain/metering/validation.js';
import type { Decimal } from '../../../domain/quantity/decimal.js';
import type { Currency } from '../../../domain/quantity/money.js';
import type { Usage } from '../../../domain/rating/usage.js';
import type { Locale } from '../../../domain/statement/model.js';
import type { Tariff } from '../../../domain/tariff/tariff.js';
import type { PolicyTerms } from '../../community/community.service.js';
import type { Declaration } from '../../community/qualifying-uses.service.js';
import type { Charge, SupplierBill } from '../../costs/costs.service.js';
import type { RunFund } from '../../costs/funds.service.js';

export type { BillComponent, Charge, SupplierBill } from '../../costs/costs.service.js';

/** All that a run is computed from, as it stood when it was collected. Nothing else reaches the steps after it. */
export interface RunInputs {
  readonly communityId: string;
  readonly currency: Currency;
  /** The language in which lines say their reasons. */
  readonly locale: Locale;
  readonly tax: TaxPolicy;
  /** The day whose tax rates apply: the last of the period, so that what was approved is what is issued. */
  readonly taxPoint: CivilDate;
  readonly taxRules: TaxRules;
  readonly funds: readonly RunFund[];
  readonly thresholds: Thresholds;
  readonly site: RunSite;
  readonly period: Period;
  /** The member whose final statement is computed; absent where all are billed. */
  readonly leaver?: string;
  /** By utility: the period, cut wherever something that looks at its uses begins or ends; what is measured is measured slice by slice. */
  readonly slices: Readonly<Record<string, readonly Period[]>>;
  readonly pieces: readonly OccupancyPiece[];
  /** What members and the spaces of the site are called, by id. */
  readonly codes: Readonly<Record<string, string>>;
  readonly meters: readonly RunMeter[];
  readonly uses: readonly MeasuredUse[];
  /** Booked time at the site that touches the period; none of it was cancelled. */
  readonly bookings: readonly Booking[];
  /** Loads that keys by peak look at, over the days of those keys. */
  readonly peaks: readonly RunPeaks[];
  readonly bills: readonly SupplierBill[];
  /** By what components of bills belong to days, where a period or a key cuts them. */
  readonly accruals: readonly ComponentAccrual[];
  readonly charges: readonly Charge[];
  readonly keys: ReadonlyMap<string, RunKey>;
  readonly tariffs: ReadonlyMap<string, RunTariff>;
  /** What tariffs ask of meters beyond sums by band, stay by stay. */
  readonly tariffUses: readonly TariffUse[];
  /** What collecting found missing or odd. */
  readonly issues: readonly Issue[];
  /** What validation sees of the period. */
  readonly findings: readonly RunFinding[];
}

/** A component of a bill that is cut: what is cut, and by what. */
export interface ComponentAccrual {
  readonly billId: string;
  readonly component: number;
  /** What is shared of it: with the supplier's tax where the community cannot reclaim that. */
  readonly amount: Decimal;
  /** What the community reclaims of the supplier's tax. */
  readonly tax: Decimal;
  /** What the marks count: kWh, m³, days. */
  readonly unit: string;
  readonly basis: AccrualBasis;
}

/** What a version of a tariff asks of the meters of one stay, beyond sums by band. */
export interface TariffUse {
  readonly versionId: string;
  readonly spaceId: string;
  readonly memberId: string;
  /** The days of the stay for which the version is charged. */
  readonly days: Period;
  readonly usage: Omit<Usage, 'unit' | 'byBand' | 'exported'>;
}

/** By what rules lines are taxed and capped, in force on the tax point, and what occupants declared about their use. */
export interface TaxRules {
  readonly treatment: TaxTreatment;
  readonly reduced: readonly ReducedRate[];
  readonly levy: PolicyTerms<'levy'>;
  readonly caps: readonly WithoutSite<PolicyTerms<'price-cap'>['caps'][number]>[];
  readonly declarations: readonly Declaration[];
  /** What is known for invoices, where the community has a limit for simplified ones. */
  readonly invoicing?: {
    readonly simplifiedUpTo: Decimal;
    readonly issuer: Parties['issuer'];
    /** Members of whom no address is known. */
    readonly unaddressed: readonly string[];
  };
}
type WithoutSite<Cap> = Cap extends unknown ? Omit<Cap, 'site'> : never;

/** The peak loads of some days. */
export interface RunPeaks {
  readonly days: Period;
  readonly utility: string;
  readonly peaks: readonly Peak[];
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
  readonly role: 'source' | 'sub' | 'virtual' | 'deduction';
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
  /** Where the quantity was converted: what was counted, in its own unit, and by what factor. */
  readonly conversion: Conversion | null;
  readonly quality: string;
  readonly opening: ReadingAt | null;
  readonly closing: ReadingAt | null;
  readonly intervals: number | null;
  /** What the use of a virtual register was worked out from; absent for registers that are read. */
  readonly parts?: readonly PartUse[];
}

/** Gas, counted in m³ and billed in kWh. */
export interface Conversion extends GasFactor {
  readonly counted: Decimal;
  readonly unit: string;
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
