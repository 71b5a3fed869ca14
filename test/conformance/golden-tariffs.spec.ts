import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { BandCalendar, BandRule } from '../../src/domain/calendar/bands.js';
import {
  addDays,
  addMonths,
  epochMs,
  fromEpochMs,
  monthOf,
  monthsOf,
  type Period,
} from '../../src/domain/calendar/period.js';
import type { IntervalReading } from '../../src/domain/metering/reading.js';
import {
  type Decimal,
  Decimal as Numbers,
  decimal,
  quotient,
  roundToScale,
} from '../../src/domain/quantity/decimal.js';
import { writeMoney } from '../../src/domain/quantity/money.js';
import { addUp, decimalOf, type Rational, roundRational } from '../../src/domain/quantity/rational.js';
import { measureUsage } from '../../src/domain/rating/measure-usage.js';
import { rate, rateInCoins } from '../../src/domain/rating/rate.js';
import { needsOf } from '../../src/domain/rating/usage.js';
import {
  allHours,
  type Component,
  type DemandComponent,
  type DemandWindow,
  type PeriodicComponent,
  type Tier,
  type TieredComponent,
} from '../../src/domain/tariff/component.js';
import { checkCoverage } from '../../src/domain/tariff/coverage.js';

/*
 * Worked examples of tariffs that others published: tiers, demand, a ratchet, whole months, and every case of NREL's System Advisor
 * Model (utilityrate5) that lies in the folder with an expected bill. Left out, and why: bills of a shop with generation of its own
 * (net metering, net billing, credits carried over) belong to the pool, which shares generation by a key; PySAM's and REopt's other
 * files are rates and scenarios without a bill that could be compared.
 */

const root = resolve(__dirname, '../../../shared/data');
const there = existsSync(resolve(root, 'golden.json'));
interface Case {
  readonly id: string;
  readonly kind: string;
  readonly input: any; // eslint-disable-line @typescript-eslint/no-explicit-any
  readonly expected: any; // eslint-disable-line @typescript-eslint/no-explicit-any
}
const cases = there ? (JSON.parse(readFileSync(resolve(root, 'golden.json'), 'utf8')) as Case[]) : [];
const only = (kind: string): Case[] => cases.filter((one) => one.kind === kind);

const year: Period = { from: '2018-01-01', to: '2019-01-01' };
const money = (amount: Rational): Decimal => roundRational(amount, 6, 'half-up');
const tier = (upTo: Decimal | null, price: Decimal): Tier => ({ upTo, price });
const tiered = (tiers: TieredComponent['tiers'], more: Partial<TieredComponent> = {}): TieredComponent => ({
  kind: 'tiered',
  name: 'Energy',
  unit: 'kWh',
  scheme: 'graduated',
  count: 'month',
  limits: 'whole',
  demandMinutes: null,
  climbs: 'total',
  tiers,
  ...more,
});
const demand = (windows: DemandWindow[], more: Partial<DemandComponent> = {}): DemandComponent => ({
  kind: 'demand',
  name: 'Demand',
  unit: 'kW',
  minutes: 60,
  powerFactor: null,
  per: 'month',
  proration: 'day-of-month',
  scheme: 'graduated',
  windows,
  ratchet: null,
  least: null,
  ...more,
});
const everyHour = (tiers: Tier[]): DemandWindow => ({ name: '', bands: null, months: null, tiers });
/** Hourly values from the first hour of a year that begins on a Monday and has no leap day. */
const hourly = (values: readonly Decimal[]): IntervalReading[] =>
  values.map((quantity, hour) => ({
    from: fromEpochMs(epochMs(`${year.from}T00:00:00Z`) + hour * 3_600_000),
    to: fromEpochMs(epochMs(`${year.from}T00:00:00Z`) + (hour + 1) * 3_600_000),
    quantity,
    quality: 'actual',
  }));
/** Rates every month by itself, as such bills are made. */
function byMonth(
  components: readonly Component[],
  readings: IntervalReading[],
  calendar: BandCalendar | null,
): Rational[] {
  const tariff = { components };
  checkCoverage(tariff, calendar);
  return monthsOf(year).map((period) => {
    const sent = { label: 'load', readings, exported: null };
    const { usage, issues } = measureUsage(needsOf(tariff), sent, { period, zone: 'UTC', calendar });
    expect(issues).toEqual([]);
    return addUp(rate([{ tariff, period, usage }]).map(({ amount }) => amount));
  });
}

(there ? describe : describe.skip)('worked examples of tariffs that others published', () => {
  it.each(only('tiers'))('$id: $title', ({ input, expected }) => {
    const component = tiered({
      [allHours]: (input.tiers as [string | null, string][]).map(([upTo, price]) =>
        tier(upTo === null ? null : decimal(upTo), decimal(price)),
      ),
    });
    const period = monthOf('2026-01-01');
    for (const kWh of input.kwh as string[]) {
      const byBand = { [allHours]: decimal(kWh) };
      const usage = { unit: 'kWh', byBand, months: [{ period, byBand }] };
      const lines = rate([{ tariff: { components: [component] }, period, usage }]);
      expect(lines.map(({ quantity }) => decimalOf(quantity)?.toFixed())).toEqual(expected[kWh].blocks);
      expect(writeMoney(roundRational(addUp(lines.map(({ amount }) => amount)), 2, 'half-up'), 'EUR')).toBe(
        expected[kWh].net,
      );
    }
  });

  it.each(only('fees'))('$id: $title', ({ input, expected }) => {
    const fee = (amount: string, per: PeriodicComponent['per']): Component => ({
      kind: 'periodic',
      name: per,
      amount: decimal(amount),
      per,
      proration: 'touched-months',
    });
    const period = { from: input.from as string, to: addDays(input.to as string, 1) };
    const tariff = { components: [fee(input.monthly as string, 'month'), fee(input.yearly as string, 'year')] };
    const lines = rateInCoins([{ tariff, period, usage: null }], { currency: 'CHF', rounding: 'half-up' });
    expect(lines.map(({ amount }) => writeMoney(amount, 'CHF'))).toEqual([
      expected.monthly_total,
      expected.yearly_total,
    ]);
  });

  it.each(only('sum_products'))('$id: $title', ({ input, expected }) => {
    // January reaches the full figure of the first term; every other month uses next to nothing and is charged by the look back.
    const [[full, winter], , [, summer]] = input.terms as [string[], string[], string[]];
    const warm = [5, 6, 7, 8, 9, 10];
    const window = (name: string, months: number[], price = ''): DemandWindow => ({
      name,
      bands: null,
      months,
      tiers: [tier(null, decimal(price))],
    });
    const cold = [1, 2, 3, 4, 11, 12];
    const component = demand([window('winter', cold, winter), window('summer', warm, summer)], {
      ratchet: { percent: decimal('35'), months: 11, earlier: 'as-known' },
    });
    const load = Array.from({ length: 8760 }, (_, hour) => decimal(hour === 18 ? (full ?? '') : '1'));
    expect(money(addUp(byMonth([component], hourly(load), null))).toFixed(2)).toBe(expected.total);
  });

  it.each(only('tiered_demand'))('$id: $title', ({ input, expected }) => {
    const limit = decimal(input.tier1_max_kw as string);
    const tiers = [tier(limit, decimal(input.tier1_rate as string)), tier(null, decimal(input.tier2_rate as string))];
    const each = quotient(decimal(input.annual_kwh as string), new Numbers(8760), 9, 'half-up');
    const months = byMonth([demand([everyHour(tiers)])], hourly(Array.from({ length: 8760 }, () => each)), null);
    expect(money(addUp(months)).toFixed(2)).toBe(expected.annual_demand_usd);
  });
});

/** A case of utilityrate5: schedules of periods by month and hour, and tables of tiers. */
interface Ssc {
  readonly load_csv: string;
  readonly energy_schedule_weekday: number[][];
  readonly energy_schedule_weekend: number[][];
  readonly energy_tou_matrix: { rows: [number, number, number, number, number, number][] };
  readonly demand_schedule_weekday: number[][];
  readonly demand_schedule_weekend: number[][];
  readonly demand_tou_matrix: [number, number, number, number][] | null;
  readonly demand_flat_matrix: [number, number, number, number][] | null;
  readonly fixed_monthly: number;
  readonly published_expected: { annual: number; tol: number };
  readonly recomputed: { annual: number; months: { month: number; total: number }[] };
}
const written = (value: number): Decimal => roundToScale(new Numbers(String(value)), 9, 'half-up');
const isOpen = (limit: number): boolean => limit >= 1e37;

/** One band for each pair of an energy period and a demand period, as a calendar of ours has one band an hour. */
function calendarOf(given: Ssc): BandCalendar {
  const rules: BandRule[] = [];
  const schedules = [
    { weekdays: [1, 2, 3, 4, 5], energy: given.energy_schedule_weekday, power: given.demand_schedule_weekday },
    { weekdays: [6, 7], energy: given.energy_schedule_weekend, power: given.demand_schedule_weekend },
  ];
  for (const { weekdays, energy, power } of schedules) {
    energy.forEach((hours, month) =>
      hours.forEach((period, hour) => {
        const at = (n: number): string => `${String(n).padStart(2, '0')}:00`;
        rules.push({
          band: `${period}-${power[month]?.[hour] ?? 1}`,
          months: [month + 1],
          weekdays,
          from: at(hour),
          to: at(hour + 1),
        });
      }),
    );
  }
  return { bands: [...new Set(rules.map(({ band }) => band))].sort(), rules };
}

/** Rows of period, tier, limit … to tiers by period, in order. */
function tiersBy(rows: readonly number[][], price: number): Map<number, Tier[]> {
  const sorted = [...rows].sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0) || (a[1] ?? 0) - (b[1] ?? 0));
  const byPeriod = new Map<number, Tier[]>();
  for (const row of sorted) {
    const limit = row[2] ?? 0;
    const tiers = byPeriod.get(row[0] ?? 0) ?? [];
    tiers.push(tier(isOpen(limit) ? null : written(limit), written(row[price] ?? 0)));
    byPeriod.set(row[0] ?? 0, tiers);
  }
  return byPeriod;
}

const limitsByUnit = ['whole', 'per-kW', 'per-day'] as const;

function componentsOf(given: Ssc, { bands }: BandCalendar): Component[] {
  const { rows } = given.energy_tou_matrix;
  const units = [...new Set(rows.map((row) => row[3]))];
  expect(units.length).toBe(1);
  const limits = limitsByUnit[units[0] ?? 0];
  if (limits === undefined) throw new Error('limits in kWh for each kW and day are not known here');
  const energy = tiersBy(rows, 4);
  const hoursOf = (period: number): string[] => bands.filter((band) => band.endsWith(`-${period}`));
  const windows = [
    ...[...tiersBy(given.demand_tou_matrix ?? [], 3)].map(([period, tiers]) => ({
      name: `period ${period}`,
      bands: hoursOf(period),
      months: null,
      tiers,
    })),
    ...[...tiersBy(given.demand_flat_matrix ?? [], 3)].map(([month, tiers]) => ({
      name: `month ${month + 1}`,
      bands: null,
      months: [month + 1],
      tiers,
    })),
  ];
  return [
    { kind: 'periodic', name: 'Fixed', amount: written(given.fixed_monthly), per: 'month', proration: 'day-of-month' },
    tiered(Object.fromEntries(bands.map((band) => [band, energy.get(Number.parseInt(band, 10)) ?? []])), {
      limits,
      demandMinutes: limits === 'per-kW' ? 60 : null,
    }),
    ...(windows.length > 0 ? [demand(windows)] : []),
  ];
}

const sscFolder = resolve(root, 'nrel-ssc-utilityrate5');
const sscCases = there ? readdirSync(resolve(sscFolder, 'cases')).filter((name) => name.endsWith('.json')) : [];

(there ? describe : describe.skip)('every bill of utilityrate5 that has an expected figure', () => {
  it('is in the folder, with those that golden.json names', () => {
    const named = only('ssc').map(({ input }) => basename(input.case_file as string));
    expect(named.length).toBeGreaterThan(0);
    expect(sscCases).toEqual(expect.arrayContaining(named));
  });

  it.each(sscCases)('%s', (name) => {
    const given = JSON.parse(readFileSync(resolve(sscFolder, 'cases', name), 'utf8')) as Ssc;
    const text = readFileSync(resolve(sscFolder, 'loads', given.load_csv), 'utf8');
    // The load has more digits than a meter; nine are kept, less than a millionth of a cent on the year.
    const load = text
      .split(/\s+/)
      .filter((line) => line !== '')
      .map((line) => roundToScale(new Numbers(line), 9, 'half-up'));
    const calendar = calendarOf(given);
    const months = byMonth(componentsOf(given, calendar), hourly(load), calendar);
    const annual = money(addUp(months));
    const near = (ours: Decimal, theirs: number, tolerance: string): void =>
      expect(ours.minus(written(theirs)).abs().lessThan(tolerance)).toBe(true);
    near(annual, given.published_expected.annual, String(given.published_expected.tol));
    near(annual, given.recomputed.annual, '0.001');
    given.recomputed.months.forEach(({ month, total }) => {
      expect(addMonths(year.from, month - 1) < year.to).toBe(true);
      near(money(months[month - 1] as Rational), total, '0.0001');
    });
  });
});
