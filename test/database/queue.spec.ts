import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { z } from 'zod';
import { DomainError } from '../../src/domain/errors.js';
import { postgresBackend, redisBackend } from '../../src/platform/queue/backend.js';
import { Dispatcher } from '../../src/platform/queue/dispatcher.js';
import { Outbox } from '../../src/platform/queue/outbox.js';
import type { QueueBackend } from '../../src/platform/queue/settings.js';
import { type WorkerDefinition, Workers } from '../../src/platform/queue/workers.js';
import { insertCommunity, testDatabase, type TestDatabase } from '../support/database.js';
import { hasRedis, startRedis, type TestRedis } from '../support/redis.js';

jest.setTimeout(60_000);

const silent = pino({ level: 'silent' });
const ignore = () => undefined;

/** One process: its dispatcher, its outbox and its workers. */
function processOn(db: TestDatabase, backend: QueueBackend, leaseMs = 60_000) {
  const times = { leaseMs, pollMs: 100, retryMs: 20 };
  const dispatcher = new Dispatcher(db.transactions, backend, times, silent);
  const workers = new Workers(db.transactions, backend, times, silent);
  return {
    outbox: new Outbox(dispatcher),
    dispatcher,
    work: <P extends z.ZodType>(definition: WorkerDefinition<P>) => {
      workers.register(definition);
      workers.start();
      dispatcher.start();
    },
    close: async () => {
      await Promise.all([workers.close(), dispatcher.close()]);
      await backend.close();
    },
  };
}

const payload = z.object({ n: z.string() });

async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  for (let waited = 0; waited < 20_000; waited += 50) {
    if (await holds()) return;
    await pause(50);
  }
  throw new Error(`It never happened that ${what}.`);
}

const redis: { server?: TestRedis } = {};
const backends: [string, (db: TestDatabase) => Promise<QueueBackend>][] = [
  ['PostgreSQL', async (db) => postgresBackend(db.url, ignore)],
  ...(hasRedis
    ? [['Redis', async () => redisBackend(redis.server?.url ?? '', ignore)] as [string, () => Promise<QueueBackend>]]
    : []),
];

beforeAll(async () => {
  if (hasRedis) redis.server = await startRedis(['--appendonly', 'yes', '--maxmemory-policy', 'noeviction']);
  else process.stdout.write('No redis-server is on this machine: the queue is tested on PostgreSQL only.\n');
});
afterAll(() => redis.server?.stop());

describe.each(backends)('the queue on %s', (_, makeBackend) => {
  let db: TestDatabase;
  let community: string;
  beforeAll(async () => {
    db = await testDatabase();
    community = await insertCommunity(db, 'arches');
  });
  afterAll(() => db.drop());

  it('loses nothing that ten writers at once commit, does nothing that was rolled back, and does each once', async () => {
    const node = processOn(db, await makeBackend(db));
    const done: string[] = [];
    node.work({
      topic: 'many',
      payload,
      concurrency: 5,
      handle: async ({ n }, work) => {
        await db.transactions.inCommunity(work.communityId, (tx) => work.done(tx));
        done.push(n);
      },
    });
    const writer = async (w: number) => {
      for (let i = 0; i < 20; i += 1) {
        const n = `${w}-${i}`;
        const fails = i % 5 === 0;
        const written = db.transactions.inCommunity(community, async (tx) => {
          await node.outbox.add(tx, community, 'many', n, { n });
          await pause((w * 7 + i * 3) % 11);
          if (fails) throw new DomainError('conflict', 'This one is rolled back.');
        });
        if (fails) await expect(written).rejects.toThrow('rolled back');
        else await written;
      }
    };
    await Promise.all(Array.from({ length: 10 }, (__, w) => writer(w)));
    await until('all were done', async () => (await node.dispatcher.pending()) === 0);
    const expected = Array.from({ length: 200 }, (__, i) => `${Math.trunc(i / 20)}-${i % 20}`).filter(
      (__, i) => i % 5 !== 0,
    );
    expect(done.sort()).toEqual(expected.sort());
    await node.close();
  });

  it('takes one piece written twice for one', async () => {
    const node = processOn(db, await makeBackend(db));
    const seen: string[] = [];
    node.work({ topic: 'twice', payload, handle: async ({ n }) => void seen.push(n) });
    for (const n of ['first', 'second']) {
      await db.transactions.inCommunity(community, (tx) => node.outbox.add(tx, community, 'twice', 'same-key', { n }));
    }
    await until('it was done', async () => (await node.dispatcher.pending()) === 0);
    expect(seen).toEqual(['first']);
    await node.close();
  });

  it('tries again what failed', async () => {
    const node = processOn(db, await makeBackend(db));
    let attempts = 0;
    node.work({
      topic: 'fails-twice',
      payload,
      handle: async () => {
        attempts += 1;
        if (attempts < 3) throw new Error('not yet');
      },
    });
    await db.transactions.inCommunity(community, (tx) =>
      node.outbox.add(tx, community, 'fails-twice', 'k', { n: '1' }),
    );
    await until('it was done', async () => (await node.dispatcher.pending()) === 0);
    expect(attempts).toBe(3);
    await node.close();
  });

  it('hands out again what a dead queue forgot', async () => {
    const forgetful: QueueBackend = {
      kind: 'postgres',
      queue: () => ({ addBulk: async () => undefined, close: async () => undefined }),
      worker: () => {
        throw new Error('this process does not work');
      },
      close: async () => undefined,
    };
    const dead = processOn(db, forgetful, 300);
    await db.transactions.inCommunity(community, (tx) => dead.outbox.add(tx, community, 'forgotten', 'k', { n: '1' }));
    await until('the dead queue took it', async () => {
      const { rows } = await db.owner.query<{ attempts: number }>(
        "SELECT attempts FROM outbox WHERE topic = 'forgotten'",
      );
      return rows[0]?.attempts === 1;
    });
    await dead.close();
    const node = processOn(db, await makeBackend(db), 300);
    const seen: string[] = [];
    node.work({ topic: 'forgotten', payload, handle: async ({ n }) => void seen.push(n) });
    await until('it was done', async () => (await node.dispatcher.pending()) === 0);
    expect(seen).toEqual(['1']);
    await node.close();
  });

  it('has one effect where two attempts run at once', async () => {
    const node = processOn(db, await makeBackend(db), 200);
    let running = 0;
    let effects = 0;
    node.work({
      topic: 'overtaken',
      payload,
      concurrency: 2,
      handle: async (__, work) => {
        running += 1;
        await until('two attempts run', () => running >= 2);
        await db.transactions.inCommunity(work.communityId, async (tx) => {
          await work.done(tx);
          effects += 1;
        });
      },
    });
    await db.transactions.inCommunity(community, (tx) => node.outbox.add(tx, community, 'overtaken', 'k', { n: '1' }));
    await until('it was done', async () => (await node.dispatcher.pending()) === 0);
    await node.close();
    expect(running).toBeGreaterThanOrEqual(2);
    expect(effects).toBe(1);
  });
});

(hasRedis ? describe : describe.skip)('a Redis that would lose jobs', () => {
  it('is refused, with the commands that mend it', async () => {
    const server = await startRedis(['--appendonly', 'no', '--maxmemory-policy', 'allkeys-lru']);
    const refused = redisBackend(server.url, ignore);
    await expect(refused).rejects.toThrow(/CONFIG SET appendonly yes[\s\S]*CONFIG SET maxmemory-policy noeviction/);
    await server.stop();
  });
});
