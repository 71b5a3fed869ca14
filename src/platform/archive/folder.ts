import { createHash, type Hash } from 'node:crypto';
import { createReadStream, createWriteStream, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import path from 'node:path';
import { finished } from 'node:stream/promises';
import { DomainError } from '../../domain/errors.js';
import { isPlainName, type PackedFile } from './tar.js';

/*
 * A folder of files and the list of their hashes, `SHA256SUMS`, in the form that `sha256sum -c` reads: a hash, two blanks, a name.
 */

export const sumsName = 'SHA256SUMS';

interface Written extends PackedFile {
  readonly sha256: string;
}

/** Writes the files of a folder, one after the other, and knows what it wrote. */
export class FolderWriter {
  private readonly written: Written[] = [];

  constructor(readonly folder: string) {}

  /** Opens a new file. */
  async open(name: string): Promise<FileWriter> {
    if (!isPlainName(name)) throw new Error(`${name} is no name for a file of an archive.`);
    const target = path.join(this.folder, name);
    await fs.mkdir(path.dirname(target), { recursive: true });
    return new FileWriter(createWriteStream(target, { flags: 'wx', mode: 0o600 }), (bytes, sha256) => {
      this.written.push({ name, bytes, sha256 });
    });
  }

  async put(name: string, content: string | Buffer): Promise<void> {
    const file = await this.open(name);
    await file.write(content);
    await file.end();
  }

  /** Writes the list of hashes. @returns its own hash, and all files with it first */
  async seal(): Promise<{ sha256: string; files: readonly PackedFile[] }> {
    const files = [...this.written].sort((a, b) => (a.name < b.name ? -1 : 1));
    await this.put(sumsName, files.map(({ sha256, name }) => `${sha256}  ${name}\n`).join(''));
    const sums = this.written.at(-1);
    if (sums === undefined) throw new Error('Nothing was written.');
    return { sha256: sums.sha256, files: [sums, ...files] };
  }
}

/** A file that is being written, hashed as it goes. */
export class FileWriter {
  private readonly hash: Hash = createHash('sha256');
  /** Bytes written so far. */
  bytes = 0;

  constructor(
    private readonly stream: WriteStream,
    private readonly onEnd: (bytes: number, sha256: string) => void,
  ) {
    stream.on('error', () => undefined); // told to whoever waits for it
  }

  async write(content: string | Buffer): Promise<void> {
    const piece = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
    this.hash.update(piece);
    this.bytes += piece.length;
    if (this.stream.errored) throw this.stream.errored;
    if (!this.stream.write(piece)) await once(this.stream, 'drain');
  }

  async end(): Promise<void> {
    this.stream.end();
    await finished(this.stream);
    this.onEnd(this.bytes, this.hash.digest('hex'));
  }
}

/** The list of hashes: by name. @throws DomainError `invalid-input` where it is not written as ours is */
export function readSums(text: string): ReadonlyMap<string, string> {
  const sums = new Map<string, string>();
  for (const [i, line] of text.replace(/\n$/, '').split('\n').entries()) {
    const [, sha256, name] = /^([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? [];
    if (sha256 === undefined || name === undefined || !isPlainName(name) || sums.has(name)) {
      throw new DomainError(
        'invalid-input',
        `${sumsName}, line ${i + 1}, is no hash and name of a file of this archive.`,
      );
    }
    sums.set(name, sha256);
  }
  return sums;
}

/**
 * Checks that a folder holds what its list says, all of it and nothing else.
 *
 * @returns the hash of the list
 * @throws DomainError `invalid-input` that names the first file that is missing, changed or not on the list
 */
export async function checkFolder(folder: string): Promise<string> {
  const text = await fs.readFile(path.join(folder, sumsName)).catch(() => {
    throw new DomainError('invalid-input', `There is no ${sumsName} in it, so this is no archive of a community.`);
  });
  const sums = readSums(text.toString('utf8'));
  const there = (await fs.readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'));
  const known = new Set(there);
  const strange = there.find((name) => name !== sumsName && !sums.has(name));
  if (strange !== undefined) throw new DomainError('invalid-input', `${strange} is not on the list of ${sumsName}.`);
  for (const [name, sha256] of sums) {
    if (!known.has(name)) throw new DomainError('invalid-input', `${name} is missing.`);
    if ((await hashOfFile(path.join(folder, name))) !== sha256) {
      throw new DomainError('invalid-input', `${name} is not the file that was exported: its hash is another.`);
    }
  }
  return createHash('sha256').update(text).digest('hex');
}

async function hashOfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(file) as AsyncIterable<Buffer>) hash.update(piece);
  return hash.digest('hex');
}
