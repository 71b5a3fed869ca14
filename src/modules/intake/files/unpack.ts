import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { DomainError } from '../../../domain/errors.js';
import { fileInArchive } from './archive.js';
import { isArchiveOfFiles } from './binary.js';

/** A file as it comes, in pieces of any length. */
export type Pieces = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** Ten million values take about sixty million bytes. A small file may unpack to anything. */
const mostUnpacked = 2_000_000_000;
/** By which it is seen what a file is; the name of the first file in an archive stands there. */
const sampleBytes = 300;

/**
 * The same file, and what is in it where it is packed: with gzip, or as the one file in a ZIP archive. A workbook, which is an archive
 * too, stays as it is.
 *
 * @param most bytes that it may unpack to
 * @throws DomainError `unreadable-file` where it is packed and damaged, `too-large`
 */
export async function* unpacked(pieces: Pieces, most = mostUnpacked): AsyncGenerator<Uint8Array> {
  const rest = eachOf(pieces);
  const sample: Uint8Array[] = [];
  let length = 0;
  while (length < sampleBytes) {
    const next = await rest.next();
    if (next.done === true) break;
    sample.push(next.value);
    length += next.value.length;
  }
  const whole = (async function* () {
    yield* sample;
    yield* rest;
  })();
  const start = Buffer.concat(sample);
  if (start[0] === 0x1f && start[1] === 0x8b) yield* gunzipped(whole, most);
  else if (isArchiveOfFiles(start)) yield* fileInArchive(whole, most);
  else yield* whole;
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
