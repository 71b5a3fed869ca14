import { readCheckpoint } from '../../domain/proof/checkpoint.js';
import { DomainError } from '../../domain/errors.js';
import type { Entries, Hash, KnownTree } from '../../domain/proof/merkle.js';
import { keysOf } from '../../domain/proof/key-change.js';
import { isSignedBy, type NoteKey, readNote, writeKey } from '../../domain/proof/note.js';
import type { Tx } from '../../platform/database/transactions.js';
import type { Difference } from './difference.js';
import { recordKeys } from './record-keys.js';

/*
 * What was made of the entries: the trees over them and the heads that were signed. Both follow from the entries, so both are made again.
 */

/**
 * Stored trees that are not those of the entries.
 *
 * @param added entries that were looked at
 * @param made the trees that these entries complete, made again
 */
export async function changedTrees(tx: Tx, added: Entries, made: readonly KnownTree[]): Promise<Difference[]> {
  const rows = await tx.query<{ level: number; index: string; hash: Hash }>(
    `SELECT n.level, n.index, encode(n.hash, 'hex') AS hash FROM generate_series(1, 52) AS l (level)
     JOIN record_node n ON n.community_id = current_community() AND n.level = l.level
       AND n.index >= $1::bigint >> l.level AND n.index < $2::bigint >> l.level`,
    [added.from, added.to],
  );
  const stored = new Map(rows.map(({ level, index, hash }) => [`${level} ${index}`, hash]));
  return made
    .filter(({ level, index, hash }) => level > 0 && stored.get(`${level} ${index}`) !== hash)
    .map(({ level, index }) => ({
      kind: 'tree-changed',
      subject: `tree ${index} of level ${level}`,
      detail: `The stored tree over entries ${index * 2 ** level} to ${(index + 1) * 2 ** level - 1} is not theirs.`,
    }));
}

interface StoredHead {
  readonly size: string;
  readonly root: Hash;
  readonly note: string;
  /** What the entries come to; null where there are not so many. */
  readonly computed: Hash | null;
  readonly name: string | null;
  readonly publicKey: string | null;
}

/**
 * Heads that were signed and do not speak of the entries any more, are not signed with their key, or speak of more entries than there
 * are. Call it after `changedTrees` found nothing: roots come from the stored trees.
 */
export async function changedHeads(tx: Tx, size: number): Promise<Difference[]> {
  const heads = await tx.query<StoredHead>(
    `SELECT h.size, encode(h.root, 'hex') AS root, h.note, k.origin AS name, encode(k.public_key, 'hex') AS "publicKey",
       CASE WHEN h.size <= $1 THEN encode(record_root(h.community_id, h.size), 'hex') END AS computed
     FROM record_head h LEFT JOIN record_key k ON k.community_id = h.community_id AND k.no = h.key_no
     WHERE h.community_id = current_community() ORDER BY h.size`,
    [size],
  );
  return heads
    .filter((head) => !isWhole(head))
    .map(({ size: of }) => ({
      kind: 'tree-changed',
      subject: `head ${of}`,
      detail: `The head over ${of} entries is not the one that was signed over them.`,
    }));
}

/** Keys of the record of which one did not hand over to the next. */
export async function changedKeys(tx: Tx): Promise<Difference[]> {
  const keys = await recordKeys(tx);
  const last = keys.at(-1);
  if (last === undefined) return [];
  const changes = keys.flatMap(({ change }) => (change === null ? [] : [change]));
  const isWhole = leadsTo(last, changes)?.every((key, i) => writeKey(key) === writeKey(keys[i] ?? last)) ?? false;
  const detail = 'The keys that the record was signed with did not hand over to each other.';
  return isWhole ? [] : [{ kind: 'tree-changed', subject: 'keys', detail }];
}

function leadsTo(last: NoteKey, changes: readonly string[]): readonly NoteKey[] | null {
  try {
    return keysOf(writeKey(last), changes);
  } catch (error) {
    if (error instanceof DomainError) return null;
    throw error;
  }
}

function isWhole({ size, root, note, computed, name, publicKey }: StoredHead): boolean {
  if (root !== computed || name === null || publicKey === null) return false;
  try {
    const signed = readNote(note);
    const head = readCheckpoint(signed.text);
    const isSame = head.origin === name && String(head.size) === size && head.root === root;
    return isSame && isSignedBy(signed, { name, kind: 'ed25519', publicKey });
  } catch (error) {
    if (error instanceof DomainError) return false;
    throw error;
  }
}
