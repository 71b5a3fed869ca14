import fc from 'fast-check';
import { Decimal, decimal, type Rounding, roundToScale } from './decimal.js';
import { addUp, compare, decimalOf, less, multiply, nought, rational, ratioOf, roundRational } from './rational.js';

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
