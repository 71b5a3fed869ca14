import type { Instant } from '../../../domain/calendar/period.js';
import type { CumulativeReading, IntervalReading } from '../../../domain/metering/reading.js';
import { plain } from '../../../domain/quantity/decimal.js';
import type { OcmfText } from '../../metering/readings/readings.service.js';
import type { ChannelHead } from '../files/meter-file.js';
import type { Pieces } from '../files/unpack.js';
import { type HowToRead, readerFor } from './how-to-read.js';
import { slicesOf } from './slices.js';

/** A reading of a file as it is pushed. */
export interface Item {
  readonly meter: string;
  readonly register: string;
  readonly unit: string;
  readonly quality: string;
  readonly at?: Instant;
  readonly value?: string;
  readonly from?: Instant;
  readonly to?: Instant;
  readonly quantity?: string;
}

/** A reading with what the meter signed, where it did. */
export interface FileItem {
  readonly item: Item;
  readonly signed: OcmfText | undefined;
}

/** Items that are taken in one transaction: enough to fill its statements, few enough that others need not wait. */
export const batchItems = 5_000;

/**
 * Hands the readings of a file on, batch by batch. The same file gives the same items in the same order, so that the number of an item
 * tells whether it was taken before.
 *
 * @param taken items at the beginning that are passed over
 * @param take  gets a batch and the number of its first item, from 1; the next batch waits for it
 * @returns how many items the file has
 */
export async function takeItems(
  pieces: Pieces,
  how: HowToRead,
  taken: number,
  take: (items: readonly FileItem[], first: number) => Promise<void>,
): Promise<number> {
  let read = 0;
  let done = taken;
  const waiting: FileItem[] = [];
  const reader = readerFor(how, ({ head }, reading, signed) => {
    read += 1;
    if (read > taken) waiting.push({ item: itemOf(head, reading), signed });
  });
  const takeWaiting = async (least: number): Promise<void> => {
    let from = 0;
    for (; waiting.length - from >= least; from += batchItems) {
      const items = waiting.slice(from, from + batchItems);
      await take(items, done + 1);
      done += items.length;
    }
    waiting.splice(0, from);
  };
  for await (const slice of slicesOf(pieces, how.mostUnpacked)) {
    reader.write(slice);
    await takeWaiting(batchItems);
  }
  await reader.end();
  await takeWaiting(1);
  return read;
}

function itemOf({ meter, register, baseUnit: unit }: ChannelHead, reading: IntervalReading | CumulativeReading): Item {
  const { quality } = reading;
  if ('at' in reading) return { meter, register, unit, quality, at: reading.at, value: plain(reading.value) };
  const { from, to, quantity } = reading;
  return { meter, register, unit, quality, from, to, quantity: plain(quantity) };
}
