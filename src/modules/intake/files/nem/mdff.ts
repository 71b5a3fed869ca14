import type { Quality } from '../../../../domain/metering/reading.js';
import { Decimal, decimal, isDecimal } from '../../../../domain/quantity/decimal.js';
import type { ChannelHead, FileOptions } from '../meter-file.js';

/*
 * What NEM12 and NEM13 share: both are AEMO's Meter Data File Format, lines of fields between commas, each line beginning with a
 * record indicator, framed by 100 (header) and 900 (end). Times are market time: UTC+10 all year, without daylight saving.
 */

/** Minutes by which Australian Eastern Standard Time, the market's time all year, is ahead of UTC. */
const marketOffsetMinutes = 600;

/** Which of the two a file is, by its first record; null where it is neither. A file without header is known by its data. */
export function mdffFormatOf(beginning: string): 'NEM12' | 'NEM13' | null {
  const first = beginning.trimStart().split(/[\r\n]/, 1)[0] ?? '';
  const fields = fieldsOf(first);
  const [record, second = ''] = fields;
  const format = second.toUpperCase();
  if (record === '100') return format === 'NEM12' || format === 'NEM13' ? format : null;
  if (record === '200' && fields.length >= 9) return 'NEM12';
  if (record === '300' && /^\d{8}$/.test(second)) return 'NEM12';
  return record === '250' && fields.length >= 19 ? 'NEM13' : null;
}

/** The fields of a record, without the white space and the quotation marks that spreadsheets put around them. */
export function fieldsOf(line: string): string[] {
  const fields = line.split(',').map((field) => field.trim());
  return line.includes('"') ? fields.map((field) => field.replace(/^"(.*)"$/, '$1').trim()) : fields;
}

/** Reads `YYYYMMDD` as the instant at which that day begins on the file's clock; null where there is no such day. */
export function dayStart(text: string, { offsetMinutes }: FileOptions): number | null {
  const [, year, month, day] = /^((?:19|20|21)\d\d)(\d\d)(\d\d)$/.exec(text) ?? [];
  const ms = Date.UTC(Number(year), Number(month) - 1, Number(day));
  if (Number.isNaN(ms) || new Date(ms).getUTCDate() !== Number(day)) return null;
  return ms - (offsetMinutes ?? marketOffsetMinutes) * 60_000;
}

/** Reads `YYYYMMDDhhmm` or `YYYYMMDDhhmmss` on the file's clock; null where there is no such time. */
export function timeOf(text: string, options: FileOptions): number | null {
  const [, date = '', hour, minute, second = '0'] = /^(\d{8})(\d\d)(\d\d)(\d\d)?$/.exec(text) ?? [];
  const start = dayStart(date, options);
  if (start === null || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  return start + ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1000;
}

const longestNumber = 40;

/** Reads a number as these files write it: `.05`, `00100.0`, `7.`, `0.1200000000`; null where it is none, or is finer than nine digits. */
export function numberOf(text: string): Decimal | null {
  const full = /^-?\./.test(text) ? text.replace('.', '0.') : text;
  if (isDecimal(full)) return decimal(full);
  if (full.length > longestNumber || !full.includes('.')) return null;
  const bare = full.replace(/\.?0*$/, '');
  return isDecimal(bare) ? decimal(bare) : null;
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
export const unitOf = (text: string): Pick<ChannelHead, 'baseUnit' | 'factor'> | undefined =>
  units.get(text.toLowerCase());

/** A quality flag: the letter, and ours; null is no data (`N`), which is no reading. */
export interface Flag {
  readonly letter: string;
  readonly quality: Quality | null;
}

const flags: Readonly<Record<string, Flag>> = {
  A: { letter: 'A', quality: 'actual' },
  E: { letter: 'E', quality: 'estimated' },
  F: { letter: 'F', quality: 'substituted' },
  S: { letter: 'S', quality: 'substituted' },
  N: { letter: 'N', quality: null },
};

/** Reads a quality flag, with or without its method, as `A` or `E52`; undefined where it is unknown. */
export const flagOf = (text: string): Flag | undefined =>
  /^[AEFNS](\d\d)?$/i.test(text) ? flags[text.charAt(0).toUpperCase()] : undefined;
