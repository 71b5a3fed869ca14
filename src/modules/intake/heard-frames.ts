import { epochMs, type Instant } from '../../domain/calendar/period.js';

const longestMs = 600_000;
const mostFrames = 10_000;

/**
 * When the frames of radio devices were heard first.
 *
 * A frame that is repeated, because nobody acknowledged it or because a second network heard it, comes again with the time of its
 * second reception; its readings are those of the first. What is older than ten minutes is forgotten, for a device that has lost its
 * power may count its frames anew. The memory is of this process: where it fails, a reading stands twice with one value, seconds apart,
 * and no use comes of that.
 */
export class HeardFrames {
  private readonly first = new Map<string, Instant>();

  /** The time at which a frame was heard first, which is the given one where it was not heard before. */
  firstHeard(frame: string, at: Instant): Instant {
    const known = this.first.get(frame);
    if (known !== undefined && Math.abs(epochMs(at) - epochMs(known)) <= longestMs) return known;
    this.first.delete(frame);
    this.first.set(frame, at);
    const [eldest] = this.first.keys();
    if (this.first.size > mostFrames && eldest !== undefined) this.first.delete(eldest);
    return at;
  }
}
