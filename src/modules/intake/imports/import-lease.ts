import type { Tx } from '../../../platform/database/transactions.js';

/*
 * An import is worked on by one process at a time. It is claimed with a token and a lease, every transaction of it asks whether the
 * token still holds, and a process that was killed leaves a lease that runs out.
 */

/** How long a claimed import is left to its worker: many times what a batch takes. */
const leaseSeconds = 30;
/** How often a worker that does not write says that it is still there. */
const renewEveryMs = 5_000;
/** Attempts without any progress after which an import is given up. */
export const mostAttempts = 8;

/** The import is in other hands, or was undone: nothing more to do here. */
export class Lost extends Error {}

/** Working on an import was broken off, because the process ends or its time is over; somebody goes on with it later. */
export class LeftOff extends Error {}

/** At what pace a worker goes, and when it is to stop. */
export interface Pace {
  isOver(): boolean;
  /** Told now and then that the work goes on. */
  goesOn(): Promise<void>;
}

/** Says now and then that the work goes on, however often it is called. @throws LeftOff where the pace is over */
export function steadily(pace: Pace, alsoDo: () => Promise<unknown>): () => Promise<void> {
  let said = performance.now();
  return async () => {
    if (pace.isOver()) throw new LeftOff('The work was left off; it is gone on with.');
    if (performance.now() - said < renewEveryMs) return;
    said = performance.now();
    await alsoDo();
    await pace.goesOn();
  };
}

export type Claim = 'claimed' | 'ended' | 'in other hands';

export async function claimImport(tx: Tx, id: string, token: string): Promise<Claim> {
  const claimed = await tx.query(
    `UPDATE reading_import SET state = 'reading', lease_token = $2, attempts = attempts + 1,
            lease_until = clock_timestamp() + ${leaseSeconds} * interval '1 second'
     WHERE community_id = current_community() AND id = $1 AND state IN ('received', 'reading')
       AND (lease_until IS NULL OR lease_until < clock_timestamp()) RETURNING 1`,
    [id, token],
  );
  if (claimed.length === 1) return 'claimed';
  return (await hasEnded(tx, id)) ? 'ended' : 'in other hands';
}

/** Whether there is nothing left to do about an import. */
export async function hasEnded(tx: Tx, id: string): Promise<boolean> {
  const open = await tx.query(
    `SELECT FROM reading_import WHERE community_id = current_community() AND id = $1 AND state IN ('received', 'reading')`,
    [id],
  );
  return open.length === 0;
}

/** Holds the import until the transaction ends, and renews the lease. @throws Lost */
export async function holdImport(tx: Tx, id: string, token: string): Promise<void> {
  const held = await tx.query(
    `UPDATE reading_import SET lease_until = clock_timestamp() + ${leaseSeconds} * interval '1 second'
     WHERE community_id = current_community() AND id = $1 AND state = 'reading' AND lease_token = $2 RETURNING 1`,
    [id, token],
  );
  if (held.length === 0) throw new Lost(`The import ${id} is in other hands.`);
}

/** Gives the import back, so that the next attempt need not wait for the lease to run out. */
export async function releaseImport(tx: Tx, id: string, token: string, error: string | null): Promise<void> {
  await tx.query(
    `UPDATE reading_import SET lease_token = NULL, lease_until = NULL, last_error = coalesce($3, last_error),
            attempts = attempts - CASE WHEN $3::text IS NULL THEN 1 ELSE 0 END
     WHERE community_id = current_community() AND id = $1 AND state = 'reading' AND lease_token = $2`,
    [id, token, error?.slice(0, 300) ?? null],
  );
}
