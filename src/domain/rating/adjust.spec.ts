import fc from 'fast-check';
import type { Period } from '../calendar/period.js';
import { type Decimal, decimal, sum } from '../quantity/decimal.js';
import { nought } from '../quantity/rational.js';
import type { Component } from '../tariff/component.js';
import { rateInCoins } from './rate.js';
import type { Coins } from './rated-line.js';

const january: Period = { from: '2026-01-01', to: '2026-02-01' };
const pounds: Coins = { currency: 'GBP', rounding: 'half-up' };
const perUnit = (name: string, price: string): Component => ({
  kind: 'per-unit',
  name,
  unit: 'kWh',
  perUnit: decimal(price),
  band: null,
});
const bound = (kind: 'minimum' | 'maximum', amount: string, more: object = {}): Component => ({
  kind,
  name: kind,
  amount: decimal(amount),
  per: 'month',
  proration: 'day-of-month',
  of: null,
  ...more,
});
const discount = (percent: string, of: string[] | null = null): Component => ({
  kind: 'discount',
  name: 'Discount',
  percent: decimal(percent),
  of,
});
const lines = (components: Component[], used = '1', period = january, whole = period) =>
  rateInCoins(
    [{ tariff: { components }, period, whole, usage: { unit: 'kWh', byBand: { '': decimal(used) } } }],
    pounds,
  );
const told = (...args: Parameters<typeof lines>): string[] =>
  lines(...args).map(({ description, amount }) => `${description} ${amount.toFixed(2)}`);
const total = (...args: Parameters<typeof lines>): Decimal => sum(lines(...args).map(({ amount }) => amount));

describe('adjust', () => {
  it('makes up a minimum from what is printed, to the coin', () => {
    // 3.335 and 2.225 are printed as 3.34 and 2.23; the unrounded 5.56 would leave 4.44 and end at 10.01.
    const components = [perUnit('Energy', '3.335'), perUnit('Network', '2.225'), bound('minimum', '10')];
    expect(told(components)).toEqual(['Energy 3.34', 'Network 2.23', 'minimum 4.43']);
    expect(lines(components).at(-1)?.why).toMatchObject({ rule: 'minimum', of: ['Energy', 'Network'] });
    expect(told([perUnit('Energy', '12'), bound('minimum', '10')])).toEqual(['Energy 12.00']);
  });

  it('takes back what is above a maximum, of named components', () => {
    const components = [perUnit('Energy', '12'), perUnit('Levy', '3'), bound('maximum', '10', { of: ['Energy'] })];
    expect(told(components)).toEqual(['Energy 12.00', 'Levy 3.00', 'maximum -2.00']);
  });

  it('cuts a bound to the part of the month, of the billing period, or not', () => {
    const half = { from: '2026-04-01', to: '2026-04-16' };
    expect(told([perUnit('Energy', '1'), bound('minimum', '10')], '1', half)).toEqual(['Energy 1.00', 'minimum 4.00']);
    const april = { from: '2026-04-01', to: '2026-05-01' };
    const perPeriod = bound('minimum', '10', { per: 'period' });
    expect(told([perUnit('Energy', '1'), perPeriod], '1', half, april)).toEqual(['Energy 1.00', 'minimum 4.00']);
    const touched = bound('minimum', '10', { proration: 'touched-months' });
    expect(told([perUnit('Energy', '1'), touched], '1', half)).toEqual(['Energy 1.00', 'minimum 9.00']);
  });

  it('takes percents off what was named, in the order of the tariff', () => {
    const components = [perUnit('Energy', '12.30'), discount('5', ['Energy']), bound('minimum', '12')];
    expect(told(components)).toEqual(['Energy 12.30', 'Discount -0.62', 'minimum 0.32']);
  });

  it('ends no lower than a minimum and no higher than a maximum, exactly', () => {
    const price = fc.integer({ min: 0, max: 100_000 }).map((n) => decimal(String(n)).times('0.0001').toFixed());
    fc.assert(
      fc.property(fc.array(price, { minLength: 1, maxLength: 6 }), price, (prices, limit) => {
        const components = prices.map((one, i) => perUnit(`Part ${i}`, one));
        const coin = decimal(limit).toDecimalPlaces(2);
        const [least, most] = [
          total([...components, bound('minimum', coin.toFixed())]),
          total([...components, bound('maximum', coin.toFixed())]),
        ];
        expect(least.greaterThanOrEqualTo(coin) && most.lessThanOrEqualTo(coin)).toBe(true);
        expect(least.equals(coin) || most.equals(coin)).toBe(true);
      }),
    );
  });

  it('says of each line what it looked at, and what it came to', () => {
    const components = [perUnit('Energy', '12.30'), discount('5'), bound('maximum', '10'), bound('minimum', '1')];
    const [, off, most, ...rest] = lines(components);
    expect(off).toMatchObject({ component: 'Discount', unit: '%', price: null, band: null, days: 31 });
    expect(off?.why).toEqual({ rule: 'discount', percent: decimal('5'), sum: decimal('12.30'), of: ['Energy'] });
    expect(most).toMatchObject({ component: 'maximum', unit: '', price: null, quantity: nought, period: january });
    expect(most?.why).toEqual({
      ...{ rule: 'maximum', bound: decimal('10'), sum: decimal('11.68'), of: ['Energy', 'Discount'] },
    });
    expect(rest).toEqual([]);
  });

  it('has no line where a bound is met to the coin, and none off what was not there', () => {
    expect(told([perUnit('Energy', '10'), bound('minimum', '10'), bound('maximum', '10')])).toEqual(['Energy 10.00']);
    const other = { kind: 'periodic', name: 'Fee', amount: decimal('1'), per: 'month', proration: '365' } as const;
    expect(told([other, discount('5', ['Fee'])])).toEqual(['Fee 1.02', 'Discount -0.05']);
    expect(told([perUnit('Energy', '1'), bound('minimum', '0.5'), discount('5', ['minimum'])])).toEqual([
      'Energy 1.00',
    ]);
  });

  it('looks at nothing that comes after it', () => {
    const components = [perUnit('Energy', '4'), bound('minimum', '5'), perUnit('Network', '3'), discount('10')];
    expect(told(components)).toEqual(['Energy 4.00', 'Network 3.00', 'minimum 1.00', 'Discount -0.80']);
  });
});
