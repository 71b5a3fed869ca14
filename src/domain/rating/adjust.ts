import { daysIn, type Period } from '../calendar/period.js';
import { sum } from '../quantity/decimal.js';
import { coinScale } from '../quantity/money.js';
import { less, multiply, negated, nought, ratioOf, rational, roundRational } from '../quantity/rational.js';
import { type AdjustingComponent, isAdjusting } from '../tariff/component.js';
import type { Tariff } from '../tariff/tariff.js';
import { partOf } from './rate-standing.js';
import { type Coins, type RatedLine, roundLine, type RoundedLine } from './rated-line.js';

/*
 * The problem: at least 10.00 a month. The lines come to 3.335 and 2.225, printed as 3.34 and 2.23, together 5.57. A shortfall of the
 * unrounded 4.44 would print 10.01.
 *
 * Method: minima, maxima and discounts look at printed amounts, after rounding, so that the bill ends at the figure that was agreed:
 * 10.00 − 5.57 = 4.43. Each looks at the lines of the components before it and adds one line of its own, or none where nothing is
 * short.
 */

/**
 * The lines of minima, maxima and discounts.
 *
 * @param lines  of the components before them, rounded, in one hand
 * @param period what `lines` are for
 * @param whole  the billing period that `period` is, or is a part of
 * @returns one line for each component that changes anything, on the coin, in the order of the tariff
 * @law after a minimum of everything the lines come to no less than it, after a maximum to no more, exactly
 * @example a minimum of 10.00, lines of 3.34 and 2.23 → 4.43; 5 % off 12.30 → −0.62 (0.615 by half-up)
 */
export function adjust(
  { components }: Tariff,
  lines: readonly RoundedLine[],
  period: Period,
  whole: Period,
  coins: Coins,
): RoundedLine[] {
  const all = [...lines];
  for (const [index, component] of components.entries()) {
    if (!isAdjusting(component)) continue;
    const before = new Set(components.slice(0, index).map(({ name }) => name));
    const of = component.of ?? [...before];
    const looked = all.filter((line) => before.has(line.component) && of.includes(line.component));
    const line = lineOf(component, of, looked, period, whole, coins);
    if (line) all.push(roundLine(line, coins.currency, coins.rounding));
  }
  return all.slice(lines.length);
}

function lineOf(
  component: AdjustingComponent,
  of: readonly string[],
  looked: readonly RoundedLine[],
  period: Period,
  whole: Period,
  { currency, rounding }: Coins,
): RatedLine | null {
  const { name } = component;
  const total = sum(looked.map(({ amount }) => amount));
  const line = { component: name, description: name, band: null, days: daysIn(period), period };
  if (component.kind === 'discount') {
    const { percent } = component;
    if (looked.length === 0) return null;
    return {
      ...line,
      quantity: rational(percent),
      unit: '%',
      price: null,
      amount: negated(multiply(rational(total), rational(percent), ratioOf(1, 100))),
      why: { rule: 'discount', percent, sum: total, of },
    };
  }
  const { kind, amount, per, proration } = component;
  const part = partOf(period, per, proration, whole);
  const exact = multiply(rational(amount), ratioOf(part.numerator, part.denominator));
  const bound = roundRational(exact, coinScale[currency], rounding);
  const difference = less(rational(bound), rational(total));
  const isKept = kind === 'minimum' ? difference.numerator <= 0n : difference.numerator >= 0n;
  if (isKept) return null;
  const why = { rule: kind, bound, sum: total, of };
  return { ...line, quantity: nought, unit: '', price: null, amount: difference, why };
}
