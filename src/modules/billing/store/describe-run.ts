import { actionsFrom } from '../../../domain/invoice/billing-run.js';
import { decimal, sum } from '../../../domain/quantity/decimal.js';
import { type Currency, writeMoney } from '../../../domain/quantity/money.js';
import type { Tx } from '../../../platform/database/transactions.js';
import type { DocumentsService } from '../../invoices/documents.service.js';
import type { RunReply } from '../billing.schema.js';
import { readRun } from '../run/runs.js';

type Counts = RunReply['issues'];

/** A run as people see it: where it stands, what was found, what it comes to, and how far its documents are. */
export async function describeRun(tx: Tx, documents: DocumentsService, id: string): Promise<RunReply> {
  const { siteId, siteCode, correctsId, way, cause, leaverId, leaverCode, ...run } = await readRun(tx, id);
  return {
    ...run,
    site: { id: siteId, code: siteCode },
    issues: await countIssues(tx, id),
    totals: await totalsOf(tx, id, run.currency),
    documents: await documents.progress(tx, id),
    actions: actionsFrom(run.status),
    correction: correctsId === null || way === null || cause === null ? null : { of: correctsId, way, cause },
    leaver: leaverId === null || leaverCode === null ? null : { id: leaverId, code: leaverCode },
  };
}

async function countIssues(tx: Tx, runId: string): Promise<Counts> {
  const [counts] = await tx.query<Counts>(
    `SELECT count(*) FILTER (WHERE i.severity = 'blocking' AND o.fingerprint IS NULL)::int AS blocking,
            count(*) FILTER (WHERE o.fingerprint IS NOT NULL)::int AS overridden,
            count(*) FILTER (WHERE i.severity = 'warning')::int AS warning,
            count(*) FILTER (WHERE i.severity = 'info')::int AS info
     FROM run_issue i
     LEFT JOIN run_override o ON o.community_id = i.community_id AND o.run_id = i.run_id AND o.fingerprint = i.fingerprint
     WHERE i.community_id = current_community() AND i.run_id = $1`,
    [runId],
  );
  return counts ?? { blocking: 0, overridden: 0, warning: 0, info: 0 };
}

async function totalsOf(tx: Tx, runId: string, currency: Currency): Promise<RunReply['totals']> {
  const [row] = await tx.query<{ costs: string | null; members: string; common: string; vacant: string; held: string }>(
    `SELECT (SELECT sum(amount) FROM run_cost WHERE community_id = current_community() AND run_id = $1) AS costs,
            coalesce(sum(amount) FILTER (WHERE kind = 'member'), 0) AS members, coalesce(sum(amount) FILTER (WHERE kind = 'common'), 0) AS common,
            coalesce(sum(amount) FILTER (WHERE kind = 'vacant'), 0) AS vacant, coalesce(sum(amount) FILTER (WHERE kind = 'held'), 0) AS held
     FROM run_share WHERE community_id = current_community() AND run_id = $1`,
    [runId],
  );
  if (!row || row.costs === null) return null;
  const { costs, ...parts } = row;
  const money = (text: string): string => writeMoney(decimal(text), currency);
  const difference = decimal(costs).minus(sum(Object.values(parts).map(decimal)));
  return {
    costs: money(costs),
    members: money(parts.members),
    common: money(parts.common),
    vacant: money(parts.vacant),
    held: money(parts.held),
    difference: writeMoney(difference, currency),
  };
}
