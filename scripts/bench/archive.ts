import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { type RunningApi, startApi } from '../../src/api.js';
import { DomainError } from '../../src/domain/errors.js';
import { output } from '../../src/cli/output.js';
import { isEmpty, seed } from '../../src/demo/seed.js';
import { AccessService } from '../../src/modules/access/access.service.js';
import { type Exported, ExportService } from '../../src/modules/archive/export.service.js';
import { RestoreService } from '../../src/modules/archive/restore.service.js';
import { RecordService } from '../../src/modules/proofs/record.service.js';
import { packFolder, unpackFile } from '../../src/platform/archive/tar.js';
import { loadConfig } from '../../src/platform/config.js';
import { migrate, schemaOf } from '../../src/platform/database/migrate.js';
import type { BenchFigure } from './ingest.js';

/*
 * How long it takes to leave and to come back: packed export, and restore of the packed file with all that it proves, of the demo and of a
 * community of a hundred members with two years of half-hours. The ceiling is COPY of the same tables to files of the server, and from there
 * into a migrated database with triggers and foreign keys silent: what PostgreSQL does when nobody asks whether it is true.
 */

export interface ArchiveBench {
  /** A migrated database of nobody's; others are made beside it and removed. */
  readonly databaseUrl: string;
  /** Of half-hours that the hundred have. */
  readonly months: number;
}

/** A community in a database of its own. */
interface Subject {
  readonly name: string;
  readonly code: string;
  make(api: RunningApi, owner: pg.Pool): Promise<void>;
}

const halfHours = "SELECT make_reading_month(m::date) FROM generate_series($1::date, $2::date, interval '1 month') m";

/** A hundred members, each with a stall and a meter; a batch a day. */
const hundred = (months: number): Subject => ({
  name: `100 members, ${months} months of half-hours`,
  code: 'hundred',
  make: async (api, owner) => {
    const founding = {
      code: 'hundred',
      name: 'A hundred stalls',
      currency: 'GBP',
      zone: 'UTC',
      treasurer: { name: 'Tess' },
    };
    const { communityId } = await api.app.get(AccessService).createCommunity(founding);
    await owner.query(halfHours, ['2024-01-01', '2025-12-31']);
    // Batches come with their readings, as they do in life: a batch that is seen without them is sealed without them.
    const whole = fixture.map((sql) =>
      sql.replaceAll(':community', `'${communityId}'`).replaceAll(':months', `interval '${months} months'`),
    );
    await owner.query(`BEGIN; ${whole.join('; ')}; COMMIT`);
    await owner.query('ANALYZE');
    await recorded(() => api.app.get(RecordService).bringUpToDate(communityId));
  },
});

const fixture = [
  `INSERT INTO site (community_id, id, code, name, zone) VALUES (:community, gen_random_uuid(), 'HALL', 'Hall', 'UTC')`,
  `INSERT INTO member (community_id, id, code, name) SELECT :community, gen_random_uuid(), 'M' || i, 'Member ' || i FROM generate_series(1, 100) i`,
  `INSERT INTO space (community_id, id, site_id, code, name, area) SELECT :community, gen_random_uuid(), s.id, 'S' || i, 'Stall ' || i, 10
   FROM site s, generate_series(1, 100) i`,
  `INSERT INTO occupancy (community_id, id, space_id, member_id, days) SELECT :community, gen_random_uuid(), s.id, m.id, '[2024-01-01,)'
   FROM space s JOIN member m ON 'S' || substr(m.code, 2) = s.code`,
  `INSERT INTO meter (community_id, id, site_id, code, name, role, utility) SELECT :community, gen_random_uuid(), s.id, 'E' || i, 'Meter ' || i, 'sub', 'electricity'
   FROM site s, generate_series(1, 100) i`,
  `INSERT INTO register (community_id, id, meter_id, code, kind, unit, direction, interval_minutes)
   SELECT :community, gen_random_uuid(), m.id, 'import', 'interval', 'kWh', 'import', 30 FROM meter m`,
  `INSERT INTO reading_batch (community_id, source, actor_kind, received_at, items)
   SELECT :community, 'bench', 'system', d, 4800 FROM generate_series(timestamptz '2024-01-02 00:00Z', timestamptz '2024-01-01 00:00Z' + :months, interval '1 day') d`,
  `INSERT INTO reading (community_no, register_no, at, until, batch_no, quality, value)
   SELECT c.no, r.no, h, h + interval '30 minutes', b.no, 'actual', ((r.no * 37 + extract(epoch FROM h)::bigint / 1800) % 997)::numeric / 1000
   FROM reading_batch b JOIN community c ON c.id = b.community_id, register r,
        generate_series(b.received_at - interval '1 day', b.received_at - interval '1 minute', interval '30 minutes') h
   WHERE b.community_id = :community AND r.community_id = :community ORDER BY b.no, r.no, h`,
];

/** The worker of the house seals batches too, and is at it longer than anybody waits for a lock: what is busy is tried again. */
async function recorded(bringUpToDate: () => Promise<void>): Promise<void> {
  try {
    await bringUpToDate();
  } catch (error) {
    if (!(error instanceof DomainError && error.code === 'too-busy')) throw error;
    await recorded(bringUpToDate);
  }
}

const demo: Subject = {
  name: 'demo',
  code: 'OMH',
  make: async (api) => {
    if (await isEmpty(api.app))
      await seed(api.app, { ...output(true), progress: () => undefined, busy: () => undefined });
  },
};

/** Measures export and restore of both. */
export async function benchArchive({ databaseUrl, months }: ArchiveBench): Promise<BenchFigure[]> {
  const figures: BenchFigure[] = [];
  for (const subject of [demo, hundred(months)]) figures.push(...(await benchSubject(databaseUrl, subject)));
  return figures;
}

async function benchSubject(server: string, subject: Subject): Promise<BenchFigure[]> {
  const { name, code } = subject;
  const [from, to, plain] = await Promise.all(['from', 'to', 'plain'].map((which) => fresh(server, which)));
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'commonmeter-bench-archive-'));
  const file = path.join(folder, 'x.tar.gz');
  const [source, target] = [new pg.Pool(pool(from)), new pg.Pool(pool(plain))];
  try {
    let made: Exported | undefined;
    const exportMs = await inHouse(from, async (api) => {
      await subject.make(api, source);
      const schema = await schemaOf(from ?? '');
      return timed(async () => {
        const draft = path.join(folder, 'draft');
        await fs.mkdir(draft);
        made = await api.app.get(ExportService).export(code, draft, schema, () => undefined);
        await packFolder(draft, made.files, file);
        await fs.rm(draft, { recursive: true });
      });
    });
    const restoreMs = await inHouse(to, (api) =>
      timed(async () => {
        const unpacked = path.join(folder, 'unpacked');
        await unpackFile(file, unpacked, () => undefined);
        const house = { ownerUrl: to ?? '', schema: await schemaOf(to ?? '') };
        await api.app.get(RestoreService).restore(house, unpacked, () => undefined);
      }),
    );
    if (made === undefined) return [];
    const { tables, readings } = made.description;
    const rows = [...tables, ...readings].reduce((sum, one) => sum + one.rows, 0);
    const names = tables.filter((table) => table.rows > 0).map(({ table }) => table);
    const [outMs, inMs] = await plainCopy(source, target, names);
    const { size } = await fs.stat(file);
    const what = (verb: string, ms: number) => `${verb}: ${name}, ${(ms / 1000).toFixed(1)} s`;
    process.stdout.write(
      `  ${name}: ${rows.toLocaleString('en-GB')} rows, ${(size / 1_048_576).toFixed(1)} MB packed\n`,
    );
    return [
      figure(what('export', exportMs), rows, exportMs, outMs),
      figure(what('restore', restoreMs), rows, restoreMs, inMs),
    ];
  } finally {
    await Promise.all([source.end(), target.end()]);
    await fs.rm(folder, { recursive: true, force: true });
    for (const which of ['from', 'to', 'plain']) await drop(server, which);
  }
}

function figure(name: string, rows: number, ms: number, ceilingMs: number): BenchFigure {
  const [ours, ceiling] = [ms, ceilingMs].map((time) => (rows * 1_000) / time) as [number, number];
  return { name, unit: 'rows/s', ours, ceiling, ratio: ours / ceiling };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

async function inHouse<T>(databaseUrl: string | undefined, work: (api: RunningApi) => Promise<T>): Promise<T> {
  const config = loadConfig({ LOG_LEVEL: 'silent', PORT: '0', DATA_DIR: os.tmpdir(), SIGNING_SECRET: '42'.repeat(32) });
  const api = await startApi(config, { databaseUrl: databaseUrl ?? '', works: true });
  try {
    return await work(api);
  } finally {
    await api.close();
  }
}

/** COPY of the same tables to files of the server and from there. @returns milliseconds out and in */
async function plainCopy(source: pg.Pool, target: pg.Pool, tables: readonly string[]): Promise<[number, number]> {
  const { rows } = await source.query<{ folder: string }>(`SELECT current_setting('data_directory') AS folder`);
  const at = (table: string) => `${rows[0]?.folder}/bench-${table}.copy`;
  const { rows: columns } = await source.query<{ table: string; list: string }>(
    `SELECT c.relname AS table, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) AS list FROM pg_class c
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' WHERE c.relname = ANY ($1) GROUP BY 1`,
    [[...tables, 'reading']],
  );
  const outMs = await timed(async () => {
    for (const { table, list } of columns) await source.query(`COPY (SELECT ${list} FROM ${table}) TO '${at(table)}'`);
  });
  await target.query(halfHours, ['2024-01-01', '2026-12-31']);
  const { rows: months } = await source.query<{ month: string }>(
    "SELECT DISTINCT date_trunc('month', at)::date::text AS month FROM reading",
  );
  for (const { month } of months) await target.query('SELECT make_reading_month($1::date)', [month]);
  const client = await target.connect();
  try {
    await client.query('SET session_replication_role = replica');
    const inMs = await timed(async () => {
      for (const { table, list } of columns) await client.query(`COPY ${table} (${list}) FROM '${at(table)}'`);
      await client.query('ANALYZE');
    });
    return [outMs, inMs];
  } finally {
    client.release();
    await fs.rm(at('reading'), { force: true });
    for (const { table } of columns) await fs.rm(at(table), { force: true });
  }
}

const pool = (connectionString: string | undefined): pg.PoolConfig => ({
  connectionString: connectionString ?? '',
  max: 2,
  options: '-c TimeZone=UTC',
});

const nameOf = (which: string): string => `commonmeter_bench_${which}`;

async function fresh(server: string, which: string): Promise<string> {
  await drop(server, which);
  await onServer(server, `CREATE DATABASE ${nameOf(which)}`);
  const url = Object.assign(new URL(server), { pathname: `/${nameOf(which)}` }).href;
  await migrate(url);
  return url;
}

const drop = (server: string, which: string): Promise<void> =>
  onServer(server, `DROP DATABASE IF EXISTS ${nameOf(which)} WITH (FORCE)`);

async function onServer(databaseUrl: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}
