import { Injectable } from '@nestjs/common';
import type { ProvedFact, WrittenKeys } from '../../domain/proof/proved.js';
import type { Tx } from '../../platform/database/transactions.js';
import { cosignaturesOf, requiredToday, withLines } from './cosigner-rows.js';
import { entryOf } from './record-rows.js';
import { factsOf } from './record-sources.js';
import { keysUpTo } from './record-keys.js';
import { RecordService } from './record.service.js';

/** Which signed head a file speaks of: the first that knows all it proves, which never changes, or the newest. */
export type Under = 'first' | 'newest';

/** A signed head. */
export interface SignedHead {
  readonly size: number;
  /** Number of the key that it is signed with. */
  readonly keyNo: number;
  readonly note: string;
  /** Ids of the keys of those who cosigned it. */
  readonly cosignedBy: readonly string[];
}

/** Facts of one head, by the names that they were asked by. */
export interface Proved<Ids> {
  /** The key that signed the head, and how the keys before handed over to it: a head that never changes says the same for ever. */
  readonly keys: WrittenKeys;
  readonly head: SignedHead;
  readonly facts: { readonly [Name in keyof Ids]: ProvedFact };
  /** Keys of those who cosigned the head, absent where nobody did. */
  readonly cosigners: { readonly cosigners?: readonly ProvedFact[] };
}

/** Proves that facts are in the record: what opens their entries, and the way from each to the root of one head. */
@Injectable()
export class Prover {
  constructor(private readonly record: RecordService) {}

  /** @param ids of rows, by name @returns null where one is not recorded, or under no signed head yet */
  async prove<Ids extends object>(tx: Tx, ids: Ids, under: Under): Promise<Proved<Ids> | null> {
    const [names, found] = [Object.keys(ids), await provable(tx, Object.values(ids) as string[])];
    if (found === null) return null;
    const head = await headOver(tx, Math.max(...found.map(({ index }) => index)) + 1, under);
    if (head === null) return null;
    const facts: [string, ProvedFact][] = [];
    for (const [i, fact] of found.entries()) facts.push([names[i] ?? '', await this.proved(tx, fact, head)]);
    return {
      ...{ keys: await keysUpTo(tx, head.keyNo), head, facts: Object.fromEntries(facts) as Proved<Ids>['facts'] },
      cosigners: await this.cosignersOf(tx, head),
    };
  }

  private async proved(tx: Tx, fact: Unproved, { size }: SignedHead): Promise<ProvedFact> {
    return { ...fact, proof: await this.record.inclusionProof(tx, fact.index, size) };
  }

  /** A key that was registered after the head is not in its record, and is not told. */
  private async cosignersOf(tx: Tx, head: SignedHead): Promise<Proved<object>['cosigners']> {
    const known = await this.under(tx, head.cosignedBy, head);
    return known.length === 0 ? {} : { cosigners: known };
  }

  /** Proves under a head those of some facts that are in its record. @returns in the order of their ids */
  async under(tx: Tx, ids: readonly string[], head: SignedHead): Promise<ProvedFact[]> {
    const known: ProvedFact[] = [];
    for (const id of ids) {
      const [fact] = (await provable(tx, [id])) ?? [];
      if (fact !== undefined && fact.index < head.size) known.push(await this.proved(tx, fact, head));
    }
    return known;
  }
}

type Unproved = Omit<ProvedFact, 'proof'>;

/** Facts with what opens their entries; null where one is not recorded yet, or was erased. */
async function provable(tx: Tx, ids: readonly string[]): Promise<Unproved[] | null> {
  const facts = new Map((await factsOf(tx, ids)).map(({ id, fact }) => [id, fact]));
  const found: Unproved[] = [];
  for (const id of ids) {
    const [stored, fact] = [await entryOf(tx, id), facts.get(id)];
    if (stored === null || stored.salt === null || fact === undefined) return null;
    const { type, at, commitment, idx, salt } = stored;
    found.push({ entry: { id, type, at, commitment }, index: idx, fact: fact as ProvedFact['fact'], salt });
  }
  return found;
}

/**
 * A signed head over so many entries at least. The newest is the newest of those that as many people cosigned as the community asks for,
 * and comes with their lines; where none was, the newest of all. The first comes as it was signed, so that it is the same for ever.
 */
export async function headOver(tx: Tx, entries: number, under: Under): Promise<SignedHead | null> {
  const order =
    under === 'first'
      ? 'h.size ASC'
      : `(SELECT count(*) FROM record_cosignature s WHERE s.community_id = h.community_id AND s.size = h.size) >= $2 DESC, h.size DESC`;
  const [head] = await tx.query<{ size: string; note: string; keyNo: number }>(
    `SELECT h.size, h.note, h.key_no AS "keyNo" FROM record_head h WHERE h.community_id = current_community() AND h.size >= $1 AND $2::int >= 0 ORDER BY ${order} LIMIT 1`,
    [entries, under === 'first' ? 0 : await requiredToday(tx)],
  );
  if (head === undefined) return null;
  const cosigned = under === 'first' ? [] : await cosignaturesOf(tx, head.size);
  return {
    size: Number(head.size),
    keyNo: head.keyNo,
    note: withLines(head.note, cosigned),
    cosignedBy: cosigned.map(({ keyId }) => keyId),
  };
}
