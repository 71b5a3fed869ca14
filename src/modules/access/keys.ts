import { DomainError } from '../../domain/errors.js';
import type { Instant } from '../../domain/calendar/period.js';
import type { Tx } from '../../platform/database/transactions.js';
import type { DeviceScope } from '../../platform/http/principal.js';
import { newId } from '../../platform/ids.js';
import { newSecret } from './secret.js';

/** Rows of access_token, which holds personal tokens and device keys alike. */

/** Which keys somebody may see or touch: device keys, everybody's tokens, or one person's. */
export type KeySet = { readonly kind: 'device' } | { readonly kind: 'person'; readonly personId?: string };

/** A key at the only moment at which its secret is known. */
export interface IssuedKey {
  readonly id: string;
  readonly token: string;
  readonly prefix: string;
  readonly name: string;
  readonly expiresAt: Instant | null;
  readonly replaces: { readonly id: string; readonly expiresAt: Instant } | null;
}

export interface KeyRow {
  readonly id: string;
  readonly kind: 'person' | 'device';
  readonly name: string;
  readonly prefix: string;
  readonly personId: string | null;
  readonly siteId: string | null;
  readonly meterIds: readonly string[];
  readonly replacesId: string | null;
  readonly createdAt: Instant;
  readonly expiresAt: Instant | null;
  readonly revokedAt: Instant | null;
  readonly lastUsedAt: Instant | null;
  /** Whether what a device sends with it counts only when it is signed. */
  readonly mustSign: boolean;
}

interface NewKey {
  readonly communityId: string;
  readonly name: string;
  readonly createdAt: Instant;
  readonly expiresAt: Instant | null;
  readonly owner: { readonly personId: string } | { readonly scope: DeviceScope };
  readonly replaces?: { readonly id: string; readonly expiresAt: Instant };
  readonly mustSign?: boolean;
}

/** Makes a secret and writes its hash. */
export async function insertKey(tx: Tx, key: NewKey): Promise<IssuedKey> {
  const { communityId, name, expiresAt, owner, replaces = null } = key;
  const { text, prefix, hash } = newSecret('personId' in owner ? 'person' : 'device');
  const id = newId();
  const personId = 'personId' in owner ? owner.personId : null;
  const scope = 'scope' in owner ? owner.scope : {};
  await tx.query(
    `INSERT INTO access_token (community_id, id, kind, name, prefix, secret_hash, person_id, site_id, replaces_id, created_at, expires_at, must_sign)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      communityId,
      id,
      personId === null ? 'device' : 'person',
      name,
      prefix,
      hash,
      personId,
      scope.siteId ?? null,
      replaces?.id ?? null,
      key.createdAt,
      expiresAt,
      key.mustSign ?? false,
    ],
  );
  await tx.query('INSERT INTO token_meter (community_id, token_id, meter_id) SELECT $1, $2, unnest($3::uuid[])', [
    communityId,
    id,
    scope.meterIds ?? [],
  ]);
  return { id, token: text, prefix, name, expiresAt, replaces };
}

const columns = `t.id, t.kind, t.name, t.prefix, t.person_id AS "personId", t.site_id AS "siteId", t.replaces_id AS "replacesId",
  t.created_at AS "createdAt", t.expires_at AS "expiresAt", t.revoked_at AS "revokedAt", t.last_used_at AS "lastUsedAt", t.must_sign AS "mustSign",
  ARRAY(SELECT m.meter_id::text FROM token_meter m WHERE m.community_id = t.community_id AND m.token_id = t.id ORDER BY 1) AS "meterIds"`;
const inSet = 't.community_id = $1 AND t.kind = $2 AND ($3::uuid IS NULL OR t.person_id = $3)';
const setParams = (communityId: string, set: KeySet) => [
  communityId,
  set.kind,
  'personId' in set ? set.personId : null,
];

/** Keys in the order in which they were made. */
export const listKeys = (
  tx: Tx,
  communityId: string,
  set: KeySet,
  after: string | undefined,
  count: number,
): Promise<KeyRow[]> =>
  tx.query<KeyRow>(
    `SELECT ${columns} FROM access_token t WHERE ${inSet} AND ($4::uuid IS NULL OR t.id > $4) ORDER BY t.id LIMIT $5`,
    [...setParams(communityId, set), after ?? null, count],
  );

/** One key, locked until the end of the transaction. @throws DomainError `not-found`, also where it is outside of the set */
export async function lockKey(tx: Tx, communityId: string, set: KeySet, id: string): Promise<KeyRow> {
  const [key] = await tx.query<KeyRow>(
    `SELECT ${columns} FROM access_token t WHERE ${inSet} AND t.id = $4 FOR NO KEY UPDATE OF t`,
    [...setParams(communityId, set), id],
  );
  if (!key) throw new DomainError('not-found', 'There is no such key here.');
  return key;
}

/** Whether a key has been rotated already into one that still works. */
export async function hasLiveSuccessor(tx: Tx, communityId: string, id: string, now: Instant): Promise<boolean> {
  const live = await tx.query(
    `SELECT id FROM access_token WHERE community_id = $1 AND replaces_id = $2 AND revoked_at IS NULL
       AND (expires_at IS NULL OR expires_at > $3) LIMIT 1`,
    [communityId, id, now],
  );
  return live.length > 0;
}

export const setExpiry = (tx: Tx, communityId: string, id: string, expiresAt: Instant): Promise<unknown> =>
  tx.query('UPDATE access_token SET expires_at = $3 WHERE community_id = $1 AND id = $2', [communityId, id, expiresAt]);

/** Ends all tokens of a person that work. */
export const revokeTokens = (tx: Tx, communityId: string, personId: string, at: Instant): Promise<unknown> =>
  tx.query(
    'UPDATE access_token SET revoked_at = $3 WHERE community_id = $1 AND person_id = $2 AND revoked_at IS NULL',
    [communityId, personId, at],
  );

export const setRevoked = (tx: Tx, communityId: string, ids: readonly string[], at: Instant): Promise<unknown> =>
  tx.query(
    'UPDATE access_token SET revoked_at = $3 WHERE community_id = $1 AND id = ANY($2::uuid[]) AND revoked_at IS NULL',
    [communityId, ids, at],
  );
