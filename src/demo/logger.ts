import { epochMs, fromEpochMs, type Instant } from '../domain/calendar/period.js';
import { coldRoom } from './hall.js';
import { asKWh, halfHour, type Shown } from './readings.js';

/*
 * A meter says either what its display shows at an instant, or what was used from one instant to another. What it says of the same use:
 *
 *   display   {at: 10:30, value: 4210.700}
 *   logger    {from: 10:00, to: 10:30, quantity: 0.250}
 */

/** What a meter counted between two instants, and what its display would show at the later one, in watt-hours. */
export interface Counted extends Shown {
  readonly from: Instant;
  readonly gained: bigint;
}

/** What a gateway pushes of a meter, in the words of its kind. */
export function told(meter: string, { from, at, wh, gained }: Counted): object {
  const name = { meter, register: 'import', unit: 'kWh' };
  return meter === coldRoom.meter
    ? { ...name, from, to: at, quantity: asKWh(gained) }
    : { ...name, at, value: asKWh(wh) };
}

/**
 * What a logger counted in each half-hour between the instants of a display; evenly, where nothing finer is known.
 *
 * @example 100 Wh from 7:00 to 8:30 → 33, 33, 34
 */
export function halfHoursOf(shown: readonly Shown[]): Counted[] {
  return shown.slice(1).flatMap(({ at, wh }, i): Counted[] => {
    const before = shown[i] ?? { at, wh };
    const start = epochMs(before.at);
    const count = (epochMs(at) - start) / halfHour;
    const passed = (no: number): bigint => ((wh - before.wh) * BigInt(no)) / BigInt(count);
    return Array.from({ length: count }, (_, no) => ({
      from: fromEpochMs(start + no * halfHour),
      at: fromEpochMs(start + (no + 1) * halfHour),
      wh: before.wh + passed(no + 1),
      gained: passed(no + 1) - passed(no),
    }));
  });
}
