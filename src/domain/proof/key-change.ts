import { assert, DomainError } from '../errors.js';
import { type Note, type NoteKey, isSignedBy, readKey, readNote, writeKey } from './note.js';

/**
 * The record is signed with another key from some day on, and who was given the old one can see that it handed over.
 *
 * Example, a note that is signed with both keys:
 *
 *     commonmeter/key-change/v1
 *     hall.example/record+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW
 *     hall.example/record+9f3b1d77+AV0mQ3cUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10Tx
 *     2026-11-03T09:30:00Z
 *
 *     — hall.example/record …
 *     — hall.example/record …
 *
 * The old key says who comes after it, and the new one that it is held by whoever makes the change. Several changes make a chain; each begins with
 * the key that the one before ended with. It says nothing about a key that was stolen: its thief can sign such a note too, and only a key
 * that was handed on in another way (a notice board, the minutes) settles who is right.
 */
export interface KeyChange {
  readonly from: NoteKey;
  readonly to: NoteKey;
  /** Instant, UTC. */
  readonly at: string;
}

const first = 'commonmeter/key-change/v1';

/** The text that both keys sign. It is no checkpoint and no certificate: those begin otherwise. */
export function keyChangeText({ from, to, at }: KeyChange): string {
  assert(from.name === to.name && from.publicKey !== to.publicKey, 'A record keeps its name, and gets another key.');
  return `${first}\n${writeKey(from)}\n${writeKey(to)}\n${at}\n`;
}

/**
 * All keys that a record was signed with.
 *
 * @param key  as C2SP writes it: the one that signs now
 * @param changes notes of the changes that led to it, the first first; none where it is the first key
 * @returns the first key first, `key` last
 * @throws DomainError `invalid-input` where one change is not signed with both its keys, or they make no chain that ends with `key`
 * @law with any character of a change altered it throws
 */
export function keysOf(key: string, changes: readonly string[]): [NoteKey, ...NoteKey[]] {
  let keys: [NoteKey, ...NoteKey[]] | null = null;
  for (const written of changes) {
    const note = readNote(written);
    const [head, from = '', to = '', at = '', ...rest] = note.text.split('\n');
    if (head !== first || at === '' || rest.length !== 1 || rest[0] !== '') throw broken('it is no change of keys');
    const [old, next] = [readKey(from), readKey(to)];
    const last = keys?.at(-1);
    if (old.name !== next.name || old.publicKey === next.publicKey) throw broken('it does not lead to another key');
    if (last !== undefined && writeKey(last) !== from) throw broken('it does not begin with the key before');
    if (!isSignedByBoth(note, old, next)) throw broken('it is not signed with both its keys');
    keys = keys === null ? [old, next] : [...keys, next];
  }
  if (keys === null) return [readKey(key)];
  const last = keys.at(-1);
  if (last === undefined || writeKey(last) !== key) throw broken('the last does not lead to the key of the record');
  return keys;
}

const isSignedByBoth = (note: Note, ...[old, next]: [NoteKey, NoteKey]): boolean =>
  note.signatures.length === 2 && isSignedBy(note, old) && isSignedBy(note, next);

const broken = (why: string): DomainError =>
  new DomainError('invalid-input', `The changes of keys do not hold: ${why}.`, {});
