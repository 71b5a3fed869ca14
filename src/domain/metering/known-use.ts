import { type Decimal, decimal, quotient, zero } from '../quantity/decimal.js';
import type { Slice } from './figures.js';
import type { Range } from './range.js';
import { energyGrid } from './reading.js';

/** Use over a range, or null where a part of it is not known. */
export interface KnownUse {
  /** Only where slices begin and end at its edges. */
  whole(range: Range): Decimal | null;
  /** A slice at an edge is cut by time; the value at the cut is rounded once, to the grid, for both its sides. */
  cut(range: Range): Decimal | null;
}

/**
 * Answers for any range from known slices.
 *
 * @param history in order of time, not overlapping
 * @law cut: [a,c) = [a,b) + [b,c)
 */
export function knownUse(history: readonly Slice[]): KnownUse {
  const over = ({ from, to }: Range, isWhole: boolean): Decimal | null => {
    let index = lastAt(history, from);
    let cursor = from;
    let total = zero;
    for (; cursor < to; index += 1) {
      const slice = history[index];
      if (!slice || slice.from > cursor || slice.to <= cursor) return null;
      if (isWhole && (slice.from < from || slice.to > to)) return null;
      total = total.plus(upTo(slice, to)).minus(upTo(slice, from));
      cursor = slice.to;
    }
    return total;
  };
  return { whole: (range) => over(range, true), cut: (range) => over(range, false) };
}

function upTo({ from, to, quantity }: Slice, ms: number): Decimal {
  if (ms <= from) return zero;
  if (ms >= to) return quantity;
  return quotient(quantity.times(ms - from), decimal(String(to - from)), energyGrid.scale, energyGrid.rounding);
}

/** Index of the last slice that begins at or before an instant; 0 where there is none. */
function lastAt(history: readonly Slice[], ms: number): number {
  let [low, high] = [0, history.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((history[middle]?.from ?? Infinity) <= ms) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}
