import { Injectable } from '@nestjs/common';
import type { Hash } from '../../domain/proof/merkle.js';
import type { ProvedFact, WrittenKeys } from '../../domain/proof/proved.js';
import type { Tx } from '../../platform/database/transactions.js';
import { cosignaturesOf, requiredToday, withLines } from './cosigner-rows.js';
import { entriesOf } from './record-rows.js';
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
    const [proved = null] = await this.proveEach(tx, [ids], under);
    return proved;
  }

  /** The same for several files, whose facts are read and whose ways are looked up together: documents of a run share most of them. */
  async proveEach<Ids extends object>(tx: Tx, files: readonly Ids[], under: Under): Promise<(Proved<Ids> | null)[]> {
    const known = await provable(
      tx,
      files.flatMap((ids) => Object.values(ids) as string[]),
    );
    const heads = new Heads(tx, under);
    const found = await inTurn(files, async (ids) => {
      const facts = Object.values(ids as Record<string, string>).flatMap((id) => known.get(id) ?? []);
      if (facts.length < Object.keys(ids).length) return null;
      const head = await heads.over(Math.max(...facts.map(({ index }) => index)) + 1);
      return head === null ? null : { ids, head, facts };
    });
    const ways = await this.waysOf(
      tx,
      found.flatMap((file) => file?.facts.map(({ index }) => ({ index, size: file.head.size })) ?? []),
    );
    return inTurn(found, async (file) => {
      if (file === null) return null;
      const proofs = file.facts.map((fact) => ({ ...fact, proof: ways(fact.index, file.head.size) }));
      const named = Object.keys(file.ids).map((name, i) => [name, proofs[i]]);
      const beside = await heads.once(file.head, async () => ({
        keys: await keysUpTo(tx, file.head.keyNo),
        cosigners: await this.cosignersOf(tx, file.head),
      }));
      return { ...beside, head: file.head, facts: Object.fromEntries(named) as Proved<Ids>['facts'] };
    });
  }

  /** The ways of entries to the root of heads, each looked up once. */
  private async waysOf(tx: Tx, asked: readonly { readonly index: number; readonly size: number }[]) {
    const name = (index: number, size: number): string => `${index} ${size}`;
    const each = [...new Map(asked.map((one) => [name(one.index, one.size), one])).values()];
    const proofs = await this.record.inclusionProofs(tx, each);
    const ways = new Map(each.map(({ index, size }, i) => [name(index, size), proofs[i] ?? []]));
    return (index: number, size: number): Hash[] => ways.get(name(index, size)) ?? [];
  }

  /** A key that was registered after the head is not in its record, and is not told. */
  private async cosignersOf(tx: Tx, head: SignedHead): Promise<Proved<object>['cosigners']> {
    const known = await this.under(tx, head.cosignedBy, head);
    return known.length === 0 ? {} : { cosigners: known };
  }

  /** Proves under a head those of some facts that are in its record. @returns in the order of their ids */
  async under(tx: Tx, ids: readonly string[], head: SignedHead): Promise<ProvedFact[]> {
    const known = await provable(tx, ids);
    const facts = ids.flatMap((id) => known.get(id) ?? []).filter(({ index }) => index < head.size);
    const proofs = await this.record.inclusionProofs(
      tx,
      facts.map(({ index }) => ({ index, size: head.size })),
    );
    return facts.map((fact, i) => ({ ...fact, proof: proofs[i] ?? [] }));
  }
}

/** The heads of several files, each read once: the head over some entries is that over all that it has. */
class Heads {
  private readonly known: { readonly from: number; readonly head: SignedHead }[] = [];
  private readonly said = new Map<number, unknown>();

  constructor(
    private readonly tx: Tx,
    private readonly under: Under,
  ) {}

  async over(entries: number): Promise<SignedHead | null> {
    const known = this.known.find(({ from, head }) => from <= entries && entries <= head.size);
    if (known) return known.head;
    const head = await headOver(this.tx, entries, this.under);
    if (head !== null) this.known.push({ from: entries, head });
    return head;
  }

  /** What is the same of all that stands under a head. */
  async once<T>({ size }: SignedHead, work: () => Promise<T>): Promise<T> {
    if (!this.said.has(size)) this.said.set(size, await work());
    return this.said.get(size) as T;
  }
}

type Unproved = Omit<ProvedFact, 'proof'>;

/** Facts with what opens their entries, by id; without those that are not recorded yet, or were erased. */
async function provable(tx: Tx, asked: readonly string[]): Promise<ReadonlyMap<string, Unproved>> {
  const ids = [...new Set(asked)];
  if (ids.length === 0) return new Map();
  const facts = new Map((await factsOf(tx, ids)).map(({ id, fact }) => [id, fact]));
  const found = (await entriesOf(tx, ids)).flatMap(({ id, type, at, commitment, idx, salt }): [string, Unproved][] => {
    const fact = facts.get(id);
    if (salt === null || fact === undefined) return [];
    return [[id, { entry: { id, type, at, commitment }, index: idx, fact: fact as ProvedFact['fact'], salt }]];
  });
  return new Map(found);
}

/** One after the other: they share what they learn. */
async function inTurn<From, To>(all: readonly From[], work: (one: From) => Promise<To>): Promise<To[]> {
  const done: To[] = [];
  for (const one of all) done.push(await work(one));
  return done;
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
