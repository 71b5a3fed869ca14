import { DomainError } from '../errors.js';
import { fromBase64, fromHex, toBase64, toHex } from './bytes.js';
import type { Hash } from './merkle.js';
import { isSignature, type Note, type NoteKey, signaturesOf } from './note.js';

/**
 * The head of a record, in three lines that are signed: whose record, how many entries, and the root over them.
 *
 * Example, with the note around it in note.ts:
 *
 *     hall.example/log
 *     20852
 *     CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
 *
 * Who signs a head says: this is the whole record at this size, and it begins with every head that I signed before. A second
 * person who saw it cosigns: "at this time this was the longest record that I saw". Then nobody can show two people two records
 * without the second person's help.
 *
 * Method: C2SP tlog-checkpoint and tlog-cosignature (Ed25519), as logs of other fields use them, so that their tools read ours.
 * https://c2sp.org/tlog-checkpoint, https://c2sp.org/tlog-cosignature
 */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Hash;
}

/** The text of a checkpoint. @law readCheckpoint(writeCheckpoint(c)) = c */
export const writeCheckpoint = ({ origin, size, root }: Checkpoint): string =>
  `${origin}\n${size}\n${toBase64(fromHex(root) ?? new Uint8Array())}\n`;

/**
 * Reads the text of a checkpoint.
 *
 * @throws DomainError `invalid-input` where it is not one, or says more than the three lines: nobody audits more
 */
export function readCheckpoint(text: string): Checkpoint {
  const [origin = '', size = '', root = '', ...rest] = text.split('\n');
  const hash = fromBase64(root);
  const isWhole = rest.length === 1 && rest[0] === '';
  if (origin === '' || !/^(0|[1-9]\d{0,14})$/.test(size) || hash?.length !== 32 || !isWhole) {
    throw new DomainError(
      'invalid-input',
      'A checkpoint has three lines: origin, number of entries, root in base64.',
      {},
    );
  }
  return { origin, size: Number(size), root: toHex(hash) };
}

/**
 * When a checkpoint was cosigned with a key.
 *
 * @returns seconds since 1970 of the latest right line; null where none is there, or one of this key is wrong
 */
export function cosignedAt(note: Note, key: NoteKey): number | null {
  const times = signaturesOf(note, key).map((bytes) => timeOf(note.text, bytes, key.publicKey));
  return times.includes(null) || times.length === 0 ? null : Math.max(...times.map(Number));
}

function timeOf(text: string, bytes: string, publicKey: string): number | null {
  if (bytes.length !== 144) return null;
  const at = BigInt(`0x${bytes.slice(0, 16)}`);
  if (at > BigInt(Number.MAX_SAFE_INTEGER)) return null;
  return isSignature(cosignedMessage(text, at), bytes.slice(16), publicKey) ? Number(at) : null;
}

/** What a cosignature is over. @source C2SP tlog-cosignature, "Ed25519 signed message" */
export const cosignedMessage = (text: string, at: bigint): string => `cosignature/v1\ntime ${at}\n${text}`;
