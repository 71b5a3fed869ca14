import type { Decimal } from '../quantity/decimal.js';
import { compare, greater, less, nought, type Rational, smaller } from '../quantity/rational.js';
import type { Tier, TierScheme } from '../tariff/component.js';
import { plainOf } from './figures.js';
import type { TierReached } from './rated-line.js';

/** What of a quantity falls into a tier. */
export interface TierPart {
  readonly tier: TierReached;
  readonly price: Decimal;
  readonly quantity: Rational;
}

/**
 * Lays a quantity over tiers.
 *
 * A tier whose limit is not above the one before, as limits per kW may come to, takes nothing. Of a quantity of nothing the first tier
 * takes all, so that a reader sees the price.
 *
 * @param quantity not below zero
 * @param limitOf  what a tier's limit comes to
 * @returns graduated: every tier that takes something; whole quantity: the one that is reached
 * @law parts add up to the quantity; graduated is monotone and continuous in the quantity where prices are not below zero
 * @source golden case G09e (1000 at 0.28, to 3000 at 0.24, rest at 0.20: 2500 → 1000 and 1500, 5000 → 1000, 2000, 2000)
 * @example 120 over "up to 100", "the rest" → 100 and 20; by whole quantity → 120 at the second price
 */
export function climb(
  tiers: readonly Tier[],
  quantity: Rational,
  scheme: TierScheme,
  limitOf: (upTo: Decimal) => Rational,
): TierPart[] {
  const parts: TierPart[] = [];
  let from = nought;
  for (const [index, { upTo, price }] of tiers.entries()) {
    const limit = upTo === null ? null : greater(limitOf(upTo), from);
    const reached = limit === null ? quantity : smaller(quantity, limit);
    const tier: TierReached = { no: index + 1, from, upTo: limit };
    const isLast = limit === null || compare(quantity, limit) <= 0;
    if (scheme === 'whole-quantity') {
      if (isLast) return [{ tier, price, quantity }];
    } else {
      const own = less(reached, from);
      if (own.numerator > 0n || (isLast && parts.length === 0)) parts.push({ tier, price, quantity: own });
      if (isLast) return parts;
    }
    from = limit;
  }
  return parts;
}

/** A tier in words. @example 'up to 1000 kWh', '1000 to 3000 kWh', 'above 3000 kWh' */
export function tierWords({ from, upTo }: TierReached, unit: string): string {
  if (upTo === null) return from.numerator === 0n ? '' : `above ${plainOf(from)} ${unit}`;
  return from.numerator === 0n ? `up to ${plainOf(upTo)} ${unit}` : `${plainOf(from)} to ${plainOf(upTo)} ${unit}`;
}
