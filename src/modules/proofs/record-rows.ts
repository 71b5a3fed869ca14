import { randomBytes } from 'node:crypto';
import { commitment, entryLeaf, type RecordEntry } from '../../domain/proof/entry.js';
import { addLeaves, fullTreesOf, type Hash, type KnownTree } from '../../domain/proof/merkle.js';
import { insertRows } from '../../platform/database/insert-rows.js';
import type { Tx } from '../../platform/database/transactions.js';
import type { Fact } from './record-sources.js';

/** An entry as it stands in the record, with what opens it. */
export interface StoredEntry extends RecordEntry {
  readonly idx: number;
  readonly leaf: Hash;
  /** Null where it is gone, which the check of the record says. */
  readonly salt: string | null;
}

/** Whoever adds to the record of a community, or signs it, does so alone. */
export async function lockRecord(tx: Tx): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('record ' || current_community(), 0))`);
}

/** Entries of the record. */
export async function sizeOf(tx: Tx): Promise<number> {
  const [row] = await tx.query<{ size: string }>(
    'SELECT coalesce(max(idx) + 1, 0) AS size FROM record_entry WHERE community_id = current_community()',
  );
  return Number(row?.size ?? 0);
}

/** Adds facts to the record, in their order: entries, what opens them, and the trees that come into being. */
export async function addFacts(tx: Tx, facts: readonly Fact[]): Promise<void> {
  const size = await sizeOf(tx);
  const entries = facts.map(({ id, type, at, fact }, i) => {
    const salt = randomBytes(32).toString('hex');
    const entry = { id, type, at, commitment: commitment(fact, salt) };
    return { ...entry, idx: size + i, salt, leaf: entryLeaf(entry) };
  });
  const edge = await treesOf(tx, fullTreesOf({ from: 0, to: size }));
  const { made } = addLeaves(
    edge,
    size,
    entries.map(({ leaf }) => leaf),
  );
  await insertRows(
    tx,
    'record_entry',
    {
      idx: ['bigint', ({ idx }) => idx],
      id: ['uuid', ({ id }) => id],
      type: ['text', ({ type }) => type],
      at: ['text', ({ at }) => at],
      commitment: ['bytea', (entry) => `\\x${entry.commitment}`],
      leaf: ['bytea', ({ leaf }) => `\\x${leaf}`],
    },
    entries,
  );
  await insertRows(
    tx,
    'record_opening',
    { entry_id: ['uuid', ({ id }) => id], salt: ['bytea', ({ salt }) => `\\x${salt}`] },
    entries,
  );
  await addTrees(tx, made);
}

/** Writes trees that have come into being. Leaves stand in their entries. */
export async function addTrees(tx: Tx, made: readonly KnownTree[]): Promise<void> {
  // A tree is checked against its halves when it comes, so the lower levels come first.
  const nodes = made.filter(({ level }) => level > 0);
  for (const level of [...new Set(nodes.map((node) => node.level))].sort((a, b) => a - b)) {
    await insertRows(
      tx,
      'record_node',
      {
        level: ['integer', (node) => node.level],
        index: ['bigint', (node) => node.index],
        hash: ['bytea', (node) => `\\x${node.hash}`],
      },
      nodes.filter((node) => node.level === level),
    );
  }
}

/** The hashes of full trees, in the order in which they are asked for. */
export async function treesOf(
  tx: Tx,
  trees: readonly { readonly level: number; readonly index: number }[],
): Promise<KnownTree[]> {
  if (trees.length === 0) return [];
  const rows = await tx.query<{ level: number; index: string; hash: Hash }>(
    `SELECT t.level, t.index, encode(record_tree(current_community(), t.level, t.index), 'hex') AS hash
     FROM unnest($1::int[], $2::bigint[]) WITH ORDINALITY AS t (level, index, no) ORDER BY t.no`,
    [trees.map(({ level }) => level), trees.map(({ index }) => index)],
  );
  return rows.map(({ level, index, hash }) => ({ level, index: Number(index), hash }));
}

const entryColumns = `e.idx, e.id, e.type, e.at, encode(e.commitment, 'hex') AS commitment, encode(e.leaf, 'hex') AS leaf, encode(o.salt, 'hex') AS salt`;
type EntryRow = Omit<StoredEntry, 'idx'> & { readonly idx: string };
const read = (rows: readonly EntryRow[]): StoredEntry[] => rows.map((row) => ({ ...row, idx: Number(row.idx) }));

/** Entries from one place on. */
export const entriesFrom = async (tx: Tx, from: number, limit: number): Promise<StoredEntry[]> =>
  read(
    await tx.query<EntryRow>(
      `SELECT ${entryColumns} FROM record_entry e
       LEFT JOIN record_opening o ON o.community_id = e.community_id AND o.entry_id = e.id
       WHERE e.community_id = current_community() AND e.idx >= $1 ORDER BY e.idx LIMIT $2`,
      [from, limit],
    ),
  );

/** The entry of a row. */
export const entryOf = async (tx: Tx, id: string): Promise<StoredEntry | null> =>
  (await entriesOf(tx, [id]))[0] ?? null;

/** The entries of those of some rows that have one. */
export const entriesOf = async (tx: Tx, ids: readonly string[]): Promise<StoredEntry[]> =>
  read(
    await tx.query<EntryRow>(
      `SELECT ${entryColumns} FROM record_entry e
       LEFT JOIN record_opening o ON o.community_id = e.community_id AND o.entry_id = e.id
       WHERE e.community_id = current_community() AND e.id = ANY($1::uuid[])`,
      [ids],
    ),
  );
