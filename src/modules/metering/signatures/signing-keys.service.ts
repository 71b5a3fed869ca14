import { Injectable } from '@nestjs/common';
import { assert, DomainError } from '../../../domain/errors.js';
import { Clock } from '../../../platform/clock.js';
import { constraintRefusals } from '../../../platform/database/constraints.js';
import { Transactions, type Tx } from '../../../platform/database/transactions.js';
import { newId } from '../../../platform/ids.js';
import type { Principal } from '../../../platform/http/principal.js';
import type { Actor } from '../../access/access-changes.service.js';
import { AccessService } from '../../access/access.service.js';
import { AuditService } from '../../audit/audit.service.js';
import { meterCalled } from '../registers/find-register.js';
import { type PublicKey, readPublicKey } from './public-key.js';
import { claimedSignature, refuseUnsigned, type SignatureHeaders, wrong } from './signed-request.js';
import type { SignedBody } from './signed-text.js';
import type { SigningKeyReply } from './signing-keys.schema.js';

for (const name of ['signing_key_of_a_gateway', 'signing_key_of_a_meter'])
  constraintRefusals.set(name, {
    code: 'already-exists',
    sentence: 'This key is registered, or was and is revoked; what is revoked stays so: make a new pair.',
  });

/** Of whom a key is: of a gateway, by its device key, or of a meter. */
type Owner = { readonly deviceKey: string } | { readonly meter: string };

/**
 * The public keys that devices sign with. A gateway has two at most that work, so that one takes over from the other; they stay its own
 * when its device key is rotated. Every change is on the record.
 */
@Injectable()
export class SigningKeysService {
  constructor(
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    private readonly audit: AuditService,
    private readonly access: AccessService,
  ) {}

  /** @throws DomainError `not-found`, `invalid-input` (no key, or of the wrong kind), `already-exists`, `conflict` (two work already) */
  register(communityId: string, owner: Owner, text: string, actor: Actor): Promise<SigningKeyReply> {
    assert(actor.kind === 'person', 'Keys are registered by people.');
    const key = readPublicKey(text);
    refuseMisfit(owner, key);
    return this.transactions.inCommunity(communityId, async (tx) => {
      const id = newId();
      const { tokenId, meterId } = await this.ownerOf(tx, communityId, owner);
      await tx.query(
        `INSERT INTO signing_key (community_id, id, algorithm, public_key, token_id, meter_id, since, registered_by)
         VALUES (current_community(), $1, $2, $3, $4, $5, $6, $7)`,
        [id, key.algorithm, key.der, tokenId, meterId, this.clock.now(), actor.id],
      );
      await this.audit.record(tx, {
        actor,
        type: 'signing-key.registered',
        subjectKind: 'signing-key',
        subjectId: id,
        data: {
          keyId: key.keyId,
          algorithm: key.algorithm,
          publicKey: key.der.toString('base64'),
          ...{ deviceKey: tokenId, meter: meterId },
        },
      });
      return one(tx, id);
    });
  }

  /** Keys of a gateway or a meter, the first first, with those that are revoked. @throws DomainError `not-found` */
  list(communityId: string, owner: Owner): Promise<{ items: SigningKeyReply[] }> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const { tokenId, meterId } = await this.ownerOf(tx, communityId, owner);
      return { items: await keysWhere(tx, 'k.token_id = $1 OR k.meter_id = $2', [tokenId, meterId]) };
    });
  }

  /** From now on what the key signs does not hold. What it signed before stays as it was found. @throws DomainError `not-found`, `already-decided` */
  revoke(communityId: string, id: string, reason: string, actor: Actor): Promise<SigningKeyReply> {
    assert(actor.kind === 'person', 'Keys are revoked by people.');
    return this.transactions.inCommunity(communityId, async (tx) => {
      const key = await one(tx, id);
      if (key.revokedAt !== null) throw new DomainError('already-decided', `The key ${key.keyId} is revoked already.`);
      await tx.query(
        `UPDATE signing_key SET revoked_at = $2, revoked_by = $3, revoked_because = $4 WHERE community_id = current_community() AND id = $1`,
        [id, this.clock.now(), actor.id, reason],
      );
      const data = { keyId: key.keyId, reason };
      await this.audit.record(tx, {
        actor,
        type: 'signing-key.revoked',
        subjectKind: 'signing-key',
        subjectId: id,
        data,
      });
      return one(tx, id);
    });
  }

  /** Says whether what a device sends counts only when it is signed. @throws DomainError `not-found`, `conflict` where it has no key that works */
  demand(communityId: string, tokenId: string, isDemanded: boolean, actor: Actor): Promise<void> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const first = await firstOf(tx, tokenId);
      const live = await tx.query(
        'SELECT 1 FROM signing_key WHERE community_id = current_community() AND token_id = $1 AND revoked_at IS NULL',
        [first],
      );
      if (isDemanded && live.length === 0)
        throw new DomainError('conflict', 'The device has no signing key that works; register one first.');
      await this.access.demandSignatures(communityId, tokenId, isDemanded, actor);
    });
  }

  /**
   * Checks what a device signed.
   *
   * @param body as it was sent
   * @throws DomainError `signature-wrong`
   */
  async check(principal: Principal, headers: SignatureHeaders, body: string): Promise<SignedBody> {
    const claimed = claimedSignature(headers);
    if (principal.kind !== 'device')
      throw wrong('Devices sign what they send; send it with the device key of the gateway, or without a signature.');
    const key = await this.transactions.inCommunity(principal.communityId, async (tx) => {
      const [found] = await tx.query<{ id: string; der: Buffer }>(
        `SELECT id, public_key AS der FROM signing_key
         WHERE community_id = current_community() AND token_id = $1 AND key_id = $2 AND revoked_at IS NULL`,
        [await firstOf(tx, principal.tokenId), claimed.keyId],
      );
      return found;
    });
    if (key === undefined) throw wrong(`No key ${claimed.keyId} of this device is registered, or it is revoked.`);
    const payload = Buffer.from(body, 'utf8');
    refuseUnsigned(payload, claimed, key.der);
    const { sha256, keyId, parameters, signature } = claimed;
    return { kind: 'ed25519', sha256, payload, keyId, signingKey: key.id, section: `${parameters} ${signature}` };
  }

  private async ownerOf(
    tx: Tx,
    communityId: string,
    owner: Owner,
  ): Promise<{ tokenId: string | null; meterId: string | null }> {
    if ('meter' in owner) return { tokenId: null, meterId: (await meterCalled(tx, communityId, owner.meter)).id };
    return { tokenId: await firstOf(tx, owner.deviceKey), meterId: null };
  }
}

function refuseMisfit(owner: Owner, { algorithm }: PublicKey): void {
  if ('deviceKey' in owner && algorithm !== 'ed25519')
    throw new DomainError('invalid-input', `Gateways sign with Ed25519; this key is of the curve ${algorithm}.`);
  if ('meter' in owner && algorithm === 'ed25519')
    throw new DomainError('invalid-input', 'Meters that write OCMF sign with ECDSA; this is a key of Ed25519.');
}

/** The first device key of those that took over from each other: the gateway itself. It is locked. @throws DomainError `not-found` */
async function firstOf(tx: Tx, tokenId: string): Promise<string> {
  const [first] = await tx.query<{ id: string }>(
    `WITH RECURSIVE chain AS (
       SELECT id, replaces_id FROM access_token WHERE community_id = current_community() AND id = $1 AND kind = 'device'
       UNION SELECT t.id, t.replaces_id FROM access_token t JOIN chain c ON t.community_id = current_community() AND t.id = c.replaces_id)
     SELECT id FROM chain WHERE replaces_id IS NULL`,
    [tokenId],
  );
  if (!first) throw new DomainError('not-found', 'There is no such key here.');
  return first.id;
}

const keysWhere = (tx: Tx, where: string, params: readonly unknown[]): Promise<SigningKeyReply[]> =>
  tx.query<SigningKeyReply>(
    `SELECT k.id, k.key_id AS "keyId", k.algorithm, translate(encode(k.public_key, 'base64'), E'\\n', '') AS "publicKey", k.token_id AS "deviceKey",
            k.meter_id AS meter, k.since, jsonb_build_object('id', p.id, 'name', p.name) AS "registeredBy", k.revoked_at AS "revokedAt",
            CASE WHEN q.id IS NOT NULL THEN jsonb_build_object('id', q.id, 'name', q.name) END AS "revokedBy", k.revoked_because AS "revokedBecause"
     FROM signing_key k JOIN person p ON p.community_id = k.community_id AND p.id = k.registered_by
     LEFT JOIN person q ON q.community_id = k.community_id AND q.id = k.revoked_by
     WHERE k.community_id = current_community() AND (${where}) ORDER BY k.since, k.id`,
    params,
  );

/** @throws DomainError `not-found` */
export async function one(tx: Tx, id: string): Promise<SigningKeyReply> {
  const [key] = await keysWhere(tx, 'k.id = $1', [id]);
  if (!key) throw new DomainError('not-found', 'There is no such signing key here.');
  return key;
}
