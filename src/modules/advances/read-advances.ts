import type { CivilDate } from '../../domain/calendar/period.js';
import type { Tx } from '../../platform/database/transactions.js';
import type { Seen } from '../community/places.service.js';
import type { AgreedPlan } from './advance-document.js';
import type { AdvanceReply } from './advances.schema.js';

/** Plans that hold on days of a month on which the member is there; the occupancies are locked until the transaction ends. */
export async function plansOfMonth(tx: Tx, month: CivilDate): Promise<AgreedPlan[]> {
  const ofMonth = `daterange($1::date, ($1::date + interval '1 month')::date)`;
  await tx.query(
    `SELECT o.id FROM occupancy o WHERE o.community_id = current_community() AND EXISTS (
       SELECT FROM advance_plan p WHERE p.community_id = o.community_id AND p.occupancy_id = o.id AND p.days * o.days && ${ofMonth})
     ORDER BY o.id FOR NO KEY UPDATE`,
    [month],
  );
  return tx.query<AgreedPlan>(
    `SELECT p.id, p.occupancy_id AS "occupancyId", o.member_id AS "memberId", s.name AS space, p.days * o.days AS days, p.amount,
            p.tax_code AS "taxCode", p.agreed_by AS "agreedBy", p.agreed_on AS "agreedOn"
     FROM advance_plan p JOIN occupancy o ON o.community_id = p.community_id AND o.id = p.occupancy_id
     JOIN space s ON s.community_id = o.community_id AND s.id = o.space_id
     JOIN member m ON m.community_id = o.community_id AND m.id = o.member_id
     WHERE p.community_id = current_community() AND p.days * o.days && ${ofMonth}
     ORDER BY m.code COLLATE "C", s.code COLLATE "C", o.id, lower(p.days)`,
    [month],
  );
}

/** What was asked for a month before, by occupancy: how often, and whether one of them stands. */
export async function askedBefore(
  tx: Tx,
  month: CivilDate,
): Promise<ReadonlyMap<string, { readonly attempts: number; readonly stands: boolean }>> {
  const rows = await tx.query<{ occupancyId: string; attempts: number; stands: boolean }>(
    `SELECT a.occupancy_id AS "occupancyId", count(*)::int AS attempts, bool_or(c.id IS NULL) AS stands
     FROM advance a LEFT JOIN invoice c ON c.community_id = a.community_id AND c.credits_id = a.invoice_id
     WHERE a.community_id = current_community() AND a.month = $1::date GROUP BY a.occupancy_id`,
    [month],
  );
  return new Map(rows.map(({ occupancyId, ...row }) => [occupancyId, row]));
}

/** Which advance payments; what is null does not narrow them. */
export interface WantedAdvances {
  readonly documents: readonly string[] | null;
  readonly member: string | null;
  readonly seen: Seen;
  readonly before: string | null;
  readonly limit: number | null;
}

/** Newest first. */
export const readAdvances = (
  tx: Tx,
  { documents, member, seen, before, limit }: WantedAdvances,
): Promise<AdvanceReply[]> =>
  tx.query<AdvanceReply>(
    `SELECT a.id, i.number AS document, jsonb_build_object('id', m.id, 'code', m.code) AS member,
            jsonb_build_object('id', s.id, 'code', s.code) AS space, a.days AS period, a.net, a.tax, i.gross AS asked,
            (a.net_off + a.tax_off)::numeric(18,2) AS "setOff",
            (CASE WHEN c.id IS NULL THEN i.gross - a.net_off - a.tax_off ELSE 0 END)::numeric(18,2) AS left, c.number AS "takenBack"
     FROM advance a JOIN invoice i ON i.community_id = a.community_id AND i.id = a.invoice_id
     JOIN occupancy o ON o.community_id = a.community_id AND o.id = a.occupancy_id
     JOIN space s ON s.community_id = o.community_id AND s.id = o.space_id
     JOIN member m ON m.community_id = o.community_id AND m.id = o.member_id
     LEFT JOIN invoice c ON c.community_id = a.community_id AND c.credits_id = a.invoice_id
     WHERE a.community_id = current_community() AND ($1::uuid[] IS NULL OR i.id = ANY($1)) AND ($2::uuid IS NULL OR m.id = $2)
       AND ($3::uuid[] IS NULL OR m.id = ANY($3)) AND ($4::uuid IS NULL OR a.id < $4)
     ORDER BY a.id DESC LIMIT $5::int`,
    [documents, member, seen, before, limit],
  );
