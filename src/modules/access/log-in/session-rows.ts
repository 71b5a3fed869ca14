import { epochMs, fromEpochMs, type Instant } from '../../../domain/calendar/period.js';
import { assert } from '../../../domain/errors.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { newId } from '../../../platform/ids.js';
import type { PersonRole } from '../access.schema.js';

/** Rows of session and log_in_rules. */

export type Way = 'link' | 'passkey' | 'demo';

export interface SessionRow {
  readonly communityId: string;
  readonly id: string;
  readonly personId: string;
  readonly way: Way;
  readonly beganAt: Instant;
  readonly expiresAt: Instant;
  readonly idleMinutes: number;
  readonly lastSeenAt: Instant;
  /** When a second factor was last proved in it. */
  readonly provedAt: Instant | null;
  readonly endedAt: Instant | null;
}

/** How people of a community log in. */
export interface LogInRules {
  readonly secondFactor: 'compulsory' | 'relaxed';
  /** Of those who decide about nothing: how long they stay logged in at most, and without touching anything. */
  readonly memberHours: number;
  readonly memberIdleHours: number;
}

const usual: LogInRules = { secondFactor: 'compulsory', memberHours: 720, memberIdleHours: 168 };

export async function rulesOf(tx: Tx, communityId: string): Promise<LogInRules> {
  const [row] = await tx.query<LogInRules>(
    `SELECT second_factor AS "secondFactor", member_hours AS "memberHours", member_idle_hours AS "memberIdleHours"
     FROM log_in_rules WHERE community_id = $1`,
    [communityId],
  );
  return row ?? usual;
}

/** Those who decide about money, or read all of it: for them a session is short and a second factor compulsory. */
const trusted: readonly PersonRole[] = ['treasurer', 'approver', 'auditor'];
export const isTrusted = (roles: readonly PersonRole[]): boolean => roles.some((role) => trusted.includes(role));

const trustedHours = 12;
const trustedIdleMinutes = 30;

/** Begins a session. How long it may last is settled now and never extended. */
export async function insertSession(
  tx: Tx,
  session: {
    readonly communityId: string;
    readonly personId: string;
    readonly roles: readonly PersonRole[];
    readonly way: Way;
    readonly hash: Buffer;
    readonly now: Instant;
    readonly provedAt: Instant | null;
  },
): Promise<SessionRow> {
  const { communityId, personId, way, hash, now, provedAt } = session;
  const { memberHours, memberIdleHours } = await rulesOf(tx, communityId);
  const isShort = isTrusted(session.roles);
  const idleMinutes = isShort ? trustedIdleMinutes : 60 * memberIdleHours;
  const expiresAt = fromEpochMs(epochMs(now) + 3_600_000 * (isShort ? trustedHours : memberHours));
  await tx.query(
    `DELETE FROM session WHERE community_id = $1 AND person_id = $2 AND expires_at < $3::timestamptz - interval '90 days'`,
    [communityId, personId, now],
  );
  const [row] = await tx.query<SessionRow>(
    `INSERT INTO session (community_id, id, person_id, secret_hash, way, began_at, expires_at, idle_minutes, last_seen_at, proved_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $6, $9) RETURNING ${columns}`,
    [communityId, newId(), personId, hash, way, now, expiresAt, idleMinutes, provedAt],
  );
  assert(row, 'A session that was written is there.');
  return row;
}

const columns = `community_id AS "communityId", id, person_id AS "personId", way, began_at AS "beganAt", expires_at AS "expiresAt",
  idle_minutes AS "idleMinutes", last_seen_at AS "lastSeenAt", proved_at AS "provedAt", ended_at AS "endedAt"`;

/** The session that a secret opens. */
export async function sessionBy(tx: Tx, hash: Buffer): Promise<SessionRow | undefined> {
  const [row] = await tx.query<SessionRow>(`SELECT ${columns} FROM session WHERE secret_hash = $1`, [hash]);
  return row;
}

/** When a session ends if nobody touches it any more. */
export const idleUntil = ({ lastSeenAt, idleMinutes, expiresAt }: SessionRow): Instant =>
  fromEpochMs(Math.min(epochMs(lastSeenAt) + idleMinutes * 60_000, epochMs(expiresAt)));

/** Notes that somebody is there. */
export const touch = (tx: Tx, { communityId, id }: SessionRow, now: Instant): Promise<unknown> =>
  tx.query(
    'UPDATE session SET last_seen_at = greatest(last_seen_at, $3) WHERE community_id = $1 AND id = $2 AND ended_at IS NULL',
    [communityId, id, now],
  );

/** Gives a session another secret; the former opens nothing from then on. @returns whether it was still open */
export async function exchangeSecret(
  tx: Tx,
  { communityId, id }: Pick<SessionRow, 'communityId' | 'id'>,
  hash: Buffer,
  provedAt: Instant,
): Promise<SessionRow | undefined> {
  const [row] = await tx.query<SessionRow>(
    `UPDATE session SET secret_hash = $3, proved_at = $4, last_seen_at = greatest(last_seen_at, $4)
     WHERE community_id = $1 AND id = $2 AND ended_at IS NULL RETURNING ${columns}`,
    [communityId, id, hash, provedAt],
  );
  return row;
}

/** Ends sessions of a person: one, all, or all but one. @returns those that were open */
export const endSessions = (
  tx: Tx,
  communityId: string,
  personId: string,
  which: { readonly only?: string; readonly but?: string },
  now: Instant,
): Promise<{ id: string }[]> =>
  tx.query<{ id: string }>(
    `UPDATE session SET ended_at = $3 WHERE community_id = $1 AND person_id = $2 AND ended_at IS NULL
       AND ($4::uuid IS NULL OR id = $4) AND ($5::uuid IS NULL OR id <> $5) RETURNING id`,
    [communityId, personId, now, which.only ?? null, which.but ?? null],
  );
