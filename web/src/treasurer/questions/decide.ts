import type { Dispute } from '../../api/generated/types.gen';

type Asked = Pick<Dispute, 'paused' | 'overdue' | 'due' | 'steps'>;

/** Who may not decide it: who asked, and who has decided before. The service sees to it; here it is said before somebody writes a decision. */
export const decidersOut = ({ steps }: Pick<Dispute, 'steps'>): ReadonlySet<string> =>
  new Set(steps.filter(({ kind }, i) => i === 0 || kind === 'decided').map(({ by }) => by.id));

/** What waits first, and of that what is late or due soonest; then the rest, the last asked first. */
export const waitingFirst = <One extends Asked>(all: readonly One[]): readonly One[] =>
  all.toSorted(
    (a, b) =>
      +b.paused - +a.paused ||
      +b.overdue - +a.overdue ||
      (a.due ?? '').localeCompare(b.due ?? '') ||
      (b.steps[0]?.on ?? '').localeCompare(a.steps[0]?.on ?? ''),
  );

const dayMs = 86_400_000;

/** Whole days from one civil date to another. */
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / dayMs);
