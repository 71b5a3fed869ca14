import { pipeline, Readable } from 'node:stream';
import { createInflateRaw, crc32 } from 'node:zlib';
import { DomainError } from '../../../domain/errors.js';
import { directoryOf, packedPart, type ZipLimits } from './zip-directory.js';

/*
 * A meter file in a ZIP archive, as markets and portals hand them out. The directory of an archive stands at its end, so the archive is
 * kept in memory, and what is in it comes out in pieces. One file is in it: of several nobody could say which line was wrong in which.
 *
 * What a Mac adds of its own, folders and __MACOSX, counts for nothing.
 */

const mostPacked = 64_000_000;
const remedy = 'Unpack it and send the file in it.';
const isOfTheFile = (name: string): boolean =>
  !name.endsWith('/') && !/(?:^|\/)(?:__MACOSX\/|\._|\.DS_Store$)/.test(name);

/**
 * What is in an archive of one file.
 *
 * @param most bytes that it may unpack to
 * @throws DomainError `unreadable-file` where it is damaged, locked, empty or holds several files; `too-large`
 */
export async function* fileInArchive(pieces: AsyncIterable<Uint8Array>, most: number): AsyncGenerator<Uint8Array> {
  const archive = await whole(pieces);
  const limits: ZipLimits = {
    what: 'archive',
    remedy,
    bytes: mostPacked,
    entries: 100,
    unpacked: Number.MAX_SAFE_INTEGER,
    ratio: 2_000,
  };
  const files = directoryOf(archive, limits).filter(({ name }) => isOfTheFile(name));
  const [file, another] = files;
  if (!file) throw new DomainError('unreadable-file', 'The archive has no file in it. Ask the sender for it again.');
  if (another) {
    const names = files.slice(0, 3).map(({ name }) => `"${name.slice(0, 60)}"`);
    throw new DomainError(
      'unreadable-file',
      `The archive holds ${files.length} files: ${names.join(', ')}${files.length > 3 ? ' …' : ''}. Send each by itself.`,
    );
  }
  if (file.size > most) throw tooLarge(most);
  const { data, damaged } = packedPart(archive, file, limits);
  let [length, sum] = [0, 0];
  for await (const piece of file.method === 0 ? [data] : inflated(data, damaged)) {
    length += piece.length;
    if (length > most) throw tooLarge(most);
    sum = crc32(piece, sum);
    yield piece;
  }
  if (length !== file.size || sum !== file.crc32) throw new DomainError('unreadable-file', `${damaged} ${remedy}`);
}

async function whole(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const kept: Uint8Array[] = [];
  let length = 0;
  for await (const piece of pieces) {
    length += piece.length;
    if (length > mostPacked) {
      throw new DomainError('too-large', `A ZIP archive may have ${mostPacked} bytes. ${remedy}`);
    }
    kept.push(piece);
  }
  return Buffer.concat(kept);
}

async function* inflated(data: Uint8Array, damaged: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of pipeline(Readable.from([data]), createInflateRaw(), () => undefined)) {
      yield piece as Uint8Array;
    }
  } catch (error) {
    if (!String((error as NodeJS.ErrnoException).code).startsWith('Z_')) throw error;
    throw new DomainError('unreadable-file', `${damaged} ${remedy}`);
  }
}

const tooLarge = (most: number): DomainError =>
  new DomainError('too-large', `The archive unpacks to more than ${most} bytes. Send its file in parts.`);
