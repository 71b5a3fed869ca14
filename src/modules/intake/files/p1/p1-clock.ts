import { zone } from '../../../../domain/calendar/zone.js';
import { LocalClock } from '../local-clock.js';
import type { FileOptions } from '../meter-file.js';

/*
 * Times of telegrams are those of the clock on the wall, with a letter for summer or winter time, which tells the two hours apart when
 * the clock is put back. The letter is believed even against the law of the zone: Swedish meters show winter time all year
 * (EIFS 2016:2), and say so. DSMR 2 and 3 write no letter.
 *
 *   261025023000S → 25 October 2026, 02:30 summer time → 00:30Z; 261025023000W → 01:30Z
 */

/** Where the standard comes from; Belgium, Luxembourg, Hungary and Sweden have the same time. */
const defaultZone = 'Europe/Amsterdam';
/** The first standard is of 2007; a clock that shows less was never set. */
const firstInstant = Date.UTC(2007, 0, 1);

/** An instant, or why it is none. `isLawful` is false where the letter says the time that the zone did not have. */
export type Told = { readonly at: number; readonly isLawful: boolean } | { readonly fault: string };

export class P1Clock {
  private readonly clock: LocalClock;

  constructor(private readonly options: FileOptions) {
    this.clock = new LocalClock(zone(options.zone ?? defaultZone));
  }

  /** Reads `YYMMDDhhmmss` and its letter. */
  read(text: string): Told {
    const wall = wallTimeOf(text);
    if (wall === null) return { fault: `"${text.slice(0, 20)}" is no time like 261025023000S.` };
    if (wall < firstInstant) return { fault: `the clock of the meter was not set: it shows ${text}.` };
    const letter = text.charAt(12).toUpperCase();
    if (letter !== '') {
      const { at, lawful } = this.clock.instantIn(letter === 'S' ? 'summer' : 'winter', wall);
      return { at, isLawful: lawful };
    }
    if (this.options.offsetMinutes !== null) return { at: wall - this.options.offsetMinutes * 60_000, isLawful: true };
    const [first, second] = this.clock.instantsOf(wall);
    if (first === undefined) return { fault: `the clock skipped ${text} when it was put forward.` };
    if (second === undefined) return { at: first, isLawful: true };
    return { fault: `the clock showed ${text} twice, and the file does not say which is meant.` };
  }
}

/** As if it were UTC; null where no clock shows that. Years 70 to 99 are those of clocks that were never set. */
function wallTimeOf(text: string): number | null {
  if (!/^\d{12}[SW]?$/i.test(text)) return null;
  const [yy = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0] = [0, 2, 4, 6, 8, 10].map((at) =>
    Number(text.slice(at, at + 2)),
  );
  const ms = Date.UTC(yy < 70 ? 2000 + yy : 1900 + yy, month - 1, day, hours, minutes, seconds);
  const date = new Date(ms);
  const isReal = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && date.getUTCHours() === hours;
  return isReal && minutes < 60 && seconds < 60 ? ms : null;
}
