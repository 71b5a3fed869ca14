import type { ProrationPolicy } from '../calendar/proration.js';
import type { Instant } from '../calendar/period.js';
import type { Decimal } from '../quantity/decimal.js';
import type { BandPrices } from './price.js';

/*
 * What a tariff is made of. A component is one price with its rule; a tariff is a list of them, in the order in which a statement
 * prints them. Names are unique in a tariff, and what is priced "by band" means the bands of the tariff's one calendar.
 */

/** Money for each day. */
export interface StandingComponent {
  readonly kind: 'standing';
  /** As the statement prints it; unique in a tariff. */
  readonly name: string;
  readonly perDay: Decimal;
}

/** Money for each month, year or billing period; below zero for a fixed discount. */
export interface PeriodicComponent {
  readonly kind: 'periodic';
  readonly name: string;
  readonly amount: Decimal;
  readonly per: 'month' | 'year' | 'period';
  /** How a part of a month or year is charged. A part of a billing period goes by its days. */
  readonly proration: ProrationPolicy;
}

/** Money for each unit used in all hours, or in one band only. */
export interface PerUnitComponent {
  readonly kind: 'per-unit';
  readonly name: string;
  readonly perUnit: Decimal;
  /** `kWh`, `m3`: must be the unit of what is priced. */
  readonly unit: string;
  /** A band of the tariff's calendar; null for every hour. */
  readonly band: string | null;
}

/** A levy for each unit, by a rate that somebody else sets and dates. */
export interface LevyComponent {
  readonly kind: 'levy';
  readonly name: string;
  readonly perUnit: Decimal;
  readonly unit: string;
  /** The rate by its date, as whoever levies it calls it: "main rate from 1 April 2026". */
  readonly rate: string;
}

/** Money back for each unit that flows out. */
export interface ExportComponent {
  readonly kind: 'export-credit';
  readonly name: string;
  /** What is paid for a unit; above zero is a credit. */
  readonly perUnit: Decimal;
  readonly unit: string;
  readonly band: string | null;
}

/** Money for each unit, by the band in which it was used. */
export interface TimeOfUseComponent {
  readonly kind: 'time-of-use';
  readonly name: string;
  readonly unit: string;
  readonly prices: BandPrices;
}

/** A price up to a limit, and the limit included. */
export interface Tier {
  /** Null for all above the tier before. */
  readonly upTo: Decimal | null;
  readonly price: Decimal;
}

/**
 * `graduated`: each unit at the price of the tier that it falls into. `whole-quantity`: all units at the price of the tier that the
 * whole quantity reaches.
 */
export type TierScheme = 'graduated' | 'whole-quantity';

/** Over what use is counted before it is compared with the limits. */
export type TierCount = 'period' | 'month' | 'day';

/**
 * What a limit means. `whole`: as it stands, however short the count. `by-days`: the days' part of it where a month or billing period
 * is not there as a whole. `per-day`: so much for each day of the count. `per-kW`: so much for each kW of the demand of the count.
 */
export type TierLimit = 'whole' | 'by-days' | 'per-day' | 'per-kW';

/** Money for each unit, by how much was used. */
export interface TieredComponent {
  readonly kind: 'tiered';
  readonly name: string;
  readonly unit: string;
  readonly scheme: TierScheme;
  readonly count: TierCount;
  readonly limits: TierLimit;
  /** Minutes of the demand that a limit `per-kW` is multiplied by; null for other limits. */
  readonly demandMinutes: number | null;
  /** Prices in all hours, under `allHours`, or by band; each with an open last tier. */
  readonly tiers: Readonly<Record<string, readonly Tier[]>>;
  /** `band`: the use of each band climbs its own tiers. `total`: the use of all hours does, and each band has its part of every tier. */
  readonly climbs: 'band' | 'total';
}

/** What a demand in earlier months still counts for. */
export interface Ratchet {
  /** Of the highest earlier demand. */
  readonly percent: Decimal;
  /** So many months before, or those of the twelve months before that are named (1..12). */
  readonly months: number | readonly number[];
  /** `must-be-known`: refuses where a month is not measured. `as-known`: months that are not measured do not count. */
  readonly earlier: 'must-be-known' | 'as-known';
}

/** When a demand is looked at, and what it costs there. */
export interface DemandWindow {
  /** Empty where a component has only one. */
  readonly name: string;
  /** Bands of the tariff's calendar; null for all hours. */
  readonly bands: readonly string[] | null;
  /** Charged in these months (1..12) only; null for every month. */
  readonly months: readonly number[] | null;
  /** Money for each kW or kVA, by how many there are. */
  readonly tiers: readonly Tier[];
}

/** Money for the highest mean power of each calendar month. */
export interface DemandComponent {
  readonly kind: 'demand';
  readonly name: string;
  readonly unit: 'kW' | 'kVA';
  /** The length of the mean; a divisor of 60. */
  readonly minutes: number;
  /** kW for each kVA, agreed; null where the demand is in kW, or was measured in kVAh. */
  readonly powerFactor: Decimal | null;
  /** A price for each month, or for each day. */
  readonly per: 'month' | 'day';
  /** How a part of a month is charged, where the price is for a month. */
  readonly proration: ProrationPolicy;
  readonly scheme: TierScheme;
  readonly windows: readonly DemandWindow[];
  readonly ratchet: Ratchet | null;
  /** The least that is charged for; null for none. */
  readonly least: Decimal | null;
}

/** A price for a stretch of time. */
export interface PricePoint {
  readonly from: Instant;
  readonly to: Instant;
  readonly price: Decimal;
}

/** Money for each unit, by the price of its half-hour. */
export interface SeriesComponent {
  readonly kind: 'series';
  readonly name: string;
  readonly unit: string;
  /** What the series is called. */
  readonly series: string;
  /** In order of time. Time that no point covers has no price, and no other point's either. */
  readonly points: readonly PricePoint[];
}

/** The least, or the most, that components before it come to; a line of its own makes up the difference. */
export interface LimitComponent {
  readonly kind: 'minimum' | 'maximum';
  readonly name: string;
  readonly amount: Decimal;
  readonly per: 'month' | 'year' | 'period';
  readonly proration: ProrationPolicy;
  /** Names of components before it; null for all of them. */
  readonly of: readonly string[] | null;
}

/** Percent off components before it, on a line of its own. */
export interface DiscountComponent {
  readonly kind: 'discount';
  readonly name: string;
  readonly percent: Decimal;
  /** Names of components before it; null for all of them. */
  readonly of: readonly string[] | null;
}

/** A component that prices what was used, or days. */
export type PricingComponent =
  | StandingComponent
  | PeriodicComponent
  | PerUnitComponent
  | LevyComponent
  | ExportComponent
  | TimeOfUseComponent
  | TieredComponent
  | DemandComponent
  | SeriesComponent;
/** A component that looks at the lines of others. */
export type AdjustingComponent = LimitComponent | DiscountComponent;
export type Component = PricingComponent | AdjustingComponent;

/** True for a component that looks at the lines of others. */
export const isAdjusting = (component: Component): component is AdjustingComponent =>
  component.kind === 'minimum' || component.kind === 'maximum' || component.kind === 'discount';

/** The only band of prices and quantities that do not go by band. */
export const allHours = '';

/** True for a tiered component whose prices go by band. */
export const isByBand = ({ tiers }: TieredComponent): boolean => !Object.hasOwn(tiers, allHours);

/** The bands that a component's prices speak of; empty where its price does not depend on the hour. */
export function bandsOf(component: Component): readonly string[] {
  switch (component.kind) {
    case 'per-unit':
    case 'export-credit':
      return component.band === null ? [] : [component.band];
    case 'time-of-use':
      return Object.keys(component.prices);
    case 'tiered':
      return isByBand(component) ? Object.keys(component.tiers) : [];
    case 'demand':
      return [...new Set(component.windows.flatMap(({ bands }) => bands ?? []))];
    default:
      return [];
  }
}
