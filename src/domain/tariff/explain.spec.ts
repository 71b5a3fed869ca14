import type { BandCalendar } from '../calendar/bands.js';
import { decimal } from '../quantity/decimal.js';
import { allHours, type Component } from './component.js';
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
});
