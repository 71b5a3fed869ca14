import type { Subject } from '../errors.js';
import { decimal } from '../quantity/decimal.js';
import { rational } from '../quantity/rational.js';
import type { SeriesComponent } from '../tariff/component.js';
import { priceSeries, rateSeries } from './rate-series.js';

const subject: Subject = { kind: 'meter', id: 'm1', label: 'M-1' };
const at = (time: string): string => `2026-10-01T${time}:00Z`;
const component = (...points: [string, string, string][]): SeriesComponent => ({
  ...{ kind: 'series', name: 'Energy', unit: 'kWh', series: 'agile' },
  points: points.map(([from, to, price]) => ({ from: at(from), to: at(to), price: decimal(price) })),
});
const used = (...list: [string, string, string][]) =>
  list.map(([from, to, quantity]) => ({ from: at(from), to: at(to), quantity: decimal(quantity) }));
const halfHours = component(['00:00', '00:30', '0.10'], ['00:30', '01:00', '0.20'], ['01:00', '02:00', '-0.05']);

describe('intervals at their own prices', () => {
  it('come to what each is at the price of its time, also where a price spans several or is below zero', () => {
    const intervals = used(
      ['00:00', '00:15', '1'],
      ['00:15', '00:30', '2'],
      ['00:30', '01:00', '4'],
      ['01:30', '02:00', '8'],
    );
    const { use, issues } = priceSeries(halfHours, intervals, subject);
    // 3 × 0.10 + 4 × 0.20 − 8 × 0.05
    expect([use.quantity.toFixed(), use.amount.toFixed(), use.intervals, use.series]).toEqual([
      '15',
      '0.7',
      4,
      'agile',
    ]);
    expect(issues).toEqual([]);
  });

  it('are named where no single price holds, together where they follow each other', () => {
    const intervals = used(
      ['00:15', '00:45', '1'],
      ['00:45', '01:00', '1'],
      ['01:45', '02:15', '1'],
      ['02:15', '02:30', '1'],
      ['03:00', '03:30', '1'],
    );
    const { use, issues } = priceSeries(halfHours, intervals, subject);
    expect([use.quantity.toFixed(), use.amount.toFixed(), use.intervals]).toEqual(['5', '0.2', 5]);
    expect(issues.map(({ from, to }) => [from, to])).toEqual([
      [at('00:15'), at('00:45')],
      [at('01:45'), at('02:30')],
      [at('03:00'), at('03:30')],
    ]);
    expect(issues[0]).toEqual({
      ...{ code: 'tariff-gap', severity: 'blocking', subject, from: at('00:15'), to: at('00:45') },
      detail:
        'Energy: the series agile has no single price for what was used from 2026-10-01T00:15:00Z to 2026-10-01T00:45:00Z.',
      remedy: 'Add the prices of this time. No price beside it is used instead.',
    });
  });

  it('before the first price have none', () => {
    const { issues } = priceSeries(component(['01:00', '02:00', '1']), used(['00:30', '01:00', '1']), subject);
    expect(issues.map(({ from }) => from)).toEqual([at('00:30')]);
    expect(priceSeries(component(), used(['00:30', '01:00', '1']), subject).issues).toHaveLength(1);
    expect(priceSeries(halfHours, [], subject)).toMatchObject({ use: { intervals: 0 }, issues: [] });
  });

  it('are named one by one, but not without end', () => {
    const holes = Array.from({ length: 30 }, (_, i): [string, string, string] => {
      const hour = (minutes: number): string =>
        `${String(3 + Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
      return [hour(i * 10), hour(i * 10 + 5), '1'];
    });
    expect(priceSeries(halfHours, used(...holes), subject).issues).toHaveLength(20);
  });
});

describe('rateSeries', () => {
  const period = { from: '2026-10-01', to: '2026-11-01' };
  const usage = { unit: 'kWh', byBand: { '': decimal('15') } };
  const use = { series: 'agile', quantity: decimal('15'), amount: decimal('0.7'), intervals: 4 };

  it('is one line without a price, because each interval had its own', () => {
    const other = { ...use, series: 'other', quantity: decimal('1') };
    expect(rateSeries(halfHours, { ...usage, series: [other, use] }, period)).toEqual({
      ...{ component: 'Energy', description: 'Energy', band: null, unit: 'kWh', price: null, days: 31, period },
      ...{ quantity: rational(decimal('15')), amount: rational(decimal('0.7')) },
      why: { rule: 'series', series: 'agile', intervals: 4 },
    });
  });

  it('refuses what was not measured, and another unit', () => {
    const gap = { code: 'tariff-gap', message: 'Energy prices every interval, and the intervals were not measured.' };
    for (const series of [undefined, [], [{ ...use, series: 'other' }]]) {
      expect(() => rateSeries(halfHours, { ...usage, ...(series && { series }) }, period)).toThrow(
        expect.objectContaining({ ...gap, facts: { component: 'Energy' } }),
      );
    }
    expect(() => rateSeries(halfHours, { ...usage, unit: 'm3', series: [use] }, period)).toThrow(
      expect.objectContaining({
        ...{ code: 'invalid-input', message: 'Energy is priced per kWh, and the usage is in m3.' },
        facts: { component: 'Energy', priced: 'kWh', used: 'm3' },
      }),
    );
  });
});
