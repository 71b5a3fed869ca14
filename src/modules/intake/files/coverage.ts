import { epochMs, fromEpochMs, type Instant } from '../../../domain/calendar/period.js';
import type { CumulativeReading, IntervalReading } from '../../../domain/metering/reading.js';
import { type Stretch, type StretchBudget, Stretches } from './stretches.js';

/** Time for which a channel has no interval, between two for which it has. */
export interface Gap {
  readonly from: Instant;
  readonly to: Instant;
  /** Intervals that would fill it, each as long as the one before it. */
  readonly missing: number;
}

/** Of which time a channel speaks. */
export interface Reach {
  /** Null where the channel has no reading. */
  readonly first: Instant | null;
  readonly last: Instant | null;
  /** Intervals missing between first and last; null for a register, and where there are too many gaps to count. */
  readonly missing: number | null;
  /** The first of the gaps, in order of time. */
  readonly gaps: readonly Gap[];
  /** Intervals that lie where others of the channel lay already; null as `missing`. */
  readonly overlapping: number | null;
}

const mostGaps = 20;

/** Intervals of which each begins where the one before it ends. */
interface Run {
  readonly from: Instant;
  last: IntervalReading;
}

/** Follows the readings of a channel through time, in whatever order they come. */
export class Coverage {
  private readonly stretches: Stretches;
  private first = Infinity;
  private last = -Infinity;
  private overlapping = 0;
  /** Most intervals touch the one before: that is seen without reading their times, which costs more than all else here. */
  private run: Run | null = null;

  constructor(
    private readonly kind: 'interval' | 'cumulative',
    budget: StretchBudget,
  ) {
    this.stretches = new Stretches(budget);
  }

  add(reading: IntervalReading | CumulativeReading): void {
    if ('at' in reading) {
      const at = epochMs(reading.at);
      this.reach(at, at);
    } else if (this.run?.last.to === reading.from) this.run.last = reading;
    else {
      this.endRun();
      this.run = { from: reading.from, last: reading };
    }
  }

  read(): Reach {
    this.endRun();
    const known = this.kind === 'interval' ? this.stretches.all : null;
    const gaps = known === null ? [] : gapsBetween(known);
    const isEmpty = this.last < this.first;
    return {
      first: isEmpty ? null : fromEpochMs(this.first),
      last: isEmpty ? null : fromEpochMs(this.last),
      missing: known === null ? null : gaps.reduce((missing, gap) => missing + gap.missing, 0),
      gaps: gaps.slice(0, mostGaps),
      overlapping: known === null ? null : this.overlapping,
    };
  }

  private endRun(): void {
    const { run } = this;
    if (!run) return;
    this.run = null;
    const [from, lastFrom, to] = [epochMs(run.from), epochMs(run.last.from), epochMs(run.last.to)];
    const step = to - lastFrom;
    this.reach(from, to);
    this.overlapping += Math.ceil(this.stretches.add(from, to, step) / step);
  }

  private reach(from: number, to: number): void {
    if (from < this.first) this.first = from;
    if (to > this.last) this.last = to;
  }
}

const gapsBetween = (stretches: readonly Stretch[]): Gap[] =>
  stretches.slice(1).map((next, i) => {
    const before = stretches[i] ?? next;
    const missing = Math.ceil((next.from - before.to) / before.step);
    return { from: fromEpochMs(before.to), to: fromEpochMs(next.from), missing };
  });
