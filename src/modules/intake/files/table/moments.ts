import type { DateOrder } from './mapping.js';

/*
 * Dates and times as tables write them. What is read is the clock on the wall; the instant follows from an offset or a zone.
 *
 *   2026-10-01T00:30:00+01:00   20261001 0030   01/10/2026 00:30   1.10.26 0:30   1 Oct 2026 12:30 AM   1790812800 (seconds since 1970)
 */

export interface Moment {
  /** The wall clock in milliseconds since 1970, as if it stood in UTC. */
  readonly wall: number;
  /** Minutes ahead of UTC where the cell says so; null where a zone must tell. */
  readonly offset: number | null;
  readonly hasTime: boolean;
}

const minute = 60_000;
const day = 1440 * minute;

const months = new Map(
  [
    'jan january januar janvier januari enero gennaio ene gen jaenner janner',
    'feb february februar fevrier februari febrero febbraio fev',
    'mar march marz maerz mars maart marzo mrz mrt',
    'apr april avril abril aprile avr abr',
    'may mai mei mayo maggio mag',
    'jun june juni juin junio giugno giu',
    'jul july juli juillet julio luglio lug',
    'aug august aout augustus agosto ago',
    'sep sept september septembre septiembre settembre set',
    'oct october oktober octobre octubre ottobre okt ott',
    'nov november novembre noviembre',
    'dec december dezember decembre diciembre dicembre dez dic',
  ].flatMap((names, i) => names.split(' ').map((name) => [name, i + 1] as const)),
);

const offsets: Readonly<Record<string, number>> = {
  Z: 0,
  UTC: 0,
  GMT: 0,
  WET: 0,
  BST: 60,
  WEST: 60,
  CET: 60,
  MEZ: 60,
  CEST: 120,
  MESZ: 120,
};

const isoDate = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[T\s,]\s*(.+))?$/i;
const numericDate = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d\d)(?:[T\s,]\s*(.+))?$/i;
const dayFirstText = /^(\d{1,2})[\s.-]*([a-z]{3,10})[\s.,-]*(\d{4}|\d\d)(?:[T\s,]\s*(.+))?$/i;
const monthFirstText = /^([a-z]{3,10})\.?\s+(\d{1,2}),?\s+(\d{4})(?:[T\s,]\s*(.+))?$/i;
const compact = /^((?:19|20)\d\d)(\d\d)(\d\d)(?:[T\s]?(\d\d):?(\d\d)(?::?(\d\d))?\s*(Z|[+-]\d\d:?\d\d)?)?$/;
const clock =
  /^(\d{1,2})[:.h](\d\d)?(?:[:.](\d\d)(?:[.,](\d{1,9}))?)?\s*([ap]\.?m\.?)?\s*(Z|[A-Z]{3,4}|(?:GMT|UTC)?[+-]\d\d(?::?\d\d)?)?$/i;
const weekday = /^[a-z]{2,10}\.?,?\s+(?=\d)/i;

/** Milliseconds of a civil day; null where the calendar has none. */
function dayOf(year: number, month: number, date: number): number | null {
  const ms = Date.UTC(year, month - 1, date);
  return new Date(ms).getUTCDate() === date && month >= 1 && month <= 12 ? ms : null;
}

/** The time of a day in milliseconds, 24:00 at most, and the offset behind it; null where it is none. */
export function clockOf(text: string): { readonly ms: number; readonly offset: number | null } | null {
  const match = clock.exec(text);
  if (!match) return null;
  const [, hours = '', minutes = '0', seconds = '0', fraction = '', half = '', zone = ''] = match;
  let hour = Number(hours);
  if (half !== '') {
    if (hour < 1 || hour > 12) return null;
    hour = (hour % 12) + (/^p/i.test(half) ? 12 : 0);
  }
  if (Number(minutes) > 59 || Number(seconds) > 59 || !/^\d{0,3}0*$/.test(fraction)) return null;
  const ms =
    ((hour * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + Number(fraction.slice(0, 3).padEnd(3, '0'));
  const offset = zone === '' ? null : offsetOf(zone);
  return ms > day || offset === undefined ? null : { ms, offset };
}

/** Minutes ahead of UTC, of `+01:00`, `+0100`, `+01` or a name; undefined where it is none. */
export function offsetOf(text: string): number | undefined {
  const [, sign, hours, minutes = '0'] = /^(?:GMT|UTC)?([+-])(\d\d)(?::?(\d\d))?$/i.exec(text) ?? [];
  if (hours === undefined) return offsets[text.toUpperCase()];
  const total = Number(hours) * 60 + Number(minutes);
  return total > 18 * 60 ? undefined : (sign === '-' ? -1 : 1) * total;
}

/** The three parts of a date in the order in which it is written, and what stands behind it. */
function partsOf(text: string, order: DateOrder): { readonly date: number | null; readonly rest: string } | null {
  const iso = isoDate.exec(text);
  if (iso) return { date: dayOf(Number(iso[1]), Number(iso[3]), Number(iso[4])), rest: iso[5] ?? '' };
  const numeric = numericDate.exec(text);
  if (numeric) {
    const [, first = '', mark, second = '', year = '', rest = ''] = numeric;
    const isMonthFirst = mark !== '.' && (order === 'month-first' || (order === 'year-first' && Number(second) > 12));
    // Where no order was decided, a date that could be read in two ways is not read.
    if (order === 'year-first' && mark !== '.' && canBeTwo(Number(first), Number(second))) return null;
    const [date, month] = isMonthFirst ? [second, first] : [first, second];
    return { date: dayOf(yearOf(year), Number(month), Number(date)), rest };
  }
  if (!/\p{L}{2}/u.test(text)) return null;
  const plain = text.normalize('NFD').replace(/\p{M}/gu, '');
  const dayFirst = dayFirstText.exec(plain);
  const monthFirst = dayFirst ? null : monthFirstText.exec(plain);
  const [, first = '', second = '', year = '', rest = ''] = dayFirst ?? monthFirst ?? [];
  const [date, name] = dayFirst ? [first, second] : [second, first];
  const month = months.get(name.toLowerCase());
  if (month !== undefined) return { date: dayOf(yearOf(year), month, Number(date)), rest };
  const withoutDay = plain.replace(weekday, '');
  return withoutDay === plain ? null : partsOf(withoutDay, order);
}

const canBeTwo = (first: number, second: number): boolean => first <= 12 && second <= 12 && first !== second;

const yearOf = (text: string): number => (text.length === 2 ? 2000 + Number(text) : Number(text));

/** Reads a date, with a time or without; null where it is none in that order. */
export function momentOf(text: string, order: DateOrder): Moment | null {
  if (text.length > 40) return null;
  const short = compact.exec(text);
  if (short) {
    const [, year, month, date, hour, minutes, seconds = '0', zone = ''] = short;
    const start = dayOf(Number(year), Number(month), Number(date));
    if (start === null || Number(hour ?? 0) > 24 || Number(minutes ?? 0) > 59 || Number(seconds) > 59) return null;
    const time = ((Number(hour ?? 0) * 60 + Number(minutes ?? 0)) * 60 + Number(seconds)) * 1000;
    if (time > day) return null;
    return { wall: start + time, offset: zone === '' ? null : (offsetOf(zone) ?? null), hasTime: hour !== undefined };
  }
  const parts = partsOf(text, order);
  if (!parts || parts.date === null) return null;
  if (parts.rest === '') return { wall: parts.date, offset: null, hasTime: false };
  const time = clockOf(parts.rest.trim());
  return time && { wall: parts.date + time.ms, offset: time.offset, hasTime: true };
}

/** Reads seconds or milliseconds since 1970; null where it is neither. */
export function epochOf(text: string): Moment | null {
  if (!/^\d{10}(\d{3})?$/.test(text)) return null;
  return { wall: text.length === 10 ? Number(text) * 1000 : Number(text), offset: 0, hasTime: true };
}

/**
 * Whether a date shows its order: the day or the month first, or that it could be either. Null where there is nothing to ask: the year stands
 * first, both numbers are the same, or points stand between them, as they do where the day comes first.
 */
export function orderShown(text: string): 'day-first' | 'month-first' | 'either' | null {
  const [, one, mark, two] = numericDate.exec(text) ?? [];
  if (one === undefined || mark === '.') return null;
  const [first, second] = [Number(one), Number(two)];
  if (canBeTwo(first, second)) return 'either';
  if (first > 12 && second <= 12) return 'day-first';
  return second > 12 && first <= 12 ? 'month-first' : null;
}

/** What a cell looks like, before anything is known of its column. */
export type CellKind = 'moment' | 'date' | 'time' | 'number' | 'text' | 'empty';

export function kindOf(text: string): CellKind {
  if (text === '') return 'empty';
  if (/^[+-]?(?:\d[\d.,'’\s]*|[.,]\d+)(?:e[+-]?\d+)?$/i.test(text) && !/^\d{1,4}([-/.])\d{1,2}\1\d{2,4}$/.test(text)) {
    return /^\d{1,4}[.]\d{1,2}[.]\d{2,4}\s/.test(text) ? 'moment' : 'number';
  }
  if (text.length > 40 || !/\d/.test(text)) return 'text';
  const found = momentOf(text, 'day-first') ?? momentOf(text, 'month-first');
  if (found) return found.hasTime ? 'moment' : 'date';
  return clockOf(text) ? 'time' : 'text';
}
