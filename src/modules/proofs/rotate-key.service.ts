import { Injectable } from '@nestjs/common';
import { DomainError } from '../../domain/errors.js';
import { keyChangeText } from '../../domain/proof/key-change.js';
import { type NoteKey, writeKey, writeNote } from '../../domain/proof/note.js';
import { publicKeyOf, signText } from '../../domain/proof/sign.js';
import { Clock } from '../../platform/clock.js';
import type { Secret } from '../../platform/config.js';
import { Transactions, type Tx } from '../../platform/database/transactions.js';
import { seedFor } from '../../platform/signing-secret.js';
import { system } from '../access/access-changes.service.js';
import { AuditService } from '../audit/audit.service.js';
import { lockRecord } from './record-rows.js';
import { type RecordKey, recordKeys } from './record-keys.js';
import { RecordService } from './record.service.js';

/** What became of the key of a record. */
export interface Rotation {
  readonly communityId: string;
  /** As C2SP writes them; `from` is null where the record had the new key already. */
  readonly from: string | null;
  readonly to: string | null;
}

/**
 * Lets records be signed with keys of another secret from now on: the old key hands over in a note that both sign, on the record. Heads
 * and certificates of before stay as they are, and their key leads to the new one.
 */
@Injectable()
export class RotateKeyService {
  constructor(
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    private readonly audit: AuditService,
    private readonly record: RecordService,
  ) {}

  /**
   * Rotates the keys of all communities, each in a transaction of its own. Done again with the same secrets it goes on where it ended.
   *
   * @param next the secret that this process and all others are started with afterwards
   * @throws DomainError `conflict` where this process does not hold the key in force
   */
  async rotate(next: Secret): Promise<Rotation[]> {
    const communities = await this.transactions.asOperator((tx) =>
      tx.query<{ id: string }>('SELECT id FROM community ORDER BY id'),
    );
    const done: Rotation[] = [];
    for (const { id } of communities) done.push(await this.rotateOne(id, next));
    return done;
  }

  private rotateOne(communityId: string, next: Secret): Promise<Rotation> {
    const seed = seedFor(next, `record/${communityId}`);
    const publicKey = publicKeyOf(seed);
    return this.transactions.inCommunity(communityId, async (tx) => {
      await lockRecord(tx);
      const last = (await recordKeys(tx)).at(-1);
      if (last === undefined) return { communityId, from: null, to: null };
      if (last.publicKey === publicKey) return { communityId, from: null, to: writeKey(last) };
      const old = await this.record.signer(tx, communityId);
      if (old.key === null)
        throw new DomainError(
          'conflict',
          'This process does not hold the secret that the record is signed with; start it with that one to hand over.',
        );
      return { communityId, ...(await this.handOver(tx, last, old.seed, seed)) };
    });
  }

  /**
   * Hands over from a key whose secret half was brought along (ADR 0042) to the key of this process.
   *
   * @param seed secret half of the key in force
   * @returns the key that the record is signed with from now on
   */
  async takeOver(tx: Tx, communityId: string, seed: string): Promise<string | null> {
    await lockRecord(tx);
    const last = (await recordKeys(tx)).at(-1);
    if (last === undefined) return null;
    const own = await this.record.signer(tx, communityId);
    if (own.key !== null) return writeKey(last);
    return (await this.handOver(tx, last, seed, own.seed)).to;
  }

  /** Writes down that one key hands over to another, with the note that both sign, and says so on the record. */
  private async handOver(
    tx: Tx,
    last: RecordKey,
    oldSeed: string,
    seed: string,
  ): Promise<{ from: string; to: string }> {
    const publicKey = publicKeyOf(seed);
    const to: NoteKey = { name: last.name, kind: 'ed25519', publicKey };
    const at = this.clock.now();
    const text = keyChangeText({ from: last, to, at });
    const change = writeNote({ text, signatures: [signText(text, last, oldSeed), signText(text, to, seed)] });
    await tx.query(
      `INSERT INTO record_key (community_id, no, origin, public_key, since, change)
         VALUES (current_community(), $1, $2, decode($3, 'hex'), $4, $5)`,
      [last.no + 1, last.name, publicKey, at, change],
    );
    const data = { from: writeKey(last), to: writeKey(to) };
    await this.audit.record(tx, {
      ...{ actor: system, type: 'record.key-rotated', subjectKind: 'record-key' },
      ...{ subjectId: String(last.no + 1), data },
    });
    return data;
  }
}
