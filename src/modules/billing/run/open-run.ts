import type { Instant, Period } from '../../../domain/calendar/period.js';
import { DomainError } from '../../../domain/errors.js';
import { idOf } from '../../../platform/database/addresses.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { daysToDatabase } from '../../../platform/database/types.js';
import { newId } from '../../../platform/ids.js';
import type { NewCorrection, NewRun } from '../billing.schema.js';
import type { Run } from './runs.js';

/**
 * Opens a run over some days of a site; with a leaver, the final statement of that member.
 *
 * @throws DomainError `overlapping-run` where another live run has one of the days; `conflict` for a member who does not leave by their end
 */
export async function openRun(
  tx: Tx,
  communityId: string,
  { site, period, leaver }: NewRun,
  by: string,
  at: Instant,
): Promise<{ readonly id: string }> {
  const siteId = await idOf(tx, communityId, 'site', site);
  const leaverId = leaver === undefined ? null : await idOf(tx, communityId, 'member', leaver);
  if (leaverId !== null) await refuseStaying(tx, siteId, leaverId, period);
  const id = newId();
  await tx.query(
    `INSERT INTO billing_run (community_id, id, site_id, days, currency, created_by, created_at, leaver_id)
     SELECT $1, $2, $3, $4, currency, $5, $6, $7 FROM community WHERE id = $1`,
    [communityId, id, siteId, daysToDatabase(period), by, at, leaverId],
  );
  return { id };
}

/** A final statement is of somebody who was there, and after the period is there no more. */
async function refuseStaying(tx: Tx, siteId: string, memberId: string, { from, to }: Period): Promise<void> {
  const [stay] = await tx.query<{ was: boolean; stays: boolean }>(
    `SELECT bool_or(o.days && daterange($3::date, $4::date)) AS was, bool_or(upper_inf(o.days) OR upper(o.days) > $4::date) AS stays
     FROM occupancy o JOIN space s ON s.community_id = o.community_id AND s.id = o.space_id
     WHERE o.community_id = current_community() AND s.site_id = $1 AND o.member_id = $2`,
    [siteId, memberId, from, to],
  );
  if (stay?.was !== true)
    throw new DomainError(
      'conflict',
      'The member had no space of this site in these days, so there is nothing to bill.',
    );
  if (stay.stays)
    throw new DomainError(
      'conflict',
      `The member has a space here on ${to} or later. End its occupancy on the day it leaves; the final statement ends on the same day.`,
    );
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
