import { Temporal } from 'temporal-polyfill';
import { DomainError } from '../errors.js';
import type { CivilDate, Instant, Period, Span } from './period.js';

/** An IANA zone name, checked by `zone`. */
export type Zone = string;

/** Reads an IANA zone name. @throws DomainError `invalid-zone` */
export function zone(name: string): Zone {
  try {
    return Temporal.ZonedDateTime.from({ year: 2026, month: 1, day: 1, timeZone: name }).timeZoneId;
  } catch {
    throw new DomainError('invalid-zone', `"${name.slice(0, 60)}" is not a time zone like Europe/London.`);
  }
}

/** The instant at which a civil day begins in a zone; where the clock skips midnight, the first instant that exists. */
export function startOfDay(date: CivilDate, zone: Zone): Instant {
  return Temporal.PlainDate.from(date).toZonedDateTime(zone).toInstant().toString();
}

/** The instants between which a period of civil days lies: 23, 24 or 25 hours a day. */
export const spanOf = (period: Period, zone: Zone): Span => ({
  from: startOfDay(period.from, zone),
  to: startOfDay(period.to, zone),
});

/**
 * The instant so many civil days later at which the clock on the wall shows the same; earlier for a negative number.
 *
 * @example shiftDays('2026-10-26T10:00:00Z', -1, 'Europe/London') → '2026-10-25T10:00:00Z', and −2 → '2026-10-24T09:00:00Z'
 */
export const shiftDays = (at: Instant, days: number, zone: Zone): Instant =>
  Temporal.Instant.from(at).toZonedDateTimeISO(zone).add({ days }).toInstant().toString();

/** The civil day on which an instant falls in a zone. */
export function dayOf(at: Instant, zone: Zone): CivilDate {
  return Temporal.Instant.from(at).toZonedDateTimeISO(zone).toPlainDate().toString();
}

/**
 * What the clock on the wall showed at an instant, to the minute.
 *
 * @example localMoment('2026-09-30T23:00:00Z', 'Europe/London') → '2026-10-01T00:00'
 */
export const localMoment = (at: Instant, zone: Zone): string =>
  Temporal.Instant.from(at).toZonedDateTimeISO(zone).toPlainDateTime().toString({ smallestUnit: 'minute' });
