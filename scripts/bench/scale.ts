import pg from 'pg';
import { startApi } from '../../src/api.js';
import { loadConfig } from '../../src/platform/config.js';
import { migrate } from '../../src/platform/database/migrate.js';
import { type BenchFigure, measured, median, prepareCommunity, pushing, type Side } from './ingest.js';
import { Pusher } from './pusher.js';
import { meters } from './rows.js';

/*
 * Does intake grow slower as readings pile up? The same pushes go to two databases of one server, in turns: one is empty, in the other lie
 * millions of rows. They are half-hours of a thousand displays, month by month up to the month in which the pushes lie, made by SQL: what
 * filling costs is not the question.
 */

export interface ScaleBench {
  /** A migrated database of nobody's; another is made beside it and removed. */
  readonly databaseUrl: string;
  readonly quick: boolean;
  /** Readings that lie in the full one. */
  readonly rows: number;
}

const registers = 1_000;
const slotMs = 30 * 60_000;
/** The pushes lie in January 2026, and so does the end of what was there before. */
const [january, february] = [Date.UTC(2026, 0, 1), Date.UTC(2026, 1, 1)];
/** The number of the first row of January 2026, as `rowsFrom` counts: all meters a minute, since 2001. */
const firstRow = ((january - Date.UTC(2001, 0, 1)) / 60_000) * meters;

/** Measures batches and singles with and without what lies there, and gives one ratio for each. */
export async function benchScale({ databaseUrl, quick, rows }: ScaleBench): Promise<BenchFigure[]> {
  const pusher = new Pusher();
  const full = await openHouse(databaseUrl);
  const empty = await openHouse(await beside(databaseUrl));
  try {
    await fill(full.owner, rows);
    const [batches, calls] = [quick ? 30 : 60, quick ? 3_000 : 6_000];
    const shapes = [
      { name: 'batches of 1,000', each: batches * 1_000, connections: 1, calls: batches, batch: 1_000 },
      { name: 'singles at 64', each: calls, connections: 64, calls, batch: 1 },
    ];
    const figures: BenchFigure[] = [];
    let first = firstRow;
    for (const { name, each, ...shape } of shapes) {
      const [ours, ceiling] = [full, empty].map((house) => ({
        ...house,
        side: pushing(pusher, { ...shape, ...house.to }),
      }));
      if (!ours || !ceiling) continue;
      const rounds = quick ? 5 : 9;
      figures.push(
        await compareHouses(
          `readings: ${name} at ${rows.toLocaleString('en-GB')} rows`,
          { each, rounds, first },
          ours,
          ceiling,
        ),
      );
      first += (rounds + 1) * each;
    }
    return figures;
  } finally {
    pusher.close();
    await empty.close();
    await full.close();
    await drop(databaseUrl);
  }
}

/** A service on a database of its own, and where its readings go to. */
interface House {
  readonly owner: pg.Pool;
  readonly to: { readonly url: string; readonly token: string };
  close(): Promise<void>;
}

async function openHouse(databaseUrl: string): Promise<House> {
  const api = await startApi(loadConfig({ LOG_LEVEL: 'silent', PORT: '0' }), { databaseUrl });
  const owner = new pg.Pool({ connectionString: databaseUrl, max: 2, options: '-c TimeZone=UTC' });
  const close = async (): Promise<void> => {
    await owner.end();
    await api.close();
  };
  const token = await prepareCommunity(api.app);
  return { owner, to: { url: `${await api.app.getUrl()}/api/v1/readings`, token }, close };
}

const emptyName = 'commonmeter_bench_empty';

async function beside(databaseUrl: string): Promise<string> {
  await drop(databaseUrl);
  await onServer(databaseUrl, `CREATE DATABASE ${emptyName}`);
  const url = Object.assign(new URL(databaseUrl), { pathname: `/${emptyName}` }).href;
  await migrate(url);
  return url;
}

const drop = (databaseUrl: string): Promise<void> =>
  onServer(databaseUrl, `DROP DATABASE IF EXISTS ${emptyName} WITH (FORCE)`);

async function onServer(databaseUrl: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

interface Rounds {
  readonly each: number;
  readonly rounds: number;
  readonly first: number;
}

type Measurable = Pick<House, 'owner'> & { readonly side: Side };

/** Medians of rounds that alternate; one before them warms both up. */
async function compareHouses(
  name: string,
  { each, rounds, first }: Rounds,
  full: Measurable,
  empty: Measurable,
): Promise<BenchFigure> {
  const found = new Map<Measurable, { rate: number; cpu: number }[]>([
    [full, []],
    [empty, []],
  ]);
  for (let round = 0; round <= rounds; round += 1) {
    for (const [{ side, owner }, results] of found) {
      await side.prepare(first + round * each);
      const one = await measured(side, each, owner);
      if (round > 0) results.push(one);
    }
  }
  const middle = (house: Measurable, of: 'rate' | 'cpu'): number =>
    median((found.get(house) ?? []).map((one) => one[of]));
  const [ours, ceiling] = [middle(full, 'rate'), middle(empty, 'rate')];
  const cpu = { ours: middle(full, 'cpu'), ceiling: middle(empty, 'cpu') };
  const known = Number.isNaN(cpu.ours + cpu.ceiling) ? {} : { cpu };
  return { name, unit: 'rows/s', ours, ceiling, ratio: ours / ceiling, ...known };
}

/** Puts readings of other displays of the same community into the table, a month at a time, the last one first. */
async function fill(owner: pg.Pool, rows: number): Promise<void> {
  const start = performance.now();
  let left = Math.ceil(rows / registers);
  for (let to = february; left > 0;) {
    const last = new Date(to - 1);
    const slots = Math.min(left, (to - Date.UTC(last.getUTCFullYear(), last.getUTCMonth(), 1)) / slotMs);
    const from = to - slots * slotMs;
    await owner.query(`SELECT make_reading_month($1::date)`, [new Date(from).toISOString().slice(0, 10)]);
    await owner.query(
      `INSERT INTO reading (community_no, register_no, at, batch_no, quality, value)
       SELECT c.no, 1000000 + r, at, 1, 'actual', extract(epoch FROM at)::bigint / 1800 + r
       FROM (SELECT max(no) AS no FROM community) c,
         generate_series($1::timestamptz, $2::timestamptz - interval '30 minutes', interval '30 minutes') AS at, generate_series(1, $3::int) AS r`,
      [new Date(from).toISOString(), new Date(to).toISOString(), registers],
    );
    left -= slots;
    to = from;
  }
  await owner.query('VACUUM (ANALYZE) reading');
  await owner.query('CHECKPOINT');
  const minutes = (performance.now() - start) / 60_000;
  process.stdout.write(`${rows.toLocaleString('en-GB')} rows made in ${minutes.toFixed(1)} minutes\n`);
}
