import fc from 'fast-check';
import { AssertionFailed } from '../errors.js';
import { Decimal, decimal, type Rounding, roundToScale } from './decimal.js';
import {
  addUp,
  compare,
  decimalOf,
  greater,
  less,
  multiply,
  nought,
  rational,
  ratioOf,
  roundRational,
  smaller,
} from './rational.js';

const figure = fc
  .tuple(fc.bigInt(-(10n ** 15n), 10n ** 15n), fc.integer({ min: 0, max: 9 }))
  .map(([n, digits]) => new Decimal(n.toString()).times(new Decimal(10).pow(-digits)));
const positive = figure.filter((value) => value.greaterThan(0));
const roundings: Rounding[] = ['half-up', 'half-even', 'down', 'up'];

describe('rational', () => {
  it('keeps twelve a month for 16 and 15 of 31 days, and they are twelve', () => {
    const month = rational(decimal('12.00'));
    const parts = [16, 15].map((days) => multiply(month, ratioOf(days, 31)));
    expect(parts.map((part) => roundRational(part, 2, 'half-up').toFixed(2))).toEqual(['6.19', '5.81']);
    expect(addUp(parts)).toEqual(month);
  });

  it('rounds three thirds of half a coin as the half coin that they are', () => {
    const third = rational(decimal('0.005'), decimal('3'));
    expect(roundRational(addUp([third, third, third]), 2, 'half-up').toFixed(2)).toBe('0.01');
    expect(roundRational(addUp([third, third, third]), 2, 'half-even').toFixed(2)).toBe('0.00');
  });

  it('is kept in lowest terms, with its sign above the line', () => {
    expect(ratioOf(6, -4)).toEqual({ numerator: -3n, denominator: 2n });
    expect(ratioOf(-6, -4)).toEqual({ numerator: 3n, denominator: 2n });
    expect(ratioOf(0, 7)).toEqual(nought);
    expect(rational(decimal('1.5'), decimal('0.25'))).toEqual({ numerator: 6n, denominator: 1n });
  });

  it('never has nothing below the line', () => {
    expect(() => ratioOf(1, 0)).toThrow(AssertionFailed);
    expect(() => rational(decimal('12'), decimal('0'))).toThrow(AssertionFailed);
  });

  it('is ordered as on a line', () => {
    const [third, half] = [ratioOf(1, 3), ratioOf(1, 2)];
    expect([compare(third, half), compare(half, third), compare(half, ratioOf(2, 4))]).toEqual([-1, 1, 0]);
    expect([smaller(third, half), smaller(half, third)]).toEqual([third, third]);
    expect([greater(third, half), greater(half, third)]).toEqual([half, half]);
    expect([compare(ratioOf(-1, 2), ratioOf(-1, 3)), compare(nought, ratioOf(-1, 3))]).toEqual([-1, 1]);
  });

  it('is rounded at the half by name, up and down of it whatever the name', () => {
    const coins = (days: number, rounding: Rounding): string =>
      roundRational(ratioOf(days, 200), 2, rounding).toFixed();
    expect([1, 3, 5].map((days) => coins(days, 'half-even'))).toEqual(['0', '0.02', '0.02']);
    expect([1, 3, 5].map((days) => coins(days, 'half-up'))).toEqual(['0.01', '0.02', '0.03']);
    expect(roundRational(ratioOf(4, 300), 2, 'half-even').toFixed()).toBe('0.01');
    expect(roundRational(ratioOf(5, 300), 2, 'half-even').toFixed()).toBe('0.02');
  });

  it('is a decimal where its digits end, and none where they do not', () => {
    expect(decimalOf(ratioOf(3, 8))?.toFixed()).toBe('0.375');
    expect(decimalOf(ratioOf(-7, 20))?.toFixed()).toBe('-0.35');
    expect(decimalOf(ratioOf(1, 3))).toBeNull();
    expect(decimalOf(nought)?.toFixed()).toBe('0');
  });

  it('rounds whatever is a decimal as decimals are rounded', () => {
    fc.assert(
      fc.property(figure, fc.integer({ min: 0, max: 6 }), fc.constantFrom(...roundings), (value, scale, rounding) => {
        expect(decimalOf(rational(value))?.equals(value)).toBe(true);
        expect(roundRational(rational(value), scale, rounding).equals(roundToScale(value, scale, rounding))).toBe(true);
      }),
    );
  });

  it('rounds within one step of its grid, and a credit as its charge', () => {
    fc.assert(
      fc.property(figure, positive, fc.constantFrom(...roundings), (a, b, rounding) => {
        const value = rational(a, b);
        const rounded = roundRational(value, 2, rounding);
        const off = less(rational(rounded), value);
        expect([compare(off, ratioOf(1, 100)), compare(off, ratioOf(-1, 100))]).toEqual([-1, 1]);
        expect(roundRational(rational(a.negated(), b), 2, rounding).equals(rounded.negated())).toBe(true);
      }),
    );
  });

  it('adds and multiplies in any order, and undoes what it did', () => {
    fc.assert(
      fc.property(figure, positive, figure, positive, (a, b, c, d) => {
        const [left, right] = [rational(a, b), rational(c, d)];
        expect(addUp([left, right])).toEqual(addUp([right, left]));
        expect(multiply(left, right)).toEqual(multiply(right, left));
        expect(less(addUp([left, right]), right)).toEqual(left);
      }),
    );
  });
});
