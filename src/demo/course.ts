import { type CivilDate, epochMs, fromEpochMs, type Instant, monthOf } from '../domain/calendar/period.js';
import { dayOf, spanOf } from '../domain/calendar/zone.js';
import { commonMeters, type DemoMeter, move, sourceMeter, stalls } from './hall.js';
import { gains, halfHour, slotsOf, zone } from './readings.js';

/*
 * What the hall uses after its model month, at any instant: the same figures by season and the same hash as in the months before, from half-hour to
 * half-hour, and evenly within one. The phone repairer has moved for good.
 *
 *   M-0711 from 10:00 to 10:20, in a half-hour of 1,200 Wh   800 Wh
 */

const subs: readonly DemoMeter[] = [...stalls.flatMap((s) => s.meters), ...commonMeters];
const losses: DemoMeter = { code: 'losses', name: '', day: sourceMeter.lossDay, night: sourceMeter.lossNight };

/** Every meter of the hall that is read. */
export const metersRead: readonly string[] = [...subs.map(({ code }) => code), sourceMeter.code];

const useOf = (code: string): Pick<DemoMeter, 'day' | 'night'> | undefined => subs.find((meter) => meter.code === code);
/** Since the move the one stall uses what the other had used. */
const moved: readonly DemoMeter[] = [...subs, losses].map((meter) => {
  const { from, to } = move;
  const like = meter.code === from.meter ? useOf(to.meter) : meter.code === to.meter ? useOf(from.meter) : meter;
  return { ...meter, day: like?.day ?? '0', night: like?.night ?? '0' };
});

interface Month {
  readonly fromMs: number;
  readonly toMs: number;
  readonly next: CivilDate;
  /** By meter, what it has used at the beginning of each half-hour, and at the end of the last one. */
  readonly used: ReadonlyMap<string, readonly bigint[]>;
}

export class Course {
  private readonly months = new Map<CivilDate, Month>();

  /**
   * @returns whole watt-hours that a meter counts from one instant to a later one
   * @law additive over any instant between; the source meter counts the sum of all and what the cables keep
   */
  use(code: string, from: Instant, to: Instant): bigint {
    if (code === sourceMeter.code) return moved.reduce((sum, meter) => sum + this.use(meter.code, from, to), 0n);
    const [fromMs, toMs] = [epochMs(from), epochMs(to)];
    let used = 0n;
    for (let month = this.month(dayOf(from, zone)); month.fromMs < toMs; month = this.month(month.next))
      used += reached(month, code, Math.min(toMs, month.toMs)) - reached(month, code, Math.max(fromMs, month.fromMs));
    return used;
  }

  private month(day: CivilDate): Month {
    const period = monthOf(day);
    const known = this.months.get(period.from);
    if (known) return known;
    const slots = slotsOf(period, true);
    const span = spanOf(period, zone);
    const made: Month = {
      fromMs: epochMs(span.from),
      toMs: epochMs(span.to),
      next: period.to,
      used: new Map(moved.map((meter) => [meter.code, running(gains(meter, period, slots, false))])),
    };
    this.months.set(period.from, made);
    return made;
  }
}

function running(gained: readonly bigint[]): bigint[] {
  const used = [0n];
  for (const gain of gained) used.push((used.at(-1) ?? 0n) + gain);
  return used;
}

function reached({ fromMs, used }: Month, code: string, atMs: number): bigint {
  const levels = used.get(code) ?? [];
  const slot = Math.floor((atMs - fromMs) / halfHour);
  const [level = 0n, next = level] = levels.slice(slot, slot + 2);
  return level + ((next - level) * BigInt(atMs - fromMs - slot * halfHour)) / BigInt(halfHour);
}

/** The half-hours of the clock after one instant, up to another. */
export function halfHours(after: Instant, to: Instant): Instant[] {
  const marks: Instant[] = [];
  const first = (Math.floor(epochMs(after) / halfHour) + 1) * halfHour;
  for (let ms = first; ms <= epochMs(to); ms += halfHour) marks.push(fromEpochMs(ms));
  return marks;
}
