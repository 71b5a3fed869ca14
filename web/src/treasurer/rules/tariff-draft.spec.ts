import { describe, expect, it } from 'vitest';
import type { TariffComponent, TariffTerms } from '../../api/generated/types.gen';
import { emptyTariff, pointsOf, tariffDraftOf, tariffTermsOf } from './tariff-draft';
import { readTyped } from '../../figures/exact';

const read = (typed: string) => readTyped(typed, '.');

const name = 'Energy';
const bands = ['day', 'night'];
const open = { upTo: null, price: '0.20' };
const components: TariffComponent[] = [
  { kind: 'standing', name, perDay: '0.25' },
  { kind: 'periodic', name, amount: '-5', per: 'year', proration: '365' },
  { kind: 'per-unit', name, perUnit: '0.30', unit: 'm3', band: 'day' },
  { kind: 'export-credit', name, perUnit: '0.05', unit: 'kWh', band: null },
  { kind: 'levy', name, perUnit: '0.00801', unit: 'kWh', rate: 'main rate from 1 April 2026' },
  { kind: 'time-of-use', name, unit: 'kWh', prices: { day: '0.31', night: '0.17' } },
  {
    ...{ kind: 'tiered', name, unit: 'kWh', scheme: 'whole-quantity', count: 'day', limits: 'per-kW', climbs: 'total' },
    ...{ demandMinutes: 15, tiers: [{ upTo: '100', price: '0.10' }, open] },
  },
  {
    ...{ kind: 'tiered', name, unit: 'kWh', scheme: 'graduated', count: 'month', limits: 'whole', climbs: 'band' },
    ...{ demandMinutes: null, tiers: { day: [{ upTo: '100', price: '0.10' }, open], night: [open] } },
  },
  {
    ...{ kind: 'demand', name, unit: 'kVA', minutes: 30, powerFactor: '0.95', per: 'month', scheme: 'graduated' },
    ...{ proration: 'day-of-month', least: '10' },
    windows: [{ name: 'winter', bands: ['day'], months: [11, 12, 1], tiers: [open] }],
    ratchet: { percent: '80', months: 12, earlier: 'as-known' },
  },
  { kind: 'minimum', name, amount: '10', per: 'month', proration: 'day-of-month', of: ['Standing'] },
  { kind: 'maximum', name, amount: '90', per: 'period', proration: 'day-of-month', of: null },
  { kind: 'discount', name, percent: '5', of: null },
  {
    ...{ kind: 'series', name, unit: 'kWh', series: 'spot' },
    points: [{ from: '2026-10-01T00:00:00Z', to: '2026-10-01T00:30:00Z', price: '0.21' }],
  },
];

describe('a tariff that is written', () => {
  it.each(components)('says what it was written from: $kind', (component) => {
    const terms: TariffTerms = { calendar: 'DAY-NIGHT', generation: null, components: [component] };
    expect(tariffTermsOf(tariffDraftOf(terms), bands, read)).toEqual(terms);
  });

  it('leaves out a band without a price, and is none while a figure cannot be read', () => {
    const draft = tariffDraftOf({
      calendar: 'DAY-NIGHT',
      components: [{ kind: 'time-of-use', name, unit: 'kWh', prices: { day: '0.31' } }],
    });
    expect(tariffTermsOf(draft, bands, read)?.components).toMatchObject([{ prices: { day: '0.31' } }]);
    const [first] = draft.components;
    const unread = { ...draft, components: [{ ...first!, prices: { day: '0.31', night: 'cheap' } }] };
    expect(tariffTermsOf(unread, bands, read)).toBeUndefined();
    expect(tariffTermsOf(emptyTariff, [], read)).toBeUndefined();
  });
});

it('takes a series as a spreadsheet has it, and none of it where a line cannot be read', () => {
  expect(pointsOf('a\tb\t0.1\n\nb;c;0.2')).toEqual([
    { from: 'a', to: 'b', price: '0.1' },
    { from: 'b', to: 'c', price: '0.2' },
  ]);
  expect(pointsOf('a,b,0.1\nb,c')).toBeUndefined();
});
