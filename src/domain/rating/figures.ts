import { plain } from '../quantity/decimal.js';
import { decimalOf, type Rational, roundRational } from '../quantity/rational.js';

/** Digits after the point of a figure that no decimal can write. */
const shownDigits = 3;

/** A figure for people: exact where it can be written, else to three digits and marked as about. */
export function plainOf(value: Rational): string {
  const exact = decimalOf(value);
  return exact === null ? `≈${plain(roundRational(value, shownDigits, 'half-up'))}` : plain(exact);
}

/** A figure that somebody can compute with: exact as a decimal, else as a quotient. @example 851/868 */
export function figuresIn(value: Rational): string {
  const exact = decimalOf(value);
  return exact === null ? `${value.numerator}/${value.denominator}` : plain(exact);
}
