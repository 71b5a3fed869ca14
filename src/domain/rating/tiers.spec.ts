import { type Decimal, decimal } from '../quantity/decimal.js';
import { nought, type Rational, rational, ratioOf } from '../quantity/rational.js';
import type { Tier } from '../tariff/component.js';
import { plainOf } from './figures.js';
import { climb, tierWords } from './tiers.js';

const tier = (upTo: string | null, price: string): Tier => ({
  upTo: upTo === null ? null : decimal(upTo),
  price: decimal(price),
});
const tiers = [tier('10', '1'), tier('30', '2'), tier(null, '3')];
const climbed = (quantity: Rational, scheme: 'graduated' | 'whole-quantity', limitOf: (upTo: Decimal) => Rational) =>
  climb(tiers, quantity, scheme, limitOf).map((part) => [part.tier.no, part.price.toFixed(), plainOf(part.quantity)]);

describe('climb', () => {
  it('takes a limit into its tier and starts none for nothing above it', () => {
    expect(climbed(ratioOf(0, 1), 'graduated', rational)).toEqual([[1, '1', '0']]);
    expect(climbed(ratioOf(10, 1), 'graduated', rational)).toEqual([[1, '1', '10']]);
    expect(climbed(ratioOf(21, 2), 'graduated', rational)).toEqual([
      [1, '1', '10'],
      [2, '2', '0.5'],
    ]);
    expect(climbed(ratioOf(31, 1), 'whole-quantity', rational)).toEqual([[3, '3', '31']]);
    expect(climbed(ratioOf(30, 1), 'whole-quantity', rational)).toEqual([[2, '2', '30']]);
  });

  it('passes over a tier that a limit of nothing leaves without width', () => {
    expect(climbed(ratioOf(7, 1), 'graduated', () => nought)).toEqual([[3, '3', '7']]);
    expect(climbed(nought, 'graduated', () => nought)).toEqual([[1, '1', '0']]);
  });

  it('never lets a limit fall below the one before it', () => {
    const falling = (upTo: Decimal): Rational => rational(decimal('40').minus(upTo));
    expect(climbed(ratioOf(50, 1), 'graduated', falling)).toEqual([
      [1, '1', '30'],
      [3, '3', '20'],
    ]);
  });

  it('has no part of nothing where there is no tier', () => {
    expect(climb([], ratioOf(5, 1), 'graduated', rational)).toEqual([]);
  });
});

describe('a tier in words', () => {
  it.each<[Rational, Rational | null, string]>([
    [nought, null, ''],
    [nought, ratioOf(1000, 1), 'up to 1000 kWh'],
    [ratioOf(1000, 1), ratioOf(3000, 1), '1000 to 3000 kWh'],
    [ratioOf(1000, 3), null, 'above ≈333.333 kWh'],
  ])('begins and ends where it does (%#)', (from, upTo, words) => {
    expect(tierWords({ no: 1, from, upTo }, 'kWh')).toBe(words);
  });
});
