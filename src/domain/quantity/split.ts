import { DomainError } from '../errors.js';
import { Decimal, fixed } from './decimal.js';
import { coinScale, type Currency, toCoins } from './money.js';
import { tieRank } from './tie-break.js';

/*
 * The problem: 10.00 over three equal shops is 3.333… each; three times 3.33 loses a penny, three times 3.34 invents one.
 *
 * Method (largest remainder, Hamilton 1792): count in whole coins. Each share gets the floor of its ideal part; the coins
 * that are left, always fewer than there are shares, go one each to the shares whose floor took most from them. Equal
 * remainders are ordered by a published hash of what is split and whose share it is (tie-break.ts), so that the odd coin
 * wanders from month to month.
 *
 *   1000 coins over 1:1:1 → floors 333 333 333, one coin left, remainders equal → the smallest hash gets it.
 *   101 coins over 3:7    → ideals 30.3 and 70.7, floors 30 and 70, the coin goes to the 7.
 *
 * Everything is in integers: weights are scaled to whole numbers, and remainders are compared exactly.
 */

/** One claimant: `weight` ≥ 0, dimensionless, any scale. */
export interface Share {
  readonly id: string;
  readonly weight: Decimal;
}

/** What one claimant gets: `amount` on the currency's grid, and the weight it was computed from. */
export interface Part extends Share {
  readonly amount: Decimal;
}

/** Smallest scale that makes every weight a whole number. */
const commonScale = (shares: readonly Share[]): number =>
  shares.reduce((scale, share) => Math.max(scale, share.weight.decimalPlaces()), 0);

const asInteger = (weight: Decimal, scale: number): bigint => BigInt(weight.toFixed(scale).replace('.', ''));

/**
 * Splits whole coins among whole weights; the kernel of `split`.
 *
 * @param total   coins, may be negative
 * @param weights 1..n, each ≥ 0, at least one > 0
 * @param rank    order among equal remainders: the smaller rank gets the coin first
 * @returns coins per weight, in the order given; their sum is exactly `total`
 * @law credit mirrors charge: splitCoins(−t) = −splitCoins(t)
 */
export function splitCoins(total: bigint, weights: readonly bigint[], rank: (index: number) => string): bigint[] {
  const whole = weights.reduce((a, b) => a + b, 0n);
  if (whole === 0n) throw new DomainError('no-weight', 'Nothing to share by: every weight is zero.');
  const size = total < 0n ? -total : total;
  const parts = weights.map((weight) => (size * weight) / whole);
  let left = size - parts.reduce((a, b) => a + b, 0n);
  if (left > 0n) {
    const ranks = new Map<number, string>();
    const rankOf = (index: number): string => {
      let known = ranks.get(index);
      if (known === undefined) ranks.set(index, (known = rank(index)));
      return known;
    };
    const remainders = weights.map((weight) => (size * weight) % whole);
    const order = weights.map((_, index) => index).filter((index) => (remainders[index] ?? 0n) > 0n);
    order.sort((a, b) => {
      const difference = (remainders[b] ?? 0n) - (remainders[a] ?? 0n);
      if (difference !== 0n) return difference > 0n ? 1 : -1;
      return rankOf(a) < rankOf(b) ? -1 : 1;
    });
    for (const index of order) {
      if (left === 0n) break;
      parts[index] = (parts[index] ?? 0n) + 1n;
      left -= 1n;
    }
  }
  return total < 0n ? parts.map((part) => -part) : parts;
}

/**
 * Splits an exact amount among shares so that the parts add up to it, to the last coin.
 *
 * Floors every ideal part, then gives the leftover coins to the largest remainders.
 *
 * @param total    money on the currency's grid; may be negative (a credit)
 * @param currency decides the coin
 * @param shares   1..n, ids unique; weight ≥ 0, dimensionless, any scale, at least one > 0
 * @param tieKey   what is split: period and component; ties are ordered by the hash of it and the share's id
 * @returns one part per share, in the order given; their sum is exactly `total`
 * @throws DomainError `no-weight`, `negative-weight`, `duplicate-share`, `off-grid-total`
 * @law Σ parts = total; |part − ideal| < 1 coin; independent of input order; zero weight → zero; a credit mirrors its charge
 * @source largest remainder (Hamilton) method; ADR 0004
 * @example 10.00 over 1:1:1 → one share 3.34, two of 3.33
 */
export function split(total: Decimal, currency: Currency, shares: readonly Share[], tieKey: string): Part[] {
  const ids = new Set<string>();
  for (const share of shares) {
    if (ids.has(share.id))
      throw new DomainError('duplicate-share', `Share ${share.id} appears twice.`, { id: share.id });
    ids.add(share.id);
    if (share.weight.isNegative() && !share.weight.isZero()) {
      throw new DomainError('negative-weight', `Share ${share.id} has a negative weight.`, { id: share.id });
    }
  }
  const scale = commonScale(shares);
  const weights = shares.map((share) => asInteger(share.weight.abs(), scale));
  const coins = splitCoins(toCoins(total, currency), weights, (index) => tieRank(tieKey, shares[index]?.id ?? ''));
  const coin = new Decimal(10).pow(-coinScale[currency]);
  return shares.map((share, index) => ({ ...share, amount: new Decimal((coins[index] ?? 0n).toString()).times(coin) }));
}

/**
 * Splits a quantity on a grid of `scale` fraction digits so that the parts add up to it, as `split` does with money.
 *
 * @param total   ≥ 0, on the grid
 * @param weights 1..n, each ≥ 0, at least one > 0; any scale
 * @param rank    order among equal remainders: the smaller rank gets the last step first
 * @throws DomainError `no-weight`, `off-grid-total`
 * @law Σ parts = total; |part − ideal| < 1 step; zero weight → zero
 * @example 1 over 1:1:1 on three digits → one part 0.334, two of 0.333
 */
export function splitOnGrid(
  total: Decimal,
  scale: number,
  weights: readonly Decimal[],
  rank: (index: number) => string,
): Decimal[] {
  const common = weights.reduce((most, weight) => Math.max(most, weight.decimalPlaces()), 0);
  const steps = BigInt(fixed(total, scale).replace('.', ''));
  const step = new Decimal(10).pow(-scale);
  const whole = weights.map((weight) => asInteger(weight, common));
  return splitCoins(steps, whole, rank).map((part) => new Decimal(part.toString()).times(step));
}
