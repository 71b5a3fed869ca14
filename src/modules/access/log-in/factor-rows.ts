import type { Instant } from '../../../domain/calendar/period.js';
import { assert } from '../../../domain/errors.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { newId } from '../../../platform/ids.js';
import { hashOf } from '../secret.js';

/** Rows of passkey, authenticator, recovery_code and proof_pause. */

export interface PasskeyRow {
  readonly communityId: string;
  readonly id: string;
  readonly personId: string;
  readonly credentialId: string;
  readonly publicKey: Buffer;
  readonly counter: number;
  readonly transports: string[];
  readonly isBackedUp: boolean;
  readonly name: string;
  readonly createdAt: Instant;
  readonly lastUsedAt: Instant | null;
}

const columns = `community_id AS "communityId", id, person_id AS "personId", credential_id AS "credentialId", public_key AS "publicKey",
  counter::float8 AS counter, transports, is_backed_up AS "isBackedUp", name, created_at AS "createdAt", last_used_at AS "lastUsedAt"`;

export const passkeysOf = (tx: Tx, communityId: string, personId: string): Promise<PasskeyRow[]> =>
  tx.query<PasskeyRow>(`SELECT ${columns} FROM passkey WHERE community_id = $1 AND person_id = $2 ORDER BY id`, [
    communityId,
    personId,
  ]);

/** The passkey of a credential, of whatever community. */
export async function passkeyBy(tx: Tx, credentialId: string): Promise<PasskeyRow | undefined> {
  const [row] = await tx.query<PasskeyRow>(`SELECT ${columns} FROM passkey WHERE credential_hash = $1`, [
    hashOf(credentialId),
  ]);
  return row;
}

export async function insertPasskey(tx: Tx, key: Omit<PasskeyRow, 'id' | 'lastUsedAt'>): Promise<PasskeyRow> {
  const [row] = await tx.query<PasskeyRow>(
    `INSERT INTO passkey (community_id, id, person_id, credential_id, credential_hash, public_key, counter, transports, is_backed_up, name, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING ${columns}`,
    [
      ...[
        key.communityId,
        newId(),
        key.personId,
        key.credentialId,
        hashOf(key.credentialId),
        key.publicKey,
        key.counter,
      ],
      ...[key.transports, key.isBackedUp, key.name, key.createdAt],
    ],
  );
  assert(row, 'A passkey that was written is there.');
  return row;
}

export const notePasskeyUse = (
  tx: Tx,
  { communityId, id }: PasskeyRow,
  counter: number,
  isBackedUp: boolean,
  at: Instant,
): Promise<unknown> =>
  tx.query(
    'UPDATE passkey SET counter = greatest(counter, $3), is_backed_up = $4, last_used_at = $5 WHERE community_id = $1 AND id = $2',
    [communityId, id, counter, isBackedUp, at],
  );

export async function deletePasskey(tx: Tx, communityId: string, personId: string, id: string): Promise<boolean> {
  const gone = await tx.query(
    'DELETE FROM passkey WHERE community_id = $1 AND person_id = $2 AND id = $3 RETURNING id',
    [communityId, personId, id],
  );
  return gone.length === 1;
}

export interface AuthenticatorRow {
  readonly sealed: Buffer;
  readonly createdAt: Instant;
  readonly confirmedAt: Instant | null;
  readonly lastStep: number;
}

/** The app of a person, held until the end of the transaction. */
export async function lockAuthenticator(
  tx: Tx,
  communityId: string,
  personId: string,
): Promise<AuthenticatorRow | undefined> {
  const [row] = await tx.query<AuthenticatorRow>(
    `SELECT sealed_secret AS sealed, created_at AS "createdAt", confirmed_at AS "confirmedAt", last_step::float8 AS "lastStep"
     FROM authenticator WHERE community_id = $1 AND person_id = $2 FOR NO KEY UPDATE`,
    [communityId, personId],
  );
  return row;
}

/** Begins an app anew; one that was confirmed has to be removed first. */
export async function putAuthenticator(
  tx: Tx,
  communityId: string,
  personId: string,
  sealed: Buffer,
  at: Instant,
): Promise<void> {
  await tx.query('DELETE FROM authenticator WHERE community_id = $1 AND person_id = $2 AND confirmed_at IS NULL', [
    communityId,
    personId,
  ]);
  await tx.query(
    'INSERT INTO authenticator (community_id, person_id, sealed_secret, created_at) VALUES ($1, $2, $3, $4)',
    [communityId, personId, sealed, at],
  );
}

/** Uses the code of a step of the clock. */
export const useStep = (tx: Tx, communityId: string, personId: string, step: number, at: Instant): Promise<unknown> =>
  tx.query(
    `UPDATE authenticator SET last_step = $3, confirmed_at = coalesce(confirmed_at, $4) WHERE community_id = $1 AND person_id = $2`,
    [communityId, personId, step, at],
  );

export async function deleteAuthenticator(tx: Tx, communityId: string, personId: string): Promise<boolean> {
  const gone = await tx.query(
    'DELETE FROM authenticator WHERE community_id = $1 AND person_id = $2 RETURNING person_id',
    [communityId, personId],
  );
  return gone.length === 1;
}

/** Gives a person these recovery codes and no others. */
export async function replaceRecoveryCodes(
  tx: Tx,
  communityId: string,
  personId: string,
  codes: readonly string[],
  at: Instant,
): Promise<void> {
  await tx.query('DELETE FROM recovery_code WHERE community_id = $1 AND person_id = $2', [communityId, personId]);
  await tx.query(
    `INSERT INTO recovery_code (community_id, id, person_id, code_hash, created_at)
     SELECT $1, id, $2, code_hash, $5 FROM unnest($3::uuid[], $4::bytea[]) AS c (id, code_hash)`,
    [communityId, personId, codes.map(() => newId()), codes.map((code) => hashOf(code)), at],
  );
}

/** Uses a recovery code. @returns whether there was such a one */
export async function useRecoveryCode(
  tx: Tx,
  communityId: string,
  personId: string,
  code: string,
  at: Instant,
): Promise<boolean> {
  const used = await tx.query(
    `UPDATE recovery_code SET used_at = $4 WHERE community_id = $1 AND person_id = $2 AND code_hash = $3 AND used_at IS NULL RETURNING id`,
    [communityId, personId, hashOf(code), at],
  );
  return used.length === 1;
}

/** What a person can prove themself with. */
export interface Factors {
  readonly passkeys: number;
  readonly authenticator: boolean;
  readonly recoveryCodes: number;
}

export async function factorsOf(tx: Tx, communityId: string, personId: string): Promise<Factors> {
  const [row] = await tx.query<Factors>(
    `SELECT (SELECT count(*)::int FROM passkey WHERE community_id = $1 AND person_id = $2) AS passkeys,
            EXISTS (SELECT FROM authenticator WHERE community_id = $1 AND person_id = $2 AND confirmed_at IS NOT NULL) AS authenticator,
            (SELECT count(*)::int FROM recovery_code WHERE community_id = $1 AND person_id = $2 AND used_at IS NULL) AS "recoveryCodes"`,
    [communityId, personId],
  );
  assert(row, 'A question without a table has an answer.');
  return row;
}

/** Takes everything away that a person could prove themself with. @returns whether there was anything */
export async function forgetFactors(tx: Tx, communityId: string, personId: string): Promise<boolean> {
  const gone: unknown[] = [];
  for (const table of ['passkey', 'authenticator', 'recovery_code'])
    gone.push(
      ...(await tx.query(`DELETE FROM ${table} WHERE community_id = $1 AND person_id = $2 RETURNING person_id`, [
        communityId,
        personId,
      ])),
    );
  return gone.length > 0;
}

/** Until when no code of a person is looked at; null where one may be. The row is held, so that codes are tried one after the other. */
export async function lockPause(tx: Tx, communityId: string, personId: string): Promise<Instant | null> {
  await tx.query(
    'INSERT INTO proof_pause (community_id, person_id, failures) VALUES ($1, $2, 0) ON CONFLICT DO NOTHING',
    [communityId, personId],
  );
  const [row] = await tx.query<{ until: Instant | null }>(
    'SELECT until FROM proof_pause WHERE community_id = $1 AND person_id = $2 FOR UPDATE',
    [communityId, personId],
  );
  return row?.until ?? null;
}

/** Counts a code that did not fit; after so many in a row there is a pause. @returns whether it begins now */
export async function countFailure(
  tx: Tx,
  communityId: string,
  personId: string,
  most: number,
  pauseUntil: Instant,
): Promise<boolean> {
  const [row] = await tx.query<{ paused: boolean }>(
    `UPDATE proof_pause SET failures = CASE WHEN failures + 1 >= $3 THEN 0 ELSE failures + 1 END,
                            until = CASE WHEN failures + 1 >= $3 THEN $4::timestamptz END
     WHERE community_id = $1 AND person_id = $2 RETURNING until IS NOT NULL AS paused`,
    [communityId, personId, most, pauseUntil],
  );
  return row?.paused ?? false;
}

export const forgiveFailures = (tx: Tx, communityId: string, personId: string): Promise<unknown> =>
  tx.query('UPDATE proof_pause SET failures = 0, until = NULL WHERE community_id = $1 AND person_id = $2', [
    communityId,
    personId,
  ]);
