import { epochMs, fromEpochMs, type Instant } from '../domain/calendar/period.js';
import { SystemClock } from '../platform/clock.js';

/** The clock of a demo: the machine's, so much later as somebody has jumped. */
export class DemoClock extends SystemClock {
  /** @param aheadMs what earlier jumps came to */
  constructor(private aheadMs = 0) {
    super();
  }

  get ahead(): number {
    return this.aheadMs;
  }

  override now(): Instant {
    return this.aheadMs === 0 ? super.now() : fromEpochMs(epochMs(super.now()) + this.aheadMs);
  }

  /** Goes on from a later instant. @throws RangeError for an earlier one: no record is written before the one that precedes it */
  jumpTo(at: Instant): void {
    const by = epochMs(at) - epochMs(this.now());
    if (by < 0) throw new RangeError(`${at} is over.`);
    this.aheadMs += by;
  }
}
