import { type Status, statuses, type TakeResult } from '../../metering/readings/readings.service.js';
import type { FileProblem } from '../files/meter-file.js';
import type { Item } from './take-items.js';

export type Counts = Readonly<Record<Status, number>>;

/** Why readings of a register were not simply stored: the first of them, and how many there are. */
export interface Reason {
  readonly status: Status;
  readonly code: string;
  readonly meter: string;
  readonly register: string;
  readonly from: string;
  readonly count: number;
  readonly detail: string;
}

/** A problem that is kept, with what stands there. */
export interface KeptProblem extends Omit<FileProblem, 'severity' | 'line'> {
  readonly severity: FileProblem['severity'] | 'rejects-reading';
  /** Null for a reading that was read well and not taken. */
  readonly line: number | null;
  readonly content: string;
}

/** What became of a batch. */
export interface Outcome {
  readonly counts: Counts;
  readonly reasons: readonly Reason[];
  readonly rejected: readonly KeptProblem[];
}

export const noCounts = (): Counts =>
  Object.fromEntries(statuses.map((status) => [status, 0])) as Record<Status, number>;

/** Sums up the answers to a batch. */
export function outcomeOf(
  items: readonly Item[],
  { results, summary }: Pick<TakeResult, 'results' | 'summary'>,
): Outcome {
  const reasons = new Map<string, Reason>();
  const rejected: KeptProblem[] = [];
  for (const { index, status, problem } of results) {
    const item = items[index];
    if (!item || !problem) continue;
    const { meter, register } = item;
    const { code, detail } = problem;
    note(reasons, { status, code, meter, register, from: item.at ?? item.from ?? '', count: 1, detail });
    if (status === 'rejected') rejected.push({ ...rejection, detail, content: written(item) });
  }
  return { counts: summary, reasons: [...reasons.values()], rejected };
}

const rejection = {
  severity: 'rejects-reading',
  line: null,
  record: null,
  column: null,
  remedy: 'Correct it and send it again; everything else of the file was kept.',
} as const;

/** A reading as it was understood. */
const written = ({ meter, register, at, value, from, to, quantity, unit }: Item): string =>
  [meter, register, ...(at === undefined ? [from, to, quantity] : [at, value]), unit].join(',').slice(0, 500);

function note(reasons: Map<string, Reason>, reason: Reason): void {
  const key = [reason.status, reason.code, reason.meter, reason.register].join('\n');
  const known = reasons.get(key);
  reasons.set(key, known ? { ...known, count: known.count + reason.count } : reason);
}

/** Adds up the outcomes of batches. */
export class Tally {
  private readonly sums = { ...noCounts() } as Record<Status, number>;
  private readonly noted = new Map<string, Reason>();

  add({ counts, reasons }: Outcome): void {
    for (const status of statuses) this.sums[status] += counts[status];
    for (const reason of reasons) note(this.noted, reason);
  }

  get counts(): Counts {
    return this.sums;
  }

  get reasons(): readonly Reason[] {
    return [...this.noted.values()];
  }
}
