import { createReadStream, createWriteStream } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { DomainError } from '../../domain/errors.js';

/*
 * A folder as one `.tar.gz`, the plainest way to pack files: 512 bytes that name a file and its size, its bytes, zeros up to the next 512
 * (POSIX ustar), and gzip around all of it, which Node has. Every system unpacks it, and it is written and read as a stream.
 *
 * Only plain files with plain names are packed, and only those are unpacked: no links, no devices, no way out of the folder. The date of
 * each file is 1970, so that the same folder makes the same bytes.
 */

const block = 512;

/** Names of a packed file: some folders deep, nothing that a shell or a file system reads in a way of its own. */
const plainName = /^(?!.*(^|\/)\.)[A-Za-z0-9._-]{1,120}(\/[A-Za-z0-9._-]{1,120}){0,3}$/;

/** Whether a file may be in an archive under this name. */
export const isPlainName = (name: string): boolean => plainName.test(name) && Buffer.byteLength(name) <= 250;

/** A file that is packed under its name within the folder. */
export interface PackedFile {
  readonly name: string;
  readonly bytes: number;
}

/**
 * Packs files of a folder, in the order given.
 *
 * @throws where a file is not as long as it was said to be
 */
export async function packFolder(folder: string, files: readonly PackedFile[], target: string): Promise<void> {
  await pipeline(
    packed(folder, files),
    createGzip({ level: 6 }),
    createWriteStream(target, { flags: 'wx', mode: 0o600 }),
  );
}

async function* packed(folder: string, files: readonly PackedFile[]): AsyncGenerator<Buffer> {
  for (const { name, bytes } of files) {
    yield headerOf(name, bytes);
    let written = 0;
    for await (const piece of createReadStream(path.join(folder, name)) as AsyncIterable<Buffer>) {
      written += piece.length;
      yield piece;
    }
    if (written !== bytes) throw new Error(`${name} changed while it was packed.`);
    yield Buffer.alloc((block - (bytes % block)) % block);
  }
  yield Buffer.alloc(2 * block);
}

/** ustar: name, mode, owner, size, date, sum, kind, and the first part of a name that is longer than 100 bytes. */
function headerOf(name: string, bytes: number): Buffer {
  if (!isPlainName(name)) throw new Error(`${name} is no name for a packed file.`);
  if (bytes >= 8 ** 11)
    throw new DomainError('invalid-input', `${name} is too long to be packed; give a folder instead.`);
  const header = Buffer.alloc(block);
  const [prefix, rest] = inTwo(name);
  const octal = (value: number, digits: number) => value.toString(8).padStart(digits, '0');
  header.write(rest, 0);
  header.write(`${octal(0o644, 7)}\0${octal(0, 7)}\0${octal(0, 7)}\0${octal(bytes, 11)}\0${octal(0, 11)}\0`, 100);
  header.write('0', 156);
  header.write('ustar\x0000', 257);
  header.write(prefix, 345);
  header.write(`${octal(sumOf(header), 6)}\0 `, 148);
  return header;
}

function inTwo(name: string): [prefix: string, rest: string] {
  if (name.length <= 100) return ['', name];
  const cut = name.indexOf('/', name.length - 101);
  if (cut < 0 || cut > 155) throw new Error(`${name} is too long a name for a packed file.`);
  return [name.slice(0, cut), name.slice(cut + 1)];
}

/** The sum over a header, its own field counted as blanks. */
function sumOf(header: Buffer): number {
  let sum = 8 * 32;
  for (let at = 0; at < block; at += 1) if (at < 148 || at >= 156) sum += header[at] ?? 0;
  return sum;
}

/**
 * Unpacks into a folder that is empty.
 *
 * @param mayBe asked for each file before its first byte is written
 * @throws DomainError `invalid-input` for what is no such archive, is cut off, or holds anything but plain files
 */
export async function unpackFile(source: string, folder: string, mayBe: (file: PackedFile) => void): Promise<void> {
  try {
    const bytes = createReadStream(source).pipe(createGunzip());
    await new Unpacking(bytes[Symbol.asyncIterator]() as AsyncIterator<Buffer>, folder, mayBe).all();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code?.startsWith('Z_') || code?.startsWith('ERR_'))
      throw noArchive(`${path.basename(source)} is cut off or is no .tar.gz.`);
    throw error;
  }
}

const noArchive = (detail: string): DomainError => new DomainError('invalid-input', detail);

class Unpacking {
  private rest = Buffer.alloc(0);

  constructor(
    private readonly source: AsyncIterator<Buffer>,
    private readonly folder: string,
    private readonly mayBe: (file: PackedFile) => void,
  ) {}

  async all(): Promise<void> {
    const seen = new Set<string>();
    for (;;) {
      const header = await this.take(block);
      if (header.every((byte) => byte === 0)) return this.toTheEnd();
      const file = fileOf(header);
      if (file === null) continue;
      if (seen.has(file.name)) throw noArchive(`The archive holds ${file.name} twice.`);
      seen.add(file.name);
      this.mayBe(file);
      await this.write(file);
      await this.take((block - (file.bytes % block)) % block);
    }
  }

  /** Past the last file there are zeros, and the sum that gzip checks. */
  private async toTheEnd(): Promise<void> {
    while (!(await this.source.next()).done);
  }

  private async write({ name, bytes }: PackedFile): Promise<void> {
    const target = path.join(this.folder, name);
    await fs.mkdir(path.dirname(target), { recursive: true });
    await pipeline(this.pieces(bytes), createWriteStream(target, { flags: 'wx', mode: 0o600 }));
  }

  private async *pieces(bytes: number): AsyncGenerator<Buffer> {
    for (let left = bytes; left > 0;) {
      if (this.rest.length === 0) this.rest = await this.next();
      const piece = this.rest.subarray(0, left);
      this.rest = this.rest.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }

  private async take(bytes: number): Promise<Buffer> {
    while (this.rest.length < bytes) this.rest = Buffer.concat([this.rest, await this.next()]);
    const taken = this.rest.subarray(0, bytes);
    this.rest = this.rest.subarray(bytes);
    return taken;
  }

  private async next(): Promise<Buffer<ArrayBuffer>> {
    const piece = await this.source.next();
    if (piece.done) throw noArchive('The archive is cut off.');
    return piece.value as Buffer<ArrayBuffer>;
  }
}

/** The file that a header is of; null for a folder. */
function fileOf(header: Buffer): PackedFile | null {
  const text = (from: number, length: number): string => {
    const field = header.subarray(from, from + length);
    const end = field.indexOf(0);
    return field.toString('latin1', 0, end < 0 ? length : end);
  };
  const octal = (from: number, length: number): number => {
    const digits = text(from, length).trim();
    if (!/^[0-7]{1,12}$/.test(digits)) throw noArchive('The archive holds something else than plain files.');
    return Number.parseInt(digits, 8);
  };
  if (octal(148, 8) !== sumOf(header)) throw noArchive('The archive is damaged: a header is not what was written.');
  const prefix = text(257, 6) === 'ustar' ? text(345, 155) : '';
  const whole = `${prefix}${prefix === '' ? '' : '/'}${text(0, 100)}`;
  const kind = text(156, 1);
  if (kind === '5') return null;
  const name = whole.replace(/^\.\//, '');
  if ((kind !== '0' && kind !== '') || !isPlainName(name)) {
    throw noArchive(
      `The archive holds "${name.replace(/[^ -~]/g, '?').slice(0, 100)}", which is no plain file of ours. Unpack it with tar and give the folder.`,
    );
  }
  return { name, bytes: octal(124, 12) };
}
