import { DomainError } from '../errors.js';
import { canonicalJson } from './canonical.js';
import { type Check, differs, holds, looking, notTold } from './check.js';
import { type Checkpoint, readCheckpoint } from './checkpoint.js';
import { commitment, entryLeaf, type RecordEntry } from './entry.js';
import { type Hash, isIncluded } from './merkle.js';
import { keysOf } from './key-change.js';
import { isSignedBy, type NoteKey, readKey, readNote, writeKey } from './note.js';
import { count, hash, listOf, mapOf, onlyKeys, optional, type Shape, text } from './shape.js';

/**
 * What every file that proves something has in common: one canonical text, a head that is signed with the key of the record, and facts
 * with the way from each to the root of that head.
 */

/** A fact with what opens its entry, and the way from there to the root of the head. */
export interface ProvedFact {
  readonly entry: RecordEntry;
  readonly index: number;
  readonly proof: readonly Hash[];
  readonly fact: Readonly<Record<string, string | null>>;
  readonly salt: string;
}

export const proved: Shape = onlyKeys({
  entry: onlyKeys({ id: text(100), type: text(100), at: text(40), commitment: hash }),
  index: count,
  proof: listOf(hash, 64),
  fact: mapOf((value, place) => (value === null ? undefined : text(10_000)(value, place))),
  salt: hash,
});

/** What the reader knows from elsewhere. */
export interface Given {
  /** The key that the reader was given on joining, or read off the notice board. */
  readonly key?: string;
  /** A signed head that the reader kept: of its last statement, or off the notice board. */
  readonly earlierHead?: string;
  /** Keys of cosigners that the reader has from elsewhere: then these count, and not those that the file brings. */
  readonly cosigners?: readonly string[];
  /** How many of them must have cosigned; all of them where it is not said. */
  readonly quorum?: number;
}

/** The keys that a file says the record was signed with; the last signs now. */
export interface WrittenKeys {
  readonly key: string;
  /** Notes by which earlier keys handed over, the first first (`key-change.ts`). */
  readonly changes?: readonly string[];
}
export const keyChanges: Shape = optional(listOf(text(2_000), 100));

/** Whether the key of a file is the one that the reader was given, or one that this handed over to. @throws DomainError `invalid-input` */
function keyCheck({ key, changes = [] }: WrittenKeys, { key: own }: Given): Check {
  const before = keysOf(key, changes).slice(0, -1).map(writeKey);
  if (own === undefined)
    return notTold('key', `Compare the key with the one that you were given when you joined: ${key}`);
  if (before.includes(own))
    return holds(
      'key',
      `The key that you were given handed over to the one that signs now, which is signed by both: ${key}`,
    );
  return own === key
    ? holds('key', 'The key of the record is the one that you were given.')
    : differs('key', `The record is signed with another key than the one that you were given: ${key}`);
}

/** The head in a note; null where it is signed with none of the keys, or is of another record. */
export function headOf(written: string, ...keys: readonly NoteKey[]): Checkpoint | null {
  const note = readNote(written);
  const key = keys.find((one) => isSignedBy(note, one));
  if (key === undefined) return null;
  const head = readCheckpoint(note.text);
  return head.origin === key.name ? head : null;
}

/** Why a fact is not in the record of a head; null where it is. */
export function flawOf({ entry, index, proof, fact, salt }: ProvedFact, { size, root }: Checkpoint): string | null {
  if (commitment(fact, salt) !== entry.commitment) return 'it is not what was sealed in its entry';
  if (!isIncluded(entryLeaf(entry), index, size, proof, root)) return 'its entry is not in the record of this head';
  return null;
}

/**
 * What every file is asked first: whether its key is the reader's, and its head signed with that key. Only under a signed head anything
 * else is looked at.
 *
 * @param look what is to be seen under the head, with all keys that the record was signed with
 */
export const underHead = (
  record: WrittenKeys & { readonly head: string },
  given: Given,
  look: (head: Checkpoint, keys: readonly NoteKey[]) => readonly Check[],
): readonly Check[] =>
  looking('head', 'The proof of the record', () => {
    const keys = keysOf(record.key, record.changes ?? []);
    const head = headOf(record.head, readKey(record.key));
    if (head === null)
      return [keyCheck(record, given), differs('head', 'The head of the record is not signed with its key.')];
    const { size, root } = head;
    const says = `The head of the record is signed: ${size} entries, root ${root.slice(0, 10)}…`;
    return [keyCheck(record, given), holds('head', says), ...look(head, keys)];
  });

/**
 * Reads a text that anybody may have written, in the one form that it may have.
 *
 * @param what it should be, in one word
 * @throws DomainError `invalid-input` for what is not one: too long, too deep, not JSON, not canonical, of another shape; it names the
 *   place. What it says counts for nothing until it was verified
 */
export function readCanonical(
  written: string,
  shape: Shape,
  most: { readonly characters: number; readonly depth: number },
  what: string,
): unknown {
  const refused = (why: string) => new DomainError('invalid-input', `This is no ${what}: ${why}.`, {});
  if (written.length > most.characters) throw refused(`it is longer than ${most.characters} characters`);
  if (depthOf(written) > most.depth) throw refused(`it is nested deeper than ${most.depth}`);
  let value: unknown;
  try {
    value = JSON.parse(written);
  } catch {
    throw refused('it is not JSON');
  }
  shape(value, '');
  if (canonicalJson(value) !== written) throw refused('it is not in canonical form; take the file as it was sent');
  return value;
}

/** How deep brackets are nested, so that what reads the text need not find out by running out of stack. */
function depthOf(written: string): number {
  let [depth, deepest, isQuoted] = [0, 0, false];
  for (let i = 0; i < written.length; i += 1) {
    const character = written.charCodeAt(i);
    if (isQuoted && character === 0x5c) i += 1;
    else if (character === 0x22) isQuoted = !isQuoted;
    else if (!isQuoted && (character === 0x5b || character === 0x7b)) deepest = Math.max(deepest, (depth += 1));
    else if (!isQuoted && (character === 0x5d || character === 0x7d)) depth -= 1;
  }
  return deepest;
}
