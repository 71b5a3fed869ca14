import { Temporal } from 'temporal-polyfill';
import { assert, DomainError } from '../errors.js';

/**
 * Periods are half-open: `from` is in, `to` is out. So October ends where November begins, and no instant belongs to two.
 * Instants are ISO texts in UTC with `Z`, to the millisecond at most, so that equal instants are equal texts; compare with `epochMs`.
 * Dates are civil: a day in the site's zone, with no hour.
 */

/** `2026-10-01T00:30:00Z`, normalised by `instant`. */
export type Instant = string;
/** `2026-10-01`. */
export type CivilDate = string;

/** Half-open stretch of time between two instants. */
export interface Span {
  readonly from: Instant;
  readonly to: Instant;
}

/** Half-open run of civil days; `to` is the first day after it, or null where it is open. */
export interface Days {
  readonly from: CivilDate;
  readonly to: CivilDate | null;
}

/** A closed run of civil days, as a billing period is. */
export interface Period {
  readonly from: CivilDate;
  readonly to: CivilDate;
}

/**
 * Reads an RFC 3339 instant that carries an offset, and writes it in UTC.
 *
 * @throws DomainError `invalid-period` where it is no instant or has no offset: an hour without zone is a guess
 * @example instant('2026-10-25T01:30:00+01:00') → '2026-10-25T00:30:00Z'
 */
export function instant(text: string): Instant {
  try {
    const parsed = Temporal.Instant.from(text);
    if (parsed.epochNanoseconds % 1_000_000n !== 0n) throw new RangeError('finer than a millisecond');
    return parsed.toString();
  } catch {
    throw new DomainError(
      'invalid-period',
      `"${text.slice(0, 40)}" is not an instant with an offset, like 2026-10-01T00:30:00+01:00.`,
    );
  }
}

/** Milliseconds since 1970, for comparing and measuring. Takes only what `instant` wrote: readings come by the million, and a full parse costs ten times as much. */
export function epochMs(at: Instant): number {
  const ms = Date.parse(at);
  assert(!Number.isNaN(ms), `"${at}" is not a normalised instant.`);
  return ms;
}

/** The normalised instant so many milliseconds after 1970, written exactly as `instant` would. */
export const fromEpochMs = (ms: number): Instant => new Date(ms).toISOString().replace(/\.?0+Z$/, 'Z');

/** Reads an ISO civil date. @throws DomainError `invalid-period` */
export function civilDate(text: string): CivilDate {
  try {
    if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) throw new RangeError('not a date');
    return Temporal.PlainDate.from(text, { overflow: 'reject' }).toString();
  } catch {
    throw new DomainError('invalid-period', `"${text.slice(0, 40)}" is not a date like 2026-10-01.`);
  }
}

/** Checks that a period is not empty. @throws DomainError `invalid-period` */
export function period(from: string, to: string): Period {
  const checked = { from: civilDate(from), to: civilDate(to) };
  if (checked.to <= checked.from)
    throw new DomainError(
      'invalid-period',
      `${from} to ${to} is empty: the end is exclusive and must come after the start.`,
    );
  return checked;
}

/** Number of civil days in a period. @example October → 31 */
export function daysIn({ from, to }: Period): number {
  return Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to), { largestUnit: 'days' }).days;
}

/** The days two runs share, or null. An open end never ends. */
export function overlap(a: Days, b: Days): Days | null {
  const from = a.from > b.from ? a.from : b.from;
  const to = a.to === null ? b.to : b.to === null ? a.to : a.to < b.to ? a.to : b.to;
  return to !== null && to <= from ? null : { from, to };
}

/** The days of a closed period that a run of days covers, or null. */
export function within(period: Period, days: Days): Period | null {
  const shared = overlap(period, days);
  return shared === null || shared.to === null ? null : { from: shared.from, to: shared.to };
}

export function addDays(date: CivilDate, days: number): CivilDate {
  return Temporal.PlainDate.from(date).add({ days }).toString();
}

/** 1 for a Monday to 7 for a Sunday. */
export const weekdayOf = (date: CivilDate): number => Temporal.PlainDate.from(date).dayOfWeek;

/** The calendar month that holds `date`. @example '2026-10-17' → October 2026 */
export function monthOf(date: CivilDate): Period {
  const first = Temporal.PlainDate.from(date).with({ day: 1 });
  return { from: first.toString(), to: first.add({ months: 1 }).toString() };
}

/** The calendar months that a period touches, each as far as the period reaches. @example 20 Jan to 3 Mar → 3 parts */
export function monthsOf(period: Period): Period[] {
  const months: Period[] = [];
  for (let from = period.from; from < period.to; from = monthOf(from).to) {
    months.push(within(period, { from, to: monthOf(from).to }) ?? period);
  }
  return months;
}

export function addMonths(date: CivilDate, months: number): CivilDate {
  return Temporal.PlainDate.from(date).add({ months }).toString();
}

/**
 * The periods that lie directly before one, as long as it is: months before a month, quarters before a quarter, else as many days.
 *
 * @returns `count` periods, oldest first; each ends where the next begins, the last where `period` begins
 * @example periodsBefore(October 2026, 2) → August 2026, September 2026
 */
export function periodsBefore(period: Period, count: number): Period[] {
  const months = Array.from({ length: 12 }, (_, i) => i + 1).find((n) => addMonths(period.from, n) === period.to);
  const days = daysIn(period);
  const back = (steps: number): CivilDate =>
    months === undefined ? addDays(period.from, -steps * days) : addMonths(period.from, -steps * months);
  return Array.from({ length: count }, (_, i) => ({ from: back(count - i), to: back(count - i - 1) }));
}
