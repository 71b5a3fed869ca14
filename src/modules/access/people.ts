import { DomainError } from '../../domain/errors.js';
import type { Instant } from '../../domain/calendar/period.js';
import type { Tx } from '../../platform/database/transactions.js';
import { newId } from '../../platform/ids.js';
import type { Person, PersonRole } from './access.schema.js';

/** Rows of person and role_grant. */

export interface RoleGrant {
  readonly role: PersonRole;
  /** For `member`: whom the person acts for. */
  readonly memberId?: string;
}

const columns = `p.id, p.name, p.email, p.created_at AS "createdAt",
  coalesce((SELECT jsonb_agg(jsonb_build_object('role', g.role, 'memberId', g.member_id) ORDER BY g.role, g.member_id)
    FROM role_grant g WHERE g.community_id = p.community_id AND g.person_id = p.id AND g.revoked_at IS NULL), '[]') AS roles`;

/** People in the order in which they came. */
export const listPeople = (tx: Tx, communityId: string, after: string | undefined, count: number): Promise<Person[]> =>
  tx.query<Person>(
    `SELECT ${columns} FROM person p WHERE p.community_id = $1 AND ($2::uuid IS NULL OR p.id > $2) ORDER BY p.id LIMIT $3`,
    [communityId, after ?? null, count],
  );

/** @throws DomainError `not-found` */
export async function onePerson(tx: Tx, communityId: string, id: string): Promise<Person> {
  const [found] = await tx.query<Person>(`SELECT ${columns} FROM person p WHERE p.community_id = $1 AND p.id = $2`, [
    communityId,
    id,
  ]);
  if (!found) throw new DomainError('not-found', 'There is no such person here.');
  return found;
}

/** What a person may be and for whom, as it is now. */
export async function standingOf(
  tx: Tx,
  communityId: string,
  personId: string,
): Promise<{ readonly roles: PersonRole[]; readonly memberIds: string[] }> {
  const grants = await tx.query<{ role: PersonRole; memberId: string | null }>(
    `SELECT role, member_id AS "memberId" FROM role_grant
     WHERE community_id = $1 AND person_id = $2 AND revoked_at IS NULL ORDER BY role, member_id`,
    [communityId, personId],
  );
  return {
    roles: [...new Set(grants.map(({ role }) => role))],
    memberIds: grants.flatMap(({ memberId }) => (memberId === null ? [] : [memberId])),
  };
}

/**
 * Gives a person these roles and no others. What is taken away keeps its row with the time at which it ended.
 *
 * @returns the roles that are new
 */
export async function setRoles(
  tx: Tx,
  communityId: string,
  personId: string,
  roles: readonly RoleGrant[],
  at: Instant,
): Promise<readonly PersonRole[]> {
  for (const { role, memberId } of roles) {
    if ((role === 'member') !== (memberId !== undefined)) {
      throw new DomainError(
        'invalid-input',
        'The role member names the member that the person acts for; no other role does.',
      );
    }
  }
  const wanted = new Map(roles.map((grant) => [nameOf(grant.role, grant.memberId ?? null), grant]));
  const held = await tx.query<{ id: string; role: PersonRole; memberId: string | null }>(
    `SELECT id, role, member_id AS "memberId" FROM role_grant
     WHERE community_id = $1 AND person_id = $2 AND revoked_at IS NULL`,
    [communityId, personId],
  );
  const ended = held.filter(({ role, memberId }) => !wanted.has(nameOf(role, memberId)));
  await tx.query('UPDATE role_grant SET revoked_at = $3 WHERE community_id = $1 AND id = ANY($2::uuid[])', [
    communityId,
    ended.map(({ id }) => id),
    at,
  ]);
  for (const { role, memberId } of held) wanted.delete(nameOf(role, memberId));
  for (const { role, memberId } of wanted.values()) {
    await tx.query(
      'INSERT INTO role_grant (community_id, id, person_id, role, member_id, granted_at) VALUES ($1, $2, $3, $4, $5, $6)',
      [communityId, newId(), personId, role, memberId ?? null, at],
    );
  }
  return [...wanted.values()].map(({ role }) => role);
}

const nameOf = (role: PersonRole, memberId: string | null): string => `${role} ${memberId ?? ''}`;

/** Lets one change of people happen at a time, so that two treasurers cannot each remove the other. Holds up nothing else. */
export const lockPeople = (tx: Tx, communityId: string): Promise<unknown> =>
  tx.query('SELECT id FROM community WHERE id = $1 FOR NO KEY UPDATE', [communityId]);

/** @throws DomainError `conflict` where nobody is left who could put it right */
export async function refuseWithoutTreasurer(tx: Tx, communityId: string): Promise<void> {
  const left = await tx.query(
    `SELECT id FROM role_grant WHERE community_id = $1 AND role = 'treasurer' AND revoked_at IS NULL LIMIT 1`,
    [communityId],
  );
  if (left.length > 0) return;
  throw new DomainError(
    'conflict',
    'This would leave the community without a treasurer; give another person the role first.',
  );
}
