import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { writeCheckpoint } from '../../domain/proof/checkpoint.js';
import {
  consistencyRanges,
  type Entries,
  foldTrees,
  fullTreesOf,
  type Hash,
  inclusionRanges,
  type KnownTree,
} from '../../domain/proof/merkle.js';
import { type NoteKey, writeKey, writeNote } from '../../domain/proof/note.js';
import { publicKeyOf, signText } from '../../domain/proof/sign.js';
import { assert, DomainError } from '../../domain/errors.js';
import { Clock } from '../../platform/clock.js';
import { type Config, configToken } from '../../platform/config.js';
import { Transactions, type Tx } from '../../platform/database/transactions.js';
import { newId } from '../../platform/ids.js';
import { loggerToken } from '../../platform/logging.js';
import { seedFor, signingSecret } from '../../platform/signing-secret.js';
import { CertificateFacts } from '../billing/certificate-facts.service.js';
import { alarmsOf, openAlarms, raise } from './alarms.js';
import { certifyRuns } from './certify-runs.js';
import { cosignaturesOf, requiredToday, withLines } from './cosigner-rows.js';
import { checkRecord } from './check-record.js';
import type { Difference } from './difference.js';
import { keyInForce, keysUpTo } from './record-keys.js';
import { sealBatches } from './record-batches.js';
import { addFacts, entryOf, lockRecord, sizeOf, treesOf } from './record-rows.js';
import { newFacts } from './record-sources.js';
import { sealSums } from './seal-sums.js';
import type { ConsistencyReply, HeadReply, InclusionReply } from './record.schema.js';

/** What is taken in one transaction, so that none is long. */
const atOnce = { facts: 2_000, batches: 20_000, runs: 1 };

/** The record of a community: what was written down is sealed, put in order, checked and signed, after the fact and off its path. */
@Injectable()
export class RecordService {
  /** Checks so far, so that each looks at other parts of a long record. */
  private turn = 0;

  constructor(
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    @Inject(configToken) private readonly config: Config,
    @Inject(loggerToken) private readonly logger: Logger,
    private readonly facts: CertificateFacts,
  ) {}

  /** Takes in what was written down since, signs the head if all is as it was recorded, and certifies the runs under it. Whoever does it, it is done once. */
  async bringUpToDate(communityId: string): Promise<void> {
    const differences = await this.takeInAndSign(communityId);
    if (differences.length === 0) {
      const made = await this.transactions.inCommunity(communityId, (tx) => this.certify(tx, communityId));
      differences.push(...made.differences);
      if (made.certified > 0) differences.push(...(await this.takeInAndSign(communityId)));
    }
    for (const { kind, subject, detail } of differences) {
      this.logger.error(
        { communityId, kind, subject, detail },
        'the record differs from what is stored; no head is signed, or no certificate made',
      );
    }
  }

  private async takeInAndSign(communityId: string): Promise<Difference[]> {
    while ((await this.transactions.inCommunity(communityId, (tx) => this.takeIn(tx))) > 0);
    return this.transactions.inCommunity(communityId, (tx) => this.sign(tx, communityId));
  }

  /** Certifies issued runs that the newest head speaks of. */
  private async certify(tx: Tx, communityId: string): ReturnType<typeof certifyRuns> {
    await lockRecord(tx);
    const [head] = await tx.query<{ size: string; root: Hash }>(
      `SELECT size, encode(root, 'hex') AS root FROM record_head WHERE community_id = current_community() ORDER BY size DESC LIMIT 1`,
    );
    const { key, seed } = await this.signer(tx, communityId);
    if (head === undefined || key === null || (await openAlarms(tx)) > 0) return { certified: 0, differences: [] };
    const made = await certifyRuns(tx, {
      factsOf: (runId) => this.facts.of(tx, communityId, runId, this.clock.now()),
      head: { origin: key.name, size: Number(head.size), root: head.root },
      ...{ key, seed, at: this.clock.now() },
    });
    await raise(tx, made.differences, this.clock.now());
    return made;
  }

  /** Keeps everybody else from adding to the record, checking or signing it until the transaction ends. */
  lock(tx: Tx): Promise<void> {
    return lockRecord(tx);
  }

  /** @returns how many entries came */
  private async takeIn(tx: Tx): Promise<number> {
    await lockRecord(tx);
    await sealBatches(tx, newId(), atOnce.batches);
    await sealSums(tx, await originOf(tx), this.clock.now(), atOnce.runs);
    const facts = await newFacts(tx, atOnce.facts);
    if (facts.length > 0) await addFacts(tx, facts);
    return facts.length;
  }

  /** Signs the head, unless it is signed or something differs. @returns what differs */
  private async sign(tx: Tx, communityId: string): Promise<Difference[]> {
    await lockRecord(tx);
    const size = await sizeOf(tx);
    const isSigned = await tx.query(
      'SELECT 1 FROM record_head WHERE community_id = current_community() AND size = $1',
      [size],
    );
    if (size === 0 || isSigned.length > 0) return [];
    this.turn += 1;
    const { root, seed, key, differences } = await this.madeAgain(tx, communityId, size, this.turn);
    if (key === null || differences.length > 0) {
      await raise(tx, differences, this.clock.now());
      return differences;
    }
    const open = await openAlarms(tx);
    if (open > 0) {
      this.logger.warn(
        { communityId, open },
        'alarms of the record are open; no head is signed until they are cleared',
      );
      return [];
    }
    const text = writeCheckpoint({ origin: key.name, size, root });
    await tx.query(
      `INSERT INTO record_head (community_id, size, root, note, key_no, signed_at)
       VALUES (current_community(), $1, decode($2, 'hex'), $3, $4, $5)`,
      [size, root, writeNote({ text, signatures: [signText(text, key, seed)] }), key.no, this.clock.now()],
    );
    return [];
  }

  /** What this process signs with; the key is null where it is not the one in force. */
  async signer(tx: Tx, communityId: string) {
    const seed = seedFor(await signingSecret(this.config), `record/${communityId}`);
    return { key: await this.keyOf(tx, publicKeyOf(seed)), seed };
  }

  /** The key in force, which the first signature makes known; null where this process holds another. */
  private async keyOf(tx: Tx, publicKey: string): Promise<(NoteKey & { readonly no: number }) | null> {
    await tx.query(
      `INSERT INTO record_key (community_id, no, origin, public_key, since)
       SELECT id, 1, $3, decode($1, 'hex'), $2 FROM community c WHERE id = current_community()
         AND NOT EXISTS (SELECT FROM record_key k WHERE k.community_id = c.id)`,
      [publicKey, this.clock.now(), await originOf(tx)],
    );
    const key = await keyInForce(tx);
    return key?.publicKey === publicKey ? key : null;
  }

  /** Makes the record again, and says what differs from what this process would sign. */
  private async madeAgain(tx: Tx, communityId: string, size: number, turn: number | 'all') {
    const { root, differences } = await checkRecord(tx, turn);
    const { key, seed } = await this.signer(tx, communityId);
    if (key === null) differences.push(otherKey);
    if (root !== (await this.rootOf(tx, { from: 0, to: size }))) differences.push(otherTree(size));
    return { root, seed, key, differences };
  }

  /**
   * Makes the whole record again: every entry, every fact, every batch. Nobody adds to it meanwhile.
   *
   * @returns how many entries it has, and what differs
   */
  async checkWhole(tx: Tx, communityId: string): Promise<{ entries: number; differences: readonly Difference[] }> {
    await lockRecord(tx);
    const entries = await sizeOf(tx);
    return { entries, differences: (await this.madeAgain(tx, communityId, entries, 'all')).differences };
  }

  /** The newest signed head, how far the record is ahead of it, and what was found to differ and is not cleared. */
  head(communityId: string): Promise<HeadReply> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const [head] = await tx.query<{ size: string; root: Hash; note: string; signedAt: string }>(
        `SELECT size, encode(root, 'hex') AS root, note, signed_at AS "signedAt" FROM record_head
         WHERE community_id = current_community() ORDER BY size DESC LIMIT 1`,
      );
      const key = await keyInForce(tx);
      const cosigned = head ? await cosignaturesOf(tx, head.size) : [];
      return {
        head: head ? { ...head, note: withLines(head.note, cosigned), size: Number(head.size) } : null,
        cosignatures: cosigned,
        required: await requiredToday(tx),
        key: key && writeKey(key),
        keyChanges: key === null ? [] : [...((await keysUpTo(tx, key.no)).changes ?? [])],
        entries: await sizeOf(tx),
        alarms: await alarmsOf(tx, { isOpen: true }),
      };
    });
  }

  /** That an entry is in the record of a signed head. @throws DomainError `not-found` */
  inclusion(communityId: string, entryId: string): Promise<InclusionReply> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const entry = await entryOf(tx, entryId);
      const head = entry && (await headBeyond(tx, entry.idx));
      if (!entry || !head) throw new DomainError('not-found', 'No signed head speaks of such an entry yet.', {});
      const { idx, id, type, at, commitment } = entry;
      const [proof = []] = await this.inclusionProofs(tx, [{ index: idx, size: Number(head.size) }]);
      const note = withLines(head.note, await cosignaturesOf(tx, head.size));
      return { entry: { index: idx, id, type, at, commitment }, note, proof };
    });
  }

  /** That the record of a size begins with the record of another. @throws DomainError `not-found` where it is not that long */
  consistency(communityId: string, first: number, second: number): Promise<ConsistencyReply> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      if (first > second || second > (await sizeOf(tx))) {
        throw new DomainError('not-found', `The record has no such sizes: ${first}, ${second}.`, {});
      }
      return { first, second, proof: await this.consistencyProof(tx, first, second) };
    });
  }

  /** For each entry the hashes that lead from it to the root of a head. */
  inclusionProofs(tx: Tx, asked: readonly { readonly index: number; readonly size: number }[]): Promise<Hash[][]> {
    return this.hashesOf(
      tx,
      asked.map(({ index, size }) => inclusionRanges(index, size)),
    );
  }

  /** The hashes that lead from a shorter record to a longer. */
  async consistencyProof(tx: Tx, first: number, second: number): Promise<Hash[]> {
    const [proof = []] = await this.hashesOf(tx, [consistencyRanges(first, second)]);
    return proof;
  }

  /** The trees of all proofs are asked for at once, each once; each range is folded of its own. */
  private async hashesOf(tx: Tx, proofs: readonly (readonly Entries[])[]): Promise<Hash[][]> {
    const trees = proofs.map((ranges) => ranges.map((range) => fullTreesOf(range)));
    const asked = new Map(trees.flat(2).map((tree) => [nameOf(tree), tree]));
    const known = new Map((await treesOf(tx, [...asked.values()])).map((tree) => [nameOf(tree), tree.hash]));
    const hashOf = (tree: Tree): Hash => {
      const hash = known.get(nameOf(tree));
      assert(hash !== undefined, 'A tree of the record was asked for and not told.');
      return hash;
    };
    return trees.map((ranges) => ranges.map((own) => foldTrees(own.map(hashOf))));
  }

  private async rootOf(tx: Tx, range: Entries): Promise<Hash> {
    return foldTrees((await treesOf(tx, fullTreesOf(range))).map(({ hash }) => hash));
  }
}

type Tree = Omit<KnownTree, 'hash'>;
const nameOf = ({ level, index }: Tree): string => `${level} ${index}`;

/** Under which name the record is signed: that of its key, which the first signature makes known. */
async function originOf(tx: Tx): Promise<string> {
  const key = await keyInForce(tx);
  if (key !== null) return key.name;
  const [row] = await tx.query<{ origin: string }>(
    `SELECT lower(code) || '.commonmeter/record' AS origin FROM community WHERE id = current_community()`,
  );
  return row?.origin ?? '';
}

/** The newest head that speaks of an entry. */
async function headBeyond(tx: Tx, idx: number): Promise<{ size: string; note: string } | undefined> {
  const [head] = await tx.query<{ size: string; note: string }>(
    'SELECT size, note FROM record_head WHERE community_id = current_community() AND size > $1 ORDER BY size DESC LIMIT 1',
    [idx],
  );
  return head;
}

const otherKey: Difference = {
  kind: 'key-differs',
  subject: 'key',
  detail: 'This process holds another signing secret than the one that the record is signed with.',
};
const otherTree = (size: number): Difference => ({
  kind: 'tree-changed',
  subject: `size ${size}`,
  detail: `The stored tree over ${size} entries is not theirs.`,
});
