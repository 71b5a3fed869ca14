import { epochMs, fromEpochMs } from '../../../domain/calendar/period.js';
import { localMoment, type Zone } from '../../../domain/calendar/zone.js';

/*
 * From the time that a clock on the wall shows to the instant. A clock that is put back shows an hour twice, one that is put forward
 * skips an hour. A time on the wall is written as the milliseconds of that time in UTC.
 *
 *   Amsterdam, 25 October 2026, 02:30   →   00:30Z in summer time, 01:30Z in winter time
 */

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

export class LocalClock {
  /** Offset of the wall day asked for last; null where the clock changes near it. Times of a file come day by day. */
  private known: { readonly day: number; readonly offset: number | null } | null = null;
  private seasons: { readonly year: number; readonly winter: number; readonly summer: number } | null = null;

  constructor(private readonly zone: Zone) {}

  /** The instants at which the clock showed this: one, two where it was put back, none where it was put forward. In order. */
  instantsOf(wall: number): readonly number[] {
    const wallDay = Math.floor(wall / day);
    if (this.known?.day !== wallDay) {
      const before = this.offsetAt((wallDay - 1) * day);
      const after = this.offsetAt((wallDay + 2) * day);
      this.known = { day: wallDay, offset: before === after ? before : null };
    }
    if (this.known.offset !== null) return [wall - this.known.offset];
    const offsets = new Set([this.offsetAt(wall - day), this.offsetAt(wall + day)]);
    return [...offsets]
      .map((offset) => wall - offset)
      .filter((at) => this.offsetAt(at) === wall - at)
      .sort((a, b) => a - b);
  }

  /**
   * The instant at which a clock showed this that says itself whether it was on summer or on winter time.
   *
   * @returns `lawful` is false where the zone was on the other time: the clock is believed all the same, as its word fixes the instant
   */
  instantIn(season: 'summer' | 'winter', wall: number): { readonly at: number; readonly lawful: boolean } {
    const at = wall - this.seasonsOf(new Date(wall).getUTCFullYear())[season];
    return { at, lawful: this.instantsOf(wall).includes(at) };
  }

  private seasonsOf(year: number): { readonly winter: number; readonly summer: number } {
    if (this.seasons?.year === year) return this.seasons;
    const january = this.offsetAt(Date.UTC(year, 0, 1));
    const july = this.offsetAt(Date.UTC(year, 6, 1));
    const winter = Math.min(january, july);
    this.seasons = { year, winter, summer: january === july ? winter + hour : Math.max(january, july) };
    return this.seasons;
  }

  /** Milliseconds by which the clock is ahead of UTC. */
  private offsetAt(at: number): number {
    const whole = Math.floor(at / minute) * minute;
    return epochMs(`${localMoment(fromEpochMs(whole), this.zone)}Z`) - whole;
  }
}
