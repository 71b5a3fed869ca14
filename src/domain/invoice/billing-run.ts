import { DomainError, type Issue, type IssueCode } from '../errors.js';

/*
 * A run goes from open to closed one step at a time, and each step says what it needs:
 *
 *   open ─validate→ validated ─preview→ previewed ─approve→ approved ─issue→ issued ─close→ closed
 *
 *   validate   from any state before issued, back to validated: inputs changed, or may have
 *   cancel     from any state before issued
 *
 * Whatever changes a run's inputs sends it back to `validated`, and an approval that was given falls with it. Once issued,
 * nothing goes back: a credit note corrects.
 */

export type RunState = 'open' | 'validated' | 'previewed' | 'approved' | 'issued' | 'closed' | 'cancelled';
export type RunAction = 'validate' | 'preview' | 'approve' | 'issue' | 'close' | 'cancel';

/** From which states an action may be taken, and where it leads. */
export const runActions: Readonly<Record<RunAction, { readonly from: readonly RunState[]; readonly to: RunState }>> = {
  validate: { from: ['open', 'validated', 'previewed', 'approved'], to: 'validated' },
  preview: { from: ['validated'], to: 'previewed' },
  approve: { from: ['previewed'], to: 'approved' },
  issue: { from: ['approved'], to: 'issued' },
  close: { from: ['issued'], to: 'closed' },
  cancel: { from: ['open', 'validated', 'previewed', 'approved'], to: 'cancelled' },
};

/** What may be done with a run now. */
export const actionsFrom = (state: RunState): RunAction[] =>
  (Object.keys(runActions) as RunAction[]).filter((action) => runActions[action].from.includes(state));

/**
 * The state after an action.
 *
 * @throws DomainError `run-not-in-state`, saying what may be done instead
 */
export function nextState(state: RunState, action: RunAction): RunState {
  const { from, to } = runActions[action];
  if (from.includes(state)) return to;
  const allowed = actionsFrom(state);
  throw new DomainError(
    'run-not-in-state',
    `A run that is ${state} cannot ${action}; ${allowed.length === 0 ? 'nothing more can be done with it' : `it can ${allowed.join(', ')}`}.`,
    { state, action, allowed },
  );
}

/**
 * Which findings a named person may override, with a reason. A finding that leaves a figure unknown may not: there is
 * nothing to go on with. A finding that makes a known figure doubtful may.
 */
export const overridable: Readonly<Record<IssueCode, boolean>> = {
  'missing-reading': false,
  'missing-interval': false,
  'bands-unknown': false,
  'conflicting-reading': false,
  'overlapping-interval': false,
  'register-regressed': false,
  'rollover-assumed': true,
  'estimated-boundary': true,
  'mixed-units': false,
  'not-installed': false,
  'reading-time': true,
  'counter-restart': true,
  'physical-limit': true,
  'silent-sibling': true,
  'zero-use': true,
  'inactive-use': true,
  'high-low-use': true,
  spike: true,
  'stuck-intervals': true,
  'unusual-day': true,
  'sum-check': true,
  'prolonged-estimation': true,
  'estimated-share': true,
  'verification-passed': true,
  'no-supplier-bill': false,
  'tariff-gap': false,
  'key-gap': false,
  'no-weight': false,
  'headcount-missing': false,
  'booking-unpriced': false,
  'floors-exceed-cost': false,
  'peak-missing': false,
  'deduction-exceeds-intake': false,
  'generation-unallotted': false,
  'uncovered-space': true,
  'residual-negative': false,
  'residual-high': true,
  'residual-notable': true,
  'source-meter-missing': false,
  'virtual-part-missing': false,
  'negative-virtual-use': false,
  'counted-twice': false,
  'bill-differs-from-meter': true,
  'bill-miscalculated': false,
  'bill-estimated': true,
  'open-exception': true,
  'unclaimed-readings': true,
  'readings-reduced': false,
  'held-amount': true,
  'bill-not-covering-period': false,
  'accrual-estimated': true,
  'calorific-value-missing': false,
  'price-cap-exceeded': false,
  'invoice-contents-missing': false,
  'fund-runs-dry': true,
  'expected-for-leaver': true,
  'bill-differs-from-contract': true,
};

/** A person's word that a run may go on in spite of a finding. */
export interface Override {
  readonly issue: string;
  readonly by: string;
  readonly reason: string;
}

/** What makes two findings the same: not their wording. */
export const issueId = ({ code, subject, from, to }: Issue): string =>
  JSON.stringify([code, subject.kind, subject.id, from ?? null, to ?? null]);

/**
 * Records that a person accepts a finding.
 *
 * @throws DomainError `issue-not-overridable`; `invalid-input` where the reason is empty
 */
export function override(issue: Issue, by: string, reason: string): Override {
  if (!overridable[issue.code]) {
    throw new DomainError(
      'issue-not-overridable',
      `"${issue.detail}" leaves a figure unknown and cannot be overridden. ${issue.remedy}`,
      {
        code: issue.code,
      },
    );
  }
  if (reason.trim() === '')
    throw new DomainError('invalid-input', 'An override needs a reason that others can read later.');
  return { issue: issueId(issue), by, reason: reason.trim() };
}

/** The blocking findings that nobody has overridden. */
export function unresolved(issues: readonly Issue[], overrides: readonly Override[]): Issue[] {
  const accepted = new Set(overrides.map((one) => one.issue));
  return issues.filter(
    (issue) => issue.severity === 'blocking' && !(overridable[issue.code] && accepted.has(issueId(issue))),
  );
}

/**
 * The gate before preview, approval and issue.
 *
 * @throws DomainError `run-blocked`, naming every finding that is in the way
 */
export function refuseWhileBlocked(issues: readonly Issue[], overrides: readonly Override[]): void {
  const blocking = unresolved(issues, overrides);
  const [first] = blocking;
  if (first === undefined) return;
  const more =
    blocking.length === 1 ? '' : ` There ${blocking.length === 2 ? 'is 1 more' : `are ${blocking.length - 1} more`}.`;
  throw new DomainError('run-blocked', `The run cannot go on. ${first.detail} ${first.remedy}${more}`, {
    issues: blocking.map(issueId),
  });
}

/** Who said that exactly these inputs may be billed. */
export interface Approval {
  readonly by: string;
  readonly inputHash: string;
}

/**
 * A second person's approval of what was previewed.
 *
 * @param preparedBy   everybody who calculated the run or overrode a finding in it
 * @param seenHash     hash of the inputs that the approver was shown
 * @param currentHash  hash of the inputs as they stand
 * @throws DomainError `four-eyes`, `run-changed`
 */
export function approve(by: string, preparedBy: readonly string[], seenHash: string, currentHash: string): Approval {
  if (preparedBy.includes(by)) {
    throw new DomainError('four-eyes', 'Whoever prepared a run cannot approve it; ask a second person.', { by });
  }
  refuseChanged(seenHash, currentHash);
  return { by, inputHash: currentHash };
}

/**
 * The gate before issue: what is issued is what was approved.
 *
 * @throws DomainError `run-changed` where an input differs from what was approved
 */
export function refuseChanged(approvedHash: string, currentHash: string): void {
  if (approvedHash === currentHash) return;
  throw new DomainError(
    'run-changed',
    'The inputs of the run have changed since; calculate it again, look at it again, and approve that.',
    {
      approved: approvedHash,
      current: currentHash,
    },
  );
}
