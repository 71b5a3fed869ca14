import fc from 'fast-check';
import { Decimal, decimal, plain } from '../quantity/decimal.js';
import { split } from '../quantity/split.js';
import { compareWithCap, referenceCap, resaleCap } from './price-cap.js';

const part = (amount: string, own: string, whole: string) => ({
  amount: decimal(amount),
  own: decimal(own),
  whole: decimal(whole),
});

describe('a price cap', () => {
  it('is what the supplier was paid for the units of the member, by band, and its part of the standing charge', () => {
    // 100 × 50/500 = 10.00; 20 × 40/200 = 4.00; 30 × 90/700 = 3.857… → 3.86
    const parts = [part('100.00', '50', '500'), part('20.00', '40', '200'), part('30.00', '90', '700')];
    expect(plain(resaleCap(parts, 'GBP'))).toBe('17.86');
  });

  it('is nothing for what there was nothing of', () => {
    expect(resaleCap([part('10.00', '0', '0')], 'GBP').isZero()).toBe(true);
  });

  it('names the excess, and none at the cap itself', () => {
    expect(plain(compareWithCap(decimal('61.31'), decimal('60.00')).excess)).toBe('1.31');
    expect(compareWithCap(decimal('60.00'), decimal('60.00')).excess.isZero()).toBe(true);
  });

  it('is never passed by an exact split of the cost, whoever gets the odd coin', () => {
    const weights = fc.array(fc.integer({ min: 0, max: 9_999 }), { minLength: 2, maxLength: 20 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), weights, (pence, drawn) => {
        const whole = drawn.reduce((a, b) => a + b, 0);
        fc.pre(whole > 0);
        const amount = new Decimal(pence).times('0.01');
        const shares = drawn.map((weight, index) => ({ id: String(index), weight: new Decimal(weight) }));
        for (const share of split(amount, 'GBP', shares, 'example')) {
          const cap = resaleCap([{ amount, own: share.weight, whole: new Decimal(whole) }], 'GBP');
          expect(compareWithCap(share.amount, cap).excess.isZero()).toBe(true);
        }
      }),
    );
  });

  // Swiss EnV Art. 16: at most 80 % of the standard product, from 2023.
  it('is a share of a reference price where the community says so', () => {
    const price = { perUnit: decimal('0.30'), perDay: decimal('0.20'), percent: decimal('80') };
    // (100 × 0.30 + 31 × 0.20) × 0.8 = 36.20 × 0.8 = 28.96
    expect(plain(referenceCap({ quantity: decimal('100'), days: 31 }, price, 'CHF'))).toBe('28.96');
  });
});
