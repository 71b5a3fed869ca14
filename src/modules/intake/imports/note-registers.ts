import type { Tx } from '../../../platform/database/transactions.js';

/**
 * Notes of which registers a file speaks, and of what time: where its readings are found again. Names are those of intake: code or id
 * of a meter with the code of a register, or a name that was bound to one. What is noted stays, whatever it is called later.
 */
export async function noteRegisters(tx: Tx, importId: string): Promise<void> {
  await tx.query(
    `INSERT INTO import_register AS known (community_id, import_id, register_no, from_at, to_at)
     SELECT current_community(), $1::uuid, named.no, min(n.first_at), max(n.last_at)
     FROM import_channel n
     CROSS JOIN LATERAL (
       SELECT r.no FROM meter m JOIN register r ON r.community_id = m.community_id AND r.meter_id = m.id
       WHERE m.community_id = n.community_id AND m.code = n.meter AND r.code = n.register
       UNION
       SELECT r.no FROM register_alias a JOIN register r ON r.community_id = a.community_id AND r.id = a.register_id
       WHERE a.community_id = n.community_id AND a.meter_code = n.meter AND a.register_code = n.register
       UNION
       SELECT r.no FROM register r
       WHERE r.community_id = n.community_id AND r.code = n.register
         AND r.meter_id = CASE WHEN n.meter ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN n.meter::uuid END) named
     WHERE n.community_id = current_community() AND n.import_id = $1 AND n.first_at IS NOT NULL AND n.last_at IS NOT NULL
     GROUP BY named.no
     ON CONFLICT (community_id, import_id, register_no) DO UPDATE
     SET from_at = least(known.from_at, excluded.from_at), to_at = greatest(known.to_at, excluded.to_at)`,
    [importId],
  );
}
