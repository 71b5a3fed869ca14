import { zone } from '../../../../domain/calendar/zone.js';
import { LocalClock } from '../local-clock.js';
import type { FileOptions } from '../meter-file.js';

/*
 * The times of an MSCONS. The German market writes them in UTC, as `202310052200?+00` in format 303, and all other times of its messages
 * are UTC too since October 2022, the profile 2.4: EDI@Energy, Allgemeine Festlegungen 6.1d, chapter 3. Older and foreign messages write
 * another offset there, or none at all (format 203): then a DTM+735 or DTM+ZZZ of the message says how far its clock is ahead of UTC, as
 * the Nordic countries do; else it is legal time, of Germany unless somebody says otherwise.
 *
 * A date without time is a day of legal time, and what has begun on it began at its beginning, what has ended on it ended at its end. That
 * is how the market read dates before it wrote times (question 2022-01524 of the EDI@Energy forum).
 */

/** An instant; a day or a stretch of days, as instants; or why the text is neither. */
export type Told =
  | { readonly at: number }
  | { readonly from: number; readonly to: number; readonly isDate: boolean }
  | { readonly fault: string };

const defaultZone = 'Europe/Berlin';
const minute = 60_000;
const named: Readonly<Record<string, number>> = { Z: 0, UTC: 0, GMT: 0, CET: 60, MEZ: 60, CES: 120, MES: 120 };
const timed = /^((?:19|20)\d{10}(?:\d\d)?)(?:([+-]\d\d)(\d\d)?|([A-Z]{1,3}))?$/;

export class MsconsClock {
  private readonly local: LocalClock;
  private offset: number | null = null;
  private isUtc = false;
  private last: { readonly text: string; readonly told: Told } = { text: '', told: { fault: '' } };

  constructor(private readonly options: FileOptions) {
    this.local = new LocalClock(zone(options.zone ?? defaultZone));
  }

  /** A message begins, which has not said yet how far its clock is ahead. @param profile as `2.4c`; others than German are not in UTC */
  begin(profile: string): void {
    this.offset = null;
    this.isUtc = isSince24(profile);
    this.last = { text: '', told: { fault: '' } };
  }

  /** Takes `DTM+735:?+0100:406` and `DTM+ZZZ:1:805`. @returns false where the text is no offset */
  setOffset(text: string): boolean {
    const [, sign = '+', hours, minutes = '00'] = /^([+-]?)(\d{1,2})(\d\d)?$/.exec(text) ?? [];
    if (hours === undefined || Number(hours) > 14 || Number(minutes) > 59) return false;
    this.offset = (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
    this.last = { text: '', told: { fault: '' } };
    return true;
  }

  /**
   * Reads the time of a DTM. Each interval begins where the one before it ended, so the last time is remembered.
   *
   * @param isGas whether days and months begin at six, as those of gas do
   */
  read(text: string, format: string, isGas = false): Told {
    if (isGas) return this.toldBy(text, format, '06');
    if (text !== this.last.text) this.last = { text, told: this.toldBy(text, format, '00') };
    return this.last.told;
  }

  private toldBy(text: string, format: string, hour: '00' | '06'): Told {
    if (text.length >= 24) {
      const [, first, last, ahead = ''] = /^(\d{12})(\d{12})([+-]\d\d(?:\d\d)?)?$/.exec(text) ?? [];
      if (first !== undefined) return this.stretch(first + ahead, last + ahead, false);
    }
    const days = format === '718' ? /^(\d{8})-?(\d{8})$/.exec(text) : text.length === 8 ? /^(\d{8})$/.exec(text) : null;
    if (days) return this.stretch(`${days[1]}${hour}00`, `${dayAfter(days[2] ?? text)}${hour}00`, true);
    if (format === '610' && /^\d{6}$/.test(text)) {
      return this.stretch(`${text}01${hour}00`, `${monthAfter(text)}01${hour}00`, true);
    }
    return this.instant(text);
  }

  private stretch(first: string, last: string, isDate: boolean): Told {
    const from = this.instant(first, isDate);
    const to = this.instant(last, isDate);
    if (!('at' in from)) return from;
    return 'at' in to ? { from: from.at, to: to.at, isDate } : to;
  }

  private instant(text: string, isDate = false): Told {
    const [whole, digits = '', ahead, aheadMinutes = '0', name] = timed.exec(text) ?? [];
    const wall = whole === undefined ? null : wallTimeOf(digits);
    const offset =
      ahead !== undefined ? minutesOf(ahead, aheadMinutes) : name !== undefined ? named[name] : this.agreed(isDate);
    if (wall === null || offset === undefined)
      return { fault: `"${text.slice(0, 40)}" is no time like 202310052200+00.` };
    if (offset !== null) return { at: wall - offset * minute };
    const [first, second] = this.local.instantsOf(wall);
    if (first === undefined) return { fault: `the clock skipped ${text} when it was put forward.` };
    if (second === undefined) return { at: first };
    return { fault: `the clock showed ${text} twice, and the message does not say which is meant.` };
  }

  /** Minutes that hold where the time says none; null for legal time. */
  private agreed(isDate: boolean): number | null {
    const told = this.offset ?? this.options.offsetMinutes;
    return told === null && this.isUtc && !isDate && this.options.zone === null ? 0 : told;
  }
}

/** Whether a profile of the German market is the one that has all times in UTC and says of every substitute how it was made. */
export const isSince24 = (profile: string): boolean => /^2\.(?:[4-9]|\d\d)/.test(profile);

const minutesOf = (hours: string, minutes: string): number => {
  const size = Math.abs(Number(hours)) * 60 + Number(minutes);
  return hours.startsWith('-') ? -size : size;
};

/** `CCYYMMDDHHMM` or with seconds, as if it were UTC; null where no clock shows that. Midnight may be 24:00 of the day before. */
function wallTimeOf(text: string): number | null {
  const at = (from: number): number => Number(text.slice(from, from + 2));
  const [month, day, hours, minutes, seconds] = [at(4), at(6), at(8), at(10), at(12)];
  const start = Date.UTC(Number(text.slice(0, 4)), month - 1, day);
  const isDay = month >= 1 && month <= 12 && day >= 1 && (day <= 28 || new Date(start).getUTCDate() === day);
  const isTime = minutes < 60 && seconds < 60 && (hours < 24 || (hours === 24 && minutes === 0 && seconds === 0));
  return isDay && isTime ? start + ((hours * 60 + minutes) * 60 + seconds) * 1000 : null;
}

const dated = (year: number, month: number, day: number): string =>
  new Date(Date.UTC(year, month, day)).toISOString().slice(0, 10).replaceAll('-', '');

/** `20261031` → `20261101`. Whether the day itself exists is seen where it begins. */
const dayAfter = (text: string): string =>
  dated(Number(text.slice(0, 4)), Number(text.slice(4, 6)) - 1, Number(text.slice(6)) + 1);

/** `202612` → `202701`. */
const monthAfter = (text: string): string => dated(Number(text.slice(0, 4)), Number(text.slice(4)), 1).slice(0, 6);
