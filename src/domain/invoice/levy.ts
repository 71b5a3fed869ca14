import type { Decimal, Rounding } from '../quantity/decimal.js';
import { type Currency, roundToCoin } from '../quantity/money.js';

/*
 * The problem: a levy on energy is due for each kilowatt hour that is not used at home or by a charity; some users are relieved of a
 * part of it by agreement. It is part of the price: tax is taken of it at the normal rate.
 *
 *   2,000 kWh, 20 % qualifying, 0.0043 a kWh:  1,600 × 0.0043 = 6.88;  relief of 10 %: −0.68;  levy 6.20
 */

/** A levy as it is due, and what is let off. */
export interface Levy {
  /** kWh on which it is due. */
  readonly quantity: Decimal;
  /** On the currency's grid. */
  readonly amount: Decimal;
  /** On the currency's grid, zero or less. */
  readonly relief: Decimal;
}

/**
 * The levy on what a member used.
 *
 * @param use           all kWh and those that qualify, qualifying ≤ quantity
 * @param rate          per kWh, the dated rate of the tax point
 * @param reliefPercent 0 to 100
 * @param rounding      of both amounts
 * @law none is due where all qualifies; amount + relief ≥ 0
 * @source Climate Change Levy (General) Regulations as Notice CCL1/3; vectors: Oracle, Finan Example 1 to 3
 */
export function levyOn(
  { quantity, qualifying }: { readonly quantity: Decimal; readonly qualifying: Decimal },
  rate: Decimal,
  reliefPercent: Decimal,
  currency: Currency,
  rounding: Rounding,
): Levy {
  const due = quantity.minus(qualifying);
  const amount = roundToCoin(due.times(rate), currency, rounding);
  const relief = roundToCoin(amount.times(reliefPercent).times('0.01'), currency, rounding);
  return { quantity: due, amount, relief: relief.negated() };
}
