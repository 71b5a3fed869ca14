import type { Instant, Period } from '../../../domain/calendar/period.js';
import { DomainError } from '../../../domain/errors.js';
import type { RunState } from '../../../domain/invoice/billing-run.js';
import { assert } from '../../../domain/errors.js';
import { type Currency, isCurrency } from '../../../domain/quantity/money.js';
import { constraintRefusals } from '../../../platform/database/constraints.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { isId } from '../../../platform/http/wire.js';

constraintRefusals.set('billing_run_one_live', {
  code: 'overlapping-run',
  sentence: 'Another run of this site covers some of these days; cancel it first, or choose the days after it.',
});
constraintRefusals.set('billing_run_four_eyes', {
  code: 'four-eyes',
  sentence: 'Whoever prepared a run cannot approve it; ask a second person.',
});

constraintRefusals.set('billing_run_one_correction', {
  code: 'overlapping-run',
  sentence: 'Another correction of this run is under way; issue it or cancel it first.',
});

constraintRefusals.set('billing_run_one_final', {
  code: 'overlapping-run',
  sentence: 'There is a final statement of this member for some of these days; issue it or cancel it first.',
});

constraintRefusals.set('correction_carried_pkey', {
  code: 'run-changed',
  sentence: 'Another run has billed a correction that this one carries; calculate it again.',
});

/** How a correction reaches the members. */
export type CorrectionWay = 'credit-and-reissue' | 'next-run';

/** A run as it stands. */
export interface Run {
  readonly id: string;
  readonly communityId: string;
  readonly siteId: string;
  readonly siteCode: string;
  readonly period: Period;
  readonly currency: Currency;
  readonly status: RunState;
  readonly inputHash: string | null;
  readonly createdBy: string;
  readonly createdAt: Instant;
  readonly proposedBy: string | null;
  readonly proposedAt: Instant | null;
  readonly approvedBy: string | null;
  readonly approvedAt: Instant | null;
  readonly issuedBy: string | null;
  readonly issuedAt: Instant | null;
  readonly cancelledAt: Instant | null;
  /** The issued run that this one puts right, how, and why; null where it corrects nothing. */
  readonly correctsId: string | null;
  readonly way: CorrectionWay | null;
  readonly cause: string | null;
  /** The member whose final statement it is, which bills nobody else; null where it bills all. */
  readonly leaverId: string | null;
  readonly leaverCode: string | null;
}

const select = `
  SELECT r.id, r.community_id AS "communityId", r.site_id AS "siteId", s.code AS "siteCode", r.days AS period, r.currency, r.status,
         encode(r.input_hash, 'hex') AS "inputHash", r.created_by AS "createdBy", r.created_at AS "createdAt",
         r.proposed_by AS "proposedBy", r.proposed_at AS "proposedAt", r.approved_by AS "approvedBy", r.approved_at AS "approvedAt",
         r.issued_by AS "issuedBy", r.issued_at AS "issuedAt", r.cancelled_at AS "cancelledAt",
         r.corrects_id AS "correctsId", r.way, r.cause, r.leaver_id AS "leaverId", m.code AS "leaverCode"
  FROM billing_run r JOIN site s ON s.community_id = r.community_id AND s.id = r.site_id
  LEFT JOIN member m ON m.community_id = r.community_id AND m.id = r.leaver_id
  WHERE r.community_id = current_community()`;

/** @throws DomainError `not-found` */
export const readRun = (tx: Tx, id: string): Promise<Run> => one(tx, id, '');

/** The run, held until the transaction ends: of two who act on it at once, the second sees what the first did. @throws DomainError `not-found` */
export const lockRun = (tx: Tx, id: string): Promise<Run> => one(tx, id, 'FOR UPDATE OF r');

async function one(tx: Tx, id: string, lock: string): Promise<Run> {
  const [run] = isId(id) ? await tx.query<Run>(`${select} AND r.id = $1 ${lock}`, [id]) : [];
  if (!run) throw new DomainError('not-found', `There is no billing run ${id} here; check its id.`);
  assert(isCurrency(run.currency), 'A run is in the currency of its community.');
  return run;
}

/** Runs, newest first. */
export const readRuns = (tx: Tx, siteId: string | null, before: string | null, limit: number): Promise<Run[]> =>
  tx.query<Run>(
    `${select} AND ($1::uuid IS NULL OR r.site_id = $1) AND ($2::uuid IS NULL OR r.id < $2) ORDER BY r.id DESC LIMIT $3::int`,
    [siteId, before, limit],
  );

/** What changes in a run's own row; what is not named stays. */
export interface RunChange {
  readonly status: RunState;
  readonly inputHash?: string | null;
  readonly proposed?: { readonly by: string; readonly at: Instant } | null;
  readonly approved?: { readonly by: string; readonly at: Instant } | null;
  readonly issued?: { readonly by: string; readonly at: Instant };
  readonly cancelledAt?: Instant;
}

export async function changeRun(tx: Tx, runId: string, change: RunChange): Promise<void> {
  const sets = ['status = $2'];
  const values: unknown[] = [runId, change.status];
  const set = (column: string, value: unknown, type = ''): void => {
    values.push(value);
    sets.push(`${column} = ${type === 'hex' ? `decode($${values.length}, 'hex')` : `$${values.length}`}`);
  };
  if (change.inputHash !== undefined) set('input_hash', change.inputHash, 'hex');
  for (const step of ['proposed', 'approved', 'issued'] as const) {
    const who = change[step];
    if (who === undefined) continue;
    set(`${step}_by`, who?.by ?? null);
    set(`${step}_at`, who?.at ?? null);
  }
  if (change.cancelledAt !== undefined) set('cancelled_at', change.cancelledAt);
  await tx.query(
    `UPDATE billing_run SET ${sets.join(', ')} WHERE community_id = current_community() AND id = $1`,
    values,
  );
}
