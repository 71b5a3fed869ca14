import type { Period } from '../calendar/period.js';
import type { Issue, Subject } from '../errors.js';
import { apportion, type Cost, type CostShare, type ResidualPool } from './apportion.js';
import type { Called } from './beneficiary.js';
import type { Key, MeteredKey } from './key.js';
import type { OccupancyPiece } from './pieces.js';
import { measureResidual, residualIssues, residualWeights, type SourceUse, type Thresholds } from './residual.js';
import { type Use, weigh, type Weight } from './weights.js';

/** What happened in a period, as far as sharing looks at it. */
export interface Basis {
  readonly period: Period;
  readonly pieces: readonly OccupancyPiece[];
  readonly uses: readonly Use[];
  readonly sources: readonly SourceUse[];
  readonly thresholds: Thresholds;
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
 *   `residual-negative`, `no-weight`. `residual-high` and `residual-notable` come beside the shares.
 */
export function shareOut(cost: Cost, key: Key, basis: Basis): SharedOut {
  const subject: Subject = { kind: 'cost', id: cost.component, label: cost.label };
  const own = weigh(key, basis.pieces, basis.uses, basis.period);
  const { residual, issues } = key.kind === 'metered' ? residualOf(key, own, basis, subject) : nothingLeft;
  if (issues.some((issue) => issue.code === 'residual-negative' || issue.code === 'source-meter-missing')) {
    return { shares: [], issues };
  }
  const unweighed = own.every(isZero) && (residual === null || residual.quantity.isZero());
  const unclaimed = residual !== null && !residual.quantity.isZero() && residual.weights.every(isZero);
  if (unweighed || unclaimed) {
    return cost.amount.isZero()
      ? { shares: [], issues }
      : { shares: [], issues: [...issues, noWeight(subject, basis.period)] };
  }
  return { shares: apportion(cost, own, residual, basis.period, basis.called), issues };
}

const nothingLeft: { residual: ResidualPool | null; issues: Issue[] } = { residual: null, issues: [] };

const isZero = ({ weight }: Weight): boolean => weight.isZero();

function residualOf(key: MeteredKey, own: readonly Weight[], basis: Basis, subject: Subject): typeof nothingLeft {
  const { period, pieces, uses, sources, thresholds } = basis;
  const residual = measureResidual(key.band, sources, uses, pieces);
  if (residual === null) return { residual: null, issues: [sourceMissing(key.band, subject, period)] };
  const weights = residualWeights(key.residual, own, pieces, period);
  return {
    residual: { quantity: residual.shared, weights },
    issues: residualIssues(residual, thresholds, subject, period),
  };
}

const sourceMissing = (band: string | null, subject: Subject, { from, to }: Period): Issue => ({
  code: 'source-meter-missing',
  severity: 'blocking',
  subject,
  from,
  to,
  detail:
    `"${subject.label}" is shared by metered use, but no source meter counted ` +
    `${band === null ? 'anything' : `the band ${band}`} from ${from} to ${to}.`,
  remedy: 'Enter the source meter and its readings, or adopt a key that does not need it.',
});

const noWeight = (subject: Subject, { from, to }: Period): Issue => ({
  code: 'no-weight',
  severity: 'blocking',
  subject,
  from,
  to,
  detail: `Nothing to share "${subject.label}" by from ${from} to ${to}: every weight is zero.`,
  remedy: 'Enter the missing areas or readings, or adopt another key for this cost.',
});
