import type { Tx } from '../../../platform/database/transactions.js';

/**
 * The parts of the table of readings, one a month (UTC). A reading can be stored only where its month has a part; one is made
 * when the first reading of a month comes, and is remembered once that is committed.
 */
export class ReadingMonths {
  private readonly known = new Set<string>();

  /** Makes the parts that readings at these instants (milliseconds) need. @throws DomainError `invalid-input` after 2099 */
  async make(tx: Tx, instants: readonly number[]): Promise<void> {
    const months = [...monthsOf(instants)].filter((month) => !this.known.has(month)).sort();
    if (months.length === 0) return;
    await tx.query('SELECT make_reading_month(month) FROM unnest($1::date[]) AS m (month)', [months]);
    tx.afterCommit(() => months.forEach((month) => this.known.add(month)));
  }
}

/** The first days of the months. Neighbours mostly share one, so that a date is made for few of them. */
function monthsOf(instants: readonly number[]): Set<string> {
  const months = new Set<string>();
  let [from, to] = [0, 0];
  for (const ms of instants) {
    if (ms >= from && ms < to) continue;
    const at = new Date(ms);
    from = Date.UTC(at.getUTCFullYear(), at.getUTCMonth());
    to = Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1);
    months.add(new Date(from).toISOString().slice(0, 10));
  }
  return months;
}
