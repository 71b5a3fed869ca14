import { assert } from '../errors.js';
import { Decimal, one, type Rounding } from './decimal.js';

/*
 * The problem: 12.00 a month for 16 of 31 days is 192/31, which no decimal can write, and a sum of such figures may be exactly half
 * a coin.
 *
 *   192/31 + 180/31 = 372/31 = 12 exactly; as decimals of two digits 6.19 + 5.81 happen to agree, as many others do not.
 *
 * Method: whole numbers above and below the line, in lowest terms. Nothing is divided until the coin, and there once.
 */

/** An exact quotient of whole numbers, in lowest terms; the denominator is above zero. */
export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

const divisor = (a: bigint, b: bigint): bigint => (b === 0n ? (a < 0n ? -a : a) : divisor(b, a % b));

function reduced(numerator: bigint, denominator: bigint): Rational {
  assert(denominator !== 0n, 'Nothing is divided by zero.');
  const common = divisor(numerator, denominator) * (denominator < 0n ? -1n : 1n);
  return { numerator: numerator / common, denominator: denominator / common };
}

const tenTo = (digits: number): bigint => 10n ** BigInt(digits);
const partsOf = (value: Decimal): [bigint, bigint] => {
  const digits = value.decimalPlaces();
  return [BigInt(value.toFixed(digits).replace('.', '')), tenTo(digits)];
};

/** a ÷ b, exactly. @param b not zero @example rational(decimal('12'), decimal('31')) → 12/31 */
export function rational(a: Decimal, b: Decimal = one): Rational {
  const [above, tensAbove] = partsOf(a);
  const [below, tensBelow] = partsOf(b);
  return reduced(above * tensBelow, below * tensAbove);
}

/** The quotient of two whole numbers, like the days of a month. */
export const ratioOf = (numerator: number, denominator: number): Rational =>
  reduced(BigInt(numerator), BigInt(denominator));

export const nought: Rational = { numerator: 0n, denominator: 1n };

/** Sum of any number; zero for none. Exact. */
export const addUp = (values: Iterable<Rational>): Rational => {
  let total = nought;
  for (const { numerator, denominator } of values) {
    total = reduced(total.numerator * denominator + numerator * total.denominator, total.denominator * denominator);
  }
  return total;
};

/** Product of any number; one for none. Exact. */
export const multiply = (...values: readonly Rational[]): Rational =>
  values.reduce(
    (product, { numerator, denominator }) => reduced(product.numerator * numerator, product.denominator * denominator),
    { numerator: 1n, denominator: 1n },
  );

export const negated = ({ numerator, denominator }: Rational): Rational => ({ numerator: -numerator, denominator });

/** a − b, exactly. */
export const less = (a: Rational, b: Rational): Rational => addUp([a, negated(b)]);

/** Below zero where a < b, zero where they are equal, above zero where a > b. */
export const compare = (a: Rational, b: Rational): number => {
  const difference = a.numerator * b.denominator - b.numerator * a.denominator;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
};

export const smaller = (a: Rational, b: Rational): Rational => (compare(a, b) <= 0 ? a : b);
export const greater = (a: Rational, b: Rational): Rational => (compare(a, b) >= 0 ? a : b);

/**
 * The value as a decimal where it is one.
 *
 * @returns null where its digits never end
 * @example 3/8 → 0.375; 1/3 → null
 */
export function decimalOf({ numerator, denominator }: Rational): Decimal | null {
  let [rest, digits] = [denominator, 0];
  for (const factor of [2n, 5n]) {
    let times = 0;
    for (; rest % factor === 0n; rest /= factor) times += 1;
    digits = Math.max(digits, times);
  }
  return rest === 1n ? shifted((numerator * tenTo(digits)) / denominator, digits) : null;
}

const shifted = (whole: bigint, digits: number): Decimal =>
  new Decimal(whole.toString()).times(new Decimal(10).pow(-digits));

/**
 * The value on a grid of `scale` fraction digits, rounded once by a rounding that the caller names.
 *
 * @law differs from the value by less than one step of the grid; half a step at most for `half-up` and `half-even`
 * @example roundRational(192/31, 2, 'half-up') → 6.19
 */
export function roundRational({ numerator, denominator }: Rational, scale: number, rounding: Rounding): Decimal {
  const scaled = (numerator < 0n ? -numerator : numerator) * tenTo(scale);
  const [floor, rest] = [scaled / denominator, scaled % denominator];
  const steps = isRaised(floor, rest * 2n, denominator, rounding) ? floor + 1n : floor;
  return shifted(numerator < 0n ? -steps : steps, scale);
}

function isRaised(floor: bigint, twice: bigint, denominator: bigint, rounding: Rounding): boolean {
  switch (rounding) {
    case 'down':
      return false;
    case 'up':
      return twice > 0n;
    case 'half-up':
      return twice >= denominator;
    case 'half-even':
      return twice > denominator || (twice === denominator && floor % 2n === 1n);
  }
}
