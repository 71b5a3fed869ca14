import { DomainError } from '../../../domain/errors.js';
import type { FileOptions, MeterFormat } from '../files/meter-file.js';
import { type Given, MeterFileReader } from '../files/meter-file-reader.js';
import type { GivenMapping } from '../files/table/mapping.js';

/** What the sender of a file said of it, and what follows from where it was sent. */
export interface HowToRead extends FileOptions {
  /** In which format it is, in small letters; `auto` for what the file says. */
  readonly format: string;
  readonly mapping: GivenMapping | null;
  /** Zone of the community. */
  readonly localZone: string;
  /** Bytes that a packed file may unpack to. */
  readonly mostUnpacked: number;
}

/** Problems of a file that are kept. */
export const mostProblemsKept = 10_000;

/** What is known of a file where it was stored. */
interface Said {
  readonly askedFormat: string;
  readonly zone: string | null;
  readonly offsetMinutes: number | null;
  readonly mapping: GivenMapping | null;
  readonly localZone: string;
}

const leastUnpacked = 2_000_000_000;

/** @param limit bytes that a file may have as it is sent; packed, it may unpack to twice that, and to two gigabytes at any rate */
export const howToRead = ({ askedFormat: format, ...said }: Said, limit: number): HowToRead => ({
  format,
  zone: said.zone,
  offsetMinutes: said.offsetMinutes,
  mapping: said.mapping,
  localZone: said.localZone,
  mostUnpacked: Math.max(leastUnpacked, 2 * limit),
});

/** A reader for one file. @param take gets every reading */
export function readerFor(
  { zone, offsetMinutes, mapping, localZone }: HowToRead,
  take: ConstructorParameters<typeof MeterFileReader>[0],
): MeterFileReader {
  const given: Given = { mapping, localZone, mostProblems: mostProblemsKept };
  return new MeterFileReader(take, { zone, offsetMinutes }, given);
}

/** @throws DomainError `unsupported-format` where a file is in another format than was said */
export function checkFormat(asked: string, format: MeterFormat | null): void {
  if (format === null || asked === 'auto' || asked === format.toLowerCase()) return;
  throw new DomainError(
    'unsupported-format',
    `The file is ${format}, and ${asked} was asked for; leave the format out.`,
  );
}
