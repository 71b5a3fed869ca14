import fc from 'fast-check';
import type { BandCalendar } from '../calendar/bands.js';
import { epochMs, fromEpochMs, monthOf, type Period } from '../calendar/period.js';
import { spanOf } from '../calendar/zone.js';
import type { IntervalReading } from '../metering/reading.js';
import { type Decimal, decimal, sum } from '../quantity/decimal.js';
import { decimalOf } from '../quantity/rational.js';
import type { Component, PricePoint, SeriesComponent } from '../tariff/component.js';
import { measureUsage } from './measure-usage.js';
import { rate } from './rate.js';
import { priceSeries } from './rate-series.js';
import { needsOf, needsSumsOnly, windowKey } from './usage.js';

const zone = 'Europe/London';
const calendar: BandCalendar = {
  bands: ['evening', 'rest'],
  rules: [
    { band: 'evening', weekdays: [1, 2, 3, 4, 5], from: '16:00', to: '20:00' },
    { band: 'rest', weekdays: [1, 2, 3, 4, 5], from: '00:00', to: '16:00' },
    { band: 'rest', weekdays: [1, 2, 3, 4, 5], from: '20:00', to: '24:00' },
    { band: 'rest', weekdays: [6, 7, 8], from: '00:00', to: '24:00' },
  ],
  holidays: ['2026-10-26'],
};
const minuteMs = 60_000;
/** Readings of a period, by the instant at which they begin. */
const readings = (period: Period, minutes: number, kWh: (from: string) => string): IntervalReading[] => {
  const span = spanOf(period, zone);
  const count = (epochMs(span.to) - epochMs(span.from)) / (minutes * minuteMs);
  return Array.from({ length: count }, (_, i) => {
    const from = fromEpochMs(epochMs(span.from) + i * minutes * minuteMs);
    const to = fromEpochMs(epochMs(from) + minutes * minuteMs);
    return { from, to, quantity: decimal(kWh(from)), quality: 'actual' };
  });
};
const demandOver = (minutes: number, bands: string[] | null): Component => ({
  kind: 'demand',
  name: 'Demand',
  unit: 'kW',
  minutes,
  powerFactor: null,
  per: 'month',
  proration: 'day-of-month',
  scheme: 'graduated',
  windows: [{ name: '', bands, months: null, tiers: [{ upTo: null, price: decimal('1') }] }],
  ratchet: null,
  least: null,
});
const needs = (...components: Component[]) => needsOf({ components });
const sent = (of: IntervalReading[]) => ({ label: 'SHOP-7', readings: of, exported: null });
const october = monthOf('2026-10-01');

describe('measureUsage', () => {
  it('finds the highest mean of quarter-hours in a half-hour, and when it began by the clock', () => {
    // On the day of 25 hours, 17:00 on the wall is 17:00Z: 4 and 5 kWh in two quarters are 18 kW over the half-hour.
    const high: Record<string, string> = {
      '2026-10-25T17:00:00Z': '4',
      '2026-10-25T17:15:00Z': '5',
      '2026-10-25T16:45:00Z': '4.5',
    };
    const of = readings(october, 15, (from) => high[from] ?? '0.1');
    const peaksOver = (minutes: number) =>
      measureUsage(needs(demandOver(minutes, null)), sent(of), { period: october, zone, calendar: null }).usage.peaks;
    expect(peaksOver(30)?.map(({ energy, at }) => [energy.toFixed(), at])).toEqual([['9', '2026-10-25T17:00:00Z']]);
    expect(peaksOver(15)?.map(({ energy }) => energy.toFixed())).toEqual(['5']);
    expect(() =>
      measureUsage(needs(demandOver(10, null)), sent(of), { period: october, zone, calendar: null }),
    ).toThrow('The mean over 10 minutes cannot be told');
  });

  it('looks at the hours of a band only, and not on a holiday', () => {
    const high: Record<string, string> = {
      '2026-10-26T17:00:00Z': '9',
      '2026-10-27T17:30:00Z': '5',
      '2026-10-27T20:00:00Z': '7',
    };
    const of = readings(october, 30, (from) => high[from] ?? '0.1');
    const { usage, issues } = measureUsage(needs(demandOver(30, ['evening'])), sent(of), {
      period: october,
      zone,
      calendar,
    });
    expect(issues).toEqual([]);
    expect(usage.peaks).toEqual([
      {
        period: october,
        minutes: 30,
        window: windowKey(['evening']),
        energy: decimal('5'),
        at: '2026-10-27T17:30:00Z',
      },
    ]);
    // 22 weekdays less the holiday, of 8 half-hours.
    expect(usage.byBand['evening']?.toFixed()).toBe('21.7');
  });

  it('says which bands have no hour, and measures the months before that readings fill where a tariff looks back', () => {
    const seasons: BandCalendar = {
      bands: ['summer', 'winter'],
      rules: [
        { band: 'summer', months: [4, 5, 6, 7, 8, 9], from: '00:00', to: '24:00' },
        { band: 'winter', months: [10, 11, 12, 1, 2, 3], from: '00:00', to: '24:00' },
      ],
    };
    const of = readings({ from: '2026-08-15', to: '2026-11-01' }, 60, () => '1');
    const base = demandOver(60, ['summer']) as Extract<Component, { kind: 'demand' }>;
    const looking = { ...base, ratchet: { percent: decimal('50'), months: 2, earlier: 'as-known' as const } };
    const { usage } = measureUsage(needs(looking), sent(of), { period: october, zone, calendar: seasons });
    expect(usage.idleBands).toEqual(['summer']);
    expect(usage.peaks?.map(({ period, at }) => [period.from, at])).toEqual([
      ['2026-09-01', '2026-08-31T23:00:00Z'],
      ['2026-10-01', null],
    ]);
    expect(rate([{ tariff: { components: [looking] }, period: october, usage }])).toEqual([]);
  });

  it('adds up over days, months and bands, whatever the readings', () => {
    const tier = {
      kind: 'tiered',
      name: 'E',
      unit: 'kWh',
      scheme: 'graduated',
      limits: 'whole',
      demandMinutes: null,
    } as const;
    const tiers = { '': [{ upTo: null, price: decimal('1') }] };
    const period = { from: '2026-10-20', to: '2026-11-05' };
    const asked = needs(
      { ...tier, count: 'month', climbs: 'band', tiers },
      { ...tier, name: 'D', count: 'day', climbs: 'band', tiers },
    );
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9999 }), { minLength: 5, maxLength: 5 }), (figures) => {
        const of = readings(period, 60, (from) =>
          decimal(String(figures[epochMs(from) % 5] ?? 0))
            .times('0.001')
            .toFixed(),
        );
        const { usage } = measureUsage(asked, sent(of.toReversed()), { period, zone, calendar });
        const whole = sum(of.map(({ quantity }) => quantity));
        const all = (slices: readonly { byBand: Readonly<Record<string, Decimal>> }[] = []) =>
          sum(slices.flatMap(({ byBand }) => Object.values(byBand)));
        expect([all([usage]), all(usage.months), all(usage.days)].map((one) => one.equals(whole))).toEqual([
          true,
          true,
          true,
        ]);
        expect([usage.months?.length, usage.days?.length]).toEqual([2, 16]);
      }),
      { numRuns: 20 },
    );
  });
});

describe('priceSeries', () => {
  const half = (hour: string, price: string): PricePoint => ({
    from: `2026-10-01T${hour}:00Z`,
    to: fromEpochMs(epochMs(`2026-10-01T${hour}:00Z`) + 30 * minuteMs),
    price: decimal(price),
  });
  const series = (...points: PricePoint[]): SeriesComponent => ({
    kind: 'series',
    name: 'Energy',
    unit: 'kWh',
    series: 'agile',
    points,
  });
  const used = (from: string, to: string, kWh: string) => ({
    from: `2026-10-01T${from}:00Z`,
    to: `2026-10-01T${to}:00Z`,
    quantity: decimal(kWh),
  });
  const subject = { kind: 'register', id: 'r', label: 'SHOP-7' } as const;

  it('multiplies each half-hour by its own price, and adds before anything is rounded', () => {
    const component = series(half('00:00', '0.12'), half('00:30', '-0.10'));
    const of = [used('00:00', '00:15', '0.2'), used('00:15', '00:30', '0.2'), used('00:30', '01:00', '0.5')];
    const { use, issues } = priceSeries(component, of, subject);
    expect([use.quantity.toFixed(), use.amount.toFixed(), issues]).toEqual(['0.9', '-0.002', []]);
    const period = { from: '2026-10-01', to: '2026-10-02' };
    const usage = { unit: 'kWh', byBand: { '': use.quantity }, series: [use] };
    const [line] = rate([{ tariff: { components: [component] }, period, usage }]);
    expect([line?.price, line && decimalOf(line.amount)?.toFixed()]).toEqual([null, '-0.002']);
  });

  it("names the hours without a price, and never takes the neighbour's", () => {
    const { issues, use } = priceSeries(
      series(half('00:00', '0.12'), half('01:00', '0.10')),
      [used('00:00', '00:30', '1'), used('00:30', '01:00', '1'), used('01:30', '02:00', '1')],
      subject,
    );
    expect(issues.map(({ code, severity, from, to }) => [code, severity, from, to])).toEqual([
      ['tariff-gap', 'blocking', '2026-10-01T00:30:00Z', '2026-10-01T01:00:00Z'],
      ['tariff-gap', 'blocking', '2026-10-01T01:30:00Z', '2026-10-01T02:00:00Z'],
    ]);
    expect(use.amount.toFixed()).toBe('0.12');
  });

  it('refuses a reading that lies across two prices', () => {
    const { issues } = priceSeries(
      series(half('00:00', '0.12'), half('00:30', '0.10')),
      [used('00:00', '01:00', '1')],
      subject,
    );
    expect(issues).toHaveLength(1);
  });
});

describe('needsOf', () => {
  it('asks for sums only where sums are enough, and refuses two units in one tariff', () => {
    const perUnit = (unit: string): Component => ({
      kind: 'per-unit',
      name: unit,
      unit,
      perUnit: decimal('1'),
      band: null,
    });
    expect(needsSumsOnly(needs(perUnit('kWh')))).toBe(true);
    expect(needsSumsOnly(needs(perUnit('kWh'), demandOver(30, null)))).toBe(false);
    expect(() => needs(perUnit('kWh'), perUnit('m3'))).toThrow('Make a tariff for each');
  });
});
