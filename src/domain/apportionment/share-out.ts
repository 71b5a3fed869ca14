import type { Period } from '../calendar/period.js';
import type { Issue, Subject } from '../errors.js';
import { plain, sum } from '../quantity/decimal.js';
import { split } from '../quantity/split.js';
import { apportion, type Cost, type CostShare, type ResidualPool, tieKey } from './apportion.js';
import type { Called } from './beneficiary.js';
import { unpricedBookings } from './bookings.js';
import { type CompositeKey, type Key, type LimitedKey, type MeteredKey, simpleKeyAt, type SimpleKey } from './key.js';
import { apportionWithin, limitedPool } from './limited.js';
import { type DeductedUse, withoutDeducted } from './deducted.js';
import type { OccupancyPiece } from './pieces.js';
import { missingHeads } from './presence.js';
import { measureResidual, residualIssues, residualWeights, type SourceUse, type Thresholds } from './residual.js';
import { bookingUnpriced, floorsExceed, noWeight, peakMissing, sourceMissing } from './sharing-issues.js';
import { type Beside, type Use, weigh, type Weight } from './weights.js';

/** What happened in a period, as far as sharing looks at it. */
export interface Basis extends Beside {
  readonly period: Period;
  readonly pieces: readonly OccupancyPiece[];
  readonly uses: readonly Use[];
  readonly sources: readonly SourceUse[];
  readonly thresholds: Thresholds;
  /** What deduction meters counted; only keys that deduct look at it. */
  readonly deductions?: readonly DeductedUse[];
  /** What members and spaces are called; their ids where it is not given. */
  readonly called?: Called;
}

/** Shares of one cost, or the findings that forbid them; with findings that do not, both. */
export interface SharedOut {
  readonly shares: readonly CostShare[];
  readonly issues: readonly Issue[];
}

/**
 * Weighs and apportions one cost by one key over one period: what a billing run does with every cost.
 *
 * Where the key changes within the period, accrue the cost over the pieces of `keyInForce` first and share out each.
 *
 * @param basis period, pieces and quantities of the same days
 * @returns shares that add up to the cost exactly; or no shares and a blocking Issue: `source-meter-missing`,
 *   `residual-negative`, `deduction-exceeds-intake`, `no-weight`, `headcount-missing`, `booking-unpriced`, `peak-missing`, `floors-exceed-cost`.
 *   `residual-high` and `residual-notable` come beside the shares.
 */
export function shareOut(cost: Cost, key: Key, basis: Basis): SharedOut {
  const subject: Subject = { kind: 'cost', id: cost.component, label: cost.label };
  if (key.kind === 'composite') return shareParts(cost, key, basis);
  return key.kind === 'limited'
    ? shareSimple(cost, key.key, key, basis, subject)
    : shareSimple(cost, key, null, basis, subject);
}

/**
 * A composite key: the cost is split into its parts first, exactly, and then each part by its own key.
 *
 * @law Σ parts = the cost, and Σ shares of a part = the part; one part that cannot be shared forbids all
 * @source golden story part-by-use-part-by-area
 */
function shareParts(cost: Cost, key: CompositeKey, basis: Basis): SharedOut {
  const claims = key.parts.map(({ part }, index) => ({ id: `part-${index + 1}`, weight: part }));
  const of = sum(key.parts.map(({ part }) => part));
  const parts = split(cost.amount, cost.currency, claims, `${tieKey(basis.period, cost.component, 'own')}:parts`);
  const shared = key.parts.map(({ part, key: own }, index): SharedOut => {
    const amount = parts[index]?.amount ?? cost.amount;
    const no = index + 1;
    const component = `${cost.component}:part-${no}`;
    const label = `${cost.label}, ${plain(part)} of ${plain(of)}`;
    const { shares, issues } = shareOut({ ...cost, amount, component, label }, own, basis);
    const step = { step: 'part' as const, no, part, of, amount, pool: cost.amount };
    return { shares: shares.map((share) => ({ ...share, steps: [step, ...(share.steps ?? [])] })), issues };
  });
  const issues = shared.flatMap((one) => one.issues);
  const forbidden = issues.some((issue) => issue.severity === 'blocking' && issue.code !== 'residual-high');
  return { shares: forbidden ? [] : shared.flatMap((one) => one.shares), issues };
}

/**
 * By which key a share came about: its part's, where the key of the cost has several.
 *
 * @param key   of the cost
 * @param share of it, from `shareOut`
 */
export const keyOfShare = (key: Key, { steps = [] }: Pick<CostShare, 'steps'>): SimpleKey =>
  simpleKeyAt(
    key,
    steps.flatMap((step) => (step.step === 'part' ? [step.no] : [])),
  );

function shareSimple(
  cost: Cost,
  key: SimpleKey,
  limited: LimitedKey | null,
  given: Basis,
  subject: Subject,
): SharedOut {
  const { period, called } = given;
  const taken = key.kind === 'metered' && key.deducted === true ? withoutDeducted(given, given.deductions ?? []) : null;
  if (taken !== null && taken.issues.length > 0) return { shares: [], issues: taken.issues };
  const basis = taken === null ? given : { ...given, ...taken.net };
  const missing = missingOf(key, basis, subject);
  if (missing.length > 0) return { shares: [], issues: missing };
  const own = weigh(key, basis.pieces, basis.uses, period, basis);
  const { residual, issues } = key.kind === 'metered' ? residualOf(key, own, basis, subject) : nothingLeft;
  if (issues.some((issue) => issue.code === 'residual-negative' || issue.code === 'source-meter-missing')) {
    return { shares: [], issues };
  }
  const unweighed = own.every(isZero) && (residual === null || residual.quantity.isZero());
  const unclaimed = residual !== null && !residual.quantity.isZero() && residual.weights.every(isZero);
  if (unweighed || unclaimed) {
    return cost.amount.isZero()
      ? { shares: [], issues }
      : { shares: [], issues: [...issues, noWeight(subject, period)] };
  }
  if (limited === null) return { shares: apportion(cost, own, residual, period, called), issues };
  const pool = limitedPool(cost, limited.limits, own, residual, period, called);
  if (pool.floors.greaterThan(pool.own.abs())) {
    return { shares: [], issues: [...issues, floorsExceed(subject, period, pool.floors, pool.own)] };
  }
  return { shares: apportionWithin(cost, limited.limits, pool, own, residual, period, called), issues };
}

const nothingLeft: { residual: ResidualPool | null; issues: Issue[] } = { residual: null, issues: [] };

const isZero = ({ weight }: Weight): boolean => weight.isZero();

/** What a key counts and nobody has said: the key of a residual asks for it too. */
function missingOf(key: SimpleKey, basis: Basis, subject: Subject): Issue[] {
  switch (key.kind) {
    case 'metered':
      return key.residual.policy === 'to-common' ? missingOf(key.residual.key, basis, subject) : [];
    case 'headcount':
      return missingHeads(basis.pieces, subject);
    case 'bookings':
      return key.by === 'minutes' || basis.zone === undefined
        ? []
        : unpricedBookings(basis.bookings ?? [], key.resourceId, basis.period, basis.zone).map((booking) =>
            bookingUnpriced(subject, booking),
          );
    case 'peak':
      return (basis.peaks ?? []).some((peak) => peak.of === key.of) ? [] : [peakMissing(subject, basis.period)];
    default:
      return [];
  }
}

function residualOf(key: MeteredKey, own: readonly Weight[], basis: Basis, subject: Subject): typeof nothingLeft {
  const { period, pieces, uses, sources, thresholds } = basis;
  const residual = measureResidual(key.band, sources, uses, pieces);
  if (residual === null) return { residual: null, issues: [sourceMissing(key.band, subject, period)] };
  const weights = residualWeights(key.residual, own, pieces, period, basis);
  return {
    residual: { quantity: residual.shared, weights },
    issues: residualIssues(residual, thresholds, subject, period),
  };
}
