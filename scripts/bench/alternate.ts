import type { BenchFigure } from './ingest.js';

/** What is compared, and how often. */
export interface Alternation {
  readonly name: string;
  /** Of what so many are done a second. */
  readonly unit: string;
  /** How many of them one round does. */
  readonly count: number;
  readonly rounds: number;
  readonly ours: () => Promise<void>;
  readonly ceiling: () => Promise<void>;
}

/** Lets ours and its ceiling work by turns, and compares the medians. The first round warms both up and does not count. */
export async function alternate({ name, unit, count, rounds, ...work }: Alternation): Promise<BenchFigure> {
  const [ours, ceilings]: [number[], number[]] = [[], []];
  for (let round = 0; round <= rounds; round += 1) {
    const [one, other] = [await perSecond(count, work.ours), await perSecond(count, work.ceiling)];
    if (round > 0) {
      ours.push(one);
      ceilings.push(other);
    }
  }
  const [own, ceiling] = [median(ours), median(ceilings)];
  return { name, unit, ours: own, ceiling, ratio: own / ceiling };
}

/** How many a second, where some work does `count` of them. */
export async function perSecond(count: number, work: () => Promise<void>): Promise<number> {
  const start = process.hrtime.bigint();
  await work();
  return (count * 1e9) / Number(process.hrtime.bigint() - start);
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
