import { Decimal as Library } from 'decimal.js';
import { DomainError } from '../errors.js';

/**
 * The one Decimal of the house.
 *
 * Precision 64: inputs are bounded to 15 integer and 9 fraction digits, so a product of two inputs has at most 48
 * significant digits, and a sum of 10^12 such products at most 60. No plus, minus or times in this system rounds.
 * Division is for `quantity/split.ts`, `roundToScale` and `quotient` only.
 */
export const Decimal = Library.clone({
  precision: 64,
  rounding: Library.ROUND_HALF_UP,
  toExpNeg: -64,
  toExpPos: 64,
});
export type Decimal = Library;

const wellFormed = /^-?\d{1,15}(\.\d{1,9})?$/;

/**
 * Reads a decimal from its written form.
 *
 * @param text at most 15 integer and 9 fraction digits, a point, no exponent, no sign but a leading minus
 * @throws DomainError `invalid-decimal`
 * @example decimal('48210.400')
 */
export function decimal(text: string): Decimal {
  if (!wellFormed.test(text)) {
    throw new DomainError('invalid-decimal', `"${text.slice(0, 40)}" is not a decimal of at most 15 and 9 digits.`);
  }
  return new Decimal(text);
}

/** True where `text` is a decimal that `decimal` accepts. */
export const isDecimal = (text: string): boolean => wellFormed.test(text);

export const zero: Decimal = new Decimal(0);
export const one: Decimal = new Decimal(1);

/** Sum of any number of decimals; zero for none. Exact. */
export function sum(values: Iterable<Decimal>): Decimal {
  let total = zero;
  for (const value of values) total = total.plus(value);
  return total;
}

/** Named roundings. `half-up` rounds a tie away from zero, so a credit mirrors its charge; `down` truncates. */
export type Rounding = 'half-up' | 'half-even' | 'down' | 'up';
const modes: Record<Rounding, Library.Rounding> = {
  'half-up': Library.ROUND_HALF_UP,
  'half-even': Library.ROUND_HALF_EVEN,
  down: Library.ROUND_DOWN,
  up: Library.ROUND_UP,
};

/** Rounds to `scale` fraction digits by a rounding that the caller names. */
export function roundToScale(value: Decimal, scale: number, rounding: Rounding): Decimal {
  return value.toDecimalPlaces(scale, modes[rounding]);
}

/**
 * a ÷ b on a grid of `scale` fraction digits, rounded once by a rounding that the caller names.
 *
 * The quotient is first cut at 64 digits. That cannot move it across a tie: a tie is exactly representable, and a quotient that
 * is not a tie lies at least 1/b (in units of the grid) away from one, far more than the cut takes.
 *
 * @param b not zero; at most 30 digits
 * @example quotient(10, 3, 2, 'half-even') → 3.33
 */
export function quotient(a: Decimal, b: Decimal, scale: number, rounding: Rounding): Decimal {
  return roundToScale(a.dividedBy(b), scale, rounding);
}

/** Written form with exactly `scale` fraction digits; the value must already lie on that grid. */
export function fixed(value: Decimal, scale: number): string {
  if (value.decimalPlaces() > scale) {
    throw new DomainError('off-grid-total', `${value.toString()} has more than ${scale} fraction digits.`);
  }
  return value.toFixed(scale);
}

/** Written form without exponent and without trailing zeros. */
export const plain = (value: Decimal): string => value.toFixed();
