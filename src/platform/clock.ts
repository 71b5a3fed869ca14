import { epochMs, fromEpochMs, type Instant } from '../domain/calendar/period.js';

/** What time it is. Injected wherever "now" decides something, so that a test can say what now is. */
export abstract class Clock {
  abstract now(): Instant;
}

/** The clock of the machine. */
export class SystemClock extends Clock {
  private ms = NaN;
  private text: Instant = '';

  /** Thousands ask within a millisecond in a busy house; the text is made once. */
  now(): Instant {
    const ms = Date.now();
    if (ms !== this.ms) {
      this.ms = ms;
      this.text = fromEpochMs(ms);
    }
    return this.text;
  }
}

/** A clock that stands still until it is moved. */
export class FixedClock extends Clock {
  constructor(private at: Instant) {
    super();
  }
  now(): Instant {
    return this.at;
  }
  set(at: Instant): void {
    this.at = at;
  }
  advance(ms: number): void {
    this.at = fromEpochMs(epochMs(this.at) + ms);
  }
}
