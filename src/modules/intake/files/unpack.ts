import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { DomainError } from '../../../domain/errors.js';

/** A file as it comes, in pieces of any length. */
export type Pieces = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** Ten million values take about sixty million bytes. A small file may unpack to anything. */
const mostUnpacked = 2_000_000_000;

/**
 * The same file, and what is in it where it is packed with gzip.
 *
 * @param most bytes that it may unpack to
 * @throws DomainError `unreadable-file` where it is packed and damaged, `too-large`
 */
export async function* unpacked(pieces: Pieces, most = mostUnpacked): AsyncGenerator<Uint8Array> {
  const rest = eachOf(pieces);
  const sample: Uint8Array[] = [];
  let length = 0;
  while (length < 2) {
    const next = await rest.next();
    if (next.done === true) break;
    sample.push(next.value);
    length += next.value.length;
  }
  const whole = (async function* () {
    yield* sample;
    yield* rest;
  })();
  const [first, second] = Buffer.concat(sample);
  if (first !== 0x1f || second !== 0x8b) yield* whole;
  else yield* gunzipped(whole, most);
}

async function* gunzipped(pieces: AsyncIterable<Uint8Array>, most: number): AsyncGenerator<Uint8Array> {
  let length = 0;
  try {
    // What goes wrong on the way is thrown by the loop, too.
    for await (const piece of pipeline(Readable.from(pieces), createGunzip(), () => undefined)) {
      length += (piece as Uint8Array).length;
      if (length > most) {
        throw new DomainError('too-large', `The file unpacks to more than ${most} bytes. Send it in parts.`);
      }
      yield piece as Uint8Array;
    }
  } catch (error) {
    if (!String((error as NodeJS.ErrnoException).code).startsWith('Z_')) throw error;
    throw new DomainError(
      'unreadable-file',
      'The file is packed with gzip, and damaged or cut short. Ask the sender for it again.',
    );
  }
}

async function* eachOf(pieces: Pieces): AsyncGenerator<Uint8Array> {
  yield* pieces;
}
