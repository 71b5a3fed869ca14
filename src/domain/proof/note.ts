import { createHash, createPublicKey, verify } from 'node:crypto';
import { assert, DomainError } from '../errors.js';
import { fromBase64, fromHex, joined, toBase64, toHex, utf8 } from './bytes.js';

/**
 * A text with signatures below it, that people can read and print and machines can check.
 *
 * Example:
 *
 *     hall.example/log
 *     20852
 *     CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
 *
 *     — hall.example/log Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
 *
 * The text ends with a newline; an empty line parts it from the signatures. A signature names its key, and begins with four
 * bytes of a hash of name, kind and key, so that a reader knows which key is meant before it computes anything. Who holds a key
 * checks what is signed with it; lines of keys that it does not hold say nothing to it. A line of a key that it does hold and
 * that is wrong spoils the whole.
 *
 * Method: C2SP signed-note, with Ed25519 (RFC 8032), whose signatures are a function of key and text.
 * https://c2sp.org/signed-note
 */
export interface NoteKey {
  /** Without spaces and plus; best an address without a scheme: `hall.example/log`. */
  readonly name: string;
  readonly kind: NoteKeyKind;
  /** The 32 bytes of the Ed25519 key, in hex. */
  readonly publicKey: string;
}
/** What the signature is over: the text, or a dated sentence about it (checkpoint.ts). */
export type NoteKeyKind = 'ed25519' | 'cosignature';

export interface NoteSignature {
  readonly name: string;
  /** Four bytes in hex. */
  readonly keyId: string;
  /** What stands behind them, in hex. */
  readonly bytes: string;
}

export interface Note {
  /** Ends with a newline. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

const kinds: Readonly<Record<NoteKeyKind, number>> = { ed25519: 0x01, cosignature: 0x04 };
const mark = '— ';
const most = { characters: 1_000_000, signatures: 100 };

/** The four bytes that tell a key from others of its name, in hex. @source C2SP signed-note, "Signatures" */
export function keyIdOf({ name, kind, publicKey }: NoteKey): string {
  const hash = createHash('sha256').update(`${name}\n`).update(material(kind, publicKey));
  return hash.digest('hex').slice(0, 8);
}

/**
 * Writes a key for those who check with it: `name+id+key`, on one line that fits a notice board.
 *
 * @example writeKey(key) → 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
 * @source C2SP signed-note, "Verifier keys"
 */
export function writeKey(key: NoteKey): string {
  return `${key.name}+${keyIdOf(key)}+${toBase64(material(key.kind, key.publicKey))}`;
}

/** The byte of the kind and those of the key. */
const material = (kind: NoteKeyKind, publicKey: string): Uint8Array =>
  joined(Uint8Array.of(kinds[kind]), bytesOf(publicKey));

function bytesOf(hex: string): Uint8Array {
  const bytes = fromHex(hex);
  assert(bytes !== null, 'Keys and signatures are written in hex.');
  return bytes;
}

/**
 * Reads a key as `writeKey` writes it.
 *
 * @throws DomainError `invalid-input` where it is not a key of a kind that we know, or its id does not belong to it
 * @law readKey(writeKey(k)) = k
 */
export function readKey(written: string): NoteKey {
  const [name = '', id = '', ...rest] = written.split('+');
  const bytes = fromBase64(rest.join('+'));
  const kind = (Object.keys(kinds) as NoteKeyKind[]).find((one) => kinds[one] === bytes?.[0]);
  if (bytes?.length !== 33 || kind === undefined || !isName(name)) throw noKey(written);
  const key = { name, kind, publicKey: toHex(bytes.subarray(1)) };
  if (keyIdOf(key) !== id) throw noKey(written);
  return key;
}

/** Writes a note. @law readNote(writeNote(n)) = n */
export function writeNote({ text, signatures }: Note): string {
  assert(isText(text), 'A note is text of whole lines without control characters.');
  assert(signatures.length > 0, 'A note is signed.');
  return `${text}\n${signatures.map(line).join('')}`;
}

const line = ({ name, keyId, bytes }: NoteSignature): string => `${mark}${name} ${toBase64(bytesOf(keyId + bytes))}\n`;

/**
 * Reads a note. What it says counts for nothing until a signature of it was checked.
 *
 * @throws DomainError `invalid-input` where it is not a note
 */
export function readNote(written: string): Note {
  // Without an empty line there is no text.
  const end = written.lastIndexOf('\n\n');
  const text = written.slice(0, end + 1);
  const lines = written.slice(end + 2).split('\n');
  if (written.length > most.characters || !isText(text) || lines.pop() !== '') throw noNote();
  if (lines.length === 0 || lines.length > most.signatures) throw noNote();
  return { text, signatures: lines.map(readSignature) };
}

function readSignature(written: string): NoteSignature {
  const [name = '', encoded = '', ...more] = written.slice(mark.length).split(' ');
  const bytes = fromBase64(encoded);
  if (!written.startsWith(mark) || !isName(name) || more.length > 0 || bytes === null || bytes.length < 5) {
    throw noNote();
  }
  return { name, keyId: toHex(bytes.subarray(0, 4)), bytes: toHex(bytes.subarray(4)) };
}

/**
 * Whether a note is signed with a key.
 *
 * @returns true where a line of this key is right and none of it is wrong; false where none is there or one is wrong
 */
export const isSignedBy = (note: Note, key: NoteKey): boolean => {
  const own = signaturesOf(note, key);
  return own.length > 0 && own.every((bytes) => isSignature(note.text, bytes, key.publicKey));
};

/** What stands in the lines of a key, in hex. */
export function signaturesOf({ signatures }: Note, key: NoteKey): string[] {
  const id = keyIdOf(key);
  return signatures.filter(({ name, keyId }) => name === key.name && keyId === id).map(({ bytes }) => bytes);
}

/** Whether an Ed25519 signature in hex is of this key and over this text in UTF-8. @source RFC 8032 section 5.1.7 */
export function isSignature(message: string, bytes: string, publicKey: string): boolean {
  const [key, signed] = [fromHex(publicKey), fromHex(bytes)];
  if (key?.length !== 32 || signed?.length !== 64) return false;
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: toBase64(key).replace(/\+/g, '-').replace(/\//g, '_').replace('=', '') };
  return verify(null, utf8(message), createPublicKey({ key: jwk, format: 'jwk' }), signed);
}

const isName = (name: string): boolean => name !== '' && !/[\s+]/u.test(name);
const isText = (text: string): boolean =>
  text.endsWith('\n') && text.trim() !== '' && [...text].every((character) => character === '\n' || character >= ' ');

const noKey = (written: string) =>
  new DomainError('invalid-input', `“${written.slice(0, 100)}” is not a key: a key reads name+id+base64.`, {});
const noNote = () =>
  new DomainError(
    'invalid-input',
    'This is not a signed note: text, an empty line, and lines that begin with “— ”.',
    {},
  );
