import type { Instant, Period } from '../calendar/period.js';
import { DomainError } from '../errors.js';
import type { Decimal } from '../quantity/decimal.js';
import { isAdjusting, type SeriesComponent } from '../tariff/component.js';
import type { Tariff } from '../tariff/tariff.js';

/*
 * The problem: a tariff asks more of a meter than how much was used. Tiers that are counted by the month need the use of each month,
 * a demand needs the highest half-hour and when it was, prices of half-hours need each of them.
 *
 * Method: what a tariff asks for is known before anything is measured (`needsOf`). Whoever measures, here from readings or in the
 * database, answers with the same few figures; rating multiplies them and looks at no reading.
 */

/** What was used, by band: the names of a calendar's bands, or `allHours` alone. */
export type ByBand = Readonly<Record<string, Decimal>>;

/** What was used on some of the days. */
export interface UsageSlice {
  readonly period: Period;
  readonly byBand: ByBand;
}

/** The highest mean power of a calendar month, or of the days of it that were measured. */
export interface Peak {
  readonly period: Period;
  readonly minutes: number;
  /** In the bands of this name (`windowKey`) only. */
  readonly window: string;
  /** What was used in these minutes: the power is energy × 60 / minutes. */
  readonly energy: Decimal;
  /** When they began, the first time that it happened; null where the bands hold in no hour of these days. */
  readonly at: Instant | null;
}

/** What half-hours at their own prices come to. */
export interface SeriesUse {
  readonly series: string;
  readonly quantity: Decimal;
  /** Σ quantity × price, exact. */
  readonly amount: Decimal;
  readonly intervals: number;
}

/** What was used over some days, as a tariff asks for it. What is absent was not measured; it is not zero. */
export interface Usage {
  readonly unit: string;
  readonly byBand: ByBand;
  /** Bands that hold in none of these hours, so that nothing could be measured in them: a winter band in July. */
  readonly idleBands?: readonly string[];
  /** What flowed out. */
  readonly exported?: ByBand;
  /** By calendar month, or its part; they add up to `byBand`. */
  readonly months?: readonly UsageSlice[];
  /** By day; they add up to `byBand`. */
  readonly days?: readonly UsageSlice[];
  /** Of the months of the period, and of months before it that a tariff looks back to. */
  readonly peaks?: readonly Peak[];
  readonly series?: readonly SeriesUse[];
}

/** The bands of a demand window as one name: `allHours` for every hour. */
export const windowKey = (bands: readonly string[] | null): string =>
  bands === null ? '' : JSON.stringify([...bands].sort());

/** A mean power that a tariff looks at. */
export interface PeakNeed {
  readonly minutes: number;
  readonly bands: readonly string[] | null;
  /** The unit of the readings that show it. */
  readonly unit: 'kWh' | 'kVAh';
}

/** What a tariff needs of a meter. */
export interface Needs {
  /** The unit of what is priced; null where only days count. */
  readonly unit: string | null;
  readonly exported: boolean;
  readonly months: boolean;
  readonly days: boolean;
  readonly peaks: readonly PeakNeed[];
  /** How many months before the period a ratchet looks back. */
  readonly lookback: number;
  readonly series: readonly SeriesComponent[];
}

/** What a tariff needs of a meter. @throws DomainError `invalid-input` where components are priced in two units */
export function needsOf({ components }: Tariff): Needs {
  const peaks = new Map<string, PeakNeed>();
  const series: SeriesComponent[] = [];
  const units = new Set<string>();
  let [exported, months, days, lookback] = [false, false, false, 0];
  const peak = (minutes: number, bands: readonly string[] | null, unit: PeakNeed['unit']): void =>
    void peaks.set(`${minutes} ${windowKey(bands)}`, { minutes, bands, unit });
  for (const component of components) {
    if (isAdjusting(component)) continue;
    switch (component.kind) {
      case 'standing':
      case 'periodic':
        continue;
      case 'demand':
        for (const { bands } of component.windows) peak(component.minutes, bands, energyUnitOf(component));
        units.add(energyUnitOf(component));
        if (component.ratchet) lookback = Math.max(lookback, lookbackOf(component.ratchet.months));
        continue;
      case 'tiered':
        if (component.demandMinutes !== null) peak(component.demandMinutes, null, 'kWh');
        months ||= component.count === 'month';
        days ||= component.count === 'day';
        break;
      case 'series':
        series.push(component);
        break;
      case 'export-credit':
        exported = true;
        break;
    }
    units.add(component.unit);
  }
  const [unit = null, other] = units;
  if (other !== undefined) {
    throw new DomainError('invalid-input', `The tariff prices ${unit} and ${other}. Make a tariff for each.`, {
      units: [...units],
    });
  }
  return { unit, exported, months, days, peaks: [...peaks.values()], lookback, series };
}

/** The unit of readings that a demand is seen in. */
export const energyUnitOf = ({
  unit,
  powerFactor,
}: {
  unit: 'kW' | 'kVA';
  powerFactor: Decimal | null;
}): 'kWh' | 'kVAh' => (unit === 'kVA' && powerFactor === null ? 'kVAh' : 'kWh');

const monthsOfYear = 12;
const lookbackOf = (months: number | readonly number[]): number => (typeof months === 'number' ? months : monthsOfYear);

/** True for a tariff that sums by band alone can price. */
export const needsSumsOnly = ({ exported, months, days, peaks, series }: Needs): boolean =>
  !exported && !months && !days && peaks.length === 0 && series.length === 0;
