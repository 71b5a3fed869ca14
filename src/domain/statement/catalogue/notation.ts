import type { Locale } from '../model.js';

/**
 * How figures and days are written where a language is spoken.
 *
 * Everything is text in, text out. German figures: DIN 1333 and DIN 5008 (point for thousands, comma for decimals, currency after the
 * amount); in Switzerland an apostrophe, a point and the currency before the amount (Federal Chancellery, Schreibweisungen, chapter 5).
 */
export interface Notation {
  readonly group: string;
  readonly point: string;
  readonly days: readonly string[];
  readonly months: readonly string[];
  /** Units that are words: one of it, and more of it. All others are symbols. */
  readonly units: Readonly<Record<string, readonly [one: string, more: string]>>;
  readonly percent: (figure: string) => string;
  /** @param sign as it stands before an amount in English, with its space where it has one */
  readonly money: (figure: string, sign: string, minus: string) => string;
  readonly longDate: (date: DateParts) => string;
  readonly shortDate: (date: DateParts) => string;
  readonly weekdayDate: (weekday: string, longDate: string) => string;
  /** Without a year, for a time of day beside it. */
  readonly dayAndMonth: (date: DateParts) => string;
  /** Both ends are in it. */
  readonly period: (first: DateParts, last: DateParts) => string;
}

/** A day without zeros in front, the name of its month, its year, and the ISO date. */
export interface DateParts {
  readonly day: string;
  readonly month: string;
  readonly year: string;
  readonly iso: string;
}

const english: Notation = {
  group: ',',
  point: '.',
  days: ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'],
  months: [
    ...['January', 'February', 'March', 'April', 'May', 'June'],
    ...['July', 'August', 'September', 'October', 'November', 'December'],
  ],
  units: {
    minute: ['minute', 'minutes'],
    hour: ['hour', 'hours'],
    day: ['day', 'days'],
    week: ['week', 'weeks'],
    month: ['month', 'months'],
    year: ['year', 'years'],
    share: ['share', 'shares'],
    part: ['part', 'parts'],
  },
  percent: (figure) => `${figure}%`,
  money: (figure, sign, minus) => `${minus}${sign}${figure}`,
  longDate: ({ day, month, year }) => `${day}\u00a0${month}\u00a0${year}`,
  shortDate: ({ day, month, year }) => `${day}\u00a0${month.slice(0, 3)}\u00a0${year}`,
  weekdayDate: (weekday, longDate) => `${weekday} ${longDate}`,
  dayAndMonth: ({ day, month }) => `${day}\u00a0${month.slice(0, 3)}`,
  period: (first, last) => {
    const end = `${last.day}\u00a0${last.month}\u00a0${last.year}`;
    if (first.year !== last.year) return `${first.day}\u00a0${first.month}\u00a0${first.year} to ${end}`;
    if (first.month !== last.month) return `${first.day}\u00a0${first.month} to ${end}`;
    return first.day === last.day ? end : `${first.day} to ${end}`;
  },
};

const inFigures = ({ iso }: DateParts): string => {
  const [year = '', month = '', day = ''] = iso.split('-');
  return `${day}.${month}.${year}`;
};

const german: Notation = {
  group: '.',
  point: ',',
  days: ['Sonntag', 'Montag', 'Dienstag', 'Mittwoch', 'Donnerstag', 'Freitag', 'Samstag'],
  months: [
    ...['Januar', 'Februar', 'März', 'April', 'Mai', 'Juni'],
    ...['Juli', 'August', 'September', 'Oktober', 'November', 'Dezember'],
  ],
  units: {
    minute: ['Minute', 'Minuten'],
    hour: ['Stunde', 'Stunden'],
    day: ['Tag', 'Tage'],
    week: ['Woche', 'Wochen'],
    month: ['Monat', 'Monate'],
    year: ['Jahr', 'Jahre'],
    share: ['Anteil', 'Anteile'],
    part: ['Teil', 'Teile'],
    people: ['Personen', 'Personen'],
    'agreed price': ['vereinbarter Preis', 'vereinbarter Preis'],
  },
  percent: (figure) => `${figure}\u00a0%`,
  money: (figure, sign, minus) => `${minus}${figure}\u00a0${sign.trim()}`,
  longDate: ({ day, month, year }) => `${day}.\u00a0${month}\u00a0${year}`,
  shortDate: inFigures,
  weekdayDate: (weekday, longDate) => `${weekday}, ${longDate}`,
  dayAndMonth: (date) => inFigures(date).slice(0, 6),
  period: (first, last) => {
    const end = `${last.day}.\u00a0${last.month}\u00a0${last.year}`;
    if (first.year !== last.year) return `${first.day}.\u00a0${first.month}\u00a0${first.year} bis ${end}`;
    if (first.month !== last.month) return `${first.day}.\u00a0${first.month} bis ${end}`;
    return first.day === last.day ? end : `${first.day}. bis ${end}`;
  },
};

export const notations: Readonly<Record<Locale, Notation>> = {
  'en-GB': english,
  'de-DE': german,
  'de-AT': { ...german, months: german.months.map((month) => (month === 'Januar' ? 'Jänner' : month)) },
  'de-CH': {
    ...german,
    group: '’',
    point: '.',
    money: (figure, sign, minus) => `${sign.trim()}\u00a0${minus}${figure}`,
  },
};
