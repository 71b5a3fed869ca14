/**
 * The three kinds of trouble, never mixed (ARCHITECTURE.md, "Errors").
 *
 * An Issue is expected bad data: a value that functions return. A DomainError says that the caller may not.
 * A failed assert is our own bug.
 */

/** Codes of expected bad data. Each has a heading in docs/problems.md. */
export const issueCodes = [
  'missing-reading',
  'missing-interval',
  'bands-unknown',
  'conflicting-reading',
  'overlapping-interval',
  'register-regressed',
  'rollover-assumed',
  'estimated-boundary',
  'mixed-units',
  'not-installed',
  'reading-time',
  'counter-restart',
  'physical-limit',
  'silent-sibling',
  'zero-use',
  'inactive-use',
  'high-low-use',
  'spike',
  'stuck-intervals',
  'unusual-day',
  'sum-check',
  'prolonged-estimation',
  'estimated-share',
  'verification-passed',
  'no-supplier-bill',
  'tariff-gap',
  'key-gap',
  'no-weight',
  'headcount-missing',
  'booking-unpriced',
  'floors-exceed-cost',
  'peak-missing',
  'deduction-exceeds-intake',
  'generation-unallotted',
  'uncovered-space',
  'residual-negative',
  'residual-high',
  'residual-notable',
  'source-meter-missing',
  'virtual-part-missing',
  'negative-virtual-use',
  'counted-twice',
  'bill-differs-from-meter',
  'bill-miscalculated',
  'bill-estimated',
  'open-exception',
  'unclaimed-readings',
  'readings-reduced',
  'held-amount',
  'bill-not-covering-period',
  'accrual-estimated',
  'calorific-value-missing',
  'price-cap-exceeded',
  'invoice-contents-missing',
  'fund-runs-dry',
  'expected-for-leaver',
  'bill-differs-from-contract',
] as const;
export type IssueCode = (typeof issueCodes)[number];

export type Severity = 'blocking' | 'warning' | 'info';

/** What a finding is about: a kind of thing and the name people use for it. */
export interface Subject {
  readonly kind:
    'register' | 'meter' | 'space' | 'member' | 'cost' | 'key' | 'tariff' | 'site' | 'bill' | 'run' | 'booking';
  readonly id: string;
  readonly label: string;
}

/** Expected bad data, returned and stored, never thrown. `detail` is a sentence; `remedy` says what to do. */
export interface Issue {
  readonly code: IssueCode;
  readonly severity: Severity;
  readonly subject: Subject;
  readonly from?: string;
  readonly to?: string;
  readonly detail: string;
  readonly remedy: string;
  /** The figures of the finding by name, where a machine may want them. */
  readonly facts?: Readonly<Record<string, string>>;
}

/** Codes of refusals. Each has a heading in docs/problems.md; only platform/http knows status numbers. */
export const domainErrorCodes = [
  'invalid-decimal',
  'invalid-input',
  'invalid-period',
  'invalid-zone',
  'ambiguous-time',
  'off-grid-total',
  'no-weight',
  'negative-weight',
  'duplicate-share',
  'currency-mismatch',
  'not-found',
  'not-signed-in',
  'not-allowed',
  'too-many-attempts',
  'foreign-page',
  'link-not-valid',
  'proof-not-valid',
  'second-factor-needed',
  'step-up-needed',
  'session-needed',
  'erased',
  'already-exists',
  'overlapping-occupancy',
  'overlapping-installation',
  'overlapping-version',
  'formula-loop',
  'overlapping-booking',
  'overlapping-run',
  'tariff-gap',
  'tariff-overlap',
  'key-incomplete',
  'key-not-adopted',
  'bill-does-not-add-up',
  'shares-do-not-add-up',
  'lines-do-not-add-up',
  'postings-do-not-balance',
  'run-not-in-state',
  'run-blocked',
  'run-changed',
  'four-eyes',
  'issue-not-overridable',
  'invoice-already-issued',
  'already-credited',
  'append-only',
  'number-out-of-sequence',
  'idempotency-mismatch',
  'request-in-progress',
  'unsupported-format',
  'unreadable-file',
  'too-large',
  'too-busy',
  'conflict',
  'already-decided',
  'import-not-undoable',
  'no-estimate',
  'unit-mismatch',
  'reading-held',
  'reading-unclaimed',
  'readings-reduced',
  'fund-exhausted',
  'time-limit-passed',
  'record-differs',
  'signature-wrong',
  'signature-missing',
] as const;
export type DomainErrorCode = (typeof domainErrorCodes)[number];

/** A refusal: the caller may not. `facts` are typed values for the reader, never secrets or other people's data. */
export class DomainError extends Error {
  constructor(
    readonly code: DomainErrorCode,
    message: string,
    readonly facts: Readonly<Record<string, string | number | boolean | null | readonly string[]>> = {},
  ) {
    super(message);
    this.name = 'DomainError';
  }
}

/** Our own bug: nothing is stored, the job fails loudly. */
export class AssertionFailed extends Error {
  override name = 'AssertionFailed';
}

/** Stops with our own bug unless `condition` holds. `sentence` states what should have been true. */
export function assert(condition: unknown, sentence: string): asserts condition {
  if (!condition) throw new AssertionFailed(sentence);
}
