import { inflateRawSync } from 'node:zlib';
import { DomainError } from '../../../domain/errors.js';

/*
 * The directory of a ZIP archive, which stands at its end, and what it lists. It is read before anything is unpacked: how many entries
 * there are and how large they say they become. Then each is unpacked into no more room than it said, so that one that lied ends there.
 *
 *   local header, data · local header, data · … · directory entry · directory entry · … · end of directory
 */

export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly crc32: number;
  readonly packed: number;
  readonly size: number;
  /** Of its local header in the archive. */
  readonly offset: number;
}

export interface ZipLimits {
  /** What is read, for sentences: `workbook`, `archive`. */
  readonly what: string;
  readonly remedy: string;
  readonly bytes: number;
  readonly entries: number;
  /** Of all entries together, unpacked. */
  readonly unpacked: number;
  /** Unpacked bytes for one packed; small archives are let be. */
  readonly ratio: number;
}

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
const localSignature = 0x04034b50;
const smallEnough = 1_048_576;

type Told = Pick<ZipLimits, 'what' | 'remedy'>;

const refuse = ({ remedy }: Told, reason: string): never => {
  throw new DomainError('unreadable-file', `${reason} ${remedy}`);
};

/**
 * Reads the directory of an archive and holds it against the limits. Nothing is unpacked.
 *
 * @throws DomainError `unreadable-file`
 */
export function directoryOf(file: Uint8Array, limits: ZipLimits): ZipEntry[] {
  if (file.length > limits.bytes)
    refuse(limits, `The ${limits.what} has ${file.length} bytes, and ${limits.bytes} are read.`);
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const end = endOf(bytes, limits);
  const count = bytes.readUInt16LE(end + 10);
  const start = bytes.readUInt32LE(end + 16);
  if (count > limits.entries)
    refuse(limits, `The ${limits.what} holds ${count} files, and ${limits.entries} are read.`);
  const entries: ZipEntry[] = [];
  let at = start;
  for (let i = 0; i < count; i += 1) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== entrySignature)
      refuse(limits, `The directory of the ${limits.what} is damaged.`);
    const nameLength = bytes.readUInt16LE(at + 28);
    const next = at + 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
    if (next > bytes.length) refuse(limits, `The directory of the ${limits.what} is damaged.`);
    if ((bytes.readUInt16LE(at + 8) & 0x2041) !== 0) refuse(limits, `The ${limits.what} is locked with a password.`);
    entries.push({
      name: bytes.toString('utf8', at + 46, at + 46 + nameLength),
      method: bytes.readUInt16LE(at + 10),
      crc32: bytes.readUInt32LE(at + 16),
      packed: bytes.readUInt32LE(at + 20),
      size: bytes.readUInt32LE(at + 24),
      offset: bytes.readUInt32LE(at + 42),
    });
    at = next;
  }
  if (new Set(entries.map(({ name }) => name.toLowerCase())).size < entries.length)
    refuse(limits, `The ${limits.what} holds two files of the same name.`);
  const unpacked = entries.reduce((sum, { size }) => sum + size, 0);
  if (unpacked > limits.unpacked)
    refuse(limits, `The ${limits.what} unpacks to ${unpacked} bytes, and ${limits.unpacked} are read.`);
  if (unpacked > smallEnough && unpacked > file.length * limits.ratio)
    refuse(limits, `The ${limits.what} unpacks to more than ${limits.ratio} times its size.`);
  return entries;
}

/** Where the end of the directory begins; it stands before a comment of at most 65,535 bytes. */
function endOf(bytes: Buffer, limits: Told): number {
  for (let at = bytes.length - 22; at >= Math.max(0, bytes.length - 65_557); at -= 1) {
    if (bytes.readUInt32LE(at) === endSignature && at + 22 + bytes.readUInt16LE(at + 20) <= bytes.length) return at;
  }
  return refuse(limits, `The ${limits.what} is no complete ZIP archive.`);
}

/**
 * Unpacks an entry, into as many bytes as the directory says and no more.
 *
 * @throws DomainError `unreadable-file`
 */
export function unpack(file: Uint8Array, entry: ZipEntry, limits: Told): Uint8Array {
  const { method, size } = entry;
  const { data, damaged } = packedPart(file, entry, limits);
  if (method === 0) return data;
  if (size === 0) return new Uint8Array();
  let content: Uint8Array;
  try {
    content = inflateRawSync(data, { maxOutputLength: size });
  } catch {
    return refuse(limits, damaged);
  }
  return content.length === size ? content : refuse(limits, damaged);
}

/** An entry as it lies in the archive, stored (method 0) or deflated (method 8). @throws DomainError `unreadable-file` */
export function packedPart(
  file: Uint8Array,
  { name, method, packed, size, offset }: ZipEntry,
  limits: Told,
): { readonly data: Uint8Array; readonly damaged: string } {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const damaged = `The part ${name.slice(0, 60)} of the ${limits.what} is damaged.`;
  if (offset + 30 > bytes.length || bytes.readUInt32LE(offset) !== localSignature) return refuse(limits, damaged);
  const from = offset + 30 + bytes.readUInt16LE(offset + 26) + bytes.readUInt16LE(offset + 28);
  if (from + packed > bytes.length) return refuse(limits, damaged);
  if (method !== 0 && method !== 8)
    refuse(limits, `The part ${name.slice(0, 60)} of the ${limits.what} is packed in an unknown way.`);
  if (method === 0 && packed !== size) refuse(limits, damaged);
  return { data: bytes.subarray(from, from + packed), damaged };
}
