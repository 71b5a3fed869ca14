import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import pg from 'pg';
import { createApi } from '../../src/api.js';
import { StatementHistory } from '../../src/modules/billing/issue/statement-history.js';
import { ValidationService } from '../../src/modules/metering/validate/validation.service.js';
import { loadConfig } from '../../src/platform/config.js';
import { Transactions } from '../../src/platform/database/transactions.js';
import { alternate } from './alternate.js';
import type { BenchFigure } from './ingest.js';
import type { RunBench } from './run.js';
import { type Fixture, makeFixture, october, span } from './run-fixture.js';

/*
 * A validation pass over a month of half-hours beside its ceilings in plain SQL: the least that must be known of every day (count, sum,
 * least and most) in one statement, and the same with each interval compared to the one before it, as gaps are commonly found. Then the
 * same pass where the month before is there to compare with, beside the first statement over both months. Last, what statements show of
 * a month that was never billed, beside the bare sum of its readings.
 */

const september = { from: '2026-08-31T23:00:00Z', to: span.from };

/** Passes over a month of a community's meters, as so many readings a second. */
export async function benchValidation({ databaseUrl, quick }: RunBench): Promise<BenchFigure[]> {
  const app = await createApi(loadConfig({ LOG_LEVEL: 'silent' }), { databaseUrl });
  await app.init();
  const owner = new pg.Pool({ connectionString: databaseUrl, max: 2, options: '-c TimeZone=UTC' });
  try {
    const meters = quick ? 200 : 1000;
    const fixture = await makeFixture(app, owner, meters);
    const actor = { kind: 'person', id: fixture.treasurer } as const;
    const ours = async (): Promise<void> => {
      await app.get(ValidationService).pass(fixture.communityId, { site: 'BENCH', period: october }, actor);
    };
    const name = `validation of a month for ${meters.toLocaleString('en-GB')} half-hourly meters`;
    const common = { unit: 'rows/s', count: await readings(owner, fixture), rounds: quick ? 3 : 5, ours };
    const byDay = { ...common, name: `${name}, over days`, ceiling: () => plainDays(owner, fixture) };
    const byWindow = { ...common, name: `${name}, over lag`, ceiling: () => plainGaps(owner, fixture) };
    const figures = [await alternate(byDay), await alternate(byWindow)];
    await makeSeptember(owner, fixture);
    const two = {
      ...byDay,
      name: `the same with the month before, ${meters} meters`,
      count: await readings(owner, fixture),
    };
    return [...figures, await alternate(two), await lookBack(app, owner, fixture, common)];
  } finally {
    await owner.end();
    await app.close();
  }
}

/** The year before October for every member's statement, of which one month was read and none billed. */
async function lookBack(
  app: NestFastifyApplication,
  owner: pg.Pool,
  { communityId, communityNo, siteId }: Fixture,
  { rounds, unit }: { readonly rounds: number; readonly unit: string },
): Promise<BenchFigure> {
  const run = { communityId, siteId, period: october };
  const { rows } = await owner.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM reading WHERE community_no = $1 AND at >= $2 AND at < $3',
    [communityNo, september.from, september.to],
  );
  return alternate({
    ...{ name: 'a month past that nobody billed, for the statements', unit, rounds, count: rows[0]?.count ?? 0 },
    ours: () =>
      app.get(Transactions).inCommunity(communityId, async (tx) => {
        await app.get(StatementHistory).before(tx, run, 'Europe/London');
      }),
    ceiling: async () => {
      await owner.query(
        'SELECT register_no, sum(value)::text FROM reading WHERE community_no = $1 AND at >= $2 AND at < $3 GROUP BY register_no',
        [communityNo, september.from, september.to],
      );
    },
  });
}

async function readings(owner: pg.Pool, { communityNo }: Fixture): Promise<number> {
  const { rows } = await owner.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM reading WHERE community_no = $1',
    [communityNo],
  );
  return rows[0]?.count ?? 0;
}

const days = `date_bin('1 day', r.at, '${span.from}')`;

/** What every day of every register came to. */
async function plainDays(owner: pg.Pool, { communityNo }: Fixture): Promise<void> {
  await owner.query(
    `SELECT r.register_no, ${days} AS day, count(*)::int AS count, sum(r.value)::text AS total, min(r.value)::text AS least, max(r.value)::text AS most
     FROM reading r WHERE r.community_no = $1 GROUP BY r.register_no, day`,
    [communityNo],
  );
}

/** The same, with whether each interval begins where the one before it ended. */
async function plainGaps(owner: pg.Pool, { communityNo }: Fixture): Promise<void> {
  await owner.query(
    `SELECT r.register_no, ${days} AS day, count(*)::int AS count, sum(r.value)::text AS total, min(r.value)::text AS least, max(r.value)::text AS most,
            bool_or(r.at <> r.before) AS gap
     FROM (SELECT *, lag(until) OVER (PARTITION BY register_no ORDER BY at) AS before FROM reading WHERE community_no = $1) r
     GROUP BY r.register_no, day`,
    [communityNo],
  );
}

/** The readings of October once more, a month earlier. */
async function makeSeptember(owner: pg.Pool, { communityNo }: Fixture): Promise<void> {
  await owner.query("SELECT make_reading_month(month) FROM unnest('{2026-08-01,2026-09-01}'::date[]) AS m (month)");
  await owner.query(
    `INSERT INTO reading (community_no, register_no, at, until, batch_no, quality, value)
     SELECT community_no, register_no, at - interval '31 days', until - interval '31 days', batch_no, quality, value
     FROM reading WHERE community_no = $1 AND at - interval '31 days' >= $2 AND at - interval '31 days' < $3
     ON CONFLICT DO NOTHING`,
    [communityNo, september.from, september.to],
  );
  await owner.query('ANALYZE reading');
}
