import { type BandCalendar, bandWindows, type BandWindow } from '../calendar/bands.js';
import { addDays, daysIn, epochMs, monthsOf, type Period } from '../calendar/period.js';
import { spanOf, type Zone } from '../calendar/zone.js';
import type { Issue, Subject } from '../errors.js';
import { consumptionOver } from '../metering/consumption.js';
import { energyGrid, type Installation, type IntervalReading, type Register } from '../metering/reading.js';
import { type Decimal, one, sum, zero } from '../quantity/decimal.js';
import { allHours } from '../tariff/component.js';
import { measurePeaks, monthsFilled } from './measure-peaks.js';
import { priceSeries } from './rate-series.js';
import type { ByBand, Needs, Peak, Usage, UsageSlice } from './usage.js';

/*
 * The problem: a year of half-hours on one side, a tariff with tiers by the month, a demand by the evening and prices by the half-hour on
 * the other.
 *
 * Method: cut the time where bands change and where the tariff counts anew, let the meter's own rules say what was used in each part
 * (they name what is missing), and take peaks and prices from the readings themselves. Months before the period are looked at where the
 * readings fill them and the tariff looks back.
 */

/** What one meter sent, in the unit that is priced. */
export interface Sent {
  readonly label: string;
  /** Quantities after any multiplier. */
  readonly readings: readonly IntervalReading[];
  /** What flowed out; null where no register counts it. */
  readonly exported: readonly IntervalReading[] | null;
}

/** The days that are rated, where, and by which bands. */
export interface Rated {
  readonly period: Period;
  readonly zone: Zone;
  readonly calendar: BandCalendar | null;
}

/**
 * What a tariff needs to know, from the readings of one meter.
 *
 * @param needs   of the tariff (`needsOf`)
 * @param earlier peaks of months before the period that are known from elsewhere
 * @returns the usage, and all that is missing or odd; whoever rates stops where an issue blocks
 * @throws DomainError `invalid-input` where readings are too long to show a demand
 * @law days and months add up to the whole; independent of the order of readings
 */
export function measureUsage(
  needs: Needs,
  sent: Sent,
  rated: Rated,
  earlier: readonly Peak[] = [],
): { readonly usage: Usage; readonly issues: readonly Issue[] } {
  const { period, zone, calendar } = rated;
  const span = spanOf(period, zone);
  const windows = calendar ? bandWindows(calendar, span, zone) : [{ band: allHours, ...span }];
  const slices = slicesOf(needs, period);
  const used = byBandOf(sent.label, sent.readings, slices, windows, zone, needs.unit ?? 'kWh');
  const out =
    needs.exported && sent.exported
      ? byBandOf(`${sent.label} export`, sent.exported, [period], windows, zone, needs.unit ?? 'kWh')
      : null;
  const intervals = inOrder(sent.readings);
  const own = intervals.filter(({ from, to }) => epochMs(from) < epochMs(span.to) && epochMs(to) > epochMs(span.from));
  const subject: Subject = { kind: 'register', id: sent.label, label: sent.label };
  const priced = needs.series.map((component) => priceSeries(component, own, subject));
  const before = needs.peaks.length === 0 ? [] : monthsFilled(intervals, period, needs.lookback, zone);
  const peaks = [...before, period].flatMap((days) => {
    const of = days === period || !calendar ? windows : bandWindows(calendar, spanOf(days, zone), zone);
    return measurePeaks(intervals, needs.peaks, of, days, zone);
  });
  const idle = (calendar?.bands ?? []).filter((band) => !windows.some((window) => window.band === band));
  return {
    usage: {
      unit: needs.unit ?? '',
      byBand: together(used.slices),
      idleBands: idle,
      ...(out ? { exported: together(out.slices) } : {}),
      ...(needs.months
        ? {
            months: monthsOf(period).map((month) => ({ period: month, byBand: together(inMonth(used.slices, month)) })),
          }
        : {}),
      ...(needs.days ? { days: used.slices } : {}),
      peaks: [...earlier, ...peaks],
      series: priced.map(({ use }) => use),
    },
    issues: [...used.issues, ...(out?.issues ?? []), ...priced.flatMap((one) => one.issues)],
  };
}

/** The finest cut that a tariff asks for: days, months or the whole. */
function slicesOf(needs: Needs, period: Period): Period[] {
  if (!needs.days) return needs.months ? monthsOf(period) : [period];
  return Array.from({ length: daysIn(period) }, (_, i) => ({
    from: addDays(period.from, i),
    to: addDays(period.from, i + 1),
  }));
}

const inMonth = (slices: readonly UsageSlice[], { from, to }: Period): UsageSlice[] =>
  slices.filter(({ period }) => period.from >= from && period.to <= to);

/** Sums by band; bands in the order in which they first come. */
function together(slices: readonly UsageSlice[]): ByBand {
  const bands = [...new Set(slices.flatMap(({ byBand }) => Object.keys(byBand)))];
  return Object.fromEntries(bands.map((band) => [band, sum(slices.map(({ byBand }) => byBand[band] ?? zero))]));
}

/** By time; the same reading sent twice counts once. */
function inOrder(readings: readonly IntervalReading[]): IntervalReading[] {
  const sorted = readings.toSorted((a, b) => epochMs(a.from) - epochMs(b.from));
  return sorted.filter((reading, i) => i === 0 || sorted[i - 1]?.from !== reading.from);
}

function byBandOf(
  label: string,
  readings: readonly IntervalReading[],
  slices: readonly Period[],
  windows: readonly BandWindow[],
  zone: Zone,
  unit: string,
): { slices: UsageSlice[]; issues: readonly Issue[] } {
  const cuts = slices.flatMap((period, slice) => {
    const { from, to } = spanOf(period, zone);
    return windows
      .filter((window) => epochMs(window.to) > epochMs(from) && epochMs(window.from) < epochMs(to))
      .map((window) => ({
        slice,
        band: window.band,
        from: epochMs(window.from) > epochMs(from) ? window.from : from,
        to: epochMs(window.to) < epochMs(to) ? window.to : to,
      }));
  });
  const register: Register = { id: label, label, kind: 'interval', unit };
  const hull = { from: cuts[0]?.from ?? '', to: cuts.at(-1)?.to ?? '' };
  const { pieces, issues } = consumptionOver(register, [deviceFrom(hull.from)], readings, cuts, {
    maxGapHours: 0,
    grid: energyGrid,
  });
  const found = slices.map(() => new Map<string, Decimal>());
  cuts.forEach(({ slice, band }, i) => {
    const byBand = found[slice];
    // No quantity comes with an issue that blocks; whoever rates stops there.
    byBand?.set(band, (byBand.get(band) ?? zero).plus(pieces[i]?.quantity ?? zero));
  });
  return { issues, slices: slices.map((period, i) => ({ period, byBand: Object.fromEntries(found[i] ?? []) })) };
}

const deviceFrom = (from: string): Installation => ({
  from,
  to: null,
  multiplier: one,
  capacity: null,
  plausibleMaxPerHour: null,
  opening: null,
  closing: null,
});
