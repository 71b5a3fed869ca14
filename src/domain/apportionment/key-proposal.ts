import { DomainError } from '../errors.js';

/*
 * Where a community wants two people behind a version of a key, what one of them enters is a proposal. It is in force nowhere, and no
 * cost is shared by it, until somebody else confirms it.
 *
 *   Tess enters "by floor area from July" → open
 *   Tess confirms                         → four-eyes
 *   Amir confirms                         → a version, by Tess and Amir; nothing more can be done with the proposal
 *
 * Whoever proposed may take it back; whoever else may decide refuses it and says why. Each of the three ends it.
 */

/** How a proposal ends. */
export const proposalOutcomes = ['confirmed', 'refused', 'withdrawn'] as const;
export type ProposalOutcome = (typeof proposalOutcomes)[number];

export interface KeyProposal {
  /** A person's id. */
  readonly proposedBy: string;
  /** `open` until it has an outcome. */
  readonly state: 'open' | ProposalOutcome;
}

/**
 * Refuses to end a proposal in a way that is not open to this person.
 *
 * @param by id of the person who decides
 * @throws DomainError `already-decided`; `four-eyes` where its proposer confirms or refuses; `not-allowed` where somebody else withdraws
 * @law confirmed → two different people; at most one outcome
 */
export function checkProposalDecision({ proposedBy, state }: KeyProposal, outcome: ProposalOutcome, by: string): void {
  if (state !== 'open') throw new DomainError('already-decided', `This proposal was ${state} before.`);
  const isProposer = by === proposedBy;
  if (outcome === 'withdrawn' && !isProposer) {
    throw new DomainError('not-allowed', 'A proposal is withdrawn by whoever made it; refuse it, and say why.');
  }
  if (outcome !== 'withdrawn' && isProposer) {
    throw new DomainError(
      'four-eyes',
      outcome === 'confirmed'
        ? 'Whoever proposed a version cannot confirm it; ask a second person.'
        : 'Whoever proposed a version does not refuse it but withdraws it.',
    );
  }
}

/** Who must stand behind a version of a key. */
export type AdoptionRule = 'treasurer' | 'second-person' | 'recorded-vote';

/**
 * Whether a change of the rule itself takes a second person: what two people guard is not undone by one of them.
 *
 * @law true only where the second person is no longer asked for
 */
export const takesTwo = (before: AdoptionRule | null, after: AdoptionRule): boolean =>
  before === 'second-person' && after !== 'second-person';
