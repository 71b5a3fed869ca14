import { createPostgresBackend, createRedisBackend, type PostgresConnectionOptions, withBackend } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import { applicationRole, queueSchema } from '../database/connection.js';
import { checkRedis } from './redis-check.js';
import type { QueueBackend } from './settings.js';

/** A worker that was killed leaves its job stalled; it is taken up again as often as that happens. */
const stalledForGood = 1_000;
const workerOptions = { maxStalledCount: stalledForGood, stalledInterval: 15_000, lockDuration: 30_000 };

/** BullMQ in its schema of our database. One pool serves all queues and workers of the process; each worker keeps one connection to listen. */
export function postgresBackend(url: string, onError: (error: Error) => void): QueueBackend {
  const pool = new pg.Pool({
    connectionString: url,
    options: `-c role=${applicationRole} -c search_path=${queueSchema}`,
    application_name: 'commonmeter-queue',
    keepAlive: true,
    max: 20,
    idleTimeoutMillis: 10_000,
  });
  pool.on('error', onError);
  const bull = withBackend(createPostgresBackend);
  const connection = pool as unknown as PostgresConnectionOptions; // BullMQ declares a pool of its own that pg's satisfies
  return {
    kind: 'postgres',
    queue: (topic) => new bull.Queue(topic, { connection }).on('error', onError),
    worker: (topic, concurrency, process, onFailed) =>
      new bull.Worker(topic, process, { connection, concurrency, autorun: false, ...workerOptions })
        .on('error', onError)
        .on('failed', (job, error) => onFailed(job?.id, error)),
    close: () => pool.end(),
  };
}

/** BullMQ in Redis. @throws where this Redis would lose jobs; the message says how to fix it */
export async function redisBackend(url: string, onError: (error: Error) => void): Promise<QueueBackend> {
  const connection = new Redis(url, { maxRetriesPerRequest: null, lazyConnect: true });
  connection.on('error', onError);
  try {
    await connection.connect();
    await checkRedis(connection);
  } catch (error) {
    connection.disconnect();
    throw error;
  }
  const bull = withBackend(createRedisBackend);
  return {
    kind: 'redis',
    queue: (topic) => new bull.Queue(topic, { connection }).on('error', onError),
    worker: (topic, concurrency, process, onFailed) =>
      new bull.Worker(topic, process, { connection, concurrency, autorun: false, ...workerOptions })
        .on('error', onError)
        .on('failed', (job, error) => onFailed(job?.id, error)),
    close: async () => void (await connection.quit().catch(() => connection.disconnect())),
  };
}
