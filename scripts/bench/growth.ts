import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import pg from 'pg';
import { createApi } from '../../src/api.js';
import { BillingService } from '../../src/modules/billing/billing.service.js';
import { loadConfig } from '../../src/platform/config.js';
import { type BenchFigure, measured, median } from './ingest.js';
import { dropTwins, makeTwins, plainRun } from './plain-run.js';
import type { RunBench } from './run.js';
import { type Fixture, makeFixture, october } from './run-fixture.js';

/*
 * How does a run grow? The same month is calculated for more and more members, and then for the same members with more and more intervals,
 * each time beside plain SQL over the same rows. The exponent is the slope of the straight line through the logarithms of size and time
 * (least squares): 1 where twice as much takes twice as long, 2 where it takes four times as long. Small sizes carry what every run costs,
 * whatever its size, and pull the exponent below 1; the last step, from the largest size but one, shows where it is heading.
 */

interface Size {
  readonly members: number;
  /** Minutes of an interval: 5, 10, 15, 30 or 60. */
  readonly minutes: number;
  /** What grows, counted. */
  readonly count: number;
}

interface Growth {
  readonly unit: 'members' | 'intervals';
  readonly sizes: readonly Size[];
}

/** Hours from one end of October 2026 to the other in London, where a night has one more. */
const hours = 31 * 24 + 1;

const byMembers = (counts: readonly number[]): Growth => ({
  unit: 'members',
  sizes: counts.map((members) => ({ members, minutes: 30, count: members })),
});
const byIntervals = (members: number, lengths: readonly number[]): Growth => ({
  unit: 'intervals',
  sizes: lengths.map((minutes) => ({ members, minutes, count: (members * hours * 60) / minutes })),
});

/** Measures each size, and gives for each growth its exponent. */
export async function benchGrowth({ databaseUrl, quick }: RunBench): Promise<BenchFigure[]> {
  const app = await createApi(loadConfig({ LOG_LEVEL: 'silent' }), { databaseUrl });
  await app.init();
  const owner = new pg.Pool({ connectionString: databaseUrl, max: 4, options: '-c TimeZone=UTC' });
  const growths = quick
    ? [byMembers([10, 50, 200]), byIntervals(50, [60, 30, 15])]
    : [byMembers([10, 100, 1_000, 5_000]), byIntervals(200, [60, 30, 15, 5])];
  try {
    await makeTwins(owner);
    const figures: BenchFigure[] = [];
    for (const growth of growths) figures.push(...(await grow(app, owner, growth, quick ? 3 : 5)));
    return figures;
  } finally {
    await dropTwins(owner);
    await owner.end();
    await app.close();
  }
}

async function grow(
  app: NestFastifyApplication,
  owner: pg.Pool,
  { unit, sizes }: Growth,
  rounds: number,
): Promise<BenchFigure[]> {
  const figures: BenchFigure[] = [];
  for (const size of sizes) {
    const fixture = await makeFixture(app, owner, size.members, size.minutes);
    const name = `calculate: ${size.count.toLocaleString('en-GB')} ${unit}`;
    figures.push({ name, unit: '/s', ...(await compare(app, owner, fixture, size.count, rounds)) });
  }
  const counts = sizes.map(({ count }) => count);
  const from = `from ${counts[0]?.toLocaleString('en-GB')} ${unit}`;
  const step = `from ${counts.at(-2)?.toLocaleString('en-GB')} ${unit}`;
  return [
    ...figures.map((figure) => ({ ...figure, name: `${figure.name}, ${timeEach(figure)}` })),
    exponentOf(`${from}: time grows as size to the power`, counts, figures),
    exponentOf(`${step}, the last step`, counts.slice(-2), figures.slice(-2)),
  ];
}

type Compared = Pick<BenchFigure, 'ours' | 'ceiling' | 'ratio' | 'cpu'>;

/** Medians of rounds that alternate; one before them warms both up. */
async function compare(
  app: NestFastifyApplication,
  owner: pg.Pool,
  fixture: Fixture,
  count: number,
  rounds: number,
): Promise<Compared> {
  const { communityId } = fixture;
  const billing = app.get(BillingService);
  const treasurer = { kind: 'person', id: fixture.treasurer } as const;
  const { id } = await billing.open(communityId, { site: 'BENCH', period: october }, treasurer);
  const sides = [
    async () => void (await billing.calculate(communityId, id, treasurer)),
    () => plainRun(owner, fixture),
  ].map((work) => ({
    side: { prepare: () => Promise.resolve(), run: () => work().then(() => undefined) },
    rates: [] as number[],
    cpus: [] as number[],
  }));
  for (let round = 0; round <= rounds; round += 1) {
    for (const { side, rates, cpus } of sides) {
      const { rate, cpu } = await measured(side, count, owner);
      if (round === 0) continue;
      rates.push(rate);
      cpus.push(cpu);
    }
  }
  const [ours = 0, ceiling = 0] = sides.map(({ rates }) => median(rates));
  const [mine = NaN, other = NaN] = sides.map(({ cpus }) => median(cpus));
  const cpu = Number.isNaN(mine + other) ? {} : { cpu: { ours: mine, ceiling: other } };
  return { ours, ceiling, ratio: ours / ceiling, ...cpu };
}

/** How long one of them took, in the unit in which it can be read. */
function timeEach({ ours }: Compared): string {
  const microseconds = 1e6 / ours;
  return microseconds < 1_000 ? `${microseconds.toFixed(2)} µs each` : `${(microseconds / 1_000).toFixed(2)} ms each`;
}

/** By processor time where the system tells it, which holds still where neighbours are busy; else by the time on the wall. */
function exponentOf(name: string, counts: readonly number[], figures: readonly Compared[]): BenchFigure {
  const all = figures.every(({ cpu }) => cpu !== undefined);
  const slopeOf = (side: 'ours' | 'ceiling'): number =>
    slope(
      counts.map(Math.log),
      figures.map((figure, i) => Math.log((counts[i] ?? NaN) * (all ? (figure.cpu?.[side] ?? NaN) : 1 / figure[side]))),
    );
  const [ours, ceiling] = [slopeOf('ours'), slopeOf('ceiling')];
  return { name, unit: all ? 'of CPU' : 'of time', ours, ceiling, ratio: ours / ceiling };
}

/** The slope of the straight line that lies nearest to some points, by least squares. */
function slope(xs: readonly number[], ys: readonly number[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(xs), mean(ys)];
  const across = xs.reduce((sum, one, i) => sum + (one - x) * ((ys[i] ?? NaN) - y), 0);
  return across / xs.reduce((sum, one) => sum + (one - x) ** 2, 0);
}
