import { addDays, epochMs } from '../../../../domain/calendar/period.js';
import { startOfDay, zone as checked } from '../../../../domain/calendar/zone.js';
import { LocalClock } from '../local-clock.js';
import { offsetOf } from './moments.js';

/*
 * From the clock on the wall to the instant. A table has millions of times and a zone few rules, so the days are remembered: on a day of
 * 24 hours the wall is ahead of UTC by the same all day, and only on the others is every time looked at.
 */

const dayMs = 86_400_000;
const mostDays = 4000;

/** A day on the wall, in milliseconds since 1970. */
export interface Day {
  readonly from: number;
  readonly to: number;
}

export class WallClock {
  private readonly days = new Map<number, Day>();
  private readonly local: LocalClock;
  private readonly offsetMs: number | null;

  private constructor(private readonly zone: string) {
    const offset = offsetOf(zone);
    this.offsetMs = offset === undefined ? null : offset * 60_000;
    this.local = new LocalClock(zone);
  }

  /** @param zone IANA name, `UTC`, or an offset as `+10:00`. @throws DomainError `invalid-zone` */
  static of(zone: string): WallClock {
    return new WallClock(offsetOf(zone) === undefined ? checked(zone) : zone);
  }

  /** The instants at which the wall shows a time: one as a rule, none in the hour that is left out, two in the one that comes twice. */
  instantsOf(wall: number): readonly number[] {
    const { from, to } = this.dayOf(wall);
    return to - from === dayMs ? [from + wall - midnightOf(wall)] : this.local.instantsOf(wall);
  }

  /** Beginning and end of the day on which a wall time lies. */
  dayOf(wall: number): Day {
    const midnight = midnightOf(wall);
    let day = this.days.get(midnight);
    if (!day) {
      day = this.lookUp(midnight);
      if (this.days.size >= mostDays) this.days.clear();
      this.days.set(midnight, day);
    }
    return day;
  }

  private lookUp(midnight: number): Day {
    if (this.offsetMs !== null) return { from: midnight - this.offsetMs, to: midnight + dayMs - this.offsetMs };
    const date = new Date(midnight).toISOString().slice(0, 10);
    return { from: epochMs(startOfDay(date, this.zone)), to: epochMs(startOfDay(addDays(date, 1), this.zone)) };
  }
}

const midnightOf = (wall: number): number => Math.floor(wall / dayMs) * dayMs;
