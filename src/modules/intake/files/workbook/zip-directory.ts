import { inflateRawSync } from 'node:zlib';
import { DomainError } from '../../../../domain/errors.js';

/*
 * The directory of a ZIP archive, which stands at its end, and what it lists. It is read before anything is unpacked: how many entries
 * there are and how large they say they become. Then each is unpacked into no more room than it said, so that one that lied ends there.
 *
 *   local header, data · local header, data · … · directory entry · directory entry · … · end of directory
 */

export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly packed: number;
  readonly size: number;
  /** Of its local header in the archive. */
  readonly offset: number;
}

export interface ZipLimits {
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

const refuse = (reason: string): never => {
  throw new DomainError('unreadable-file', `${reason} Save the sheet as CSV and send that.`);
};

/**
 * Reads the directory of an archive and holds it against the limits. Nothing is unpacked.
 *
 * @throws DomainError `unreadable-file`
 */
export function directoryOf(file: Uint8Array, limits: ZipLimits): ZipEntry[] {
  if (file.length > limits.bytes) refuse(`The workbook has ${file.length} bytes, and ${limits.bytes} are read.`);
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const end = endOf(bytes);
  const count = bytes.readUInt16LE(end + 10);
  const start = bytes.readUInt32LE(end + 16);
  if (count > limits.entries) refuse(`The workbook holds ${count} files, and ${limits.entries} are read.`);
  const entries: ZipEntry[] = [];
  let at = start;
  for (let i = 0; i < count; i += 1) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== entrySignature)
      refuse('The directory of the workbook is damaged.');
    const nameLength = bytes.readUInt16LE(at + 28);
    const next = at + 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
    if (next > bytes.length) refuse('The directory of the workbook is damaged.');
    if ((bytes.readUInt16LE(at + 8) & 0x2041) !== 0) refuse('The workbook is locked with a password.');
    entries.push({
      name: bytes.toString('utf8', at + 46, at + 46 + nameLength),
      method: bytes.readUInt16LE(at + 10),
      packed: bytes.readUInt32LE(at + 20),
      size: bytes.readUInt32LE(at + 24),
      offset: bytes.readUInt32LE(at + 42),
    });
    at = next;
  }
  if (new Set(entries.map(({ name }) => name.toLowerCase())).size < entries.length)
    refuse('The workbook holds two files of the same name.');
  const unpacked = entries.reduce((sum, { size }) => sum + size, 0);
  if (unpacked > limits.unpacked) refuse(`The workbook unpacks to ${unpacked} bytes, and ${limits.unpacked} are read.`);
  if (unpacked > smallEnough && unpacked > file.length * limits.ratio)
    refuse(`The workbook unpacks to more than ${limits.ratio} times its size.`);
  return entries;
}

/** Where the end of the directory begins; it stands before a comment of at most 65,535 bytes. */
function endOf(bytes: Buffer): number {
  for (let at = bytes.length - 22; at >= Math.max(0, bytes.length - 65_557); at -= 1) {
    if (bytes.readUInt32LE(at) === endSignature && at + 22 + bytes.readUInt16LE(at + 20) <= bytes.length) return at;
  }
  return refuse('The workbook is no complete ZIP archive.');
}

/**
 * Unpacks an entry, into as many bytes as the directory says and no more.
 *
 * @throws DomainError `unreadable-file`
 */
export function unpack(file: Uint8Array, { name, method, packed, size, offset }: ZipEntry): Uint8Array {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const damaged = `The part ${name.slice(0, 60)} of the workbook is damaged.`;
  if (offset + 30 > bytes.length || bytes.readUInt32LE(offset) !== localSignature) return refuse(damaged);
  const from = offset + 30 + bytes.readUInt16LE(offset + 26) + bytes.readUInt16LE(offset + 28);
  if (from + packed > bytes.length) return refuse(damaged);
  const data = bytes.subarray(from, from + packed);
  if (method === 0) return packed === size ? data : refuse(damaged);
  if (method !== 8) return refuse(`The part ${name.slice(0, 60)} of the workbook is packed in an unknown way.`);
  if (size === 0) return new Uint8Array();
  let content: Uint8Array;
  try {
    content = inflateRawSync(data, { maxOutputLength: size });
  } catch {
    return refuse(damaged);
  }
  return content.length === size ? content : refuse(damaged);
}
