import fc from 'fast-check';
import { addDays, type Period } from '../calendar/period.js';
import { DomainError } from '../errors.js';
import { Decimal, decimal, sum } from '../quantity/decimal.js';
import { toCoins } from '../quantity/money.js';
import { accrueByDays, accrueByUse } from './accrual.js';

const refusal = (code: string): DomainError => expect.objectContaining({ code }) as DomainError;
const bill: Period = { from: '2026-10-01', to: '2026-12-30' };
const part = (from: number, to: number): Period => ({ from: addDays(bill.from, from), to: addDays(bill.from, to) });
const coins = fc.integer({ min: -1e9, max: 1e9 });
const amountOf = (value: number): Decimal => new Decimal(value).times('0.01');
const abs = (value: bigint): bigint => (value < 0n ? -value : value);

describe('accrueByDays', () => {
  // 100.00 × 30/90 = 33.333 → 33.33; × 60/90 = 66.667 → 66.67; × 90/90 = 100.00.
  it('takes differences of the rounded running total', () => {
    const parts = [part(0, 30), part(30, 60), part(60, 90)].map((days) =>
      accrueByDays(decimal('100.00'), 'GBP', bill, days),
    );
    expect(parts.map((one) => one?.amount.toFixed(2))).toEqual(['33.33', '33.34', '33.33']);
    expect([parts[1]?.before, parts[1]?.during, parts[1]?.whole].map(String)).toEqual(['30', '30', '90']);
  });

  it('looks only at the days that the bill and the period share', () => {
    expect(accrueByDays(decimal('90.00'), 'GBP', bill, part(-30, 1))?.amount.toFixed()).toBe('1');
    expect(accrueByDays(decimal('90.00'), 'GBP', bill, part(90, 120))).toBeNull();
  });

  it('adds up to the bill over any tiling, mirrors a credit, and stays within a coin of the ideal', () => {
    fc.assert(
      fc.property(coins, fc.uniqueArray(fc.integer({ min: 1, max: 89 }), { maxLength: 20 }), (value, inner) => {
        const cuts = [0, ...inner.toSorted((a, b) => a - b), 90];
        const tiles = cuts.slice(1).map((to, index) => part(cuts[index] ?? 0, to));
        const accrue = (amount: number): Decimal[] =>
          tiles.map((days) => accrueByDays(amountOf(amount), 'GBP', bill, days)?.amount ?? decimal('0'));
        expect(sum(accrue(value)).equals(amountOf(value))).toBe(true);
        expect(accrue(-value).map(String)).toEqual(accrue(value).map((amount) => String(amount.negated())));
        accrue(value).forEach((amount, index) => {
          const days = BigInt((cuts[index + 1] ?? 0) - (cuts[index] ?? 0));
          expect(abs(toCoins(amount, 'GBP') * 90n - BigInt(value) * days) <= 90n).toBe(true);
        });
      }),
    );
  });
});

describe('accrueByUse', () => {
  it('adds up to the bill over any measured parts', () => {
    fc.assert(
      fc.property(coins, fc.array(fc.integer({ min: 0, max: 1e9 }), { minLength: 1, maxLength: 12 }), (value, list) => {
        fc.pre(list.some((quantity) => quantity > 0));
        const uses = list.map((quantity) => new Decimal(quantity).times('0.001'));
        const parts = uses.map(
          (use, index) => accrueByUse(amountOf(value), 'GBP', sum(uses.slice(0, index)), use, sum(uses)).amount,
        );
        expect(sum(parts).equals(amountOf(value))).toBe(true);
      }),
    );
  });

  it('refuses a whole of nothing and a part beyond the whole', () => {
    const [none, some] = [decimal('0'), decimal('5')];
    expect(() => accrueByUse(some, 'GBP', none, none, none)).toThrow(refusal('no-weight'));
    expect(() => accrueByUse(some, 'GBP', some, some, some)).toThrow(refusal('invalid-input'));
    expect(() => accrueByUse(some, 'GBP', decimal('-1'), some, some)).toThrow(refusal('invalid-input'));
  });
});
