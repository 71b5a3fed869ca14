import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { Instant } from '../../../domain/calendar/period.js';
import { DomainError } from '../../../domain/errors.js';
import type { Transactions, Tx } from '../../../platform/database/transactions.js';
import { unpacked } from '../files/unpack.js';
import { incomingPieces } from './incoming-file.js';
import { ArrivingFile, keepFile, type StoredFile } from './stored-file.js';

/** Bytes up to which a file stays in memory, and is dealt with at once. */
export const smallBytes = 5 * 1024 * 1024;

/** A file that has arrived. */
export interface ReceivedFile {
  /** The whole of a small file; null for one that is not, or would not be when it is unpacked. */
  readonly small: readonly Buffer[] | null;
  /** Makes it a stored file, in the transaction that makes use of it. */
  store(tx: Tx): Promise<StoredFile>;
}

/** Receives a file. A large one is stored while it arrives. @throws DomainError `too-large`, `invalid-input` */
export async function receiveFile(
  stream: Readable,
  limit: number,
  transactions: Transactions,
  communityId: string,
  now: Instant,
): Promise<ReceivedFile> {
  const held: Buffer[] = [];
  let bytes = 0;
  let arriving: ArrivingFile | null = null;
  try {
    for await (const piece of incomingPieces(stream, limit)) {
      bytes += piece.length;
      held.push(piece);
      if (bytes <= smallBytes) continue;
      arriving ??= await ArrivingFile.begin(transactions, communityId, now);
      for (let next = held.shift(); next; next = held.shift()) await arriving.add(next);
    }
  } catch (error) {
    // What cannot be cleared away now is cleared away when the next file comes.
    await arriving?.abandon().catch(() => undefined);
    throw error;
  }
  const file = arriving;
  if (file !== null) return { small: null, store: (tx) => file.complete(tx) };
  return { small: (await staysSmall(held)) ? held : null, store: (tx) => keepFile(tx, communityId, held, now) };
}

/** Whether a file is still small when it is unpacked. One that is damaged is: it is soon refused. */
async function staysSmall(pieces: readonly Buffer[]): Promise<boolean> {
  try {
    for await (const piece of unpacked(pieces, smallBytes)) void piece;
    return true;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return error.code !== 'too-large';
  }
}

/** The hash of a file that need not be kept. @throws DomainError as `receiveFile` */
export async function hashOfStream(stream: Readable, limit: number): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of incomingPieces(stream, limit)) hash.update(piece);
  return hash.digest('hex');
}
