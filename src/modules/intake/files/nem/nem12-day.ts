import { fromEpochMs, type Instant } from '../../../../domain/calendar/period.js';
import type { Decimal } from '../../../../domain/quantity/decimal.js';
import { dayStart, type Flag, flagOf, numberOf } from './mdff.js';
import type { Frame } from './mdff-frame.js';
import type { Channel, FileOptions, FileSink } from '../meter-file.js';
import type { Stretches } from '../stretches.js';

/** What a 200 record says of the days below it. */
export interface Block {
  readonly channel: Channel;
  readonly minutes: number;
  /** The days that the channel has had so far, whatever their interval length. */
  readonly days: Stretches;
}

/** Quality of the values first to last of a day, from 1: a 400 record. */
interface Run {
  readonly line: number;
  readonly first: number;
  readonly last: number;
  readonly quality: string;
}

const minutesOfDay = 1440;
const dayFlag = /^[AEFNSV](\d\d)?$/i;

/** Values that a day of such intervals has. */
export const valuesOfDay = (minutes: number): number => minutesOfDay / minutes;

/** One day of a channel: a 300 record, and the 400 records below it. */
export class Nem12Day {
  private readonly runs: Run[] = [];

  private constructor(
    private readonly block: Block,
    private readonly frame: Frame,
    private readonly line: number,
    private readonly date: string,
    private readonly start: number,
    /** Null where the field is empty, as some senders write a value that is not there. */
    private readonly values: readonly (Decimal | null)[],
    private readonly quality: string,
  ) {}

  /** Reads a 300 record. Null, and said, where it cannot be read. */
  static read(block: Block, frame: Frame, line: number, fields: readonly string[], options: FileOptions) {
    const lose = (column: number, detail: string, remedy = 'Ask the sender for that day again.'): null => {
      frame.lose(line, '300', column, detail, remedy);
      return null;
    };
    const { meter, register } = block.channel.head;
    const [, date = ''] = fields;
    const start = dayStart(date, options);
    if (start === null) return lose(2, `"${date.slice(0, 20)}" is no day like 20260131.`);
    const expected = valuesOfDay(block.minutes);
    const flag = fields.findIndex((field, i) => i > 1 && dayFlag.test(field)) - 2;
    if (flag !== expected) {
      const found = flag < 0 ? fields.slice(2).filter((field) => field !== '').length : flag;
      return lose(
        3 + Math.min(found, expected),
        `${meter} ${register} has ${found} values for ${date}${flag < 0 ? ' and no quality flag' : ''}; ${block.minutes}-minute intervals need ${expected}.`,
        'Ask the sender whether the interval length in record 200 or the values are wrong.',
      );
    }
    const texts = fields.slice(2, 2 + expected);
    const values = texts.map((text) => (text === '' ? null : numberOf(text)));
    const bad = values.findIndex((value, i) => (value === null ? texts[i] !== '' : value.isNegative()));
    if (bad !== -1) return lose(3 + bad, `"${texts[bad]?.slice(0, 20)}" is no quantity of at least zero.`);
    return new Nem12Day(block, frame, line, date, start, values, (fields[2 + expected] ?? '').toUpperCase());
  }

  /** Takes a 400 record. */
  addRun(line: number, [, first = '', last = '', quality = '']: readonly string[]): void {
    if (!this.isVariable) {
      const detail = `the quality of ${this.date} is ${this.quality} for all its values, so this record says nothing.`;
      this.frame.note(line, '400', null, detail, 'Ask the sender which of the two holds; that of the day was taken.');
      return;
    }
    // As many as there are values can be right; the next is one too many and is looked at, those after it are not.
    if (this.runs.length > this.values.length) return;
    const index = (text: string): number => (/^\d{1,4}$/.test(text) ? Number(text) : 0);
    this.runs.push({ line, first: index(first), last: index(last), quality });
  }

  /** Says what the day holds, now that its 400 records are known. */
  close(sink: FileSink): void {
    const flags = this.flags();
    if (!flags) return;
    const { channel, minutes, days } = this.block;
    const { baseUnit, factor } = channel.head;
    const isBase = factor.equals(1);
    const quantities = this.values.map((value) => (value === null || isBase ? value : value.times(factor)));
    const empty = quantities.findIndex((quantity, i) => quantity === null && flags[i]?.quality !== null);
    const fine = quantities.findIndex((quantity) => quantity !== null && quantity.decimalPlaces() > 6);
    if (empty !== -1 || fine !== -1) {
      const detail =
        empty !== -1
          ? 'a value is missing and its quality is not N.'
          : `a value is finer than a millionth of a ${baseUnit}.`;
      const column = 3 + (empty !== -1 ? empty : fine);
      this.frame.lose(this.line, '300', column, detail, 'Ask the sender for that day again.');
      return;
    }
    if (days.add(this.start, this.start + dayMs, dayMs) > 0) this.noteRepetition();
    channel.tally.record();
    const instants = instantsOf(this.start, minutes);
    this.values.forEach((value, i) => {
      const [flag, quantity, from, to] = [flags[i], quantities[i], instants[i], instants[i + 1]];
      if (!value || !quantity || !flag || from === undefined || to === undefined) return;
      channel.tally.add(value, flag.letter);
      if (flag.quality !== null) sink.reading(channel, { from, to, quantity, quality: flag.quality });
    });
  }

  private get isVariable(): boolean {
    return this.quality.startsWith('V');
  }

  private noteRepetition(): void {
    const { meter, register } = this.block.channel.head;
    this.frame.note(
      this.line,
      '300',
      2,
      `${meter} ${register} has the day ${this.date} twice.`,
      'Where the two differ, the second is kept for a person to decide.',
    );
  }

  /** Quality flag of each value: the day's own, or that of the run it lies in. Null, and said, where that leaves a doubt. */
  private flags(): (Flag | undefined)[] | null {
    const lose = (line: number, record: string, column: number, detail: string): null => {
      this.frame.lose(line, record, column, detail, `The day ${this.date} was not read; ask the sender for it again.`);
      return null;
    };
    const count = this.values.length;
    const flags = new Array<Flag | undefined>(count).fill(this.isVariable ? undefined : flagOf(this.quality));
    for (const { line, first, last, quality } of this.runs) {
      if (first < 1 || last > count || first > last) {
        return lose(line, '400', 2, `values ${first} to ${last} do not lie within the ${count} of the day.`);
      }
      const flag = flagOf(quality);
      if (!flag) return lose(line, '400', 4, `"${quality.slice(0, 20)}" is no quality flag.`);
      const twice = flags.findIndex((known, i) => known !== undefined && i >= first - 1 && i < last);
      if (twice !== -1) return lose(line, '400', 2, `value ${twice + 1} has two quality flags.`);
      flags.fill(flag, first - 1, last);
    }
    const without = flags.indexOf(undefined);
    if (without === -1) return flags;
    const detail = `value ${without + 1} of ${count} has no quality: the day says V and no 400 record covers it.`;
    return lose(this.line, '300', 3 + without, detail);
  }
}

const minuteMs = 60_000;
const dayMs = minutesOfDay * minuteMs;
const two = (number: number): string => String(number).padStart(2, '0');
const clock = Array.from(
  { length: minutesOfDay },
  (_, minute) => `T${two(Math.floor(minute / 60))}:${two(minute % 60)}:00Z`,
);

/**
 * The instants at which the intervals of a day begin, and the last one ends. They come by the million, and differ only in the
 * time and in whether UTC has had its midnight: so each is put together from a date and a time that are written already.
 */
function instantsOf(start: number, minutes: number): Instant[] {
  const startMinute = (((start / minuteMs) % minutesOfDay) + minutesOfDay) % minutesOfDay;
  const dates = [start, start + dayMs].map((ms) => fromEpochMs(ms).slice(0, 10));
  return Array.from({ length: valuesOfDay(minutes) + 1 }, (_, i) => {
    const minute = startMinute + i * minutes;
    return minute < minutesOfDay ? `${dates[0]}${clock[minute]}` : `${dates[1]}${clock[minute - minutesOfDay]}`;
  });
}
