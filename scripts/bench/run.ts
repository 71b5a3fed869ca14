import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { createApi } from '../../src/api.js';
import { BillingService } from '../../src/modules/billing/billing.service.js';
import { DrawingPool } from '../../src/modules/invoices/drawing-pool.js';
import { loadConfig } from '../../src/platform/config.js';
import { Transactions } from '../../src/platform/database/transactions.js';
import { beginWork } from '../../src/platform/queue/begin-work.js';
import { alternate, perSecond } from './alternate.js';
import type { BenchFigure } from './ingest.js';
import { dropTwins, makeTwins, plainIssue, plainRun } from './plain-run.js';
import { type Fixture, makeFixture, october } from './run-fixture.js';

/*
 * A billing run beside its ceilings: calculate and issue beside plain SQL doing the same sums in the same database, documents through
 * the queue beside the same documents drawn on the same threads and thrown away. Rounds of ours and of the ceiling alternate; medians
 * are compared.
 */

export interface RunBench {
  /** A migrated database of nobody's; a community and twin tables are made in it. */
  readonly databaseUrl: string;
  readonly quick: boolean;
}

/** Runs a month and gives its figures, all as so many a second. */
export async function benchRun({ databaseUrl, quick }: RunBench): Promise<BenchFigure[]> {
  const app = await createApi(loadConfig({ LOG_LEVEL: 'silent' }), { databaseUrl });
  await app.init();
  const owner = new pg.Pool({ connectionString: databaseUrl, max: 4, options: '-c TimeZone=UTC' });
  try {
    const members = quick ? 200 : 1000;
    const fixture = await makeFixture(app, owner, members);
    await makeTwins(owner);
    return await measure(app, owner, fixture, members, quick ? 3 : 5);
  } finally {
    await dropTwins(owner);
    await owner.end();
    await app.close();
  }
}

async function measure(
  app: NestFastifyApplication,
  owner: pg.Pool,
  fixture: Fixture,
  members: number,
  rounds: number,
): Promise<BenchFigure[]> {
  const { communityId } = fixture;
  const billing = app.get(BillingService);
  const treasurer = { kind: 'person', id: fixture.treasurer } as const;
  const run = await billing.open(communityId, { site: 'BENCH', period: october }, treasurer);
  const named = (what: string): string => `${what}, ${members} members`;
  const figures = [
    await alternate({
      ...{ name: named('calculate: half-hours, 3 bands'), unit: 'members/s', count: members, rounds },
      ours: async () => void (await billing.calculate(communityId, run.id, treasurer)),
      ceiling: () => plainRun(owner, fixture),
    }),
  ];
  const { inputHash, status } = await billing.calculate(communityId, run.id, treasurer);
  if (inputHash === null) throw new Error(`The run is ${status} and was to be previewed.`);
  await billing.approve(communityId, run.id, inputHash, { kind: 'person', id: fixture.approver });
  figures.push(
    await alternate({
      ...{ name: named('issue, inputs checked again'), unit: 'invoices/s', count: members, rounds },
      ours: () => issueAndUndo(app, fixture, run.id),
      ceiling: () => plainIssue(owner, fixture),
    }),
  );
  await billing.issue(communityId, run.id, treasurer);
  figures.push(await documents(app, owner, members, communityId));
  return figures;
}

class Undone extends Error {}

/** Issues with every check of the commit, and takes it all back, so that it can be issued again. */
async function issueAndUndo(
  app: NestFastifyApplication,
  { communityId, treasurer }: Fixture,
  runId: string,
): Promise<void> {
  const undone = app.get(Transactions).inCommunityOnce(communityId, async (tx) => {
    await app.get(BillingService).issue(communityId, runId, { kind: 'person', id: treasurer });
    await tx.query('SET CONSTRAINTS ALL IMMEDIATE');
    throw new Undone();
  });
  await undone.catch((error: unknown) => {
    if (!(error instanceof Undone)) throw error;
  });
}

/** All documents of the run: first drawn and thrown away, then made by the worker. */
async function documents(
  app: NestFastifyApplication,
  owner: pg.Pool,
  count: number,
  communityId: string,
): Promise<BenchFigure> {
  const { rows } = await owner.query<{ body: string }>('SELECT body FROM invoice_statement WHERE community_id = $1', [
    communityId,
  ]);
  const pool = app.get(DrawingPool);
  await Promise.all(rows.slice(0, 8).map(({ body }) => pool.draw(body)));
  const ceiling = await perSecond(count, async () => void (await Promise.all(rows.map(({ body }) => pool.draw(body)))));
  const ours = await perSecond(count, async () => {
    beginWork(app);
    for (;;) {
      const pending = await owner.query(`SELECT FROM document WHERE community_id = $1 AND state = 'pending' LIMIT 1`, [
        communityId,
      ]);
      if (pending.rowCount === 0) return;
      await pause(20);
    }
  });
  return { name: `PDFs through the queue, ${count}`, unit: 'PDFs/s', ours, ceiling, ratio: ours / ceiling };
}
