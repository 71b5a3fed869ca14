import { DomainError } from '../../../domain/errors.js';
import type { CumulativeReading, IntervalReading } from '../../../domain/metering/reading.js';
import type { ChannelHead, FileOptions } from './meter-file.js';
import { MeterFileReader, type MeterFileReport, noOptions } from './meter-file-reader.js';
import { type Pieces, unpacked } from './unpack.js';

/**
 * Reads a file of any format known here, and says what it holds: channels, units, counts, totals, qualities, gaps and defects.
 * Its length does not matter; its readings are not kept. What is packed with gzip is unpacked.
 *
 * @throws DomainError `unsupported-format` where nobody can say what it is, `unreadable-file`, `too-large`
 */
export async function inspectMeterFile(pieces: Pieces, options: FileOptions = noOptions): Promise<MeterFileReport> {
  const reader = new MeterFileReader(() => undefined, options);
  for await (const piece of unpacked(pieces)) reader.write(piece);
  return reader.end();
}

/** The readings of a channel, in the order of the file. */
export interface ChannelReadings {
  readonly head: ChannelHead;
  readonly readings: (IntervalReading | CumulativeReading)[];
}

/**
 * The same with the readings, for files that fit into memory.
 *
 * @param most readings that are kept
 * @throws DomainError as above, and `too-large` for more readings than that
 */
export async function collectReadings(
  pieces: Pieces,
  most: number,
  options: FileOptions = noOptions,
): Promise<{ readonly report: MeterFileReport; readonly channels: readonly ChannelReadings[] }> {
  const channels = new Map<ChannelHead, ChannelReadings>();
  let count = 0;
  const reader = new MeterFileReader(({ head }, reading) => {
    count += 1;
    if (count > most) throw new DomainError('too-large', `The file has more than ${most} readings. Send a part of it.`);
    const known = channels.get(head);
    if (known) known.readings.push(reading);
    else channels.set(head, { head, readings: [reading] });
  }, options);
  for await (const piece of unpacked(pieces)) reader.write(piece);
  return { report: await reader.end(), channels: [...channels.values()] };
}
