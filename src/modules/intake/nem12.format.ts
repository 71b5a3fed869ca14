import { fromEpochMs } from '../../domain/calendar/period.js';
import type { IntervalReading } from '../../domain/metering/reading.js';
import type { Decimal } from '../../domain/quantity/decimal.js';
import { dayStart, flagOf, Frame, marketOffsetMinutes, type MdffOptions, numberOf, unitOf } from './mdff.js';
import { type IntervalChannel, type MeterFile, refusalOf, TallyBook } from './meter-file.js';

/*
 * NEM12: quantities for intervals.
 *
 *   200,NMI,configuration,register,suffix,stream,serial,unit,minutes,next read     which channel the days below belong to
 *   300,YYYYMMDD,v1,…,vN,quality,reason,description,updated,loaded                 one day: N = 1440 / minutes values, interval ending
 *   400,first,last,quality,reason,description                                      quality of a run of values, where 300 says V
 *   500,…                                                                          a note of the meter's service; holds no data
 *
 * A record that is wrong in itself is lost, named, and costs no other; a file whose frame is wrong is refused. Some senders wrap a
 * long 300 over several lines: it is put together again and said.
 */

interface Stream {
  readonly meter: string;
  readonly register: string;
  readonly unit: string;
  readonly baseUnit: string;
  readonly factor: Decimal;
  readonly intervalMinutes: number;
  readonly serials: string[];
  readonly readings: IntervalReading[];
  readonly days: Set<string>;
  readonly tally: TallyBook;
}

interface Day {
  readonly line: number;
  readonly date: string;
  readonly start: number;
  /** Null where the field is empty, as some senders write a value that is not there. */
  readonly values: readonly (Decimal | null)[];
  readonly quality: string;
  readonly runs: { readonly line: number; readonly first: number; readonly last: number; readonly quality: string }[];
}

const dataRecord = /^(100|200|300|400|500|900)(,|$)/;
const minutesOfDay = 1440;
const intervalLengths = [5, 15, 30];
const fieldsOf = (text: string): string[] => text.split(',').map((field) => field.trim());

/**
 * Reads a NEM12 file.
 *
 * @param lines without line ends, in order; may be streamed
 * @returns channels in the order of the file, one for each NMI, suffix, unit and interval length; what is wrong; and whether it is refused
 * @source AEMO Meter Data File Format (NEM12 and NEM13), records 100 to 900
 */
export function parseNem12(
  lines: Iterable<string>,
  options: MdffOptions = { offsetMinutes: marketOffsetMinutes },
): MeterFile<IntervalChannel> {
  const reader = new Nem12Reader(options);
  let line = 0;
  for (const text of lines) reader.take((line += 1), text);
  return reader.finish();
}

class Nem12Reader {
  private readonly frame = new Frame('NEM12');
  private readonly streams = new Map<string, Stream>();
  private stream: Stream | null = null;
  private day: Day | null = null;
  private wrapped: { line: number; text: string } | null = null;

  constructor(private readonly options: MdffOptions) {}

  take(line: number, raw: string): void {
    const text = raw.trim();
    if (text === '') return;
    if (this.wrapped) {
      const { line: first, text: begun } = this.wrapped;
      this.wrapped = null;
      if (!dataRecord.test(text)) {
        this.takeWhole(first, begun + text, true);
        return;
      }
      this.takeRecord(first, fieldsOf(begun));
    }
    this.takeWhole(line, text, false);
  }

  /** Takes a record, or waits for its next line where it is a 300 that ends in a comma before its values do. */
  private takeWhole(line: number, text: string, joined: boolean): void {
    const fields = fieldsOf(text);
    const needed = 3 + minutesOfDay / (this.stream?.intervalMinutes ?? 30);
    if (fields[0] === '300' && text.endsWith(',') && fields.length < needed) {
      this.wrapped = { line, text };
      return;
    }
    if (joined)
      this.frame.note(
        line,
        '300',
        null,
        'the record runs over several lines; it was put together.',
        'Nothing need be done.',
      );
    this.takeRecord(line, fields);
  }

  private takeRecord(line: number, fields: readonly string[]): void {
    const [record = ''] = fields;
    if (record !== '400' && record !== '500') this.closeDay();
    if (this.frame.takes(line, fields)) this.stream = null;
    else if (record === '200') this.openStream(line, fields);
    else if (record === '300') this.openDay(line, fields);
    else if (record === '400') this.addRun(line, fields);
    else if (record !== '500') {
      this.frame.lose(
        line,
        record.slice(0, 12),
        1,
        'no record of NEM12 begins like this.',
        'Ask the sender what the line holds.',
      );
    }
  }

  private openStream(line: number, fields: readonly string[]): void {
    const [, meter = '', , , suffix = '', , serial = '', unit = '', minutes = ''] = fields;
    this.stream = null;
    const lose = (column: number, detail: string): void =>
      this.frame.lose(
        line,
        '200',
        column,
        detail,
        'The days below it were not read; ask the sender to correct the record.',
      );
    if (meter === '') return lose(2, 'the NMI is missing.');
    if (suffix === '') return lose(5, `the suffix of ${meter} is missing.`);
    const known = unitOf(unit);
    if (!known) return lose(8, `"${unit}" is no unit of the format.`);
    const intervalMinutes = intervalLengths.find((length) => String(length) === minutes);
    if (intervalMinutes === undefined) return lose(9, `the interval length is "${minutes}", not 5, 15 or 30 minutes.`);
    const key = `${meter}|${suffix}|${unit}|${minutes}`;
    let stream = this.streams.get(key);
    if (!stream) {
      stream = {
        meter,
        register: suffix,
        unit,
        ...known,
        intervalMinutes,
        serials: [],
        readings: [],
        days: new Set(),
        tally: new TallyBook(),
      };
      this.streams.set(key, stream);
    }
    if (serial !== '' && !stream.serials.includes(serial)) stream.serials.push(serial);
    this.stream = stream;
  }

  private openDay(line: number, fields: readonly string[]): void {
    const lose = (column: number | null, detail: string, remedy = 'Ask the sender for that day again.'): void =>
      this.frame.lose(line, '300', column, detail, remedy);
    const [, date = ''] = fields;
    if (!this.stream)
      return lose(null, 'the day belongs to no readable 200 record.', 'Correct the 200 record above it.');
    const start = dayStart(date, this.options);
    if (start === null) return lose(2, `"${date}" is no day like 20260131.`);
    const expected = minutesOfDay / this.stream.intervalMinutes;
    const flag = fields.slice(2).findIndex((field) => /^[AEFNSV](\d\d)?$/.test(field));
    const found = flag === -1 ? fields.slice(2).filter((field) => field !== '').length : flag;
    if (flag !== expected) {
      return lose(
        3 + Math.min(found, expected),
        `${this.stream.meter} ${this.stream.register} has ${found} values for ${date}${flag === -1 ? ' and no quality flag' : ''}; ${this.stream.intervalMinutes}-minute intervals need ${expected}.`,
        'Ask the sender whether the interval length in record 200 or the values are wrong.',
      );
    }
    const texts = fields.slice(2, 2 + expected);
    const values = texts.map((text) => (text === '' ? null : numberOf(text)));
    const bad = texts.findIndex((text, i) => text !== '' && (values[i]?.isNegative() ?? true));
    if (bad !== -1) return lose(3 + bad, `"${texts[bad]?.slice(0, 20)}" is no quantity of at least zero.`);
    this.day = { line, date, start, values, quality: fields[2 + expected] ?? '', runs: [] };
  }

  private addRun(line: number, fields: readonly string[]): void {
    if (!this.day) return;
    const [, first = '', last = '', quality = ''] = fields;
    const whole = /^\d{1,3}$/;
    this.day.runs.push({
      line,
      first: whole.test(first) ? Number(first) : 0,
      last: whole.test(last) ? Number(last) : 0,
      quality,
    });
  }

  /** Quality flag of each value: the day's own, or that of the run it lies in. Null, and said, where that leaves a doubt. */
  private flagsOf(day: Day): string[] | null {
    const lose = (line: number, record: string, column: number, detail: string): null => {
      this.frame.lose(line, record, column, detail, `The day ${day.date} was not read; ask the sender for it again.`);
      return null;
    };
    const count = day.values.length;
    if (!day.quality.startsWith('V')) return day.values.map(() => day.quality);
    const flags: (string | undefined)[] = day.values.map(() => undefined);
    for (const { line, first, last, quality } of day.runs) {
      if (first < 1 || last > count || first > last) {
        return lose(line, '400', 2, `values ${first} to ${last} do not lie within the ${count} of the day.`);
      }
      if (!flagOf(quality)) return lose(line, '400', 4, `"${quality}" is no quality flag.`);
      for (let i = first - 1; i < last; i += 1) {
        if (flags[i] !== undefined) return lose(line, '400', 2, `value ${i + 1} has two quality flags.`);
        flags[i] = quality;
      }
    }
    const without = flags.indexOf(undefined);
    if (without !== -1) {
      return lose(
        day.line,
        '300',
        3 + without,
        `value ${without + 1} of ${count} has no quality: the day says V and no 400 record covers it.`,
      );
    }
    return flags.filter((flag) => flag !== undefined);
  }

  private closeDay(): void {
    const { day, stream } = this;
    this.day = null;
    if (!day || !stream) return;
    const flags = this.flagsOf(day)?.map((flag) => flagOf(flag));
    if (!flags) return;
    const empty = day.values.findIndex((value, i) => value === null && flags[i]?.letter !== 'N');
    const fine = day.values.findIndex((value) => (value?.times(stream.factor).decimalPlaces() ?? 0) > 6);
    if (empty !== -1 || fine !== -1) {
      const detail =
        empty !== -1
          ? 'a value is missing and its quality is not N.'
          : `a value is finer than a millionth of a ${stream.baseUnit}.`;
      this.frame.lose(day.line, '300', 3 + Math.max(empty, fine), detail, 'Ask the sender for that day again.');
      return;
    }
    if (stream.days.has(day.date)) {
      this.frame.note(
        day.line,
        '300',
        2,
        `${stream.meter} ${stream.register} has the day ${day.date} twice.`,
        'Where the two differ, the second is kept for a person to decide.',
      );
    }
    stream.days.add(day.date);
    stream.tally.record();
    const length = stream.intervalMinutes * 60_000;
    day.values.forEach((value, i) => {
      const flag = flags[i];
      if (!value || !flag) return;
      stream.tally.add(value, flag.letter);
      if (flag.quality === null) return;
      const from = fromEpochMs(day.start + i * length);
      const to = fromEpochMs(day.start + (i + 1) * length);
      stream.readings.push({ from, to, quantity: value.times(stream.factor), quality: flag.quality });
    });
  }

  finish(): MeterFile<IntervalChannel> {
    if (this.wrapped) this.takeRecord(this.wrapped.line, fieldsOf(this.wrapped.text));
    this.closeDay();
    this.frame.finish();
    const channels = [...this.streams.values()]
      .map(({ tally, days: _days, ...stream }): IntervalChannel => ({
        kind: 'interval',
        ...stream,
        tally: tally.read(),
      }))
      .filter(({ tally }) => tally.records > 0);
    const { header, problems } = this.frame;
    return { format: 'NEM12', header, channels, problems, refusal: refusalOf(problems, channels) };
  }
}
