import type { Instant } from '../../../domain/calendar/period.js';
import { DomainError } from '../../../domain/errors.js';
import { idOf } from '../../../platform/database/addresses.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { daysToDatabase } from '../../../platform/database/types.js';
import { newId } from '../../../platform/ids.js';
import type { NewCorrection, NewRun } from '../billing.schema.js';
import type { Run } from './runs.js';

/** Opens a run over some days of a site. @throws DomainError `overlapping-run` where another live run has one of them */
export async function openRun(
  tx: Tx,
  communityId: string,
  { site, period }: NewRun,
  by: string,
  at: Instant,
): Promise<{ readonly id: string }> {
  const siteId = await idOf(tx, communityId, 'site', site);
  const id = newId();
  await tx.query(
    `INSERT INTO billing_run (community_id, id, site_id, days, currency, created_by, created_at)
     SELECT $1, $2, $3, $4, currency, $5, $6 FROM community WHERE id = $1`,
    [communityId, id, siteId, daysToDatabase(period), by, at],
  );
  return { id };
}

/**
 * Opens a correction of an issued run, over the same days. A correction of a correction is another of the run itself.
 *
 * @throws DomainError `run-not-in-state` where the run was not issued; `overlapping-run` where another correction of it is under way; `conflict`
 *   for credit and reissue after a correction in the next run
 */
export async function openCorrection(
  tx: Tx,
  { id: runId, status, correctsId }: Pick<Run, 'id' | 'status' | 'correctsId'>,
  { way, cause }: NewCorrection,
  by: string,
  at: Instant,
): Promise<{ readonly id: string }> {
  if (status !== 'issued' && status !== 'closed') {
    throw new DomainError(
      'run-not-in-state',
      `A run that is ${status} is calculated again; only what was issued is corrected.`,
    );
  }
  const [before] = await tx.query(
    `SELECT FROM billing_run WHERE community_id = current_community() AND corrects_id = $1 AND way = 'next-run' AND status IN ('issued', 'closed') LIMIT 1`,
    [correctsId ?? runId],
  );
  if (way === 'credit-and-reissue' && before !== undefined) {
    throw new DomainError(
      'conflict',
      'A correction of this run is billed by lines of the next one, so its invoices are not what stands; choose next-run again.',
    );
  }
  const id = newId();
  await tx.query(
    `INSERT INTO billing_run (community_id, id, site_id, days, currency, created_by, created_at, corrects_id, way, cause)
     SELECT community_id, $2, site_id, days, currency, $3, $4, id, $5, $6 FROM billing_run
     WHERE community_id = current_community() AND id = $1`,
    [correctsId ?? runId, id, by, at, way, cause],
  );
  return { id };
}
