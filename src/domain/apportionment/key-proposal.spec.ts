import fc from 'fast-check';
import type { DomainError } from '../errors.js';
import { checkProposalDecision, type KeyProposal, proposalOutcomes, takesTwo } from './key-proposal.js';

const open: KeyProposal = { proposedBy: 'tess', state: 'open' };
const refusal = (code: string, message: RegExp): DomainError =>
  expect.objectContaining({ code, message: expect.stringMatching(message) as string }) as DomainError;

describe('a proposal of a version', () => {
  it('is confirmed or refused by somebody else, and withdrawn by whoever made it', () => {
    expect(() => checkProposalDecision(open, 'confirmed', 'amir')).not.toThrow();
    expect(() => checkProposalDecision(open, 'refused', 'amir')).not.toThrow();
    expect(() => checkProposalDecision(open, 'withdrawn', 'tess')).not.toThrow();
  });

  it('is nothing that one person brings into force', () => {
    expect(() => checkProposalDecision(open, 'confirmed', 'tess')).toThrow(
      refusal('four-eyes', /cannot confirm it; ask a second person/),
    );
    expect(() => checkProposalDecision(open, 'refused', 'tess')).toThrow(refusal('four-eyes', /withdraws it/));
    expect(() => checkProposalDecision(open, 'withdrawn', 'amir')).toThrow(refusal('not-allowed', /whoever made it/));
  });

  it('ends once, whoever comes and with whatever', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...proposalOutcomes),
        fc.constantFrom(...proposalOutcomes),
        fc.constantFrom('tess', 'amir'),
        (state, outcome, by) =>
          expect(() => checkProposalDecision({ ...open, state }, outcome, by)).toThrow(
            refusal('already-decided', new RegExp(`was ${state} before`)),
          ),
      ),
    );
  });
});

it.each([
  [null, 'treasurer', false],
  ['treasurer', 'second-person', false],
  ['second-person', 'second-person', false],
  ['second-person', 'treasurer', true],
  ['second-person', 'recorded-vote', true],
  ['recorded-vote', 'treasurer', false],
] as const)('a rule that was %s and becomes %s takes two people: %s', (before, after, expected) => {
  expect(takesTwo(before, after)).toBe(expected);
});
