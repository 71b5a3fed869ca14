/** One reading of the benchmark, before it is written in anybody's format. */
export interface BenchRow {
  readonly meter: number;
  readonly at: string;
  readonly value: string;
}

export const meters = 100;

/** Readings by number, the same for the same number: all meters at one instant, then at the next. */
export function rowsFrom(first: number, count: number): BenchRow[] {
  return Array.from({ length: count }, (_, i) => {
    const meter = (first + i) % meters;
    const tick = Math.floor((first + i) / meters);
    const at = new Date(Date.UTC(2001, 0, 1) + tick * 60_000).toISOString();
    return { meter, at, value: `${10_000 + (tick % 1_000_000)}.${100 + meter}` };
  });
}
