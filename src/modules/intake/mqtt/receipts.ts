import { epochMs, fromEpochMs, type Instant } from '../../../domain/calendar/period.js';
import type { Said, SaidReading } from './said.js';

/*
 * The problem: most devices that speak MQTT send a number and no time, and the broker does not say when it got it. So a message tells
 * when its value was so only by arriving, and it may arrive late: it waited at the broker while we were away, or was kept there to be
 * shown to whoever comes.
 *
 *   live       it came as it was sent            12:00:00.250, when we got it
 *   waited     it stood in the queue for long    when we got it, as an estimate: nobody knows when it was so
 *   undated    kept at the broker, or repeated   no reading: it may be older than what is stored
 *              to a process that is new
 *
 * Two values of one register never get one instant, for of two values at one instant one would be in doubt: the second is a
 * millisecond after the first. Nothing else is rounded. What has a time of its own keeps it, however it came.
 */

export type Arrival = 'live' | 'waited' | 'undated';

/** Stands for the time of receipt until that is decided. No instant is written so: what carries it has no time of its own. */
export const onReceipt: Instant = 'on receipt';

const mostRegisters = 50_000;

export class Receipts {
  /** When each register was given its last time, in milliseconds; those that spoke last are at the end. */
  private readonly last = new Map<string, number>();

  /**
   * What a message said, with the times that follow from its arrival.
   *
   * @param said by a message that was read with `onReceipt` as the time of what has none
   */
  date(said: readonly Said[], receivedAt: Instant, arrival: Arrival): { said: readonly Said[]; undated: number } {
    const dated = said.flatMap((one): Said[] => {
      if (!('at' in one) || one.at !== onReceipt) return [one];
      if (arrival === 'undated') return [];
      const at = this.next(one, receivedAt);
      return [arrival === 'waited' ? { quality: 'estimated', ...one, at } : { ...one, at }];
    });
    return { said: dated, undated: said.length - dated.length };
  }

  private next({ meter, register }: SaidReading, receivedAt: Instant): Instant {
    const name = `${meter}\n${register}`;
    const ms = Math.max(epochMs(receivedAt), (this.last.get(name) ?? -Infinity) + 1);
    this.last.delete(name);
    this.last.set(name, ms);
    const [eldest] = this.last.keys();
    if (this.last.size > mostRegisters && eldest !== undefined) this.last.delete(eldest);
    return fromEpochMs(ms);
  }
}
