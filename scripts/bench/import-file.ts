import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { type RunningApi, startApi } from '../../src/api.js';
import { AccessService } from '../../src/modules/access/access.service.js';
import { system } from '../../src/modules/access/access-changes.service.js';
import { SitesService } from '../../src/modules/community/sites.service.js';
import { MeteringService } from '../../src/modules/metering/meters/metering.service.js';
import { loadConfig } from '../../src/platform/config.js';
import { alternate } from './alternate.js';
import { nem12 } from './file-samples.js';
import type { BenchFigure } from './ingest.js';
import type { RunBench } from './run.js';
import { dropTwin, makeTwin } from './twin.js';

/** One import through its job, and the bare insert of as many values into a twin of the table, ten thousand in a statement. */
export async function benchImport({ databaseUrl, quick }: RunBench): Promise<BenchFigure> {
  const days = quick ? 2_084 : 20_834;
  const api = await startApi(loadConfig({ LOG_LEVEL: 'silent', PORT: '0' }), { databaseUrl, works: true });
  const twin = new pg.Pool({ connectionString: databaseUrl, max: 1, options: '-c TimeZone=UTC' });
  try {
    await makeTwin(twin);
    const token = await prepare(api, Math.ceil(days / 365));
    let [sent, inserted] = [0, 0];
    return await alternate({
      name: `import of ${(days * 48).toLocaleString('en-GB')} values of NEM12, over the bare insert`,
      ...{ unit: 'rows/s', count: days * 48, rounds: quick ? 2 : 3 },
      // Every round is another year: a value that is known would not be stored again.
      ours: async () => imported(api.url, token, nem12(days, 'B', yearOf((sent += 1))).join('\n'), days * 48),
      ceiling: () => insertAll(twin, days, yearOf((inserted += 1))),
    });
  } finally {
    await dropTwin(twin);
    await twin.end();
    await api.close();
  }
}

const yearOf = (round: number): number => Date.UTC(2001 + round, 0, 1);

/** A community with so many meters of half-hours. @returns the token of its treasurer */
async function prepare({ app }: RunningApi, meters: number): Promise<string> {
  const zone = 'Australia/Brisbane';
  const founded = { code: `files-${Date.now().toString(36)}`, name: 'Bench', currency: 'AUD', zone };
  const { communityId, token } = await app
    .get(AccessService)
    .createCommunity({ ...founded, treasurer: { name: 'Bench' } });
  await app.get(SitesService).create(communityId, { code: 'BENCH', name: 'Bench', address: '', zone }, system);
  for (let i = 0; i < meters; i += 1) await app.get(MeteringService).create(communityId, meter(i), system);
  return token;
}

const meter = (i: number) => ({
  ...{ site: 'BENCH', code: `B${String(i).padStart(9, '0')}`, name: `Meter ${i}`, role: 'sub' as const, serial: '' },
  ...{ utility: 'electricity' as const, space: null, installedFrom: '2000-01-01T00:00:00Z' },
  registers: [
    {
      ...{ code: 'E1', kind: 'interval' as const, intervalMinutes: 30 as const, unit: 'kWh' as const },
      ...{ direction: 'import' as const, restarts: false, multiplier: '1' },
    },
  ],
});

interface Import {
  readonly id: string;
  readonly state: string;
  readonly created: number;
  readonly progress: { readonly phase: string };
}

/** Sends a file and waits until a worker has done with it. */
async function imported(url: string, token: string, file: string, values: number): Promise<void> {
  const authorization = `Bearer ${token}`;
  const ask = async (path: string, init: RequestInit = {}): Promise<Import> => {
    const headers = { authorization, 'content-type': 'text/csv', prefer: 'respond-async' };
    const reply = await fetch(`${url}/api/v1/imports${path}`, { ...init, headers });
    if (!reply.ok) throw new Error(await reply.text());
    return (await reply.json()) as Import;
  };
  let known = await ask('', { method: 'POST', body: file });
  while (known.progress.phase !== 'ended') {
    await pause(20);
    known = await ask(`/${known.id}`);
  }
  if (known.created !== values)
    throw new Error(`The import is ${known.state} and created ${known.created} of ${values}.`);
}

const atOnce = 10_000;

async function insertAll(pool: pg.Pool, days: number, first: number): Promise<void> {
  for (let start = 0; start < days * 48; start += atOnce) {
    const numbers = Array.from({ length: Math.min(atOnce, days * 48 - start) }, (_, i) => start + i);
    const times = numbers.map((i) => first + (i % 17_520) * 1_800_000);
    await pool.query({
      name: 'twin-intervals',
      text: `INSERT INTO reading_twin (community_no, register_no, at, until, batch_no, quality, value)
             SELECT 1, n.no, n.at, n.until, 1, 'actual', n.value
             FROM unnest($1::int[], $2::timestamptz[], $3::timestamptz[], $4::numeric[]) AS n (no, at, until, value) ON CONFLICT DO NOTHING`,
      values: [
        numbers.map((i) => Math.floor(i / 17_520)),
        times.map((ms) => new Date(ms).toISOString()),
        times.map((ms) => new Date(ms + 1_800_000).toISOString()),
        numbers.map((i) => `${i % 4}.${100 + (i % 900)}`),
      ],
    });
  }
}
