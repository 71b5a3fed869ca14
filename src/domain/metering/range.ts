/** A stretch of time in milliseconds since 1970, half-open. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * The parts of a range that none of the given ranges covers.
 *
 * @param covers in time order, not overlapping
 * @example uncovered(0–10, [2–4, 6–12]) → 0–2, 4–6
 */
export function uncovered(range: Range, covers: readonly Range[]): Range[] {
  const holes: Range[] = [];
  let cursor = range.from;
  for (const { from, to } of covers) {
    if (to <= cursor) continue;
    if (from >= range.to) break;
    if (from > cursor) holes.push({ from: cursor, to: from });
    cursor = to;
  }
  if (cursor < range.to) holes.push({ from: cursor, to: range.to });
  return holes;
}

/** The parts of a range that the given ranges cover, as `uncovered` leaves them. */
export function covered(range: Range, covers: readonly Range[]): Range[] {
  return covers
    .map(({ from, to }) => ({ from: Math.max(from, range.from), to: Math.min(to, range.to) }))
    .filter(({ from, to }) => from < to);
}
