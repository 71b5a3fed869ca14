import type { Instant } from '../../domain/calendar/period.js';
import { idOf } from '../../platform/database/addresses.js';
import type { Tx } from '../../platform/database/transactions.js';
import { daysToDatabase } from '../../platform/database/types.js';
import { newId } from '../../platform/ids.js';
import type { NewRun } from './billing.schema.js';

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
