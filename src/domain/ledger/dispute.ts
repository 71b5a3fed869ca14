import { addDays, type CivilDate } from '../calendar/period.js';
import { DomainError } from '../errors.js';
import { type Decimal, one } from '../quantity/decimal.js';
import { type Currency, roundToCoin } from '../quantity/money.js';

/*
 * A member questions a line of an invoice. While the question is open its part is paused: nobody reminds the member of it, and the
 * rest stays due.
 *
 *   asked ──► answered ──► decided ──► referred ──► decided      the second decision is final, and by somebody else
 *     └─────────┴── withdrawn ◄───────────┘
 *
 * A decision changes no document. Where the member was right, a credit note or a correction follows, and the decision names it.
 */

export const disputeSteps = ['asked', 'answered', 'decided', 'referred', 'withdrawn'] as const;
export type DisputeStepKind = (typeof disputeSteps)[number];

/** Whom a decision found right: the member, the member in part, or the invoice. */
export const disputeOutcomes = ['upheld', 'partly', 'rejected'] as const;
export type DisputeOutcome = (typeof disputeOutcomes)[number];

export interface DisputeStep {
  readonly kind: DisputeStepKind;
  /** The day it was taken where the community is. */
  readonly on: CivilDate;
  /** Who took it: a person's id. */
  readonly by: string;
}

/** How long each step may take, in days. A community's own terms. */
export interface DisputeLimits {
  readonly answerDays: number;
  readonly decideDays: number;
  readonly referDays: number;
}

const follows: Readonly<Record<DisputeStepKind, readonly DisputeStepKind[]>> = {
  asked: ['answered', 'decided', 'withdrawn'],
  answered: ['answered', 'decided', 'withdrawn'],
  decided: ['referred'],
  referred: ['decided', 'withdrawn'],
  withdrawn: [],
};

/** True while the part in question is paused. */
export const isPaused = (steps: readonly DisputeStep[]): boolean => {
  const last = steps.at(-1)?.kind;
  return last !== undefined && last !== 'decided' && last !== 'withdrawn';
};

/**
 * Refuses a step that may not come next.
 *
 * @param steps what has happened, oldest first; never empty
 * @throws DomainError `already-decided` where the question is closed for it; `time-limit-passed` where a decision is referred too late;
 *   `four-eyes` where one person would decide twice, or decides what it asked itself
 */
export function checkStep(steps: readonly DisputeStep[], next: DisputeStep, limits: DisputeLimits): void {
  const last = steps.at(-1);
  if (!last) throw new DomainError('invalid-input', 'A dispute begins with a question.');
  const decisions = steps.filter(({ kind }) => kind === 'decided');
  if (!follows[last.kind].includes(next.kind) || (next.kind === 'referred' && decisions.length > 1)) {
    throw new DomainError('already-decided', `This question was ${last.kind} on ${last.on}; ${whatIsLeft(steps)}.`);
  }
  if (next.kind === 'referred') {
    const until = addDays(last.on, limits.referDays);
    if (next.on > until) {
      throw new DomainError('time-limit-passed', `The decision of ${last.on} could be referred until ${until}.`);
    }
  }
  if (next.kind === 'decided' && [...decisions, steps[0]].some((step) => step?.by === next.by)) {
    throw new DomainError(
      'four-eyes',
      decisions.length > 0
        ? 'A decision that is referred is decided by somebody else than before.'
        : 'Nobody decides its own question; another person has to.',
    );
  }
}

function whatIsLeft(steps: readonly DisputeStep[]): string {
  if (isPaused(steps)) return 'it waits for a decision';
  const decided = steps.filter(({ kind }) => kind === 'decided').length;
  return steps.at(-1)?.kind === 'decided' && decided === 1
    ? 'the member may refer the decision to another person'
    : 'nothing more can be done with it';
}

/**
 * Until when what comes next is due: an answer, a decision, or the member's word that it does not agree.
 *
 * @returns null where nothing more is awaited
 */
export function nextDue(steps: readonly DisputeStep[], limits: DisputeLimits): CivilDate | null {
  const last = steps.at(-1);
  if (!last) return null;
  switch (last.kind) {
    case 'asked':
      return addDays(last.on, limits.answerDays);
    case 'answered':
    case 'referred':
      return addDays(last.on, limits.decideDays);
    case 'decided':
    case 'withdrawn':
      return null;
  }
}

/**
 * What of a line is in question where the member does not say: its net amount and the tax on it, rounded to the coin.
 *
 * @param net of the line; > 0, because a line below zero is owed to the member and cannot be paused
 * @param taxRate as a fraction: `0.2`
 */
export const questionedAmount = (net: Decimal, taxRate: Decimal, currency: Currency): Decimal =>
  roundToCoin(net.times(one.plus(taxRate)), currency);

/**
 * Parts what is open on an invoice into what is paused and what is due.
 *
 * @param open what is not paid, ≥ 0
 * @param questioned the parts in question, together, ≥ 0
 * @law paused + due = open; 0 ≤ paused ≤ questioned
 */
export function partOpen(open: Decimal, questioned: Decimal): { readonly paused: Decimal; readonly due: Decimal } {
  const paused = questioned.lessThan(open) ? questioned : open;
  return { paused, due: open.minus(paused) };
}
