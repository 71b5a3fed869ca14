import type { BandCalendar } from '../calendar/bands.js';
import { decimal } from '../quantity/decimal.js';
import { allHours, type Component, type DemandComponent, type TieredComponent } from './component.js';
import { componentInWords, explainTariff } from './explain.js';

const calendar: BandCalendar = {
  bands: ['day', 'night'],
  rules: [
    { band: 'night', from: '00:00', to: '07:00' },
    { band: 'day', from: '07:00', to: '24:00' },
  ],
};
const open = [{ upTo: null, price: decimal('9.20') }];

describe('explainTariff', () => {
  it('has a sentence for each component, and the year where prices depend on the hour', () => {
    const flat: Component = { kind: 'standing', name: 'Standing', perDay: decimal('0.45') };
    expect(explainTariff({ components: [flat] }, calendar)).toEqual({
      components: [{ name: 'Standing', kind: 'standing', sentence: '0.45 a day.' }],
      year: null,
    });
    const byBand: Component = {
      kind: 'time-of-use',
      name: 'Energy',
      unit: 'kWh',
      prices: { day: decimal('0.3'), night: decimal('0.2') },
    };
    expect(explainTariff({ components: [byBand] }, calendar).year).toMatchObject([
      { sentence: 'every month, every day: 00:00–07:00 night, 07:00–24:00 day.' },
    ]);
  });

  it.each<[Component, string]>([
    [
      { kind: 'periodic', name: 'Fee', amount: decimal('12'), per: 'month', proration: 'touched-months' },
      '12 a month; a part is charged as whole months, each that is touched',
    ],
    [
      { kind: 'levy', name: 'Levy', unit: 'kWh', perUnit: decimal('0.00801'), rate: 'main rate from 1 April 2026' },
      '0.00801 per kWh, main rate from 1 April 2026',
    ],
    [
      { kind: 'export-credit', name: 'Sun', unit: 'kWh', perUnit: decimal('0.15'), band: 'day' },
      '0.15 back per kWh that flows out in the band day',
    ],
    [
      {
        ...{ kind: 'tiered', name: 'Energy', unit: 'kWh', scheme: 'whole-quantity', count: 'day', limits: 'whole' },
        ...{
          demandMinutes: null,
          climbs: 'band',
          tiers: { [allHours]: [{ upTo: decimal('10'), price: decimal('1') }, ...open] },
        },
      },
      'up to 10 kWh 1, above 9.2 per kWh, counted by the day, all units at the price of the tier that is reached',
    ],
    [
      {
        ...{ kind: 'demand', name: 'Demand', unit: 'kVA', minutes: 15, powerFactor: decimal('0.95'), per: 'day' },
        ...{ proration: '365', scheme: 'graduated', least: decimal('3') },
        windows: [{ name: 'winter', bands: null, months: [1, 2, 12], tiers: open }],
        ratchet: { percent: decimal('80'), months: 11, earlier: 'as-known' },
      },
      'winter: 9.2 in January to February, December for each kVA of the highest mean over 15 minutes in each calendar month, for each day; ' +
        'kVA are kW divided by the power factor 0.95; no less than 80 % of the highest of the 11 months before; of those months only the ' +
        'measured ones count; no less than 3 kVA',
    ],
    [
      { kind: 'maximum', name: 'Most', amount: decimal('50'), per: 'period', proration: '365', of: null },
      'at most 50 a billing period for everything before it; a line of its own takes back what is above',
    ],
    [{ kind: 'discount', name: 'Off', percent: decimal('5'), of: ['Energy'] }, '5 % off Energy'],
  ])('tells %j', (component, words) => {
    expect(componentInWords(component)).toBe(words);
  });

  const prices = (...list: [string | null, string][]) =>
    list.map(([upTo, price]) => ({ upTo: upTo === null ? null : decimal(upTo), price: decimal(price) }));
  const tiered = (more: Partial<TieredComponent>): TieredComponent => ({
    ...{ kind: 'tiered', name: 'Energy', unit: 'kWh', scheme: 'graduated', count: 'month', limits: 'whole' },
    ...{ demandMinutes: null, climbs: 'band', tiers: { [allHours]: open } },
    ...more,
  });
  const demand = (more: Partial<DemandComponent>): DemandComponent => ({
    ...{ kind: 'demand', name: 'Demand', unit: 'kW', minutes: 30, powerFactor: null, per: 'month' },
    ...{ proration: 'day-of-month', scheme: 'graduated', ratchet: null, least: null },
    windows: [{ name: '', bands: null, months: null, tiers: open }],
    ...more,
  });
  const perUnit = { name: 'Use', unit: 'kWh', perUnit: decimal('0.30') } as const;
  const least = { kind: 'minimum', name: 'Least', amount: decimal('10'), proration: 'day-of-year' } as const;

  it.each<[Component, string]>([
    [{ ...perUnit, kind: 'per-unit', band: null }, '0.3 per kWh'],
    [{ ...perUnit, kind: 'per-unit', band: 'day' }, '0.3 per kWh in the band day'],
    [{ ...perUnit, kind: 'export-credit', band: null }, '0.3 back per kWh that flows out'],
    [
      { kind: 'time-of-use', name: 'Energy', unit: 'kWh', prices: { day: decimal('0.30'), night: decimal('0.2') } },
      'day 0.3, night 0.2 per kWh',
    ],
    [
      {
        ...{ kind: 'series', name: 'Energy', unit: 'kWh', series: 'agile' },
        points: [
          { from: '2026-10-01T00:00:00Z', to: '2026-10-01T00:30:00Z', price: decimal('0.1') },
          { from: '2026-10-01T00:30:00Z', to: '2026-11-01T00:00:00Z', price: decimal('0.2') },
        ],
      },
      'each interval at its own price per kWh by the series agile, from 2026-10-01T00:00:00Z to 2026-11-01T00:00:00Z',
    ],
    [
      { ...least, per: 'year', of: ['Energy', 'Demand'] },
      'at least 10 a year for Energy, Demand; a part is charged by the days of the year; a line of its own makes up what is short',
    ],
    [
      { ...least, per: 'month', proration: 'day-of-month', of: null },
      'at least 10 a month for everything before it; a part is charged by the days of the month; a line of its own makes up what is short',
    ],
    [
      { kind: 'periodic', name: 'Fee', amount: decimal('90'), per: 'year', proration: '365' },
      '90 a year; a part is charged by days, of 365 in every year',
    ],
    [tiered({}), '9.2 per kWh, counted by the month, each unit at the price of its tier'],
    [
      tiered({
        ...{ count: 'period', limits: 'by-days', climbs: 'total' },
        tiers: { day: prices(['100', '2'], [null, '3']), night: open },
      }),
      'day: up to 100 kWh 2, above 3; night: 9.2 per kWh, counted over the billing period, all bands together, each unit at the price of its tier; limits are cut to the days of a part',
    ],
    [
      tiered({ limits: 'per-day', tiers: { day: open, night: open } }),
      'day: 9.2; night: 9.2 per kWh, counted by the month, each band by itself, each unit at the price of its tier; limits are for each day',
    ],
    [
      tiered({
        climbs: 'total',
        limits: 'per-kW',
        demandMinutes: 15,
        tiers: { [allHours]: prices(['300', '2'], [null, '1']) },
      }),
      'up to 300 kWh for each kW of the highest mean over 15 minutes 2, above 1 per kWh, counted by the month, each unit at the price of its tier',
    ],
    [
      demand({}),
      '9.2 for each kW of the highest mean over 30 minutes in each calendar month, a month; a part is charged by the days of the month',
    ],
    [
      demand({
        ...{ scheme: 'whole-quantity', per: 'day' },
        windows: [
          { name: 'winter', bands: ['day', 'peak'], months: [1], tiers: prices(['50', '2'], [null, '1']) },
          { name: 'rest', bands: null, months: null, tiers: open },
        ],
        ratchet: { percent: decimal('100'), months: [12, 1], earlier: 'must-be-known' },
      }),
      'winter: up to 50 kW 2, above 1 in the bands day, peak in January; rest: 9.2 for each kW of the highest mean over 30 minutes in each ' +
        'calendar month, for each day; all units at the price of the tier that is reached; no less than 100 % of the highest of January, December',
    ],
  ])('also tells %j', (component, words) => {
    expect(componentInWords(component)).toBe(words);
  });
});
