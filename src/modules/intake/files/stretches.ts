/*
 * Which time has been spoken of, without keeping every interval: intervals that touch become one stretch. A year of half-hours in
 * order is one stretch; a year with three days missing is two to four.
 *
 *   00:00–00:30, 00:30–01:00, 02:00–02:30   →   00:00–01:00, 02:00–02:30: two intervals are missing
 */

export interface Stretch {
  /** Milliseconds since 1970, as `to`. */
  from: number;
  to: number;
  /** Length of the interval at its end, in milliseconds: what is missing after it is counted in such. */
  step: number;
}

/** What all channels of a file may hold together, so that a file without order costs no more memory than any other. */
export interface StretchBudget {
  left: number;
}

const mostStretchesOfOne = 10_000;

export class Stretches {
  private readonly held: Stretch[] = [];
  private isScattered = false;

  constructor(private readonly budget: StretchBudget) {}

  /** In order of time; null where they were too many to keep. */
  get all(): readonly Stretch[] | null {
    return this.isScattered ? null : this.held;
  }

  /**
   * Adds intervals that touch.
   *
   * @param step length of the last of them
   * @returns how much of their time was there already, in milliseconds
   */
  add(from: number, to: number, step: number): number {
    if (this.isScattered) return 0;
    const { held } = this;
    const first = this.firstThatEndsFrom(from);
    const one: Stretch = { from, to, step };
    let end = first;
    let shared = 0;
    for (let other = held[end]; other && other.from <= to; other = held[end]) {
      shared += Math.max(0, Math.min(to, other.to) - Math.max(from, other.from));
      one.from = Math.min(one.from, other.from);
      if (other.to > one.to) [one.to, one.step] = [other.to, other.step];
      end += 1;
    }
    if (end === first) this.open(first, one);
    else {
      held.splice(first, end - first, one);
      this.budget.left += end - first - 1;
    }
    return shared;
  }

  /** Index of the first stretch that ends at an instant or later. */
  private firstThatEndsFrom(instant: number): number {
    const { held } = this;
    let low = 0;
    let high = held.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((held[middle]?.to ?? Infinity) >= instant) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  private open(at: number, stretch: Stretch): void {
    if (this.held.length < mostStretchesOfOne && this.budget.left > 0) {
      this.held.splice(at, 0, stretch);
      this.budget.left -= 1;
      return;
    }
    this.isScattered = true;
    this.budget.left += this.held.length;
    this.held.length = 0;
  }
}
