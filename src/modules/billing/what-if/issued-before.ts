import type { Instant, Period } from '../../../domain/calendar/period.js';
import type { Override } from '../../../domain/invoice/billing-run.js';
import { decimal } from '../../../domain/quantity/decimal.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { daysToDatabase } from '../../../platform/database/types.js';
import { readOverrides } from '../share/findings.js';
import type { StoredDraw } from './carry-funds.js';

/** The run that a period has already. */
export interface RunBefore {
  readonly overrides: readonly Override[];
  /** Null while it is not issued. */
  readonly issued: Issued | null;
}

/** What was issued for a period, as it stands after its corrections. */
export interface Issued {
  /** The run that stands: the last of the corrections, or the run itself. */
  readonly runId: string;
  /** The run itself. */
  readonly originId: string;
  readonly at: Instant;
  readonly draws: readonly StoredDraw[];
}

/** The run of exactly these days of a site, if there is one. */
export async function runBefore(tx: Tx, siteId: string, period: Period): Promise<RunBefore | null> {
  const [run] = await tx.query<{ id: string; standingId: string | null; issuedAt: Instant | null }>(
    `SELECT r.id, s.id AS "standingId", s.issued_at AS "issuedAt" FROM billing_run r
     LEFT JOIN standing_run s ON s.community_id = r.community_id AND s.origin_id = r.id
     WHERE r.community_id = current_community() AND r.site_id = $1 AND r.days = $2::daterange
       AND r.status <> 'cancelled' AND r.corrects_id IS NULL AND r.leaver_id IS NULL`,
    [siteId, daysToDatabase(period)],
  );
  if (run === undefined) return null;
  const { id, standingId, issuedAt } = run;
  const isIssued = standingId !== null && issuedAt !== null;
  const issued = isIssued ? await readIssued(tx, { runId: standingId, originId: id, at: issuedAt }) : null;
  return { overrides: await readOverrides(tx, standingId ?? id), issued };
}

async function readIssued(tx: Tx, run: Pick<Issued, 'runId' | 'originId' | 'at'>): Promise<Issued> {
  const draws = await tx.query<Omit<StoredDraw, 'amount'> & { amount: string }>(
    `SELECT d.fund_id AS "fundId", d.member_id AS "memberId", d.amount
     FROM fund_draw d JOIN billing_run r ON r.community_id = d.community_id AND r.id = d.run_id
     WHERE d.community_id = current_community() AND coalesce(r.corrects_id, r.id) = $1`,
    [run.originId],
  );
  return { ...run, draws: draws.map(({ amount, ...draw }) => ({ ...draw, amount: decimal(amount) })) };
}
