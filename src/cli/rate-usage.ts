import { epochMs, fromEpochMs, type Instant, instant } from '../domain/calendar/period.js';
import { DomainError } from '../domain/errors.js';
import type { IntervalReading } from '../domain/metering/reading.js';
import { Decimal, decimal, roundToScale } from '../domain/quantity/decimal.js';
import type { Sent } from '../domain/rating/measure-usage.js';
import { type ChannelReadings, collectReadings } from '../modules/intake/files/inspect.js';
import { Lines } from '../modules/intake/files/meter-file.js';
import { TextOfBytes } from '../modules/intake/files/text.js';
import type { Pieces } from '../modules/intake/files/unpack.js';
import { filePieces } from './file-pieces.js';
import { CommandFailed, type Output } from './output.js';

/*
 * Usage comes in three ways:
 *
 *   a meter data file of any format that is read here, with one interval channel of consumption in the unit that is priced
 *   CSV            from,to,kWh with instants that carry an offset; a fourth column "export" for what flowed out
 *   a list         one figure a line, one after the other from a start, each as long as the next: 8,760 hours of a year
 *
 * A figure that is finer than nine digits is refused unless the caller says to how many it shall be rounded.
 */

/** How plain figures are read. */
export interface UsageOptions {
  /** The unit that the tariff prices. */
  readonly unit: string;
  /** When a list begins. */
  readonly start: Instant;
  /** Minutes of each figure of a list. */
  readonly minutes: number;
  /** Digits that figures are rounded to, half-up; null where they are taken as they are. */
  readonly digits: number | null;
}

/** Readings of five minutes for nine years. */
const mostReadings = 1_000_000;

const beginsAsCsv = /^\s*(from\s*[,;]|\d{4}-\d\d-\d\dT)/i;
const isFigure = (text: string): boolean => /^-?(\d+(\.\d*)?|\.\d+)(e[-+]?\d{1,3})?$/i.test(text);

/** Reads what was used, from whatever kind of file it is. */
export async function readUsage(out: Output, path: string, options: UsageOptions): Promise<Sent> {
  const pieces = filePieces(out, path);
  const begun = await pieces.next();
  const first = begun.done === true ? new Uint8Array() : begun.value;
  const whole = (async function* () {
    yield first;
    yield* pieces;
  })();
  const text = Buffer.from(first.subarray(0, 400))
    .toString()
    .replace(/^\uFEFF/, '');
  if (beginsAsCsv.test(text)) return readCsv(path, whole, options);
  const [line = '', next = ''] = text.split(/\r?\n/).map((one) => one.trim());
  return isFigure(line) || isFigure(next) ? readList(path, whole, options) : readChannel(path, whole, options);
}

/** Calls `take` with each line that is not empty, and names the line that it refuses. */
async function eachLine(
  path: string,
  pieces: Pieces,
  remedy: string,
  take: (line: string, number: number) => void,
): Promise<void> {
  const text = new TextOfBytes('UTF-8');
  const fail = (line: number, detail: string): never => {
    throw new CommandFailed(`${path}, line ${line}: ${detail} ${remedy}`);
  };
  const lines = new Lines(
    (line, number) => {
      try {
        if (line.trim() !== '') take(line.replace(/^\uFEFF/, ''), number);
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        fail(number, error.message);
      }
    },
    { problem: ({ line, detail }) => void fail(line, detail) },
  );
  for await (const piece of pieces) lines.write(text.write(piece));
  lines.write(text.end());
  lines.end();
}

function figure(text: string, digits: number | null): Decimal {
  if (digits === null || !isFigure(text)) return decimal(text);
  return roundToScale(new Decimal(text), digits, 'half-up');
}

const tooMany = (): never => {
  throw new DomainError('too-large', `there are more than ${mostReadings} readings.`);
};

async function readCsv(path: string, pieces: Pieces, { unit, digits }: UsageOptions): Promise<Sent> {
  const readings: IntervalReading[] = [];
  const exported: IntervalReading[] = [];
  let hasExport = false;
  const remedy =
    'Write from,to,kWh, like 2026-10-01T00:00:00+01:00,2026-10-01T00:30:00+01:00,0.412; of figures finer than nine digits, say with ' +
    '--digits to how many they are rounded.';
  await eachLine(path, pieces, remedy, (line, number) => {
    const cells = line.split(/[,;]/).map((cell) => cell.trim());
    const [from = '', to = '', quantity = '', flowedOut] = cells;
    if (number === 1 && /^from$/i.test(from)) {
      if (quantity.toLowerCase() !== unit.toLowerCase()) {
        throw new DomainError('invalid-input', `the column is called ${quantity} and the tariff prices ${unit}.`);
      }
      hasExport = flowedOut?.toLowerCase() === 'export';
      return;
    }
    if (readings.length === mostReadings) tooMany();
    const span = { from: instant(from), to: instant(to), quality: 'actual' as const };
    readings.push({ ...span, quantity: figure(quantity, digits) });
    if (hasExport) exported.push({ ...span, quantity: figure(flowedOut ?? '', digits) });
  });
  return { label: path, readings, exported: hasExport ? exported : null };
}

async function readList(path: string, pieces: Pieces, { start, minutes, digits }: UsageOptions): Promise<Sent> {
  const readings: IntervalReading[] = [];
  const length = minutes * 60_000;
  const remedy =
    'Write one figure a line, like 0.412; of figures finer than nine digits, say with --digits to how many they are rounded.';
  await eachLine(path, pieces, remedy, (line, number) => {
    const text = line.trim().replace(/[,;]$/, '');
    if (number === 1 && !isFigure(text)) return;
    if (readings.length === mostReadings) tooMany();
    const from = epochMs(start) + readings.length * length;
    const span = { from: fromEpochMs(from), to: fromEpochMs(from + length) };
    readings.push({ ...span, quantity: figure(text, digits), quality: 'actual' });
  });
  return { label: path, readings, exported: null };
}

async function readChannel(path: string, pieces: Pieces, { unit }: UsageOptions): Promise<Sent> {
  const { report, channels } = await collectReadings(pieces, mostReadings);
  if (report.refusal !== null) throw new CommandFailed(`${path} cannot be used. ${report.refusal}`);
  const ofUnit = channels.filter(({ head }) => head.kind === 'interval' && head.baseUnit === unit);
  const consumed = ofUnit.filter(({ head }) => head.direction !== 'export');
  const exported = ofUnit.filter(({ head }) => head.direction === 'export');
  const [channel] = consumed;
  if (!channel || consumed.length > 1) {
    throw new CommandFailed(
      `${path} has ${consumed.length} channels of consumption in ${unit}; exactly one can be rated at a time.`,
    );
  }
  const [out] = exported;
  return {
    label: path,
    readings: intervalsOf(channel),
    exported: out && exported.length === 1 ? intervalsOf(out) : null,
  };
}

const intervalsOf = ({ readings }: ChannelReadings): IntervalReading[] =>
  readings.flatMap((reading) => ('from' in reading ? [reading] : []));
