import type { Readable } from 'node:stream';
import { DomainError } from '../../../domain/errors.js';
import { pieceBytes } from './stored-file.js';

/** How long a sender may say nothing in the middle of a file. */
const silenceMs = 60_000;

/**
 * The bytes of a request as they arrive, in pieces of a megabyte, the last one shorter. Its length is counted as it comes, and a sender
 * that falls silent or goes away is given up.
 *
 * @throws DomainError `too-large`, `invalid-input`
 */
export async function* incomingPieces(stream: Readable, limit: number): AsyncGenerator<Buffer> {
  const parts = stream.iterator({ destroyOnReturn: false });
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  let bytes = 0;
  for (;;) {
    const part = await nextOf(parts);
    if (part === null) break;
    bytes += part.length;
    if (bytes > limit) throw tooLarge(limit);
    waiting.push(part);
    waitingBytes += part.length;
    if (waitingBytes < pieceBytes) continue;
    const whole = Buffer.concat(waiting);
    let at = 0;
    for (; at + pieceBytes <= whole.length; at += pieceBytes) yield Buffer.from(whole.subarray(at, at + pieceBytes));
    waiting = [whole.subarray(at)];
    waitingBytes = whole.length - at;
  }
  if (waitingBytes > 0) yield Buffer.concat(waiting);
}

export const tooLarge = (limit: number): DomainError =>
  new DomainError(
    'too-large',
    `A file has at most ${Math.floor(limit / 1_048_576)} MB. Pack it with gzip, or send it in several files.`,
  );

/** The next part of a stream; null at its end. */
async function nextOf(parts: AsyncIterator<unknown>): Promise<Buffer | null> {
  const broken = (why: string): DomainError => new DomainError('invalid-input', `${why}; send it again.`);
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(broken(`Nothing of the file came for ${silenceMs / 1000} seconds`)), silenceMs);
  });
  try {
    const next = await Promise.race([
      parts.next().catch(() => {
        throw broken('The file broke off before its end');
      }),
      silence,
    ]);
    return next.done === true ? null : (next.value as Buffer);
  } finally {
    clearTimeout(timer);
  }
}
