import { Injectable } from '@nestjs/common';
import { epochMs, fromEpochMs, type Instant } from '../../domain/calendar/period.js';
import { DomainError } from '../../domain/errors.js';
import { Clock } from '../../platform/clock.js';
import { Transactions, type Tx } from '../../platform/database/transactions.js';
import { invalidRequest } from '../../platform/http/validation.js';
import type { DeviceScope } from '../../platform/http/principal.js';
import { newId } from '../../platform/ids.js';
import { AccessChanges, type Actor, system } from './access-changes.service.js';
import { type NewCommunity, newCommunity } from './access.schema.js';
import { endMeans, refuseAddress, refuseSecondToken } from './handed-out.js';
import { hasLiveSuccessor, insertKey, type IssuedKey, type KeySet, lockKey, setExpiry, setRevoked } from './keys.js';
import { isOver } from './known-keys.js';
import { voidLinks } from './log-in/link-rows.js';
import { SessionsService } from './log-in/sessions.service.js';
import { lockPeople, onePerson, refuseWithoutTreasurer, type RoleGrant, setRoles } from './people.js';
import { SignInService } from './sign-in.service.js';

export interface PersonPatch {
  readonly name?: string | undefined;
  readonly email?: string | undefined;
  readonly roles?: readonly RoleGrant[] | undefined;
}

/**
 * Who may come in: communities, people with their roles, personal tokens and device keys. Each change is told to the
 * record, without names and addresses, and makes every remembered key be asked for anew.
 */
@Injectable()
export class AccessService {
  constructor(
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    private readonly changes: AccessChanges,
    private readonly signIn: SignInService,
    private readonly sessions: SessionsService,
  ) {}

  /** Founds a community with its first treasurer. For the operator: no route leads here. */
  async createCommunity(input: NewCommunity): Promise<{ communityId: string; personId: string; token: string }> {
    const read = newCommunity.safeParse(input);
    if (!read.success) throw invalidRequest(read.error.issues);
    const { treasurer, policies, ...community } = read.data;
    const communityId = newId();
    return this.transactions.inCommunity(communityId, async (tx) => {
      await tx.query(
        `INSERT INTO community (id, code, name, address, currency, zone, locale, registration_no, contact_email, contact_phone, demo, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
        [
          communityId,
          community.code,
          community.name,
          community.address,
          community.currency,
          community.zone,
          community.locale,
          community.registrationNo,
          community.contactEmail,
          community.contactPhone,
          community.demo,
          this.clock.now(),
        ],
      );
      if (community.secondFactor === 'relaxed')
        await tx.query(`INSERT INTO log_in_rules (community_id, second_factor) VALUES ($1, 'relaxed')`, [communityId]);
      await this.tell(tx, system, 'community.founded', 'community', communityId, { code: community.code });
      await this.changes.tellFounding(tx, { communityId, code: community.code, name: community.name, policies });
      const { personId } = await this.addPerson(communityId, { ...treasurer, roles: [{ role: 'treasurer' }] }, system);
      const { token } = await this.issuePersonToken(communityId, personId, 'first token');
      return { communityId, personId, token };
    });
  }

  async addPerson(
    communityId: string,
    input: { readonly name: string; readonly email: string; readonly roles: readonly RoleGrant[] },
    actor: Actor,
  ): Promise<{ personId: string }> {
    const personId = newId();
    return this.transactions.inCommunity(communityId, async (tx) => {
      const now = this.clock.now();
      await tx.query('INSERT INTO person (community_id, id, name, email, created_at) VALUES ($1, $2, $3, $4, $5)', [
        communityId,
        personId,
        input.name,
        input.email,
        now,
      ]);
      await setRoles(tx, communityId, personId, input.roles, now);
      await this.tell(tx, actor, 'person.added', 'person', personId, { roles: input.roles });
      return { personId };
    });
  }

  /**
   * Changes a person's name, address or roles. Who becomes an approver loses the tokens and second factors held until then: somebody
   * else may have handed them out, and would then approve in the approver's name. With another address log-ins begin in another mailbox,
   * so that sessions end.
   */
  async changePerson(communityId: string, personId: string, patch: PersonPatch, actor: Actor): Promise<void> {
    await this.transactions.inCommunity(communityId, async (tx) => {
      await lockPeople(tx, communityId);
      const before = await onePerson(tx, communityId, personId);
      const { name = before.name, email = before.email, roles } = patch;
      if (email !== before.email) {
        const now = this.clock.now();
        if (isHandedOut(actor, personId)) await refuseAddress(tx, communityId, before, now);
        await voidLinks(tx, communityId, personId, now);
        await this.sessions.end(tx, { communityId, personId }, {});
      }
      await tx.query('UPDATE person SET name = $3, email = $4 WHERE community_id = $1 AND id = $2', [
        communityId,
        personId,
        name,
        email,
      ]);
      if (roles) await this.replaceRoles(tx, communityId, personId, roles, actor);
      await this.tell(tx, actor, 'person.changed', 'person', personId, {
        changed: Object.keys(patch),
        ...(roles ? { roles } : {}),
      });
    });
  }

  private async replaceRoles(tx: Tx, communityId: string, personId: string, roles: readonly RoleGrant[], actor: Actor) {
    const now = this.clock.now();
    const granted = await setRoles(tx, communityId, personId, roles, now);
    await refuseWithoutTreasurer(tx, communityId);
    if (granted.includes('approver') && isHandedOut(actor, personId)) await endMeans(tx, communityId, personId, now);
  }

  /**
   * Makes a personal token. Somebody else may hand one to an approver only while none of the approver's works: a second one,
   * kept back, would be two pairs of eyes in one head, and the approver would not notice.
   */
  async issuePersonToken(
    communityId: string,
    personId: string,
    name: string,
    { actor = system, expiresAt = null }: { actor?: Actor; expiresAt?: Instant | null } = {},
  ): Promise<IssuedKey> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      await lockPeople(tx, communityId);
      const person = await onePerson(tx, communityId, personId);
      const createdAt = this.clock.now();
      if (isHandedOut(actor, personId)) await refuseSecondToken(tx, communityId, person, createdAt);
      refusePast(expiresAt, createdAt);
      const issued = await insertKey(tx, { communityId, name, createdAt, expiresAt, owner: { personId } });
      await this.tell(tx, actor, 'token.issued', 'token', issued.id, { personId, prefix: issued.prefix, expiresAt });
      return issued;
    });
  }

  /** Makes a key that a device sends readings with, for one site or for the meters named. */
  async issueDeviceKey(
    communityId: string,
    input: DeviceScope & { readonly name: string; readonly expiresAt?: Instant | null },
    actor: Actor,
  ): Promise<IssuedKey> {
    const { name, expiresAt = null, ...scope } = input;
    if ((scope.siteId === undefined) === (scope.meterIds === undefined)) {
      throw new DomainError('invalid-input', 'A device key reaches either one site or the meters named.');
    }
    return this.transactions.inCommunity(communityId, async (tx) => {
      const createdAt = this.clock.now();
      refusePast(expiresAt, createdAt);
      const issued = await insertKey(tx, { communityId, name, createdAt, expiresAt, owner: { scope } });
      await this.tell(tx, actor, 'device-key.issued', 'device-key', issued.id, {
        ...scope,
        prefix: issued.prefix,
        expiresAt,
      });
      return issued;
    });
  }

  /**
   * Makes a key that takes over from another. Both work until the overlap ends, so that a device can be changed over without
   * a gap; a third only after one of them has ended. The new one lives as long as the old one was meant to.
   */
  async rotate(communityId: string, set: KeySet, id: string, overlapHours: number, actor: Actor): Promise<IssuedKey> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const old = await lockKey(tx, communityId, set, id);
      const now = this.clock.now();
      if (old.revokedAt !== null || isOver(old.expiresAt, now)) {
        throw new DomainError('conflict', `${old.prefix} has ended; make a new one instead.`);
      }
      if (await hasLiveSuccessor(tx, communityId, id, now)) {
        throw new DomainError('conflict', `${old.prefix} has been rotated already; revoke it or its successor first.`);
      }
      const nowMs = epochMs(now);
      const overlapMs = nowMs + overlapHours * 3_600_000;
      const oldEndMs = old.expiresAt === null ? overlapMs : Math.min(overlapMs, epochMs(old.expiresAt));
      const lifeMs = old.expiresAt === null ? null : epochMs(old.expiresAt) - epochMs(old.createdAt);
      const replaces = { id, expiresAt: fromEpochMs(oldEndMs) };
      await setExpiry(tx, communityId, id, replaces.expiresAt);
      const scope = old.siteId === null ? { meterIds: old.meterIds } : { siteId: old.siteId };
      const issued = await insertKey(tx, {
        communityId,
        name: old.name,
        createdAt: now,
        expiresAt: lifeMs === null ? null : fromEpochMs(nowMs + lifeMs),
        owner: old.personId === null ? { scope } : { personId: old.personId },
        replaces,
        mustSign: old.mustSign,
      });
      const kind = subjectOf(set);
      await this.tell(tx, actor, `${kind}.rotated`, kind, id, {
        successor: issued.id,
        prefix: issued.prefix,
        ...replaces,
      });
      return issued;
    });
  }

  /** Says whether what a device sends with its keys counts only when it is signed; of the keys that took over from each other all. @throws DomainError `not-found` */
  async demandSignatures(communityId: string, id: string, isDemanded: boolean, actor: Actor): Promise<void> {
    await this.transactions.inCommunity(communityId, async (tx) => {
      await lockKey(tx, communityId, { kind: 'device' }, id);
      await tx.query(
        `WITH RECURSIVE of_gateway AS (
           SELECT id, replaces_id FROM access_token WHERE community_id = $1 AND id = $2
           UNION SELECT t.id, t.replaces_id FROM access_token t JOIN of_gateway g ON t.community_id = $1 AND (t.id = g.replaces_id OR t.replaces_id = g.id))
         UPDATE access_token SET must_sign = $3 WHERE community_id = $1 AND id IN (SELECT id FROM of_gateway)`,
        [communityId, id, isDemanded],
      );
      const type = isDemanded ? 'device-key.signatures-required' : 'device-key.signatures-optional';
      await this.tell(tx, actor, type, 'device-key', id, {});
    });
  }

  /** Ends a key at once. Ending it again changes nothing. */
  async revoke(communityId: string, set: KeySet, id: string, actor: Actor): Promise<void> {
    await this.transactions.inCommunity(communityId, async (tx) => {
      const key = await lockKey(tx, communityId, set, id);
      if (key.revokedAt !== null) return;
      await setRevoked(tx, communityId, [id], this.clock.now());
      const kind = subjectOf(set);
      await this.tell(tx, actor, `${kind}.revoked`, kind, id, { prefix: key.prefix });
    });
  }

  private async tell(
    tx: Tx,
    actor: Actor,
    type: string,
    subjectKind: string,
    subjectId: string,
    data: Record<string, unknown>,
  ) {
    tx.afterCommit(() => {
      this.signIn.doubtAll();
      this.sessions.doubtAll();
    });
    await this.changes.tell(tx, { actor, type, subjectKind, subjectId, data });
  }
}

/** Whether what a person gets comes through somebody else's hands; the operator's do not count. */
const isHandedOut = (actor: Actor, personId: string): boolean => actor.kind !== 'system' && actor.id !== personId;

const subjectOf = (set: KeySet): 'token' | 'device-key' => (set.kind === 'person' ? 'token' : 'device-key');

function refusePast(expiresAt: Instant | null, now: Instant): void {
  if (isOver(expiresAt, now))
    throw new DomainError('invalid-input', 'The expiry lies in the past; give a later instant or null.');
}
