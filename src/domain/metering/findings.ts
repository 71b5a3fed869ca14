import { fromEpochMs, type Span } from '../calendar/period.js';
import type { Issue, IssueCode, Severity } from '../errors.js';
import type { Range } from './range.js';
import type { Register } from './reading.js';

interface Finding {
  readonly code: IssueCode;
  readonly severity: Severity;
  from: number;
  to: number;
  readonly say: (from: string, to: string) => { readonly detail: string; readonly remedy: string };
}

/**
 * Gathers what is wrong with one register, each fault once, however many spans meet it.
 *
 * A month has some ninety band windows; a gap of two days lies in six of them and is still one gap.
 */
export class Findings {
  private readonly found = new Map<string, Finding>();
  private readonly estimated = new Set<number>();

  constructor(private readonly register: Register) {}

  /** Notes a fault under a key; the same key again only widens its time. */
  note(key: string, code: IssueCode, severity: Severity, { from, to }: Range, say: Finding['say']): void {
    const known = this.found.get(key);
    if (known) {
      known.from = Math.min(known.from, from);
      known.to = Math.max(known.to, to);
    } else this.found.set(key, { code, severity, from, to, say });
  }

  /** Notes that a value was computed at an instant where nobody read the meter. */
  noteEstimate(ms: number): void {
    this.estimated.add(ms);
  }

  /** All faults, in order of time and code. */
  issues(): Issue[] {
    const { id, label } = this.register;
    if (this.estimated.size > 0) {
      const instants = [...this.estimated].sort((a, b) => a - b);
      const [first = 0, last = 0] = [instants[0], instants.at(-1)];
      this.note('estimated', 'estimated-boundary', 'info', { from: first, to: last }, (from, to) => ({
        detail:
          instants.length === 1
            ? `${label} was not read at ${from}; its value there lies on the line between the readings before and after.`
            : `${label} was not read at ${instants.length} instants from ${from} to ${to}; its values there lie on the line between readings.`,
        remedy: 'Nothing need be done. A reading taken at that instant replaces the estimate.',
      }));
    }
    return [...this.found.values()]
      .sort((a, b) => a.from - b.from || a.to - b.to || (a.code < b.code ? -1 : 1))
      .map(({ code, severity, from, to, say }) => {
        const span: Span = { from: fromEpochMs(from), to: fromEpochMs(to) };
        return { code, severity, subject: { kind: 'register', id, label }, ...span, ...say(span.from, span.to) };
      });
  }
}
