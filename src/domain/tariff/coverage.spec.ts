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

const byBand = (more: object): Component => ({
  ...{ kind: 'time-of-use', name: 'Energy by band', unit: 'kWh' },
  prices: { day: decimal('0.3'), night: decimal('0.2') },
  ...more,
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

  it.each<[string, Component[]]>([
    ['tiers for all hours, and one band dearer', [{ ...perBand('day'), name: 'Extra' }, tiered({})]],
    ['prices by the half-hour, and one band dearer', [perBand('day'), series(['00:00', '00:30'])]],
    [
      'a price for all hours, and one band dearer',
      [perBand('day'), { ...perBand('day'), name: 'All', band: null } as Component],
    ],
    ['prices by band, and one band dearer', [perBand('day'), byBand({})]],
    ['tiers for one band and a price for the other', [perBand('night'), tiered({ tiers: { day: open, night: open } })]],
    ['all hours of each unit', [perBand('day'), perBand('night'), byBand({ name: 'Gas', unit: 'm3' })]],
    ['what flows out in one band only', [{ ...perBand('day'), kind: 'export-credit' } as Component]],
  ])('accepts %s', (_, components) => {
    expect(() => checkCoverage({ components }, calendar)).not.toThrow();
  });

  const outOfScale = decimal('0.5').times('0.000000001');
  const finer = { kind: 'levy', name: 'Levy', unit: 'kWh', perUnit: outOfScale, rate: 'main' } as const;
  it.each<[string, Component[], BandCalendar | null, object]>([
    [
      'two of one name',
      [standing, standing],
      null,
      {
        ...{ code: 'already-exists', message: 'Two components are called Standing. Name them apart.' },
        facts: { component: 'Standing' },
      },
    ],
    [
      'a band that is not there',
      [perBand('dusk')],
      calendar,
      {
        ...{ code: 'invalid-input', message: 'Use dusk is for the band dusk, which the calendar does not have.' },
        facts: { component: 'Use dusk', band: 'dusk' },
      },
    ],
    [
      'a credit in a band that is not there',
      [{ ...perBand('dusk'), kind: 'export-credit' } as Component],
      calendar,
      { code: 'invalid-input' },
    ],
    [
      'tiers of nothing',
      [tiered({ tiers: {} })],
      calendar,
      { code: 'tariff-gap', message: 'Energy has no tiers.', facts: { component: 'Energy' } },
    ],
    [
      'a band without a calendar',
      [perBand('day')],
      null,
      {
        ...{ code: 'tariff-gap', message: 'Use day is priced by band and the tariff has no calendar. Choose one.' },
        facts: { component: 'Use day' },
      },
    ],
    [
      'a band of a unit without a price, though another unit has one there',
      [perBand('day'), byBand({ name: 'Gas', unit: 'm3' })],
      calendar,
      {
        code: 'tariff-gap',
        message:
          'No component has a price per kWh for the band night, Monday 00:00–07:00 in January. Add one; a price of 0 says that these hours cost nothing.',
        facts: { band: 'night' },
      },
    ],
    ['a levy finer than nine digits', [finer], null, { code: 'invalid-decimal' }],
    [
      'a credit finer than nine digits',
      [{ ...finer, kind: 'export-credit', band: null }],
      null,
      { code: 'invalid-decimal' },
    ],
    [
      'a fee finer than nine digits',
      [{ kind: 'periodic', name: 'Fee', amount: outOfScale, per: 'month', proration: '365' }],
      null,
      { code: 'invalid-decimal', message: 'The price of Fee, 0.0000000005, has more than 9 fraction digits.' },
    ],
    [
      'a price by band finer than nine digits, which is named',
      [byBand({ prices: { day: decimal('1'), night: outOfScale } })],
      calendar,
      { message: 'The price of Energy by band, night, 0.0000000005, has more than 9 fraction digits.' },
    ],
    [
      'a price for a band that is not there',
      [byBand({ prices: { day: decimal('1'), night: decimal('1'), dusk: decimal('1') } })],
      calendar,
      {
        message: 'Energy by band prices the band dusk, which the calendar does not have: it has day, night.',
        facts: { component: 'Energy by band', band: 'dusk' },
      },
    ],
    [
      'a band without its price',
      [byBand({ prices: { night: decimal('1') } })],
      calendar,
      { code: 'tariff-gap', facts: { component: 'Energy by band', band: 'day' } },
    ],
  ])('refuses %s, in full words', (_, components, of, what) => {
    expect(() => checkCoverage({ components }, of)).toThrow(expect.objectContaining(what));
  });

  it('lets a credit name the bands of what flows out, and a price those of what is used', () => {
    const [used, out] = [
      ['local', 'grid'],
      ['local', 'export'],
    ].map((bands): BandCalendar => ({ bands, rules: [] }));
    const per = (kind: 'per-unit' | 'export-credit', band: string): Component => ({
      kind,
      name: `${kind} ${band}`,
      unit: 'kWh',
      perUnit: decimal('0.08'),
      band,
    });
    const prices = [per('per-unit', 'local'), per('per-unit', 'grid')];
    const check = (...components: Component[]) => checkCoverage({ components: [...prices, ...components] }, used!, out);
    expect(() => check(per('export-credit', 'export'), per('export-credit', 'local'))).not.toThrow();
    expect(() => check(per('export-credit', 'grid'))).toThrow(/for the band grid, which the calendar does not have/);
    expect(() => check(per('per-unit', 'export'))).toThrow(/for the band export, which the calendar does not have/);
  });

  it('takes a price of nine digits', () => {
    const perDay = decimal('0.000000001');
    expect(() => checkCoverage({ components: [{ ...standing, perDay }] }, null)).not.toThrow();
  });
});
