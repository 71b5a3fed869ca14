import { setTimeout as pause } from 'node:timers/promises';
import type { Instant } from '../../../domain/calendar/period.js';
import type { Transactions, Tx } from '../../../platform/database/transactions.js';
import { holdImport, LeftOff, type Pace, steadily } from './import-lease.js';
import type { ImportRow } from './import-row.js';

/*
 * Of files that speak of the same registers one at a time is taken. So it is always clear which came first, what the later one found
 * known already, and which must be undone first.
 */

interface Held {
  readonly communityId: string;
  readonly token: string;
  readonly row: ImportRow;
  readonly pace: Pace;
}

const lookEveryMs = 250;
/** How long one waits at the entrance before it makes room for others: who waits here may be in the way of the one that is awaited. */
const longestWaitMs = 15_000;

/** Waits until no other file that speaks of the same is being taken, and begins. @throws LeftOff, Lost */
export async function enter(transactions: Transactions, held: Held, now: Instant): Promise<void> {
  const { communityId, token, row, pace } = held;
  const goesOn = steadily(pace, () => transactions.inCommunity(communityId, (tx) => holdImport(tx, row.id, token)));
  for (const since = performance.now(); ;) {
    const isIn = await transactions.inCommunity(communityId, async (tx) => {
      await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('import entrance ' || $1, 0))`, [communityId]);
      await holdImport(tx, row.id, token);
      if (await isOccupied(tx, row.id)) return false;
      await tx.query('UPDATE reading_import SET entered_at = $2 WHERE community_id = current_community() AND id = $1', [
        row.id,
        now,
      ]);
      return true;
    });
    if (isIn) return;
    if (performance.now() - since > longestWaitMs)
      throw new LeftOff(
        'Another file that speaks of the same registers is being taken; this is gone on with after it.',
      );
    await pause(lookEveryMs);
    await goesOn();
  }
}

async function isOccupied(tx: Tx, id: string): Promise<boolean> {
  const [row] = await tx.query<{ occupied: boolean }>(
    `SELECT EXISTS (
       SELECT FROM reading_import o
       WHERE o.community_id = current_community() AND o.state = 'reading' AND o.entered_at IS NOT NULL AND o.id <> $1 AND (
         EXISTS (SELECT FROM import_register a JOIN import_register b USING (community_id, register_no)
                 WHERE a.community_id = o.community_id AND a.import_id = $1 AND b.import_id = o.id)
         OR EXISTS (SELECT FROM import_channel a JOIN import_channel b USING (community_id, meter, register)
                    WHERE a.community_id = o.community_id AND a.import_id = $1 AND b.import_id = o.id))) AS occupied`,
    [id],
  );
  return row?.occupied === true;
}
