import fc from 'fast-check';
import { addDays, daysIn, period } from './period.js';
import { addFractions, type Fraction, prorate, type ProrationPolicy } from './proration.js';

const same = (a: Fraction, b: Fraction): boolean =>
  BigInt(a.numerator) * BigInt(b.denominator) === BigInt(b.numerator) * BigInt(a.denominator);

const anyDay = fc.integer({ min: 0, max: 4000 }).map((days) => addDays('2023-01-01', days));
const additive: ProrationPolicy[] = ['day-of-month', 'day-of-year', '365'];

describe('prorate', () => {
  // Counted on the calendar: 16 to 31 January are 16 days, 1 to 13 February are 13 (2026 is a common year).
  it.each<[ProrationPolicy, 'month' | 'year', number, number]>([
    ['day-of-month', 'month', 16 * 28 + 13 * 31, 31 * 28],
    ['day-of-year', 'year', 29, 365],
    ['day-of-year', 'month', 29 * 12, 365],
    ['365', 'year', 29, 365],
    ['touched-months', 'month', 2, 1],
    ['touched-months', 'year', 2, 12],
  ])('counts 16 January to 14 February by %s as a part of a %s', (policy, per, numerator, denominator) => {
    const part = prorate(period('2026-01-16', '2026-02-14'), per, policy);
    expect(same(part, { numerator, denominator })).toBe(true);
  });

  it('keeps the days as they are counted, not reduced', () => {
    expect(prorate(period('2026-04-16', '2026-05-01'), 'month', 'day-of-month')).toEqual({
      numerator: 15,
      denominator: 30,
    });
  });

  it('gives a whole month, a leap February too, exactly one', () => {
    for (const [from, to] of [
      ['2026-01-01', '2026-02-01'],
      ['2028-02-01', '2028-03-01'],
    ] as const) {
      expect(same(prorate(period(from, to), 'month', 'day-of-month'), { numerator: 1, denominator: 1 })).toBe(true);
    }
  });

  it('gives a leap year 366/366 by the day of the year and 366/365 by 365', () => {
    const leap = period('2028-01-01', '2029-01-01');
    expect(prorate(leap, 'year', 'day-of-year')).toEqual({ numerator: 366, denominator: 366 });
    expect(prorate(leap, 'year', '365')).toEqual({ numerator: 366, denominator: 365 });
  });

  it('counts both years where a period crosses New Year', () => {
    const part = prorate(period('2027-12-31', '2028-01-02'), 'year', 'day-of-year');
    expect(same(part, addFractions({ numerator: 1, denominator: 365 }, { numerator: 1, denominator: 366 }))).toBe(true);
  });

  it.each(additive)('adds over any cut of the period, by %s', (policy) => {
    fc.assert(
      fc.property(
        fc.uniqueArray(anyDay, { minLength: 3, maxLength: 3 }),
        fc.constantFrom('month' as const, 'year' as const),
        (days, per) => {
          const [a, b, c] = days.toSorted() as [string, string, string];
          const whole = prorate({ from: a, to: c }, per, policy);
          const parts = addFractions(
            prorate({ from: a, to: b }, per, policy),
            prorate({ from: b, to: c }, per, policy),
          );
          expect(same(whole, parts)).toBe(true);
        },
      ),
    );
  });

  it('grows with every day, by each additive policy', () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: 1, max: 800 }), fc.constantFrom(...additive), (from, length, policy) => {
        const to = addDays(from, length);
        const shorter = prorate({ from, to }, 'month', policy);
        const longer = prorate({ from, to: addDays(to, 1) }, 'month', policy);
        expect(daysIn({ from, to })).toBe(length);
        expect(
          BigInt(longer.numerator) * BigInt(shorter.denominator) >
            BigInt(shorter.numerator) * BigInt(longer.denominator),
        ).toBe(true);
      }),
    );
  });
});
