import type { BandCalendar } from '../calendar/bands.js';
import type { DomainError } from '../errors.js';
import { decimal } from '../quantity/decimal.js';
import { checkDemand, demandMinutes } from './check-demand.js';
import type { DemandComponent, DemandWindow, Ratchet } from './component.js';

const calendar: BandCalendar = {
  bands: ['day', 'night', 'noon'],
  rules: [
    { band: 'night', from: '23:30', to: '06:30' },
    { band: 'day', from: '06:30', to: '12:00' },
    { band: 'noon', from: '12:00', to: '13:00' },
    { band: 'day', from: '13:00', to: '23:30' },
  ],
};
const window = (more: Partial<DemandWindow> = {}): DemandWindow => ({
  ...{ name: '', bands: null, months: null },
  tiers: [{ upTo: null, price: decimal('9') }],
  ...more,
});
const ratchet = (more: Partial<Ratchet> = {}): Ratchet => ({
  ...{ percent: decimal('80'), months: 11, earlier: 'as-known' },
  ...more,
});
const demand = (more: Partial<DemandComponent>): DemandComponent => ({
  ...{ kind: 'demand', name: 'Demand', unit: 'kW', minutes: 30, powerFactor: null, per: 'month' },
  ...{ proration: 'day-of-month', scheme: 'graduated', windows: [window()], ratchet: null, least: null },
  ...more,
});
const check = (more: Partial<DemandComponent>) => (): void => checkDemand(demand(more), calendar);

describe('a demand', () => {
  it('is a mean over what fills an hour exactly', () => {
    for (const minutes of demandMinutes) {
      expect(60 % minutes).toBe(0);
      expect(check({ minutes })).not.toThrow();
    }
  });

  it.each<[string, Partial<DemandComponent>]>([
    ['a power factor of 1', { unit: 'kVA', powerFactor: decimal('1') }],
    ['the smallest power factor', { unit: 'kVA', powerFactor: decimal('0.01') }],
    ['a least demand of nothing', { least: decimal('0') }],
    ['the first and the last month', { windows: [window({ months: [1, 12] })] }],
    ['two windows told apart', { windows: [window({ name: 'a' }), window({ name: 'b' })] }],
    ['bands that change on its grid', { windows: [window({ bands: ['day', 'night'] })] }],
    ['an hour within a band that changes at the hour', { minutes: 60, windows: [window({ bands: ['noon'] })] }],
    ['a look back at all of it', { ratchet: ratchet({ percent: decimal('100') }) }],
    ['a look back over one month', { ratchet: ratchet({ months: 1 }) }],
    ['a look back over five years', { ratchet: ratchet({ months: 60 }) }],
    ['a look back at named months', { ratchet: ratchet({ months: [1, 12] }) }],
  ])('may have %s', (_, more) => {
    expect(check(more)).not.toThrow();
  });

  const factor = 'has a power factor, which is above 0 and at most 1 and makes kVA of kW.';
  const months = 'has a window of months outside 1..12.';
  const bands = 'has a window that names no band, or one twice.';
  const percentage = 'looks back at a percentage that is not above 0 and at most 100.';
  const back = 'looks back over months that cannot be counted: 1 to 60 before, or names 1..12.';
  it.each<[string, Partial<DemandComponent>, string]>([
    ['seven minutes', { minutes: 7 }, 'takes the mean over 7 minutes; it can be 5, 10, 15, 20, 30, 60.'],
    ['two windows of one name', { windows: [window(), window()] }, 'has two windows of one name.'],
    ['a power factor of kW', { powerFactor: decimal('0.9') }, factor],
    ['a power factor of nothing', { unit: 'kVA', powerFactor: decimal('0') }, factor],
    ['a power factor above 1', { unit: 'kVA', powerFactor: decimal('1.01') }, factor],
    ['a least demand below zero', { least: decimal('-1') }, 'has a least demand below zero.'],
    ['no month', { windows: [window({ months: [] })] }, months],
    ['month nought', { windows: [window({ months: [0] })] }, months],
    ['a thirteenth month', { windows: [window({ months: [1, 13] })] }, months],
    ['half a month', { windows: [window({ months: [1.5] })] }, months],
    ['no band', { windows: [window({ bands: [] })] }, bands],
    ['a band twice', { windows: [window({ bands: ['day', 'day'] })] }, bands],
    ['a look back at nothing', { ratchet: ratchet({ percent: decimal('0') }) }, percentage],
    ['a look back at more than all', { ratchet: ratchet({ percent: decimal('100.1') }) }, percentage],
    ['a look back over no month', { ratchet: ratchet({ months: 0 }) }, back],
    ['a look back over too many', { ratchet: ratchet({ months: 61 }) }, back],
    ['a look back over half a month', { ratchet: ratchet({ months: 1.5 }) }, back],
    ['a look back at no named month', { ratchet: ratchet({ months: [] }) }, back],
    ['a look back at month 13', { ratchet: ratchet({ months: [1, 13] }) }, back],
  ])('is refused with %s', (_, more, words) => {
    expect(check(more)).toThrow(
      expect.objectContaining({
        ...{ code: 'invalid-input', message: `Demand ${words}` },
        facts: { component: 'Demand' },
      }) as DomainError,
    );
  });

  it('is a gap without a window, or without a price in one, which is named', () => {
    expect(check({ windows: [] })).toThrow(
      expect.objectContaining({ code: 'tariff-gap', message: 'Demand has no window. Add one with its price.' }),
    );
    expect(check({ windows: [window({ name: 'winter', tiers: [] })] })).toThrow('Demand, winter has no tier.');
    expect(check({ windows: [window({ tiers: [] })] })).toThrow('Demand has no tier.');
  });

  it('takes no mean across the edge of a band that it looks at', () => {
    const atHalfPast = { minutes: 60, windows: [window({ name: 'w', bands: ['night'] })] };
    expect(check(atHalfPast)).toThrow(
      expect.objectContaining({
        code: 'invalid-input',
        message: 'Demand, w takes the mean over 60 minutes, and a band changes at 23:30, within one of them.',
        facts: { component: 'Demand, w' },
      }),
    );
    expect(() => checkDemand(demand(atHalfPast), null)).not.toThrow();
  });
});
