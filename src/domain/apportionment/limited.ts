import type { Period } from '../calendar/period.js';
import { assert } from '../errors.js';
import { Decimal, one, sum } from '../quantity/decimal.js';
import { split } from '../quantity/split.js';
import { type Cost, type CostShare, type ResidualPool, residualId, residualShares, tieKey } from './apportion.js';
import { beneficiaryId, type Called } from './beneficiary.js';
import { type Bounded, type BoundedPart, limitInCoins, type Limits, splitWithin, sumOfFloors } from './limits.js';
import type { Step } from './reason.js';
import type { Weight } from './weights.js';

/*
 * A limited key, applied: limits hold for members. An empty space has none, because it is the community's loss or agreed with
 * its payer; it takes part in what is shared again. What no meter explains is taken off first and is not limited.
 */

/** What a limited key shares among its members, and where the floors come to more than that, by how much. */
export interface LimitedPool {
  readonly own: Decimal;
  readonly residual: Decimal;
  readonly bounded: readonly Bounded[];
  readonly floors: Decimal;
}

/** Takes the residual's part off a cost and puts the limits of each member in coins. A cap goes before a floor. */
export function limitedPool(
  cost: Cost,
  limits: Limits,
  weights: readonly Weight[],
  residual: ResidualPool | null,
  period: Period,
  called?: Called,
): LimitedPool {
  const { currency } = cost;
  const bounded = weights.map(({ beneficiary, weight }): Bounded => {
    const id = beneficiaryId(beneficiary, called);
    if (beneficiary.kind !== 'member') return { id, weight, cap: null, floor: null };
    const cap = limits.cap === null ? null : limitInCoins(limits.cap, 'cap', weight, period, currency);
    const floor = limits.floor === null ? null : limitInCoins(limits.floor, 'floor', weight, period, currency);
    return { id, weight, cap, floor: cap !== null && floor !== null ? Decimal.min(cap, floor) : floor };
  });
  const quantity = residual?.quantity ?? new Decimal(0);
  const claims = [
    { id: 'own', weight: sum(weights.map(({ weight }) => weight)) },
    { id: residualId, weight: quantity },
  ];
  const [own, left] = quantity.isZero()
    ? [cost.amount, new Decimal(0)]
    : split(cost.amount, currency, claims, tieKey(period, cost.component, 'own')).map(({ amount }) => amount);
  assert(own !== undefined && left !== undefined, 'A split gives one part for each claim.');
  return { own, residual: left, bounded, floors: sumOfFloors(bounded) };
}

/**
 * Shares a cost by a key with limits.
 *
 * @param pool  of `limitedPool`; its floors are at most its own amount
 * @returns own shares in the order of the weights, what all caps leave over, then the shares of the residual
 * @law as `apportion` and `splitWithin`: Σ shares = the amount exactly; every step that a limit took is on the share
 */
export function apportionWithin(
  cost: Cost,
  limits: Limits,
  pool: LimitedPool,
  weights: readonly Weight[],
  residual: ResidualPool | null,
  period: Period,
  called?: Called,
): CostShare[] {
  const tie = tieKey(period, cost.component, 'own');
  const { parts, rest } = splitWithin(pool.own, cost.currency, pool.bounded, tie);
  const own = weights.map(({ beneficiary, weight, reasons }, index): CostShare => {
    const part = parts[index];
    assert(part !== undefined, 'A split within limits gives one part for each claim.');
    const { amount } = part;
    const formula =
      part.at === null ? { pool: part.pool, weight, whole: part.whole } : { pool: amount, weight, whole: weight };
    return { costNo: cost.no, beneficiary, part: 'own', ...formula, amount, reasons, steps: stepsOf(part) };
  });
  const over: CostShare[] = rest.isZero() ? [] : [restOf(cost, limits.rest, rest)];
  const left =
    residual === null || pool.residual.isZero() ? [] : residualShares(cost, residual, pool.residual, period, called);
  const shares = [...own, ...over, ...left];
  assert(sum(shares.map((share) => share.amount)).equals(cost.amount), 'The shares add up to the cost.');
  return shares;
}

const restOf = (cost: Cost, kind: Limits['rest'], rest: Decimal): CostShare => ({
  costNo: cost.no,
  beneficiary: { kind },
  part: 'own',
  pool: rest,
  weight: one,
  whole: one,
  amount: rest,
  reasons: [],
  steps: [{ step: 'rest', pool: rest }],
});

function stepsOf({ at, round, amount, without, pool }: BoundedPart): Step[] {
  if (at !== null) return [{ step: at, round, limit: amount, without }];
  return round === 1 ? [] : [{ step: 'shared-again', round, pool }];
}
