import type { Period } from '../calendar/period.js';
import { assert } from '../errors.js';
import { type Decimal, sum } from '../quantity/decimal.js';
import type { Currency } from '../quantity/money.js';
import { type Part, split } from '../quantity/split.js';
import { type Beneficiary, beneficiaryId, type Called } from './beneficiary.js';
import type { Reason, Step } from './reason.js';
import type { Weight } from './weights.js';

/*
 * The problem: a bill of 100.00 for 1000 kWh, of which the shops' meters saw 880, must land on named shoulders to the last
 * coin, and each must be able to see why.
 *
 *   stage 1, by kWh:   Rosa 500 → 50.00 · Lund 380 → 38.00 · residual 120 → 12.00            together 100.00
 *   stage 2, the 12.00 by floor area × days, Rosa 930 : Lund 620 : vacant 310 → 6.00 · 4.00 · 2.00, together 12.00
 *
 * Method: two exact splits (quantity/split.ts). Stage 2 shares whole coins that stage 1 gave to the residual, so each stage
 * adds up by itself and nothing is rounded twice: a share is within one coin of its ideal at its own stage.
 */

/** A cost, or the part of it that belongs to the period. */
export interface Cost {
  readonly no: number;
  readonly label: string;
  /** On the currency's grid; negative for a credit or a funded relief. */
  readonly amount: Decimal;
  readonly currency: Currency;
  /** Name of the bill's component or the cost pool, the same from period to period: decides ties, with the period. */
  readonly component: string;
}

/** The unexplained quantity and the weights of those who bear it. */
export interface ResidualPool {
  readonly quantity: Decimal;
  readonly weights: readonly Weight[];
}

/** One share with all that explains it: amount ≈ pool × weight / whole, within one coin. */
export interface CostShare {
  readonly costNo: number;
  readonly beneficiary: Beneficiary;
  readonly part: 'own' | 'residual';
  /** What was split at this stage. */
  readonly pool: Decimal;
  readonly weight: Decimal;
  /** Sum of all weights at this stage, the residual's included. */
  readonly whole: Decimal;
  readonly amount: Decimal;
  readonly reasons: readonly Reason[];
  /** How the cost became this pool; none where the pool is the cost, or its residual. */
  readonly steps?: readonly Step[];
}

/**
 * What orders ties, as published: period and component, and the stage where it is the second.
 *
 * @example tieKey(october, 'units-day', 'own') → '2026-10-01/2026-11-01:units-day'
 * @source ADR 0004
 */
export const tieKey = (period: Period, component: string, part: 'own' | 'residual'): string =>
  `${period.from}/${period.to}:${component}${part === 'residual' ? ':residual' : ''}`;

/** What the residual is called where it takes part in a split. */
export const residualId = 'residual';

/**
 * Shares a cost among its beneficiaries, to the last coin.
 *
 * @param weights  of the key; beneficiaries unique
 * @param residual null where the key is not metered or nothing is left over; its quantity is in the unit of the weights
 * @param called   what members and spaces are called: decides ties, so that anybody who knows the codes can recompute them
 * @returns own shares, then shares of the residual, each list in the order of its weights
 * @throws DomainError `no-weight`, `negative-weight`, `off-grid-total`
 * @law Σ shares = the amount exactly; each share is within one coin of its ideal at its stage; zero weight → zero;
 *   independent of order; a credit mirrors its charge
 * @source largest remainder method at each stage; golden story residual-shared-by-area
 */
export function apportion(
  cost: Cost,
  weights: readonly Weight[],
  residual: ResidualPool | null,
  period: Period,
  called?: Called,
): CostShare[] {
  const claims = weights.map((weight) => ({ id: beneficiaryId(weight.beneficiary, called), weight: weight.weight }));
  const left = residual === null || residual.quantity.isZero() ? null : residual;
  const first = left === null ? claims : [...claims, { id: residualId, weight: left.quantity }];
  const parts = split(cost.amount, cost.currency, first, tieKey(period, cost.component, 'own'));
  const whole = sum(first.map((claim) => claim.weight));
  const own = weights.map((weight, index): CostShare => ({
    costNo: cost.no,
    beneficiary: weight.beneficiary,
    part: 'own',
    pool: cost.amount,
    weight: weight.weight,
    whole,
    amount: amountAt(parts, index),
    reasons: weight.reasons,
  }));
  const shares =
    left === null ? own : [...own, ...residualShares(cost, left, amountAt(parts, weights.length), period, called)];
  assert(sum(shares.map((share) => share.amount)).equals(cost.amount), 'The shares add up to the cost.');
  return shares;
}

/** `split` answers in the order it was asked; the residual comes last. */
function amountAt(parts: readonly Part[], index: number): Decimal {
  const part = parts[index];
  assert(part !== undefined, 'A split gives one part for each claim.');
  return part.amount;
}

/** Shares what fell to the residual by the residual's own weights. */
export function residualShares(
  cost: Cost,
  residual: ResidualPool,
  pool: Decimal,
  period: Period,
  called?: Called,
): CostShare[] {
  const claims = residual.weights.map(({ beneficiary, weight }) => ({
    id: beneficiaryId(beneficiary, called),
    weight,
  }));
  const parts = split(pool, cost.currency, claims, tieKey(period, cost.component, 'residual'));
  const whole = sum(claims.map((claim) => claim.weight));
  return residual.weights.map(({ beneficiary, weight, reasons }, index) => ({
    costNo: cost.no,
    beneficiary,
    part: 'residual',
    pool,
    weight,
    whole,
    amount: amountAt(parts, index),
    reasons,
  }));
}
