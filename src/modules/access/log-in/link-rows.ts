import type { Instant } from '../../../domain/calendar/period.js';
import type { Tx } from '../../../platform/database/transactions.js';

/** Rows of log_in_link. */

export interface LinkRow {
  readonly communityId: string;
  readonly id: string;
  readonly personId: string;
  readonly browserHash: Buffer | null;
  readonly to: string;
  readonly expiresAt: Instant;
  readonly usedAt: Instant | null;
}

const columns = `community_id AS "communityId", id, person_id AS "personId", browser_hash AS "browserHash", to_path AS "to",
  expires_at AS "expiresAt", used_at AS "usedAt"`;

export const insertLink = (
  tx: Tx,
  link: LinkRow & { readonly hash: Buffer; readonly createdAt: Instant },
): Promise<unknown> =>
  tx.query(
    `INSERT INTO log_in_link (community_id, id, person_id, secret_hash, browser_hash, to_path, created_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [link.communityId, link.id, link.personId, link.hash, link.browserHash, link.to, link.createdAt, link.expiresAt],
  );

/** The link that a secret belongs to. */
export async function linkBy(tx: Tx, hash: Buffer): Promise<LinkRow | undefined> {
  const [row] = await tx.query<LinkRow>(`SELECT ${columns} FROM log_in_link WHERE secret_hash = $1`, [hash]);
  return row;
}

/** One link, held until the end of the transaction: of two who use it at once the second finds it used. */
export async function lockLink(tx: Tx, communityId: string, id: string): Promise<LinkRow | undefined> {
  const [row] = await tx.query<LinkRow>(
    `SELECT ${columns} FROM log_in_link WHERE community_id = $1 AND id = $2 FOR NO KEY UPDATE`,
    [communityId, id],
  );
  return row;
}

export const markUsed = (tx: Tx, communityId: string, id: string, at: Instant): Promise<unknown> =>
  tx.query('UPDATE log_in_link SET used_at = $3 WHERE community_id = $1 AND id = $2', [communityId, id, at]);

/** How many links a person was sent since an instant. What is older than ninety days is let go. */
export async function countLinks(tx: Tx, communityId: string, personId: string, since: Instant): Promise<number> {
  await tx.query(
    `DELETE FROM log_in_link WHERE community_id = $1 AND person_id = $2 AND created_at < $3::timestamptz - interval '90 days'`,
    [communityId, personId, since],
  );
  const [row] = await tx.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM log_in_link WHERE community_id = $1 AND person_id = $2 AND created_at > $3',
    [communityId, personId, since],
  );
  return row?.n ?? 0;
}

/** Makes a person's links that are still open as if they were used. */
export const voidLinks = (tx: Tx, communityId: string, personId: string, at: Instant): Promise<unknown> =>
  tx.query(
    `UPDATE log_in_link SET used_at = $3 WHERE community_id = $1 AND person_id = $2 AND used_at IS NULL AND expires_at > $3`,
    [communityId, personId, at],
  );
