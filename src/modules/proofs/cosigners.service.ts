import { Injectable } from '@nestjs/common';
import { epochMs, fromEpochMs } from '../../domain/calendar/period.js';
import { assert, DomainError } from '../../domain/errors.js';
import { cosignedAt } from '../../domain/proof/checkpoint.js';
import { readKey, readNote } from '../../domain/proof/note.js';
import { Clock } from '../../platform/clock.js';
import { constraintRefusals } from '../../platform/database/constraints.js';
import { Transactions } from '../../platform/database/transactions.js';
import type { Principal } from '../../platform/http/principal.js';
import { newId } from '../../platform/ids.js';
import { actorOf } from '../access/access-changes.service.js';
import { AuditService } from '../audit/audit.service.js';
import { currentKeys, described, keyOf } from './cosigner-rows.js';
import type { CosignerReply, NewCosignature, NewCosigner } from './cosigners.schema.js';
import { RecordService } from './record.service.js';
import type { HeadReply } from './record.schema.js';

for (const name of ['cosigner_key_once', 'cosigner_key_name']) {
  constraintRefusals.set(name, {
    code: 'already-exists',
    sentence: 'This key, or one of this name, is registered already; make another with a name of its own.',
  });
}

/** How far the clock of a cosigner may differ from ours. */
const leewaySeconds = 300;

/** People who cosign heads of the record, each with a key that never leaves them. */
@Injectable()
export class CosignersService {
  constructor(
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    private readonly audit: AuditService,
    private readonly record: RecordService,
  ) {}

  list(communityId: string): Promise<CosignerReply[]> {
    return this.transactions.inCommunity(communityId, async (tx) => (await currentKeys(tx, null)).map(described));
  }

  /** Registers a key; from now on it counts for its person, and the one before does no more. @throws DomainError `invalid-input`, `already-exists`, `conflict` */
  register(principal: Principal, { key: written }: NewCosigner): Promise<CosignerReply> {
    const { communityId } = principal;
    const key = readKey(written);
    if (key.kind !== 'cosignature') {
      throw new DomainError('invalid-input', 'This key signs notes, not cosignatures: byte 0x04 is wanted before it.');
    }
    const role = principal.roles.includes('auditor') ? 'auditor' : 'approver';
    return this.transactions.inCommunity(communityId, async (tx) => {
      const stored = {
        id: newId(),
        person: personOf(principal),
        role,
        name: key.name,
        registeredAt: this.clock.now(),
      } as const;
      await tx.query(
        `INSERT INTO cosigner_key (community_id, id, person_id, role, name, public_key, registered_at)
         VALUES (current_community(), $1, $2, $3, $4, decode($5, 'hex'), $6)`,
        [stored.id, stored.person, role, key.name, key.publicKey, stored.registeredAt],
      );
      const data = { key: written, role };
      const about = { type: 'cosigner.registered', subjectKind: 'cosigner', subjectId: stored.id };
      await this.audit.record(tx, { actor: actorOf(principal), ...about, data });
      return described({ ...stored, publicKey: key.publicKey });
    });
  }

  /** Takes a cosignature in, where it is of the person's own key and over the head. @throws DomainError `not-found`, `invalid-input`, `already-exists` */
  async cosign(principal: Principal, { size, line }: NewCosignature): Promise<HeadReply> {
    const { communityId } = principal;
    await this.transactions.inCommunity(communityId, async (tx) => {
      const [own] = await currentKeys(tx, personOf(principal));
      if (own === undefined) throw new DomainError('not-found', 'Register the key first with which you cosign.');
      const [head] = await tx.query<{ note: string; signedAt: string }>(
        'SELECT note, signed_at AS "signedAt" FROM record_head WHERE community_id = current_community() AND size = $1',
        [size],
      );
      if (head === undefined) throw new DomainError('not-found', `No head over ${size} entries was signed.`);
      const at = cosignedAt(readNote(`${readNote(head.note).text}\n${line}\n`), keyOf(own));
      if (at === null) {
        throw new DomainError(
          'invalid-input',
          `This is no cosignature of ${own.name} over the head of ${size} entries.`,
        );
      }
      const since = epochMs(head.signedAt) / 1000 - leewaySeconds;
      if (at < since || at > epochMs(this.clock.now()) / 1000 + leewaySeconds) {
        throw new DomainError(
          'invalid-input',
          'It was cosigned before the head was signed, or in the future; set your clock.',
        );
      }
      const [kept] = await tx.query<{ line: string }>(
        `WITH added AS (
           INSERT INTO record_cosignature (community_id, size, person_id, key_id, line, cosigned_at, received_at)
           VALUES (current_community(), $1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING line)
         SELECT line FROM added UNION ALL
         SELECT line FROM record_cosignature WHERE community_id = current_community() AND size = $1 AND person_id = $2`,
        [size, own.person, own.id, line, fromEpochMs(at * 1000), this.clock.now()],
      );
      if (kept?.line !== line) throw new DomainError('already-exists', 'You have cosigned this head already.');
    });
    return this.record.head(communityId);
  }
}

function personOf({ personId }: Principal): string {
  assert(personId !== undefined, 'Heads are cosigned by people.');
  return personId;
}
