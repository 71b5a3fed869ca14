import type { Beneficiary } from '../../../domain/apportionment/beneficiary.js';
import type { ComparedShare } from '../../../domain/apportionment/compare.js';
import type { Instant, Period } from '../../../domain/calendar/period.js';
import type { Override } from '../../../domain/invoice/billing-run.js';
import { decimal } from '../../../domain/quantity/decimal.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { daysToDatabase } from '../../../platform/database/types.js';
import { readOverrides } from '../share/findings.js';
import type { StoredDraw } from './carry-funds.js';
import { readLines, type StoredLine } from '../share/totals.js';
import { costName } from './side.js';

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
  readonly shares: readonly ComparedShare[];
  /** What members are billed, by member; the difference that a correction held is in the shares. */
  readonly lines: readonly StoredLine[];
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
  const shares = await tx.query<ShareRow>(
    `SELECT c.bill_id AS "billId", c.bill_component_no AS component, c.charge_id AS "chargeId", c.fund_id AS "fundId",
            s.kind, s.member_id AS "memberId", s.space_id AS "spaceId", s.amount
     FROM run_share s JOIN run_cost c ON c.community_id = s.community_id AND c.run_id = s.run_id AND c.no = s.cost_no
     WHERE s.community_id = current_community() AND s.run_id = $1 ORDER BY s.cost_no, s.no`,
    [run.runId],
  );
  const draws = await tx.query<Omit<StoredDraw, 'amount'> & { amount: string }>(
    `SELECT d.fund_id AS "fundId", d.member_id AS "memberId", d.amount
     FROM fund_draw d JOIN billing_run r ON r.community_id = d.community_id AND r.id = d.run_id
     WHERE d.community_id = current_community() AND coalesce(r.corrects_id, r.id) = $1`,
    [run.originId],
  );
  return {
    ...run,
    shares: shares.map(shareOf),
    lines: await readLines(tx, run.runId),
    draws: draws.map(({ amount, ...draw }) => ({ ...draw, amount: decimal(amount) })),
  };
}

interface ShareRow {
  readonly billId: string | null;
  readonly component: number | null;
  readonly chargeId: string | null;
  readonly fundId: string | null;
  readonly kind: Beneficiary['kind'];
  readonly memberId: string | null;
  readonly spaceId: string | null;
  readonly amount: string;
}

function shareOf({ billId, component, chargeId, fundId, amount, ...bearer }: ShareRow): ComparedShare {
  const bill = billId === null ? null : { id: billId, component: component ?? 0 };
  return { cost: costName({ bill, chargeId, fundId }), beneficiary: bearerOf(bearer), amount: decimal(amount) };
}

function bearerOf({ kind, memberId, spaceId }: Pick<ShareRow, 'kind' | 'memberId' | 'spaceId'>): Beneficiary {
  if (kind === 'member') return { kind, memberId: memberId ?? '' };
  return kind === 'vacant' ? { kind, spaceId: spaceId ?? '', payerMemberId: memberId } : { kind };
}
