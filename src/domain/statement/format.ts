import { addDays, type CivilDate, epochMs, monthOf } from '../calendar/period.js';
import { decimal, plain, roundToScale } from '../quantity/decimal.js';
import type { Currency } from '../quantity/money.js';
import { type DateParts, notations } from './catalogue/notation.js';
import type { LocalMoment, Locale, Written } from './model.js';

/**
 * Written decimals and ISO dates, as a person reads them.
 *
 * Everything is done on the text: no figure passes through a float, and none is rounded but by `brief`, which says so. A minus
 * is a minus (U+2212), not a hyphen, so that it is as wide as a plus and is never taken for a dash or broken off at a line's end.
 */
const symbols: Partial<Record<Currency, string>> = { GBP: '£', EUR: '€', USD: '$', AUD: '$', JPY: '¥' };
const coins: Partial<Record<Currency, string>> = { GBP: 'p', EUR: 'ct', CHF: 'Rp.', USD: 'ct', AUD: 'ct' };

export const minus = '\u2212';

/** The sign people write before an amount. @example currencySign('CHF') → 'CHF ' (with a space that does not break) */
export const currencySign = (currency: Currency): string => symbols[currency] ?? `${currency}\u00a0`;

/** The short name of the currency for a column's head. @example '£', 'CHF' */
export const currencyName = (currency: Currency): string => symbols[currency] ?? currency;

/** Groups the integer digits and sets the real minus. @example number('-1505.52') → '−1,505.52' */
export function number(value: Written, locale: Locale = 'en-GB'): string {
  const { group, point } = notations[locale];
  const negative = value.startsWith('-');
  const [whole = '', fraction] = (negative ? value.slice(1) : value).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, group);
  return `${negative ? minus : ''}${grouped}${fraction === undefined ? '' : point + fraction}`;
}

/** An amount with its currency. @example money('-4.80', 'GBP') → '−£4.80', in de-DE '−4,80 £' */
export function money(value: Written, currency: Currency, locale: Locale = 'en-GB'): string {
  const negative = value.startsWith('-');
  const figure = number(negative ? value.slice(1) : value, locale);
  return notations[locale].money(figure, currencySign(currency), negative ? minus : '');
}

/** A change with its sign always shown. @example signed('4') → '+4', signed('0') → '0' */
export const signed = (value: Written, locale: Locale = 'en-GB'): string =>
  /^-|^0*(\.0*)?$/.test(value) ? number(value, locale) : `+${number(value, locale)}`;

/** A figure that counts hundredths. @example percent('6.6') → '6.6%', in de-DE '6,6 %' */
export const percent = (value: Written, locale: Locale = 'en-GB'): string =>
  notations[locale].percent(number(value, locale));

/** Units that are counted one by one, by their names in the data; these have a plural, all others are symbols. */
const words = ['minute', 'hour', 'day', 'week', 'month', 'year', 'share', 'part'];
const wordOf = (unit: string): string | undefined => words.find((word) => unit === word || unit === `${word}s`);

/** True for units that are counted one by one, and not measured. */
export const isCounted = (unit: string): boolean => wordOf(unit) !== undefined;

/** A unit beside a name. @example unitName('m3') → 'm³', unitName('m² × days', 'de-DE') → 'm² × Tage' */
export const unitName = (unit: string, locale: Locale = 'en-GB'): string =>
  unit
    .split(' × ')
    .map((one) => (one === 'm3' ? 'm³' : (named(one, locale) ?? one)))
    .join(' × ');

function named(unit: string, locale: Locale): string | undefined {
  const { units } = notations[locale];
  return units[unit]?.[0] ?? units[unit.replace(/s$/, '')]?.[1];
}

/** A quantity with its unit. @example withUnit('1', 'days') → '1 day', withUnit('31', 'day') → '31 days', withUnit('4.0', 'm3') → '4.0 m³' */
export function withUnit(quantity: Written, unit: string, locale: Locale = 'en-GB'): string {
  const word = wordOf(unit);
  const name =
    word === undefined ? unitName(unit, locale) : unitName(decimal(quantity).equals(1) ? word : `${word}s`, locale);
  return `${number(quantity, locale)}\u00a0${name}`;
}

/**
 * A price per unit. Below one unit of the currency it is written in coins: for energy with three decimals or more, as suppliers
 * do, for time with one or more.
 *
 * @param value price per unit in the currency, any number of decimals; none is dropped
 * @example price('0.246', 'GBP', 'kWh') → '24.600 p/kWh'; price('0.1', 'GBP', 'days') → '10.0 p/day'; price('3', 'GBP', 'month') → '£3.00/month'
 */
export function price(value: Written, currency: Currency, unit?: string, locale: Locale = 'en-GB'): string {
  const word = unit === undefined ? undefined : wordOf(unit);
  const per = unit === undefined ? '' : `/${unitName(word ?? unit, locale)}`;
  const exact = decimal(value);
  const coin = coins[currency];
  if (coin !== undefined && !exact.isZero() && exact.abs().lessThan(1)) {
    return `${number(padded(plain(exact.times(100)), word === undefined ? 3 : 1), locale)}\u00a0${coin}${per}`;
  }
  return `${money(padded(plain(exact), 2), currency, locale)}${per}`;
}

function padded(value: Written, places: number): Written {
  const [whole = '', fraction = ''] = value.split('.');
  return places === 0 ? value : `${whole}.${fraction.padEnd(places, '0')}`;
}

const placesOf = (value: Written): number => value.split('.')[1]?.length ?? 0;

/** Figures that stand together with as many decimals as the longest of them. @example evenly(['431', '92.5']) → ['431.0', '92.5'] */
export function evenly(values: readonly Written[]): Written[] {
  const most = Math.max(0, ...values.map(placesOf));
  return values.map((value) => padded(value, most));
}

/**
 * Figures for a first glance, rounded half up to one decimal where any has one. The exact ones stand in the tables of the workings.
 *
 * @example brief(['65.652', '560']) → ['65.7', '560.0']; brief(['7960']) → ['7960']
 */
export const brief = (values: readonly Written[]): Written[] =>
  evenly(values.map((value) => plain(roundToScale(decimal(value), 1, 'half-up'))));

function parts(date: CivilDate, locale: Locale): DateParts {
  const [year = '', month = '', day = ''] = date.split('-');
  const name = notations[locale].months[parseInt(month, 10) - 1] ?? month;
  return { day: day.replace(/^0/, ''), month: name, year, iso: date };
}

/** @example longDate('2026-11-30') → '30 November 2026', in de-DE '30. November 2026' */
export const longDate = (date: CivilDate, locale: Locale = 'en-GB'): string =>
  notations[locale].longDate(parts(date, locale));

/** @example shortDate('2026-11-03') → '3 Nov 2026', in de-DE '03.11.2026' */
export const shortDate = (date: CivilDate, locale: Locale = 'en-GB'): string =>
  notations[locale].shortDate(parts(date, locale));

/** @example weekdayDate('2026-11-30') → 'Monday 30 November 2026' */
export function weekdayDate(date: CivilDate, locale: Locale = 'en-GB'): string {
  const days = epochMs(`${date}T00:00:00Z`) / 86_400_000;
  const weekday = notations[locale].days[(((days + 4) % 7) + 7) % 7] ?? '';
  return notations[locale].weekdayDate(weekday, longDate(date, locale));
}

/** @example moment('2026-10-01T00:00') → '1 Oct 00:00' */
export function moment(at: LocalMoment, locale: Locale = 'en-GB'): string {
  const [date = '', time] = at.split('T');
  const day = notations[locale].dayAndMonth(parts(date, locale));
  return [day, time].filter((part) => part !== undefined).join('\u00a0');
}

/** The days of a half-open period, both ends named as people do. @example 2026-10-01 to 2026-11-01 → '1 to 31 October 2026' */
export const periodOf = (from: CivilDate, to: CivilDate, locale: Locale = 'en-GB'): string =>
  notations[locale].period(parts(from, locale), parts(addDays(to, -1), locale));

/** A whole month by its name, any other period by its days. @example spanName('2025-10-01', '2025-11-01') → 'October 2025' */
export function spanName(from: CivilDate, to: CivilDate, locale: Locale = 'en-GB'): string {
  const { month, year } = parts(from, locale);
  const { from: first, to: next } = monthOf(from);
  return first === from && next === to ? `${month}\u00a0${year}` : periodOf(from, to, locale);
}

/** @example monthLabel('2026-10-01') → 'Oct', with its year 'Oct 26' */
export function monthLabel(date: CivilDate, withYear: boolean, locale: Locale = 'en-GB'): string {
  const { month, year } = parts(date, locale);
  return withYear ? `${month.slice(0, 3)}\u00a0${year.slice(2)}` : month.slice(0, 3);
}

/** Characters that nobody can see or that turn the reading direction: a name must not be able to hide or reorder figures. */
const unseen =
  /[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

/**
 * Text as it may be printed: composed form, runs of white space as one space, and each invisible control as U+FFFD.
 *
 * @example visible('Ann\u202eabc') → 'Ann\ufffdabc'
 */
export const visible = (text: string): string =>
  text
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .normalize('NFC')
    .replace(/[\t\n\v\f\r\u2028\u2029 ]+/g, ' ')
    .replace(unseen, '\ufffd')
    .trim();

/**
 * How long to draw a part beside its whole, in thousandths. For lengths on paper only, never for a figure.
 *
 * @returns a whole number, cut and not rounded; 0 where the part is negative or the whole is not above zero
 * @example perMille('523.5', '7960') → 65
 */
export function perMille(part: Written, whole: Written): number {
  const [some, all] = [decimal(part), decimal(whole)];
  if (all.lessThanOrEqualTo(0) || some.lessThan(0)) return 0;
  return parseInt(plain(some.times(1000).dividedToIntegerBy(all)), 10);
}
