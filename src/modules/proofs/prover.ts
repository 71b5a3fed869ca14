import { Injectable } from '@nestjs/common';
import { writeKey } from '../../domain/proof/note.js';
import type { ProvedFact } from '../../domain/proof/proved.js';
import type { Tx } from '../../platform/database/transactions.js';
import { entryOf } from './record-rows.js';
import { factsOf } from './record-sources.js';
import { RecordService } from './record.service.js';

/** Which signed head a file speaks of: the first that knows all it proves, which never changes, or the newest. */
export type Under = 'first' | 'newest';

/** A signed head. */
export interface SignedHead {
  readonly size: number;
  readonly note: string;
}

/** Facts of one head, by the names that they were asked by. */
export interface Proved<Ids> {
  readonly key: string;
  readonly head: SignedHead;
  readonly facts: { readonly [Name in keyof Ids]: ProvedFact };
}

/** Proves that facts are in the record: what opens their entries, and the way from each to the root of one head. */
@Injectable()
export class Prover {
  constructor(private readonly record: RecordService) {}

  /** @param ids of rows, by name @returns null where one is not recorded, or under no signed head yet */
  async prove<Ids extends object>(tx: Tx, ids: Ids, under: Under): Promise<Proved<Ids> | null> {
    const [names, found] = [Object.keys(ids), await provable(tx, Object.values(ids) as string[])];
    const key = await this.record.keyOfRecord(tx);
    if (found === null || key === null) return null;
    const head = await headOver(tx, Math.max(...found.map(({ index }) => index)) + 1, under);
    if (head === null) return null;
    const facts: [string, ProvedFact][] = [];
    for (const [i, fact] of found.entries()) {
      facts.push([names[i] ?? '', { ...fact, proof: await this.record.inclusionProof(tx, fact.index, head.size) }]);
    }
    return { key: writeKey(key), head, facts: Object.fromEntries(facts) as Proved<Ids>['facts'] };
  }
}

/** Facts with what opens their entries; null where one is not recorded yet, or was erased. */
async function provable(tx: Tx, ids: readonly string[]): Promise<Omit<ProvedFact, 'proof'>[] | null> {
  const facts = new Map((await factsOf(tx, ids)).map(({ id, fact }) => [id, fact]));
  const found: Omit<ProvedFact, 'proof'>[] = [];
  for (const id of ids) {
    const [stored, fact] = [await entryOf(tx, id), facts.get(id)];
    if (stored === null || stored.salt === null || fact === undefined) return null;
    const { type, at, commitment, idx, salt } = stored;
    found.push({ entry: { id, type, at, commitment }, index: idx, fact: fact as ProvedFact['fact'], salt });
  }
  return found;
}

/** A signed head over so many entries at least. */
export async function headOver(tx: Tx, entries: number, under: Under): Promise<SignedHead | null> {
  const [head] = await tx.query<{ size: string; note: string }>(
    `SELECT size, note FROM record_head WHERE community_id = current_community() AND size >= $1
     ORDER BY size ${under === 'first' ? 'ASC' : 'DESC'} LIMIT 1`,
    [entries],
  );
  return head === undefined ? null : { size: Number(head.size), note: head.note };
}
