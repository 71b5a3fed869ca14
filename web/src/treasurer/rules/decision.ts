/** When a rule holds, and the decision that makes it hold, as it is being written. */
export interface DecisionDraft {
  readonly from: string;
  /** The first day on which it holds no more; empty while that is open. */
  readonly to: string;
  readonly adoptedBy: string;
  readonly adoptedOn: string;
  readonly decision: string;
  readonly votesFor: string;
  readonly votesAgainst: string;
  readonly votesAbstained: string;
}

export const daysOf = ({ from, to }: DecisionDraft): { from: string; to: string | null } => ({
  from,
  to: to === '' ? null : to,
});

/** The decision as the service takes it. */
export const decided = (draft: DecisionDraft) => ({
  days: daysOf(draft),
  adoptedBy: draft.adoptedBy.trim(),
  adoptedOn: draft.adoptedOn,
  decision: draft.decision.trim(),
});

/** How members voted; undefined where no vote is written down. */
export function voteOf({ votesFor, votesAgainst, votesAbstained }: DecisionDraft) {
  if (`${votesFor}${votesAgainst}${votesAbstained}`.trim() === '') return undefined;
  const [yes, no, abstained] = [votesFor, votesAgainst, votesAbstained].map(countOf);
  return { for: yes ?? 0, against: no ?? 0, abstained: abstained ?? 0 };
}

const countOf = (text: string): number => parseInt(text, 10) || 0;
