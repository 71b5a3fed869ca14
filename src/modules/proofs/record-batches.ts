import type { Tx } from '../../platform/database/transactions.js';

/*
 * Readings come by the thousand, and nothing of the record may slow them. So they are sealed afterwards and by batches: one hash over
 * all readings that came in with a batch, one entry for all batches since the last. Which readings belong to a batch is asked by its
 * number, in a narrow range of numbers that have just come.
 */

/** A batch whose readings are not those that were sealed. */
export interface ChangedBatch {
  readonly no: string;
  readonly sealed: number;
  readonly found: number;
}

/** Of how many readings a hash is taken in one statement, so that none takes longer than anybody waits, however large the batches are. */
const readingsAtOnce = 200_000;

/**
 * Narrows batches, as (no, readings) in the order of their numbers, to those whose readings are taken at once; one at least. With each
 * comes whether all that were asked for are among them.
 *
 * @param batches SQL of no more than $1 batches
 */
const takenAtOnce = (batches: string): string => `
  WITH asked AS (${batches}),
    counted AS (SELECT no, sum(readings) OVER (ORDER BY no) - readings AS before FROM asked)
  SELECT no, (SELECT count(*) < $1 AND bool_and(before < ${readingsAtOnce}) FROM counted) AS "isAll"
  FROM counted WHERE before < ${readingsAtOnce} ORDER BY no`;

interface Taken {
  readonly numbers: string[];
  /** Whether none comes after them. */
  readonly isAll: boolean;
}

const taken = (rows: readonly { no: string; isAll: boolean }[]): Taken => ({
  numbers: rows.map(({ no }) => no),
  isAll: rows[0]?.isAll ?? true,
});

/** What the readings of some batches come to. The numbers are $1, the lowest $2, the highest $3. */
const sums = `
  SELECT n.no AS batch_no, coalesce(r.readings, 0)::integer AS readings, sha256(convert_to(coalesce(r.lines, ''), 'UTF8')) AS sha256
  FROM unnest($1::bigint[]) AS n (no)
  LEFT JOIN (
    SELECT batch_no, count(*) AS readings,
           string_agg(register_no || ' ' || canonical_reading(at, until, value, quality, batch_no), '' ORDER BY register_no, at) AS lines
    FROM reading
    WHERE community_no = (SELECT no FROM community WHERE id = current_community()) AND batch_no BETWEEN $2 AND $3 AND batch_no = ANY($1::bigint[])
    GROUP BY batch_no) r ON r.batch_no = n.no`;

const rangeOf = (numbers: readonly string[]): unknown[] => [numbers, numbers[0], numbers.at(-1)];

/** Seals batches that have come, under an entry that is written afterwards. @returns how many */
export async function sealBatches(tx: Tx, entryId: string, limit: number): Promise<number> {
  const rows = await tx.query<{ no: string; isAll: boolean }>(
    takenAtOnce(`SELECT b.no, b.items AS readings FROM reading_batch b
     WHERE b.community_id = current_community()
       AND b.no > coalesce((SELECT s.batch_no FROM record_settled s WHERE s.community_id = current_community()), 0)
       AND NOT EXISTS (SELECT FROM record_batch r WHERE r.community_id = b.community_id AND r.batch_no = b.no)
     ORDER BY b.no LIMIT $1`),
    [limit],
  );
  const { numbers, isAll } = taken(rows);
  if (numbers.length > 0) {
    await tx.query(
      `INSERT INTO record_batch (community_id, entry_id, batch_no, readings, sha256)
       SELECT current_community(), $4, batch_no, readings, sha256 FROM (${sums}) s`,
      [...rangeOf(numbers), entryId],
    );
  }
  if (isAll) await settle(tx);
  return numbers.length;
}

/** A number that was the highest an hour ago: nobody who drew a lower one is still at work. */
async function settle(tx: Tx): Promise<void> {
  await tx.query(
    `INSERT INTO record_settled AS s (community_id, seen_no)
     SELECT current_community(), coalesce(max(no), 0) FROM reading_batch WHERE community_id = current_community()
     ON CONFLICT (community_id) DO UPDATE SET batch_no = s.seen_no, seen_no = excluded.seen_no, seen_at = excluded.seen_at
     WHERE s.seen_at < clock_timestamp() - interval '1 hour'`,
  );
}

/**
 * Reads batches again, from where the walk has come to, and goes on from the first when it has seen all.
 *
 * Readings that went by a rule of the community (an import that was undone, retention) are no change; what went is in the record of
 * their going. A batch of which readings went otherwise, or of which one is another, is. That an import was undone is believed where
 * all of the batch went and the decision stands in the record.
 */
export async function walkBatches(tx: Tx, limit: number): Promise<ChangedBatch[]> {
  const [settled] = await tx.query<{ no: string }>(
    'SELECT checked_no AS no FROM record_settled WHERE community_id = current_community()',
  );
  const { numbers, isAll } = await recordedAfter(tx, settled?.no ?? '0', limit);
  const changed = numbers.length === 0 ? [] : await changedOf(tx, numbers);
  const reached = isAll || changed.length > 0 ? '0' : numbers.at(-1);
  await tx.query('UPDATE record_settled SET checked_no = $1 WHERE community_id = current_community()', [reached]);
  return changed;
}

/** Reads every batch again, so many at a time. */
export async function everyBatch(tx: Tx, atOnce: number): Promise<ChangedBatch[]> {
  const changed: ChangedBatch[] = [];
  for (let after: string | undefined = '0'; after !== undefined;) {
    const { numbers }: Taken = await recordedAfter(tx, after, atOnce);
    if (numbers.length > 0) changed.push(...(await changedOf(tx, numbers)));
    after = numbers.at(-1);
  }
  return changed;
}

async function recordedAfter(tx: Tx, after: string, limit: number): Promise<Taken> {
  const rows = await tx.query<{ no: string; isAll: boolean }>(
    takenAtOnce(
      `SELECT batch_no AS no, readings FROM record_batch WHERE community_id = current_community() AND batch_no > $2 ORDER BY batch_no LIMIT $1`,
    ),
    [limit, after],
  );
  return taken(rows);
}

const changedOf = (tx: Tx, numbers: readonly string[]): Promise<ChangedBatch[]> =>
  tx.query<ChangedBatch>(
    `SELECT r.batch_no AS no, r.readings AS sealed, s.readings AS found
     FROM (${sums}) s JOIN record_batch r ON r.community_id = current_community() AND r.batch_no = s.batch_no
     WHERE (r.readings, r.sha256::bytea) IS DISTINCT FROM (s.readings, s.sha256)
       AND NOT (s.readings = 0 AND EXISTS (
         SELECT FROM undone_batch u JOIN import_batch i ON i.community_id = u.community_id AND i.batch_no = u.batch_no AND i.import_id = u.import_id
         JOIN audit_entry a ON a.community_id = u.community_id AND a.type = 'import.undone' AND a.subject_id = u.import_id::text
         WHERE u.community_id = r.community_id AND u.batch_no = r.batch_no))
       AND NOT (s.readings < r.readings AND EXISTS (SELECT FROM reading_reduction d WHERE d.community_id = r.community_id))
     ORDER BY r.batch_no`,
    rangeOf(numbers),
  );
