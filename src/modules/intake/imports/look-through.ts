import type { MeterFileReport } from '../files/meter-file-reader.js';
import type { Pieces } from '../files/unpack.js';
import { checkFormat, type HowToRead, readerFor } from './how-to-read.js';
import { slicesOf } from './slices.js';

/** What a file holds, and whether it may be taken at all. */
export interface Looked extends MeterFileReport {
  readonly readings: number;
  /** Text of lines that were not read, by their number, where the file itself has none. */
  readonly lostRows: ReadonlyMap<number, string>;
}

/**
 * Looks a file through without taking anything: only at its end is it known whether it is whole. One that is refused is read no
 * further than needed.
 *
 * @param onSlice is told of every slice, and may end the reading by throwing
 * @throws DomainError `unsupported-format`, `unreadable-file` where it cannot even be opened, `too-large`
 */
export async function lookThrough(
  pieces: Pieces,
  how: HowToRead,
  onSlice: () => Promise<void> | void = () => undefined,
): Promise<Looked> {
  let readings = 0;
  const reader = readerFor(how, () => void (readings += 1));
  for await (const slice of slicesOf(pieces, how.mostUnpacked)) {
    reader.write(slice);
    checkFormat(how.format, reader.format);
    if (reader.isRefused) break;
    await onSlice();
  }
  const report = await reader.end();
  checkFormat(how.format, report.format);
  return { ...report, readings, lostRows: new Map(reader.lostRows.map(({ line, text }) => [line, text])) };
}
