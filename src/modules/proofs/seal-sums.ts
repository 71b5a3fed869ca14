import { randomBytes } from 'node:crypto';
import type { Instant } from '../../domain/calendar/period.js';
import { canonicalJson } from '../../domain/proof/canonical.js';
import { type Chance, commitToRun, fewestMembers } from '../../domain/proof/run-sums.js';
import type { Statement } from '../../domain/statement/model.js';
import { insertRows } from '../../platform/database/insert-rows.js';
import type { Tx } from '../../platform/database/transactions.js';
import { newId } from '../../platform/ids.js';

/*
 * Sums are sealed when a run is taken into the record: from the statements as they were issued, after the commit of the issue and in the
 * transaction in which the record learns of both. A run that corrects another bills those whose figures moved and not all who bear, so
 * their sums would not be the costs: it has none.
 *
 * Made twice they would be other lists, so the database keeps one for each run.
 */

/** Fresh for each envelope. The highest four bits of a blinding are nothing, which keeps it below the order of the group. */
const chance: Chance = {
  blinding: () => {
    const bytes = randomBytes(32);
    bytes[31] = (bytes[31] ?? 0) & 0x0f;
    return bytes.toString('hex');
  },
  salt: () => randomBytes(16).toString('hex'),
};

/**
 * Seals the sums of issued runs that have none yet, of as many runs as are given.
 *
 * @param origin name under which the record is signed
 */
export async function sealSums(tx: Tx, origin: string, at: Instant, limit: number): Promise<void> {
  const runs = await tx.query<{ id: string }>(
    `SELECT r.id FROM billing_run r WHERE r.community_id = current_community() AND r.status IN ('issued', 'closed') AND r.corrects_id IS NULL
       AND NOT EXISTS (SELECT FROM run_sum s WHERE s.community_id = r.community_id AND s.run_id = r.id)
       AND (SELECT count(*) FROM invoice i WHERE i.community_id = r.community_id AND i.run_id = r.id AND i.kind = 'invoice'
              AND i.issued_at = r.issued_at) >= $1
     ORDER BY r.issued_at, r.id LIMIT $2`,
    [fewestMembers, limit],
  );
  for (const { id } of runs) await sealRun(tx, origin, at, id);
}

async function sealRun(tx: Tx, origin: string, at: Instant, runId: string): Promise<void> {
  const rows = await tx.query<{ memberId: string; body: string }>(
    `SELECT i.member_id AS "memberId", s.body FROM invoice i
     JOIN billing_run r ON r.community_id = i.community_id AND r.id = i.run_id AND r.issued_at = i.issued_at
     JOIN invoice_statement s ON s.community_id = i.community_id AND s.invoice_id = i.id
     WHERE i.community_id = current_community() AND i.run_id = $1 AND i.kind = 'invoice' ORDER BY i.no`,
    [runId],
  );
  const statements = rows.map(({ body }) => JSON.parse(body) as Statement);
  const made = commitToRun(origin, runId, statements, chance);
  if (made === null) return;
  await tx.query(
    `INSERT INTO run_sum (community_id, id, run_id, members, lists, made_at) VALUES (current_community(), $1, $2, $3, $4, $5)`,
    [newId(), runId, statements.length, canonicalJson(made.lists), at],
  );
  const members = rows.map(({ memberId }, i) => ({
    memberId,
    openings: canonicalJson(made.own.get(statements[i]?.member.number ?? '')),
  }));
  await insertRows(
    tx,
    'run_sum_opening',
    {
      run_id: ['uuid', () => runId],
      member_id: ['uuid', ({ memberId }) => memberId],
      openings: ['text', ({ openings }) => openings],
    },
    members,
  );
}
