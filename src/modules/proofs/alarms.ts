import type { Instant } from '../../domain/calendar/period.js';
import type { Tx } from '../../platform/database/transactions.js';
import { newId } from '../../platform/ids.js';
import type { Difference } from './difference.js';

/*
 * What was found to differ is kept as an alarm, and nothing is signed until a named person says that all is right again. That the row is
 * right again is not enough: for some time it was not, and whoever made use of it then ought to know.
 */

/** An alarm; who cleared it, when and why is null while it is open. */
export interface Alarm {
  readonly id: string;
  readonly at: Instant;
  readonly kind: string;
  readonly subject: string;
  readonly detail: string;
  readonly clearedBy: { readonly id: string; readonly name: string } | null;
  readonly clearedAt: Instant | null;
  readonly clearedBecause: string | null;
}

/** Of the alarms those that are open, those of some ids, those before one. */
export interface Which {
  readonly isOpen?: boolean;
  readonly ids?: readonly string[];
  readonly before?: string;
  readonly limit?: number;
}

const most = 100;
const clearing = 'record_alarm_clearing c ON c.community_id = a.community_id AND c.alarm_id = a.id';

/** Keeps what differs. What is open already about a subject stays as it was found first. */
export async function raise(tx: Tx, differences: readonly Difference[], at: Instant): Promise<void> {
  for (const { kind, subject, detail } of differences.slice(0, most)) {
    await tx.query(
      `INSERT INTO record_alarm (community_id, id, at, kind, subject, detail, no)
       SELECT current_community(), $1::uuid, $2::timestamptz, $3::text, $4::text, $5::text, coalesce(max(a.no), 0) + 1 FROM record_alarm a LEFT JOIN ${clearing}
       WHERE a.community_id = current_community() AND a.kind = $3::text AND a.subject = $4::text HAVING count(*) = count(c.alarm_id)
       ON CONFLICT ON CONSTRAINT record_alarm_once DO NOTHING`,
      [newId(), at, kind, subject, detail],
    );
  }
}

/** How many alarms stand in the way of a head. */
export async function openAlarms(tx: Tx): Promise<number> {
  const [row] = await tx.query<{ open: number }>(
    `SELECT count(*)::int AS open FROM record_alarm a LEFT JOIN ${clearing}
     WHERE a.community_id = current_community() AND a.kind NOT IN ('key-differs', 'certificate-differs') AND c.alarm_id IS NULL`,
  );
  return row?.open ?? 0;
}

/** Alarms, the newest first. */
export const alarmsOf = (tx: Tx, { isOpen = false, ids, before, limit = most }: Which): Promise<Alarm[]> =>
  tx.query<Alarm>(
    `SELECT a.id, a.at, a.kind, a.subject, a.detail, c.cleared_at AS "clearedAt", c.reason AS "clearedBecause",
            CASE WHEN p.id IS NOT NULL THEN jsonb_build_object('id', p.id, 'name', p.name) END AS "clearedBy"
     FROM record_alarm a LEFT JOIN ${clearing}
     LEFT JOIN person p ON p.community_id = c.community_id AND p.id = c.cleared_by
     WHERE a.community_id = current_community() AND (NOT $1::boolean OR c.alarm_id IS NULL)
       AND ($2::uuid[] IS NULL OR a.id = ANY($2::uuid[])) AND ($3::uuid IS NULL OR a.id < $3) ORDER BY a.id DESC LIMIT $4`,
    [isOpen, ids ?? null, before ?? null, limit],
  );
