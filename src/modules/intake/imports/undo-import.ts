import type { Instant } from '../../../domain/calendar/period.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { mostItems, type ReadingsService, type Sender } from '../../metering/readings/readings.service.js';

/** Who undoes an import, and why. */
export interface Undoing {
  readonly reason: string;
  readonly by: string;
  readonly at: Instant;
}

/*
 * Undoing: the batches of the import are named in an append-only table, and only then the database lets their readings go. What waits
 * unclaimed, and conflicts nobody has decided about, go with them. What other senders sent meanwhile and had been known already is then
 * taken as if it came now.
 */

/** Undoes an import, in one transaction. Whether it may be was checked in the same. @returns how many readings went */
export async function removeReadings(tx: Tx, id: string, { reason, by, at }: Undoing): Promise<number> {
  await tx.query(
    'INSERT INTO import_undoing (community_id, import_id, reason, undone_by, undone_at) VALUES (current_community(), $1, $2, $3, $4)',
    [id, reason, by, at],
  );
  await tx.query(
    `INSERT INTO undone_batch (community_id, batch_no, import_id)
     SELECT community_id, batch_no, import_id FROM import_batch WHERE community_id = current_community() AND import_id = $1`,
    [id],
  );
  let gone = 0;
  const registers = await tx.query<{ no: number }>(
    'SELECT register_no AS no FROM import_register WHERE community_id = current_community() AND import_id = $1 ORDER BY register_no',
    [id],
  );
  for (const { no } of registers) gone += await removeOfRegister(tx, id, no);
  await removeDoubts(tx, id);
  await removeUnclaimed(tx, id);
  await tx.query(
    `UPDATE reading_import SET state = 'undone', ended_at = coalesce(ended_at, $2), lease_token = NULL, lease_until = NULL
     WHERE community_id = current_community() AND id = $1`,
    [id, at],
  );
  return gone;
}

/** Readings that are removed by one statement, which is then over long before anybody loses patience. */
const removedAtOnce = 20_000;

/**
 * Register by register and in order of time, so that each reading is found by its key. The batches are looked up for each reading (IS
 * TRUE keeps the planner from going through the readings once for each batch, which it would do while it takes them for few).
 */
async function removeOfRegister(tx: Tx, id: string, registerNo: number): Promise<number> {
  let gone = 0;
  for (let from = '-infinity'; ;) {
    const [step] = await tx.query<{ count: number; last: Instant | null }>(
      `WITH step AS (
         SELECT r.community_no, r.register_no, r.at FROM reading r
         JOIN import_register g ON g.community_id = current_community() AND g.import_id = $1 AND g.register_no = $2
         WHERE r.community_no = (SELECT no FROM community WHERE id = current_community()) AND r.register_no = $2
           AND r.at >= g.from_at AND r.at <= g.to_at AND r.at >= $3::timestamptz
           AND (r.batch_no IN (SELECT batch_no FROM undone_batch WHERE community_id = current_community() AND import_id = $1)) IS TRUE
         ORDER BY r.at LIMIT ${removedAtOnce}),
       gone AS (
         DELETE FROM reading k USING step
         WHERE k.community_no = step.community_no AND k.register_no = step.register_no AND k.at = step.at RETURNING k.at)
       SELECT count(*)::int AS count, max(at) AS last FROM gone`,
      [id, registerNo, from],
    );
    gone += step?.count ?? 0;
    if (!step?.last || step.count < removedAtOnce) return gone;
    from = step.last;
  }
}

/** Conflicts and held readings of the file about which nobody has decided. */
const removeDoubts = (tx: Tx, id: string): Promise<unknown> =>
  tx.query(
    `DELETE FROM reading_exception e USING undone_batch b
     WHERE b.community_id = current_community() AND b.import_id = $1 AND e.community_id = b.community_id AND e.batch_no = b.batch_no
       AND NOT EXISTS (SELECT FROM exception_decision d WHERE d.community_id = e.community_id AND d.exception_id = e.id)`,
    [id],
  );

/** What waits in the inbox, and names under which nothing waits any more. */
async function removeUnclaimed(tx: Tx, id: string): Promise<void> {
  const removed = await tx.query<{ source: string }>(
    `WITH gone AS (
       DELETE FROM unclaimed_reading u USING undone_batch b
       WHERE b.community_id = current_community() AND b.import_id = $1 AND u.community_id = b.community_id AND u.batch_no = b.batch_no
       RETURNING u.source_id)
     SELECT DISTINCT source_id AS source FROM gone`,
    [id],
  );
  if (removed.length === 0) return;
  await tx.query(
    `DELETE FROM unclaimed_source s WHERE s.community_id = current_community() AND s.id = ANY($1::uuid[]) AND s.bound_at IS NULL
       AND NOT EXISTS (SELECT FROM unclaimed_reading u WHERE u.community_id = s.community_id AND u.source_id = s.id)`,
    [removed.map(({ source }) => source)],
  );
}

/** Takes again what other senders sent when a file had said it already. */
export async function takeRepeats(
  tx: Tx,
  communityId: string,
  id: string,
  readings: Pick<ReadingsService, 'take'>,
  sender: Sender,
): Promise<number> {
  const rows = await tx.query<{ payload: unknown }>(
    `SELECT p.payload FROM import_repeat p
     JOIN import_register g ON g.community_id = p.community_id AND g.register_no = p.register_no AND p.at BETWEEN g.from_at AND g.to_at
     WHERE p.community_id = current_community() AND g.import_id = $1 ORDER BY p.register_no, p.at, p.batch_no`,
    [id],
  );
  for (let at = 0; at < rows.length; at += mostItems) {
    const items = rows.slice(at, at + mostItems).map(({ payload }) => payload);
    await readings.take(communityId, sender, items, 'sent again before a file was undone');
  }
  return rows.length;
}
