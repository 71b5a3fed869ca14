import { type Decimal, sum, zero } from '../quantity/decimal.js';
import { type Currency, roundToCoin } from '../quantity/money.js';
import { split } from '../quantity/split.js';

/*
 * The problem: a council gives 250.00 so that small traders pay less; the traders' claims come to 300.00. Whoever is billed first must
 * not empty the fund, and no coin more than the fund may be given.
 *
 *   Rosa claims 150.00, Lund 100.00, Adam 50.00; 250.00 are left → 125.00 · 83.33 · 41.67, together 250.00
 *
 * Method: every claim is a rate or an amount, cut to what the member is charged and to what the member may still have. While the claims
 * fit, each is met; when they do not, what is left is split exactly by the claims, and no part is more than its claim.
 */

/** What a fund gives: a share of what is charged, an amount once in a run or for each day, or an amount for each unit used. */
export type FundRate =
  | { readonly kind: 'percent'; readonly percent: Decimal }
  | { readonly kind: 'amount'; readonly amount: Decimal; readonly per: 'run' | 'day' }
  | { readonly kind: 'per-unit'; readonly perUnit: Decimal };

/** A member whom the fund may help, as far as the fund looks at it. */
export interface FundCase {
  readonly id: string;
  /** What the member is charged for what the fund helps with; nothing is given on a credit. */
  readonly charged: Decimal;
  /** Days on which the fund helps and the member was there. */
  readonly days: number;
  /** Units used, where the fund gives by unit. */
  readonly quantity: Decimal;
  /** What the member may still have of the fund; null: no limit of its own. */
  readonly left: Decimal | null;
}

/** What a member is given. */
export interface Draw {
  readonly id: string;
  /** What it would be given by a fund without end. */
  readonly claim: Decimal;
  /** On the currency's grid, ≥ 0. */
  readonly amount: Decimal;
}

const least = (a: Decimal, b: Decimal): Decimal => (a.lessThan(b) ? a : b);
const notBelowZero = (a: Decimal): Decimal => (a.lessThan(0) ? zero : a);

/** @returns on the currency's grid; rounded down, so that nobody is given more than the rate says */
function claimOf(rate: FundRate, { charged, days, quantity, left }: FundCase, currency: Currency): Decimal {
  const due =
    rate.kind === 'percent'
      ? charged.times(rate.percent).times('0.01')
      : rate.kind === 'per-unit'
        ? quantity.times(rate.perUnit)
        : rate.amount.times(rate.per === 'day' ? days : 1);
  const allowed = left === null ? charged : least(charged, left);
  return notBelowZero(roundToCoin(least(due, allowed), currency, 'down'));
}

/**
 * What each member draws from a fund.
 *
 * @param left   what the fund still has, on the currency's grid, ≥ 0
 * @param cases  ids unique
 * @param tieKey decides the odd coin when the fund runs dry
 * @returns one draw for each member who claims something, in the order given
 * @law Σ draws = min(left, Σ claims); each draw ≤ its claim ≤ what is charged; order-free
 * @source golden story fund-runs-dry; Hinckley & Bosworth, relief for pop-up shops (per-member cap and fund cap)
 */
export function drawFund(
  rate: FundRate,
  left: Decimal,
  cases: readonly FundCase[],
  currency: Currency,
  tieKey: string,
): Draw[] {
  const claims = cases
    .map((one) => ({ id: one.id, claim: claimOf(rate, one, currency) }))
    .filter(({ claim }) => claim.greaterThan(0));
  const asked = sum(claims.map(({ claim }) => claim));
  if (asked.lessThanOrEqualTo(left)) return claims.map((one) => ({ ...one, amount: one.claim }));
  const shares = claims.map(({ id, claim }) => ({ id, weight: claim }));
  const parts = split(left, currency, shares, tieKey);
  return claims.map((one, index) => ({ ...one, amount: parts[index]?.amount ?? zero }));
}
