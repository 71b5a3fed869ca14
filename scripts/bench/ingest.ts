import pg from 'pg';
import { startApi } from '../../src/api.js';
import { AccessService } from '../../src/modules/access/access.service.js';
import { system } from '../../src/modules/access/access-changes.service.js';
import { SitesService } from '../../src/modules/community/sites.service.js';
import { MeteringService } from '../../src/modules/metering/meters/metering.service.js';
import { loadConfig } from '../../src/platform/config.js';
import { bareServer } from './bare-server.js';
import { cpuUsed } from './cpu.js';
import { Pusher, type PushOutcome, type PushRound } from './pusher.js';
import { meters, rowsFrom } from './rows.js';
import { dropTwin, insertTwin, makeTwin } from './twin.js';

/*
 * Readings per second through the whole HTTP path, beside a ceiling: for batches the bare set-based insert of the same rows into a
 * twin of the table, for single readings a bare node:http server that groups commits. Same database, same run; the client is a
 * process of its own. Rounds of ours and of the ceiling alternate, and medians are compared, so that a noisy neighbour meets both.
 */

/** One figure beside its ceiling; `ratio` is ours over the ceiling. */
export interface BenchFigure {
  readonly name: string;
  readonly unit: string;
  readonly ours: number;
  readonly ceiling: number;
  readonly ratio: number;
  /** Processor time of the service and its database connections in µs a row, ours and the ceiling's; absent where nobody tells. */
  readonly cpu?: { readonly ours: number; readonly ceiling: number };
  /** Milliseconds that one call in a hundred takes longer than; absent where nobody calls. */
  readonly p99?: { readonly ours: number; readonly ceiling: number };
}

export interface IngestBench {
  /** A migrated database of nobody's; a community and a twin table are made in it. */
  readonly databaseUrl: string;
  readonly quick: boolean;
}

/** A part of a round: what must be there before the clock, and what is measured. */
export interface Side {
  prepare(first: number): Promise<void>;
  run(): Promise<PushOutcome | undefined>;
}

interface Comparison {
  readonly name: string;
  /** Readings of a round. */
  readonly rows: number;
  readonly ours: Side;
  readonly ceiling: Side;
}

/** Runs all comparisons and gives their figures. */
export async function benchIngest({ databaseUrl, quick }: IngestBench): Promise<BenchFigure[]> {
  const api = await startApi(loadConfig({ LOG_LEVEL: 'silent', PORT: '0' }), { databaseUrl });
  const twin = new pg.Pool({ connectionString: databaseUrl, max: 4, options: '-c TimeZone=UTC' });
  const pusher = new Pusher();
  const [grouped, single] = [await bareServer(twin, true), await bareServer(twin, false)];
  try {
    await makeTwin(twin);
    const token = await prepareCommunity(api.app);
    const service = { url: `${await api.app.getUrl()}/api/v1/readings`, token };
    const figures: BenchFigure[] = [];
    let first = 0;
    for (const comparison of comparisons({ quick, pusher, twin, service, grouped: grouped.url, single: single.url })) {
      const rounds = quick ? 3 : 7;
      figures.push(await compare(comparison, rounds, first, twin));
      first += (rounds + 1) * comparison.rows;
    }
    return figures;
  } finally {
    pusher.close();
    grouped.close();
    single.close();
    await dropTwin(twin);
    await twin.end();
    await api.close();
  }
}

/** A community with a site full of meters. @returns a key of the site */
export async function prepareCommunity(
  app: Awaited<ReturnType<typeof startApi>>['app'],
  code = `bench-${Date.now().toString(36)}`,
): Promise<string> {
  const access = app.get(AccessService);
  const { communityId } = await access.createCommunity({
    code,
    name: 'Bench',
    currency: 'GBP',
    zone: 'Europe/London',
    treasurer: { name: 'Bench' },
  });
  const site = await app
    .get(SitesService)
    .create(communityId, { code: 'BENCH', name: 'Bench', address: '', zone: 'Europe/London' }, system);
  for (let i = 0; i < meters; i += 1) await app.get(MeteringService).create(communityId, meter(i), system);
  return (await access.issueDeviceKey(communityId, { name: 'bench', siteId: site.id }, system)).token;
}

const meter = (i: number) => ({
  site: 'BENCH',
  code: `M-${i}`,
  name: `Meter ${i}`,
  role: 'sub' as const,
  utility: 'electricity' as const,
  space: null,
  installedFrom: '2000-01-01T00:00:00Z',
  serial: '',
  registers: [
    {
      code: 'import',
      kind: 'cumulative' as const,
      unit: 'kWh' as const,
      direction: 'import' as const,
      restarts: false,
      multiplier: '1',
    },
  ],
});

interface Ground {
  readonly quick: boolean;
  readonly pusher: Pusher;
  readonly twin: pg.Pool;
  readonly service: { readonly url: string; readonly token: string };
  readonly grouped: string;
  readonly single: string;
}

function comparisons({ quick, pusher, twin, service, grouped, single }: Ground): Comparison[] {
  const batches = quick ? 30 : 90;
  const calls = quick ? 3000 : 10_000;
  const pushed = (
    shape: Pick<PushRound, 'connections' | 'calls' | 'batch'>,
    to: Pick<PushRound, 'url' | 'token'>,
  ): Side => pushing(pusher, { ...shape, ...to });
  const few = { connections: 1, calls: batches, batch: 1000 };
  const four = { ...few, connections: 4 };
  const many = { connections: 64, calls, batch: 1 };
  return [
    {
      name: 'batches of 1,000, 1 connection',
      rows: batches * 1000,
      ours: pushed(few, service),
      ceiling: inserting(twin, few),
    },
    {
      name: 'batches of 1,000, 4 connections',
      rows: batches * 1000,
      ours: pushed(four, service),
      ceiling: inserting(twin, four),
    },
    {
      name: 'batches of 1,000 again, over new ones',
      rows: batches * 1000,
      ours: again(pushing(pusher, { ...few, ...service }, 'duplicate'), pushed(few, service)),
      ceiling: elsewhere(pushed(few, service)),
    },
    {
      name: 'singles at 64, over bare HTTP that groups',
      rows: calls,
      ours: pushed(many, service),
      ceiling: pushed(many, { url: grouped, token: '' }),
    },
    {
      name: 'singles at 64, over one insert a request',
      rows: calls,
      ours: pushed(many, service),
      ceiling: pushed(many, { url: single, token: '' }),
    },
  ];
}

export const pushing = (
  pusher: Pusher,
  round: Omit<PushRound, 'first' | 'expect'>,
  expect: PushRound['expect'] = 'created',
): Side => ({
  prepare: (first) => pusher.prepare({ ...round, first, expect }),
  run: () => pusher.push(),
});

/** Sends what has been sent before; the first time is not measured. */
const again = (second: Side, first: Side): Side => ({
  prepare: async (row) => {
    await first.prepare(row);
    await first.run();
    await second.prepare(row);
  },
  run: () => second.run(),
});

/** Sends rows that no other side sends: the same table is on both sides. */
const elsewhere = (side: Side): Side => ({ ...side, prepare: (first) => side.prepare(first + 100_000_000) });

function inserting(
  twin: pg.Pool,
  { connections, calls, batch }: Pick<PushRound, 'connections' | 'calls' | 'batch'>,
): Side {
  let batches: ReturnType<typeof rowsFrom>[] = [];
  return {
    prepare: async (first) => {
      batches = Array.from({ length: calls }, (_, call) => rowsFrom(first + call * batch, batch));
    },
    run: async () => {
      const queue = batches.values();
      await Promise.all(
        Array.from({ length: connections }, async () => {
          for (const rows of queue) await insertTwin(twin, rows);
        }),
      );
      return undefined;
    },
  };
}

export async function compare(
  { name, rows, ours, ceiling }: Comparison,
  rounds: number,
  first: number,
  db: pg.Pool,
): Promise<BenchFigure> {
  const [mine, others]: [Measured[], Measured[]] = [[], []];
  // The first round warms both up.
  for (let round = 0; round <= rounds; round += 1) {
    await ours.prepare(first + round * rows);
    const one = await measured(ours, rows, db);
    await ceiling.prepare(first + round * rows);
    const other = await measured(ceiling, rows, db);
    if (round > 0) {
      mine.push(one);
      others.push(other);
    }
  }
  const [a, b] = [median(mine.map(({ rate }) => rate)), median(others.map(({ rate }) => rate))];
  const cpu = { ours: median(mine.map((one) => one.cpu)), ceiling: median(others.map((one) => one.cpu)) };
  const p99 = { ours: median(mine.map((one) => one.p99)), ceiling: median(others.map((one) => one.p99)) };
  const known = {
    ...(Number.isNaN(cpu.ours + cpu.ceiling) ? {} : { cpu }),
    ...(Number.isNaN(p99.ours + p99.ceiling) ? {} : { p99 }),
  };
  return { name: `readings: ${name}`, unit: 'rows/s', ours: a, ceiling: b, ratio: a / b, ...known };
}

interface Measured {
  /** Rows per second. */
  readonly rate: number;
  /** Microseconds of processor time a row; NaN where nobody tells. */
  readonly cpu: number;
  /** Milliseconds; NaN where nobody calls. */
  readonly p99: number;
}

export async function measured(side: Side, rows: number, db: pg.Pool): Promise<Measured> {
  const before = await cpuUsed(db);
  const start = performance.now();
  const outcome = await side.run();
  const seconds = (performance.now() - start) / 1000;
  const after = await cpuUsed(db);
  const cpu = before === null || after === null ? NaN : (after - before) / rows;
  return { rate: rows / seconds, cpu, p99: outcome?.p99 ?? NaN };
}

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
