import fc from 'fast-check';
import { addDays, daysIn, type Period } from '../calendar/period.js';
import { Decimal, decimal, sum, zero } from '../quantity/decimal.js';
import { toCoins } from '../quantity/money.js';
import { accrueByDays } from './accrual.js';
import { accrueByBasis, type AccrualBasis, basisByDays, basisByUse, sayPart } from './accrual-basis.js';

// 15 October to 15 November 2026 in London: the night of 25 October has 25 hours.
const bill: Period = { from: '2026-10-15', to: '2026-11-15' };
const days = daysIn(bill);
const october = { from: '2026-10-01', to: '2026-11-01' };
const november = { from: '2026-11-01', to: '2026-12-01' };
const kWh = (value: number): Decimal => new Decimal(value).times('0.001');
const coins = (value: number): Decimal => new Decimal(value).times('0.01');
const part = (from: number, to: number): Period => ({ from: addDays(bill.from, from), to: addDays(bill.from, to) });
const amount = (basis: AccrualBasis, of: Decimal, over: Period): Decimal =>
  accrueByBasis(of, 'GBP', bill, basis, over)?.amount ?? zero;

/** A whole bill of daily quantities, some of whose marks are not known. */
const measured = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 5e6 }), fc.boolean()), { minLength: days, maxLength: days })
  .filter((all) => all.some(([quantity]) => quantity > 0))
  .map((all) => {
    const marks = all.map((_, index) => ({
      day: addDays(bill.from, index + 1),
      counted: sum(all.slice(0, index + 1).map(([quantity]) => kWh(quantity))),
    }));
    return basisByUse(
      bill,
      marks.filter((_, index) => index === days - 1 || (all[index]?.[1] ?? true)),
      false,
    );
  });

describe('accrueByBasis', () => {
  const use = basisByUse(
    bill,
    [
      { day: '2026-11-15', counted: decimal('400') },
      { day: '2026-11-01', counted: decimal('300') },
    ],
    false,
  );

  it('gives a month what the source counted of the bill in it', () => {
    expect(accrueByBasis(decimal('100.00'), 'GBP', bill, use, october)).toMatchObject({
      by: 'use',
      isEstimated: false,
    });
    expect([october, november].map((month) => amount(use, decimal('100.00'), month).toFixed(2))).toEqual([
      '75.00',
      '25.00',
    ]);
    const first = accrueByBasis(decimal('100.00'), 'GBP', bill, use, october);
    expect(first && sayPart(first, 'kWh')).toBe('300 of 400 kWh');
  });

  it('goes by days between two marks, and says that it is an estimate', () => {
    // 22 October is 7 of the 17 days to 1 November: 300 × 7 / 17 = 123.529412 of 400, 30.88.
    const week = accrueByBasis(decimal('100.00'), 'GBP', bill, use, { from: '2026-10-15', to: '2026-10-22' });
    expect(week).toMatchObject({ isEstimated: true });
    expect([week?.during.toFixed(), week?.amount.toFixed(2)]).toEqual(['123.529412', '30.88']);
  });

  it('goes by days, as an estimate, where the whole was not measured or nothing was', () => {
    const unknown = basisByUse(bill, [{ day: '2026-11-01', counted: decimal('300') }], false);
    expect(unknown).toEqual(basisByDays(bill, true));
    expect(basisByUse(bill, [{ day: '2026-11-15', counted: zero }], false)).toEqual(basisByDays(bill, true));
  });

  it('has nothing for days outside the bill', () => {
    expect(accrueByBasis(decimal('1'), 'GBP', bill, use, { from: '2026-12-01', to: '2027-01-01' })).toBeNull();
  });

  it('refuses a source that counts backwards', () => {
    const backwards = [
      { day: '2026-11-01', counted: decimal('300') },
      { day: '2026-11-15', counted: decimal('299') },
    ];
    expect(() => basisByUse(bill, backwards, false)).toThrow('is not less than before');
  });

  it('adds up to the component over any tiling, in any order, and a credit mirrors its charge', () => {
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: days - 1 }), { maxLength: 12 });
    const value = fc.integer({ min: -1e9, max: 1e9 });
    const billed = fc.tuple(measured, value, cuts).chain(([basis, of, inner]) => {
      const edges = [0, ...inner.toSorted((a, b) => a - b), days];
      const tiles = edges.slice(1).map((to, index) => part(edges[index] ?? 0, to));
      const order = fc.shuffledSubarray(tiles, { minLength: tiles.length });
      return fc.record({ basis: fc.constant(basis), of: fc.constant(of), tiles: order });
    });
    fc.assert(
      fc.property(billed, ({ basis, of, tiles }) => {
        const parts = tiles.map((tile) => amount(basis, coins(of), tile));
        expect(sum(parts).equals(coins(of))).toBe(true);
        // Never more than the whole on the way there, and never back.
        expect(parts.every((one) => one.isZero() || one.isNegative() === of < 0)).toBe(true);
        expect(tiles.map((tile) => amount(basis, coins(-of), tile).negated().toFixed(2))).toEqual(
          parts.map((one) => one.toFixed(2)),
        );
      }),
    );
  });

  it('stays within a coin of the ideal where the marks are known', () => {
    fc.assert(
      fc.property(measured, fc.integer({ min: 0, max: 1e9 }), fc.nat({ max: days - 1 }), (basis, of, at) => {
        const accrued = accrueByBasis(coins(of), 'GBP', bill, basis, part(at, at + 1));
        const apart = accrued && accrued.amount.times(accrued.whole).minus(coins(of).times(accrued.during)).abs();
        expect(apart?.lessThanOrEqualTo(accrued?.whole.times('0.01') ?? zero)).toBe(true);
        expect(toCoins(accrued?.amount ?? zero, 'GBP') >= 0n).toBe(true);
      }),
    );
  });

  it('by days is what accrueByDays says', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1e9, max: 1e9 }),
        fc.nat({ max: days - 1 }),
        fc.nat({ max: 40 }),
        (of, at, more) => {
          const tile = part(at, at + 1 + more);
          const byDays = accrueByDays(coins(of), 'GBP', bill, tile);
          expect(amount(basisByDays(bill, false), coins(of), tile).equals(byDays?.amount ?? zero)).toBe(true);
        },
      ),
    );
  });
});
