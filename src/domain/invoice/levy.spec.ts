import fc from 'fast-check';
import { Decimal, decimal, plain } from '../quantity/decimal.js';
import { levyOn } from './levy.js';

const on = (kWh: string, qualifying: string, rate: string, relief = '0') =>
  levyOn({ quantity: decimal(kWh), qualifying: decimal(qualifying) }, decimal(rate), decimal(relief), 'GBP', 'half-up');

describe('a levy on energy', () => {
  // gov.uk, Climate Change Levy rates: main rate of electricity 0.00801 a kWh from 1 April 2026.
  it('is due for each kWh that does not qualify', () => {
    expect(plain(on('1000', '0', '0.00801').amount)).toBe('8.01');
    expect(plain(on('1000', '300', '0.00801').amount)).toBe('5.61');
  });

  it('is none where all use is at home', () => {
    expect(on('1000', '1000', '0.00801').amount.isZero()).toBe(true);
  });

  it('is never let off by more than it is', () => {
    fc.assert(
      fc.property(fc.nat(100_000), fc.nat(100), fc.nat(100), (kWh, qualifying, relief) => {
        const quantity = new Decimal(kWh);
        const use = { quantity, qualifying: quantity.times(qualifying).times('0.01') };
        const levy = levyOn(use, decimal('0.00801'), new Decimal(relief), 'GBP', 'half-up');
        expect(levy.amount.plus(levy.relief).isNegative() && !levy.amount.plus(levy.relief).isZero()).toBe(false);
        expect(levy.relief.greaterThan(0)).toBe(false);
      }),
    );
  });
});
