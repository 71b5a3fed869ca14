import { Agent, request } from 'node:http';
import pg from 'pg';
import { startApi } from '../../src/api.js';
import { AccessService } from '../../src/modules/access/access.service.js';
import { system } from '../../src/modules/access/access-changes.service.js';
import { MeteringService } from '../../src/modules/metering/metering.service.js';
import { SitesService } from '../../src/modules/community/sites.service.js';
import { loadConfig } from '../../src/platform/config.js';

/*
 * Readings per second through the whole HTTP path, beside the ceiling: the bare set-based insert of the same rows into a twin of the
 * table, on the same database, in the same run. Rounds of ours and of the ceiling alternate, and medians are compared, so that a
 * noisy neighbour meets both.
 */

/** One figure beside its ceiling; `ratio` is ours over the ceiling. */
export interface BenchFigure {
  readonly name: string;
  readonly unit: string;
  readonly ours: number;
  readonly ceiling: number;
  readonly ratio: number;
}

export interface IngestBench {
  /** A migrated database of nobody's; a community and a twin table are made in it. */
  readonly databaseUrl: string;
  readonly quick: boolean;
}

interface Shape {
  readonly name: string;
  /** Readings of one call. */
  readonly batch: number;
  readonly connections: number;
  readonly calls: number;
  /** Rows that the ceiling puts into one statement: for single readings, what a perfect grouping would. */
  readonly ceilingBatch: number;
  readonly ceilingConnections: number;
}

interface Row {
  readonly meter: number;
  readonly at: string;
  readonly value: string;
}

const meters = 100;

/** Runs all shapes and gives their figures. */
export async function benchIngest({ databaseUrl, quick }: IngestBench): Promise<BenchFigure[]> {
  const api = await startApi(loadConfig({ LOG_LEVEL: 'silent', PORT: '0' }), { databaseUrl });
  const twin = new pg.Pool({ connectionString: databaseUrl, max: 4, options: '-c TimeZone=UTC' });
  try {
    const access = api.app.get(AccessService);
    const stamp = Date.now().toString(36);
    const { communityId } = await access.createCommunity({
      code: `bench-${stamp}`,
      name: 'Bench',
      currency: 'GBP',
      zone: 'Europe/London',
      treasurer: { name: 'Bench' },
    });
    const site = await api.app
      .get(SitesService)
      .create(communityId, { code: 'BENCH', name: 'Bench', address: '', zone: 'Europe/London' }, system);
    for (let i = 0; i < meters; i += 1) await api.app.get(MeteringService).create(communityId, meter(i), system);
    const { token } = await access.issueDeviceKey(communityId, { name: 'bench', siteId: site.id }, system);
    await twin.query('DROP TABLE IF EXISTS reading_twin; CREATE TABLE reading_twin (LIKE reading INCLUDING ALL)');
    const feed = rows();
    const figures: BenchFigure[] = [];
    for (const shape of shapes(quick))
      figures.push(
        await compare(shape, quick ? 3 : 7, feed, new Pusher(await api.app.getUrl(), token, shape.connections), twin),
      );
    return figures;
  } finally {
    await twin.query('DROP TABLE IF EXISTS reading_twin');
    await twin.end();
    await api.close();
  }
}

const shapes = (quick: boolean): Shape[] => [
  {
    name: 'batches of 1,000, 1 connection',
    batch: 1000,
    connections: 1,
    calls: quick ? 20 : 60,
    ceilingBatch: 1000,
    ceilingConnections: 1,
  },
  {
    name: 'batches of 1,000, 4 connections',
    batch: 1000,
    connections: 4,
    calls: quick ? 40 : 120,
    ceilingBatch: 1000,
    ceilingConnections: 4,
  },
  {
    name: 'single readings, 32 connections',
    batch: 1,
    connections: 32,
    calls: quick ? 3000 : 10_000,
    ceilingBatch: 32,
    ceilingConnections: 1,
  },
];

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
      multiplier: '1',
    },
  ],
});

/** Readings that nobody has sent before: all meters at one instant, then at the next. */
function* rows(): Generator<Row, never> {
  for (let tick = 0; ; tick += 1) {
    const at = new Date(Date.UTC(2001, 0, 1) + tick * 60_000).toISOString();
    for (let i = 0; i < meters; i += 1) yield { meter: i, at, value: `${10_000 + tick}.${100 + i}` };
  }
}

const take = (feed: Generator<Row, never>, count: number): Row[] =>
  Array.from({ length: count }, () => feed.next().value);

async function compare(
  shape: Shape,
  rounds: number,
  feed: Generator<Row, never>,
  pusher: Pusher,
  twin: pg.Pool,
): Promise<BenchFigure> {
  const [ours, ceilings]: [number[], number[]] = [[], []];
  for (let round = 0; round <= rounds; round += 1) {
    const batches = Array.from({ length: shape.calls }, () => take(feed, shape.batch));
    const one = await ratePerSecond(shape.calls * shape.batch, () => pusher.pushAll(batches));
    const other = await ratePerSecond(shape.calls * shape.batch, () => insertAll(twin, batches.flat(), shape));
    // The first round warms both up.
    if (round > 0) {
      ours.push(one);
      ceilings.push(other);
    }
  }
  pusher.close();
  const [mine, ceiling] = [median(ours), median(ceilings)];
  return { name: `readings: ${shape.name}`, unit: 'rows/s', ours: mine, ceiling, ratio: mine / ceiling };
}

async function ratePerSecond(count: number, work: () => Promise<void>): Promise<number> {
  const start = process.hrtime.bigint();
  await work();
  return (count * 1e9) / Number(process.hrtime.bigint() - start);
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** Works through jobs on a number of hands. */
async function onHands<Job>(hands: number, jobs: readonly Job[], work: (job: Job) => Promise<void>): Promise<void> {
  const queue = jobs.values();
  await Promise.all(
    Array.from({ length: hands }, async () => {
      for (const job of queue) await work(job);
    }),
  );
}

class Pusher {
  private readonly agent: Agent;
  constructor(
    private readonly url: string,
    private readonly token: string,
    private readonly connections: number,
  ) {
    this.agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  /** Bodies are written before the clock of the round would notice; what is measured is the service. */
  pushAll(batches: readonly Row[][]): Promise<void> {
    return onHands(this.connections, batches, (batch) => this.push(batch));
  }

  close(): void {
    this.agent.destroy();
  }

  private async push(batch: readonly Row[]): Promise<void> {
    const readings = batch.map(({ meter: i, at, value }) => ({
      meter: `M-${i}`,
      register: 'import',
      at,
      value,
      unit: 'kWh',
      quality: 'actual',
    }));
    const { summary } = JSON.parse(await this.post(JSON.stringify({ readings }))) as { summary?: { created?: number } };
    if (summary?.created !== batch.length)
      throw new Error(`Of ${batch.length} readings ${summary?.created ?? 0} were created.`);
  }

  private post(body: string): Promise<string> {
    const headers = {
      authorization: `Bearer ${this.token}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    };
    return new Promise((resolve, reject) => {
      const call = request(`${this.url}/api/v1/readings`, { method: 'POST', agent: this.agent, headers }, (reply) => {
        const parts: Buffer[] = [];
        reply.on('data', (part: Buffer) => parts.push(part));
        reply.on('end', () => resolve(Buffer.concat(parts).toString()));
        reply.on('error', reject);
      });
      call.on('error', reject);
      call.end(body);
    });
  }
}

function insertAll(twin: pg.Pool, all: readonly Row[], shape: Shape): Promise<void> {
  const batches = Array.from({ length: Math.ceil(all.length / shape.ceilingBatch) }, (_, i) =>
    all.slice(i * shape.ceilingBatch, (i + 1) * shape.ceilingBatch),
  );
  return onHands(shape.ceilingConnections, batches, async (batch) => {
    await twin.query(
      `INSERT INTO reading_twin (community_no, register_no, at, batch_no, quality, value)
       SELECT 1, n.no, n.at, 1, 'actual', n.value FROM unnest($1::int[], $2::timestamptz[], $3::numeric[]) AS n (no, at, value)
       ON CONFLICT DO NOTHING`,
      [batch.map((row) => row.meter), batch.map((row) => row.at), batch.map((row) => row.value)],
    );
  });
}
