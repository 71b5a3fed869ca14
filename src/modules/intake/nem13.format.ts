import { fromEpochMs } from '../../domain/calendar/period.js';
import type { CumulativeReading } from '../../domain/metering/reading.js';
import { Decimal } from '../../domain/quantity/decimal.js';
import { flagOf, Frame, marketOffsetMinutes, type MdffOptions, numberOf, timeOf, unitOf } from './mdff.js';
import { type CumulativeChannel, type MeterFile, refusalOf, TallyBook } from './meter-file.js';

/*
 * NEM13: what registers showed.
 *
 *   250,NMI,configuration,register,suffix,stream,serial,direction,
 *       previous value,time,quality,reason,description, current value,time,quality,reason,description,
 *       quantity,unit,next read,updated,loaded
 *   550,…   a note of the meter's service; holds no data
 *
 * Both values are readings. The quantity is the sender's own subtraction: it is counted in the tally and held against the two
 * values, and a difference is said, because it shows a multiplier or a wrong reading.
 */

interface Stream {
  readonly meter: string;
  readonly register: string;
  readonly unit: string;
  readonly baseUnit: string;
  readonly factor: Decimal;
  readonly serials: string[];
  readonly readings: Map<string, CumulativeReading>;
  readonly tally: TallyBook;
}

/**
 * Reads a NEM13 file.
 *
 * @param lines without line ends, in order; may be streamed
 * @returns channels in the order of the file, one for each NMI, suffix and unit; a value that ends one row and begins the next is one reading
 * @source AEMO Meter Data File Format (NEM12 and NEM13), records 100, 250, 550, 900
 */
export function parseNem13(
  lines: Iterable<string>,
  options: MdffOptions = { offsetMinutes: marketOffsetMinutes },
): MeterFile<CumulativeChannel> {
  const frame = new Frame('NEM13');
  const streams = new Map<string, Stream>();
  let line = 0;
  for (const raw of lines) {
    line += 1;
    const fields = raw.split(',').map((field) => field.trim());
    const [record = ''] = fields;
    if (raw.trim() === '' || frame.takes(line, fields) || record === '550') continue;
    if (record === '250') takeRow(frame, streams, line, fields, options);
    else
      frame.lose(
        line,
        record.slice(0, 12),
        1,
        'no record of NEM13 begins like this.',
        'Ask the sender what the line holds.',
      );
  }
  frame.finish();
  const channels = [...streams.values()].map(({ readings, tally, ...stream }): CumulativeChannel => ({
    kind: 'cumulative',
    intervalMinutes: null,
    ...stream,
    readings: [...readings.values()],
    tally: tally.read(),
  }));
  const { header, problems } = frame;
  return { format: 'NEM13', header, channels, problems, refusal: refusalOf(problems, channels) };
}

function takeRow(
  frame: Frame,
  streams: Map<string, Stream>,
  line: number,
  fields: readonly string[],
  options: MdffOptions,
): void {
  const [, meter = '', , , suffix = '', , serial = ''] = fields;
  const unit = fields[19] ?? '';
  const lose = (column: number, detail: string): void =>
    frame.lose(line, '250', column, detail, 'The row was not read; ask the sender for it again.');
  if (meter === '') return lose(2, 'the NMI is missing.');
  if (suffix === '') return lose(5, `the suffix of ${meter} is missing.`);
  const previous = readingAt(fields, 8, options);
  if ('detail' in previous) return lose(previous.column, previous.detail);
  const current = readingAt(fields, 13, options);
  if ('detail' in current) return lose(current.column, current.detail);
  if (current.ms <= previous.ms) return lose(15, 'the current reading is not later than the previous one.');
  const quantity = numberOf(fields[18] ?? '');
  if (!quantity) return lose(19, `"${fields[18] ?? ''}" is no quantity.`);
  const known = unitOf(unit);
  if (!known) return lose(20, `"${unit}" is no unit of the format.`);

  const key = `${meter}|${suffix}|${unit}`;
  let stream = streams.get(key);
  if (!stream) {
    stream = { meter, register: suffix, unit, ...known, serials: [], readings: new Map(), tally: new TallyBook() };
    streams.set(key, stream);
  }
  if (serial !== '' && !stream.serials.includes(serial)) stream.serials.push(serial);
  stream.tally.record();
  stream.tally.add(quantity, current.letter);
  for (const { ms, value, quality } of [previous, current]) {
    if (quality !== null) keep(frame, stream, line, { at: fromEpochMs(ms), value, quality });
  }
  if (!explains(previous, current, quantity)) {
    const advance = current.value.minus(previous.value).toFixed();
    frame.note(
      line,
      '250',
      19,
      `${meter} ${suffix} went from ${previous.value.toFixed()} to ${current.value.toFixed()}, which is ${advance}, and the row says ${quantity.toFixed()}.`,
      'Ask the sender whether a multiplier applies; the readings themselves were taken as they are.',
    );
  }
}

interface Shown {
  readonly ms: number;
  readonly value: Decimal;
  readonly digits: number;
  readonly letter: string;
  readonly quality: CumulativeReading['quality'] | null;
}

/** The value, time and quality that begin at a field; or which of them cannot be read. */
function readingAt(
  fields: readonly string[],
  index: number,
  options: MdffOptions,
): Shown | { column: number; detail: string } {
  const [shown = '', time = '', quality = ''] = fields.slice(index, index + 3);
  const value = numberOf(shown);
  if (!value || value.isNegative() || value.decimalPlaces() > 6)
    return { column: index + 1, detail: `"${shown}" is no register value.` };
  const ms = timeOf(time, options);
  if (ms === null) return { column: index + 2, detail: `"${time}" is no time like 20260131235959.` };
  const flag = flagOf(quality);
  if (!flag) return { column: index + 3, detail: `"${quality}" is no quality flag.` };
  return { ms, value, digits: shown.split('.')[0]?.length ?? 0, ...flag };
}

/** Keeps a reading once; two values at one instant are both kept for a person to decide. */
function keep(frame: Frame, stream: Stream, line: number, reading: CumulativeReading): void {
  const known = stream.readings.get(reading.at);
  if (!known) stream.readings.set(reading.at, reading);
  else if (!known.value.equals(reading.value)) {
    stream.readings.set(`${reading.at} ${line}`, reading);
    frame.note(
      line,
      '250',
      null,
      `${stream.meter} ${stream.register} has two values at ${reading.at}: ${known.value.toFixed()} and ${reading.value.toFixed()}.`,
      'The second is kept for a person to decide.',
    );
  }
}

/** True where the row's quantity is the advance, in either direction, or the advance of a display that wrapped. */
function explains(previous: Shown, current: Shown, quantity: Decimal): boolean {
  const advance = current.value.minus(previous.value);
  const wrapped = advance.plus(new Decimal(10).pow(previous.digits));
  return quantity.abs().equals(advance.abs()) || (advance.isNegative() && quantity.equals(wrapped));
}
