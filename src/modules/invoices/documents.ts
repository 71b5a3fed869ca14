import { createHash } from 'node:crypto';
import type { Instant } from '../../domain/calendar/period.js';
import type { Tx } from '../../platform/database/transactions.js';
import { newId } from '../../platform/ids.js';

/*
 * A document is made once. Its row is claimed with a token and a lease; it is drawn outside of any transaction; and it is
 * stored only by whoever still holds the token. A worker that was killed leaves a lease that runs out; one that was merely
 * slow finds its token gone and stores nothing.
 */

/** A document to be drawn. */
export interface Claimed {
  readonly id: string;
  /** The sealed statement in canonical form. */
  readonly body: string;
}

/** How long claimed documents are left to their worker: many times what drawing them takes, and no longer than a queue takes to notice. */
const leaseSeconds = 30;

/** Writes down documents that are to be made. @returns their ids, in the order of the invoices */
export async function orderDocuments(tx: Tx, invoiceIds: readonly string[], at: Instant): Promise<string[]> {
  const ids = invoiceIds.map(() => newId());
  await tx.query(
    `INSERT INTO document (community_id, id, invoice_id, format, created_at)
     SELECT current_community(), id, invoice_id, 'pdf', $3 FROM unnest($1::uuid[], $2::uuid[]) AS row (id, invoice_id)`,
    [ids, invoiceIds, at],
  );
  return ids;
}

/** Claims those of some documents that are pending and in nobody's hands. */
export const claim = (tx: Tx, ids: readonly string[], token: string): Promise<Claimed[]> =>
  tx.query<Claimed>(
    `WITH free AS (
       SELECT id FROM document
       WHERE community_id = current_community() AND id = ANY($1::uuid[]) AND state = 'pending'
         AND (lease_until IS NULL OR lease_until < clock_timestamp())
       ORDER BY id FOR UPDATE SKIP LOCKED),
     claimed AS (
       UPDATE document d SET lease_token = $2, lease_until = clock_timestamp() + $3 * interval '1 second', attempts = attempts + 1
       FROM free WHERE d.community_id = current_community() AND d.id = free.id RETURNING d.id, d.invoice_id)
     SELECT c.id, s.body FROM claimed c
     JOIN invoice_statement s ON s.community_id = current_community() AND s.invoice_id = c.invoice_id ORDER BY c.id`,
    [ids, token, leaseSeconds],
  );

/** Stores what was drawn, where the token still holds. @returns the invoices of which it was stored */
export async function storeDrawn(
  tx: Tx,
  token: string,
  drawn: readonly { readonly id: string; readonly content: Buffer }[],
  at: Instant,
): Promise<string[]> {
  const stored = await tx.query<{ invoiceId: string }>(
    `UPDATE document d SET state = 'done', content = made.content, sha256 = made.sha256, done_at = $4, lease_token = NULL, lease_until = NULL
     FROM unnest($1::uuid[], $2::bytea[], $3::bytea[]) AS made (id, content, sha256)
     WHERE d.community_id = current_community() AND d.id = made.id AND d.state = 'pending' AND d.lease_token = $5
     RETURNING d.invoice_id AS "invoiceId"`,
    [
      drawn.map(({ id }) => id),
      drawn.map(({ content }) => content),
      drawn.map(({ content }) => createHash('sha256').update(content).digest()),
      at,
      token,
    ],
  );
  return stored.map(({ invoiceId }) => invoiceId);
}

/** Gives claimed documents back, with what went wrong, so that the next attempt need not wait for the lease to run out. */
export async function giveBack(tx: Tx, token: string, error: string): Promise<void> {
  await tx.query(
    `UPDATE document SET lease_token = NULL, lease_until = NULL, last_error = $2
     WHERE community_id = current_community() AND lease_token = $1 AND state = 'pending'`,
    [token, error.slice(0, 300)],
  );
}

/** How many of some documents are not made yet. */
export async function countPending(tx: Tx, ids: readonly string[]): Promise<number> {
  const [row] = await tx.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM document WHERE community_id = current_community() AND id = ANY($1::uuid[]) AND state = 'pending'`,
    [ids],
  );
  return row?.n ?? 0;
}

/**
 * Closes runs of which every document has been made. The rows of the runs are locked first: of two workers that store the
 * last two documents at once, the second sees the first one's.
 */
export async function closeFinishedRuns(tx: Tx, documentIds: readonly string[]): Promise<void> {
  const runs = await tx.query<{ id: string }>(
    `SELECT r.id FROM billing_run r
     WHERE r.community_id = current_community() AND r.status = 'issued' AND r.id IN (
       SELECT i.run_id FROM document d JOIN invoice i ON i.community_id = d.community_id AND i.id = d.invoice_id
       WHERE d.community_id = current_community() AND d.id = ANY($1::uuid[]))
     ORDER BY r.id FOR UPDATE`,
    [documentIds],
  );
  await tx.query(
    `UPDATE billing_run r SET status = 'closed'
     WHERE r.community_id = current_community() AND r.id = ANY($1::uuid[]) AND NOT EXISTS (
       SELECT FROM invoice i JOIN document d ON d.community_id = i.community_id AND d.invoice_id = i.id
       WHERE i.community_id = r.community_id AND i.run_id = r.id AND d.state = 'pending')`,
    [runs.map(({ id }) => id)],
  );
}

/** Documents of a run that are made, of how many. */
export async function progressOf(tx: Tx, runId: string): Promise<{ done: number; total: number }> {
  const [row] = await tx.query<{ done: number; total: number }>(
    `SELECT count(*) FILTER (WHERE d.state = 'done')::int AS done, count(*)::int AS total
     FROM invoice i JOIN document d ON d.community_id = i.community_id AND d.invoice_id = i.id
     WHERE i.community_id = current_community() AND i.run_id = $1`,
    [runId],
  );
  return row ?? { done: 0, total: 0 };
}
