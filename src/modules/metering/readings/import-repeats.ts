import { createHash } from 'node:crypto';
import type { Tx } from '../../../platform/database/transactions.js';
import type { ReadingMonths } from './reading-months.js';
import { type Candidate, insertReadings, payloadOf } from './store-readings.js';

/*
 * A reading that is sent when a file has said it already is answered as known, and its sender forgets it. Should the file be undone, the
 * reading must stay. So what others send about the registers and the time of a file is kept beside, and taken again when that file goes.
 */

/** Until the transaction ends no file is undone; one that is being undone is waited for. */
export const holdOffUndoing = (tx: Tx, communityId: string): Promise<unknown> =>
  tx.query(`SELECT pg_advisory_xact_lock_shared(hashtextextended('undoing ' || $1, 0))`, [communityId]);

/** Waits until no readings are being taken that a file may have said before, and keeps others from it until the transaction ends. */
export const stopForUndoing = (tx: Tx, communityId: string): Promise<unknown> =>
  tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('undoing ' || $1, 0))`, [communityId]);

/** A reading that was not stored as it came: something else is known, or it is held. */
export interface Repeat extends Candidate {
  readonly isHeld: boolean;
}

/** Keeps what was not stored because something is known of it, where that may have come with a file. The file is not undone meanwhile. */
export async function keepRepeats(
  tx: Tx,
  communityId: string,
  communityNo: number,
  lines: readonly Repeat[],
  months: ReadingMonths,
): Promise<void> {
  if (lines.length === 0) return;
  const covered = await tx.prepared<{ i: number }>(
    'repeats of files',
    `SELECT n.i::int - 1 AS i FROM unnest($2::int[], $3::timestamptz[]) WITH ORDINALITY AS n (no, at, i)
     WHERE EXISTS (
       SELECT FROM import_register g JOIN reading_import f ON f.community_id = g.community_id AND f.id = g.import_id
       WHERE g.community_id = $1 AND g.register_no = n.no AND n.at BETWEEN g.from_at AND g.to_at AND NOT f.dry_run)`,
    [communityId, lines.map(({ register }) => register.no), lines.map(({ item }) => item.at)],
  );
  const kept = covered.flatMap(({ i }) => lines[i] ?? []);
  if (kept.length === 0) return;
  await holdOffUndoing(tx, communityId);
  // Where the file was undone just before we waited here, the reading is not there any more.
  await insertReadings(tx, communityNo, firstOfEach(kept.filter(({ isHeld }) => !isHeld)), months);
  const payloads = kept.map(payloadOf);
  await tx.query(
    `INSERT INTO import_repeat (community_id, register_no, at, sha256, payload, batch_no)
     SELECT $1::uuid, n.no, n.at, decode(n.sha256, 'hex'), n.payload::jsonb, n.batch
     FROM unnest($2::int[], $3::timestamptz[], $4::text[], $5::text[], $6::bigint[]) AS n (no, at, sha256, payload, batch)
     ORDER BY n.no, n.at, n.sha256 ON CONFLICT DO NOTHING`,
    [
      communityId,
      kept.map(({ register }) => register.no),
      kept.map(({ item }) => item.at),
      payloads.map((payload) => createHash('sha256').update(payload).digest('hex')),
      payloads,
      kept.map(({ batchNo }) => batchNo),
    ],
  );
}

function firstOfEach(lines: readonly Candidate[]): Candidate[] {
  const first = new Map<string, Candidate>();
  for (const line of lines) {
    const key = `${line.register.no} ${line.item.ms}`;
    if (!first.has(key)) first.set(key, line);
  }
  return [...first.values()];
}

/**
 * Readings of a file that waited unclaimed came in when their name was bound: the batch in which they did belongs to the file, so that
 * they go with it when it is undone.
 */
export async function linkReplay(
  tx: Tx,
  importId: string,
  batchNo: string,
  registerNo: number,
  name: { readonly meter: string; readonly register: string },
): Promise<void> {
  await tx.query('INSERT INTO import_batch (community_id, batch_no, import_id) VALUES (current_community(), $1, $2)', [
    batchNo,
    importId,
  ]);
  await tx.query(
    `INSERT INTO import_register AS known (community_id, import_id, register_no, from_at, to_at)
     SELECT community_id, import_id, $2::int, min(first_at), max(last_at) FROM import_channel
     WHERE community_id = current_community() AND import_id = $1 AND meter = $3 AND register = $4 AND first_at IS NOT NULL
     GROUP BY community_id, import_id
     ON CONFLICT (community_id, import_id, register_no) DO UPDATE
     SET from_at = least(known.from_at, excluded.from_at), to_at = greatest(known.to_at, excluded.to_at)`,
    [importId, registerNo, name.meter, name.register],
  );
}
