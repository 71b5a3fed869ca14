import type { Quality } from '../../domain/metering/reading.js';
import { Decimal, decimal, isDecimal } from '../../domain/quantity/decimal.js';
import type { FileProblem } from './meter-file.js';

/*
 * What NEM12 and NEM13 share: both are AEMO's Meter Data File Format, lines of fields between commas, each line beginning with a
 * record indicator, framed by 100 (header) and 900 (end). Times are market time: UTC+10 all year, without daylight saving.
 */

/** Minutes by which Australian Eastern Standard Time, the market's time all year, is ahead of UTC. */
export const marketOffsetMinutes = 600;

export interface MdffOptions {
  /** Minutes by which the file's clock is ahead of UTC; `marketOffsetMinutes` unless the sender says otherwise. */
  readonly offsetMinutes: number;
}

/** Reads `YYYYMMDD` as the instant at which that day begins on the file's clock; null where there is no such day. */
export function dayStart(text: string, { offsetMinutes }: MdffOptions): number | null {
  const [, year, month, day] = /^(\d{4})(\d\d)(\d\d)$/.exec(text) ?? [];
  const ms = Date.UTC(Number(year), Number(month) - 1, Number(day));
  if (Number.isNaN(ms) || new Date(ms).getUTCDate() !== Number(day)) return null;
  return ms - offsetMinutes * 60_000;
}

/** Reads `YYYYMMDDhhmm` or `YYYYMMDDhhmmss` on the file's clock; null where there is no such time. */
export function timeOf(text: string, options: MdffOptions): number | null {
  const [, date = '', hour, minute, second = '0'] = /^(\d{8})(\d\d)(\d\d)(\d\d)?$/.exec(text) ?? [];
  const start = dayStart(date, options);
  if (start === null || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  return start + ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1000;
}

/** Reads a number as these files write it: `.05`, `00100.0`, `1832.51`; null where it is none, or is finer than nine digits. */
export function numberOf(text: string): Decimal | null {
  const full = text.replace(/^(-?)\./, '$10.');
  return isDecimal(full) ? decimal(full) : null;
}

const families = ['Wh', 'VArh', 'VAh', 'W', 'VAr', 'VA', 'V', 'A'];
const prefixes = [
  { prefix: '', factor: new Decimal('0.001') },
  { prefix: 'k', factor: new Decimal('1') },
  { prefix: 'M', factor: new Decimal('1000') },
];
const units = new Map(
  families.flatMap((family) =>
    prefixes.map(({ prefix, factor }) => [`${prefix}${family}`.toLowerCase(), { baseUnit: `k${family}`, factor }]),
  ),
);
units.set('pf', { baseUnit: 'pf', factor: new Decimal('1') });

/** What a unit is kept in, in whatever case the file writes it; undefined where it is unknown. @example 'WH' → kWh, 0.001 */
export const unitOf = (text: string): { readonly baseUnit: string; readonly factor: Decimal } | undefined =>
  units.get(text.toLowerCase());

const qualityOf: Readonly<Record<string, Quality | null>> = {
  A: 'actual',
  E: 'estimated',
  F: 'substituted',
  S: 'substituted',
  N: null,
};

/** A quality flag: the letter, and ours; null is no data (`N`), which is no reading. Undefined where the flag is unknown. */
export function flagOf(text: string): { readonly letter: string; readonly quality: Quality | null } | undefined {
  const [, letter] = /^([AEFNS])(\d\d)?$/.exec(text) ?? [];
  return letter === undefined ? undefined : { letter, quality: qualityOf[letter] ?? null };
}

/** Everything between 100 and 900, once for each block of the file. */
export class Frame {
  header: { created: string; from: string; to: string } | null = null;
  readonly problems: FileProblem[] = [];
  private state: 'before' | 'inside' | 'after' = 'before';
  private line = 0;

  constructor(private readonly format: 'NEM12' | 'NEM13') {}

  /** Takes a record of the frame. @returns false where the record is data, for the format to read */
  takes(line: number, fields: readonly string[]): boolean {
    this.line = line;
    const [record = ''] = fields;
    if (record === '100') this.begin(line, fields);
    else if (record === '900') {
      this.inside(line, record);
      this.state = 'after';
    } else {
      this.inside(line, record);
      return false;
    }
    return true;
  }

  /** Says what is missing at the end. */
  finish(): void {
    if (this.state === 'inside') {
      this.refuse(
        this.line,
        '900',
        'the file ends without its end record 900, so it may have been cut short.',
        'Ask the sender for the whole file.',
      );
    } else if (this.line === 0) this.refuse(1, null, 'the file is empty.', 'Ask the sender for the file.');
  }

  refuse(line: number, record: string | null, detail: string, remedy: string): void {
    this.problems.push({ severity: 'refuses-file', line, record, column: null, detail, remedy });
  }

  lose(line: number, record: string, column: number | null, detail: string, remedy: string): void {
    this.problems.push({ severity: 'loses-record', line, record, column, detail, remedy });
  }

  note(line: number, record: string, column: number | null, detail: string, remedy: string): void {
    this.problems.push({ severity: 'note', line, record, column, detail, remedy });
  }

  private begin(line: number, fields: readonly string[]): void {
    const [, format = '', created = '', from = '', to = ''] = fields;
    if (this.state === 'inside') {
      this.refuse(
        line,
        '100',
        'a second header begins before the end record 900 of the first.',
        'Ask the sender for whole files.',
      );
    }
    if (format !== this.format) {
      this.refuse(
        line,
        '100',
        `the header says ${format === '' ? 'no format' : format}, not ${this.format}.`,
        'Send each format as a file of its own.',
      );
    }
    this.header ??= { created, from, to };
    this.state = 'inside';
  }

  private inside(line: number, record: string): void {
    if (this.state === 'inside') return;
    const where =
      this.state === 'before' ? 'before any header record 100' : 'after the end record 900 without a new header';
    this.refuse(line, record, `a record stands ${where}.`, 'Ask the sender for the file with its header.');
    this.state = 'inside';
  }
}
