import type { BandCalendar } from '../calendar/bands.js';
import { decimal } from '../quantity/decimal.js';
import { allHours, type Component, type DemandComponent, type Tier, type TieredComponent } from './component.js';
import { checkCoverage } from './coverage.js';

const calendar: BandCalendar = {
  bands: ['day', 'night'],
  rules: [
    { band: 'night', from: '00:00', to: '07:00' },
    { band: 'day', from: '07:00', to: '24:00' },
  ],
};
const tier = (upTo: string | null, price = '1'): Tier => ({
  upTo: upTo === null ? null : decimal(upTo),
  price: decimal(price),
});
const open = [tier(null)];
const tiered = (more: Partial<TieredComponent>): Component => ({
  kind: 'tiered',
  name: 'Energy',
  unit: 'kWh',
  scheme: 'graduated',
  count: 'month',
  limits: 'whole',
  demandMinutes: null,
  climbs: 'band',
  tiers: { [allHours]: open },
  ...more,
});
const demand = (more: Partial<DemandComponent>): Component => ({
  kind: 'demand',
  name: 'Demand',
  unit: 'kW',
  minutes: 30,
  powerFactor: null,
  per: 'month',
  proration: 'day-of-month',
  scheme: 'graduated',
  windows: [{ name: '', bands: null, months: null, tiers: open }],
  ratchet: null,
  least: null,
  ...more,
});
const window = (more: object) => ({ windows: [{ name: '', bands: null, months: null, tiers: open, ...more }] });
const standing: Component = { kind: 'standing', name: 'Standing', perDay: decimal('1') };
const series = (...points: [string, string][]): Component => ({
  kind: 'series',
  name: 'Energy',
  unit: 'kWh',
  series: 'agile',
  points: points.map(([from, to]) => ({
    from: `2026-10-01T${from}:00Z`,
    to: `2026-10-01T${to}:00Z`,
    price: decimal('0.1'),
  })),
});
const perBand = (band: string): Component => ({
  kind: 'per-unit',
  name: `Use ${band}`,
  unit: 'kWh',
  perUnit: decimal('1'),
  band,
});

describe('checkCoverage', () => {
  it('accepts tiers, demand, prices by the half-hour, minima and discounts that price everything', () => {
    const components: Component[] = [
      standing,
      tiered({ tiers: { day: [tier('100'), tier(null)], night: open } }),
      tiered({ name: 'By hours of use', limits: 'per-kW', demandMinutes: 15 }),
      demand(window({ bands: ['day'], months: [1, 12] })),
      { ...series(['00:00', '00:30'], ['00:30', '01:00']), name: 'Half-hours' },
      {
        kind: 'minimum',
        name: 'Least',
        amount: decimal('10'),
        per: 'month',
        proration: '365',
        of: ['Energy', 'Demand'],
      },
      { kind: 'discount', name: 'Off', percent: decimal('5'), of: null },
    ];
    expect(() => checkCoverage({ components }, calendar)).not.toThrow();
  });

  it.each<[string, Component[], string, string]>([
    ['tiers that end', [tiered({ tiers: { [allHours]: [tier('1000')] } })], 'tariff-gap', 'no price above 1000'],
    [
      'tiers that fall',
      [tiered({ tiers: { [allHours]: [tier('5'), tier('5'), tier(null)] } })],
      'invalid-input',
      'not above 5',
    ],
    [
      'an open tier that is not the last',
      [tiered({ tiers: { [allHours]: [tier(null), tier(null)] } })],
      'invalid-input',
      'never reached',
    ],
    ['no tier', [tiered({ tiers: { [allHours]: [] } })], 'tariff-gap', 'no tier'],
    [
      'tiers for one band of two',
      [tiered({ tiers: { day: open } })],
      'tariff-gap',
      'night, Monday 00:00–07:00 in January',
    ],
    ['tiers for an unknown band', [tiered({ tiers: { day: open, dusk: open } })], 'invalid-input', 'dusk'],
    [
      'tiers for a band and for all hours',
      [tiered({ tiers: { [allHours]: open, day: open } })],
      'invalid-input',
      'band',
    ],
    ['limits by days of a day', [tiered({ count: 'day', limits: 'by-days' })], 'invalid-input', 'day by day'],
    ['limits per kW without minutes', [tiered({ limits: 'per-kW' })], 'invalid-input', 'minutes of the demand'],
    ['a mean over seven minutes', [demand({ minutes: 7 })], 'invalid-input', '7 minutes'],
    ['a demand without window', [demand({ windows: [] })], 'tariff-gap', 'no window'],
    [
      'a mean that lies across bands',
      [demand({ minutes: 60, ...window({ bands: ['half'] }) })],
      'invalid-input',
      'half',
    ],
    ['a window of a thirteenth month', [demand(window({ months: [13] }))], 'invalid-input', '1..12'],
    ['a power factor of kW', [demand({ powerFactor: decimal('0.9') })], 'invalid-input', 'power factor'],
    [
      'a look back at 120 %',
      [demand({ ratchet: { percent: decimal('120'), months: 11, earlier: 'as-known' } })],
      'invalid-input',
      'looks back',
    ],
    [
      'half-hours with a gap',
      [series(['00:00', '00:30'], ['01:00', '01:30'])],
      'tariff-gap',
      'from 2026-10-01T00:30:00Z',
    ],
    ['half-hours with two prices', [series(['00:00', '00:30'], ['00:15', '00:45'])], 'tariff-overlap', 'two prices'],
    [
      'a minimum of something after it',
      [
        standing,
        { kind: 'minimum', name: 'Least', amount: decimal('1'), per: 'month', proration: '365', of: ['Energy'] },
        tiered({}),
      ],
      'invalid-input',
      'not a component before it',
    ],
    [
      'a discount of nothing',
      [{ kind: 'discount', name: 'Off', percent: decimal('5'), of: null }],
      'invalid-input',
      'before it',
    ],
    [
      'a discount of 0 %',
      [standing, { kind: 'discount', name: 'Off', percent: decimal('0'), of: null }],
      'invalid-input',
      'percentage',
    ],
    ['hours of a unit without a price', [perBand('day')], 'tariff-gap', 'night, Monday 00:00–07:00 in January'],
  ])('refuses %s', (_, components, code, words) => {
    const check = (): void => checkCoverage({ components }, calendar);
    expect(check).toThrow(expect.objectContaining({ code }));
    expect(check).toThrow(words);
  });

  it('refuses a mean of an hour where a band changes at half past, and lets bands add up to all hours', () => {
    const halfPast: BandCalendar = {
      bands: ['day', 'night'],
      rules: [
        { band: 'night', from: '23:30', to: '06:30' },
        { band: 'day', from: '06:30', to: '23:30' },
      ],
    };
    const by = demand({ minutes: 60, ...window({ bands: ['day'] }) });
    expect(() => checkCoverage({ components: [by] }, halfPast)).toThrow('a band changes at 06:30');
    expect(() => checkCoverage({ components: [perBand('day'), perBand('night')] }, calendar)).not.toThrow();
  });
});
