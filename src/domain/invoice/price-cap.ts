import { type Decimal, quotient, roundToScale, sum, zero } from '../quantity/decimal.js';
import { coinScale, type Currency } from '../quantity/money.js';

/*
 * The problem: a member who lives in the house may not pay more for energy than it cost; a shop may have been promised the same; in
 * Switzerland a member of a self-consumption community may not pay more than a share of the standard product. A cap that is only
 * reported is no cap.
 *
 *   day 100.00 for 500 kWh, night 20.00 for 200 kWh, standing 30.00; the flat used 50 by day, 40 by night, of 700 in all
 *     → 100 × 50/500 + 20 × 40/200 + 30 × 90/700 = 10.00 + 4.00 + 3.86 (3.857… up) = 17.86
 *
 * Method: every part of the cap is one division, rounded up to the coin, because the exact split may have given the member the odd
 * coin of that part. What is charged above the sum is the excess, by name.
 */

/** A part of what the supplier was paid, and of what the member had of it. */
export interface CapPart {
  /** What the part cost: on the currency's grid. */
  readonly amount: Decimal;
  /** What the member had, and all had, of what it was paid for: kWh or days. */
  readonly own: Decimal;
  readonly whole: Decimal;
}

/** What a member is charged, may be charged, and what is too much. */
export interface Capped {
  readonly charged: Decimal;
  readonly cap: Decimal;
  /** More than zero where the cap is passed, else zero. */
  readonly excess: Decimal;
}

/**
 * The most that a member may be charged where energy is passed on at what it cost.
 *
 * @param parts units by band with the price paid for them, then the standing charge by its rule
 * @returns on the currency's grid; a part of which there was nothing adds nothing
 * @law charging every member its exact share of every part never passes the cap
 * @source Ofgem, resale of gas and electricity: the price paid, with the standing charge, without administration and common lighting
 */
export const resaleCap = (parts: readonly CapPart[], currency: Currency): Decimal =>
  sum(
    parts.map(({ amount, own, whole }) =>
      whole.isZero() ? zero : quotient(amount.times(own), whole, coinScale[currency], 'up'),
    ),
  );

/**
 * The most that a member may be charged where a reference product is the measure.
 *
 * @param percent of what the reference would have cost, 0 to 100
 * @returns rounded to the coin, a tie away from zero
 * @source Swiss Energy Ordinance (EnV) Art. 16; guide of the federal office, p. 32: 80 % of the standard product
 */
export function referenceCap(
  use: { readonly quantity: Decimal; readonly days: number },
  price: { readonly perUnit: Decimal; readonly perDay: Decimal; readonly percent: Decimal },
  currency: Currency,
): Decimal {
  const product = use.quantity.times(price.perUnit).plus(price.perDay.times(use.days));
  return roundToScale(product.times(price.percent).times('0.01'), coinScale[currency], 'half-up');
}

/** Compares what is charged with its cap. @law charged ≤ cap exactly where the excess is zero */
export function compareWithCap(charged: Decimal, cap: Decimal): Capped {
  return { charged, cap, excess: charged.greaterThan(cap) ? charged.minus(cap) : zero };
}
