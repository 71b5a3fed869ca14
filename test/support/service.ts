import { type RunningApi, startApi } from '../../src/api.js';
import type { Clock } from '../../src/platform/clock.js';
import { loadConfig } from '../../src/platform/config.js';
import type { QueueTimes } from '../../src/platform/queue/settings.js';
import { type TestDatabase, testDatabase } from './database.js';

/** The whole service, listening on a port of its own and doing its jobs, on a database of its own. */
export interface Service extends RunningApi {
  readonly database: TestDatabase;
}

export interface ServiceOptions {
  /** The clock it goes by; the machine's where none is given. */
  readonly clock?: Clock;
  /** Keeps the queue in this Redis. */
  readonly redisUrl?: string;
  readonly queueTimes?: QueueTimes;
  /** A database that is there already, kept when the service closes: to start again after a kill. */
  readonly database?: TestDatabase;
}

const impatient: QueueTimes = { leaseMs: 5_000, pollMs: 100, retryMs: 50 };

export async function startService(options: ServiceOptions = {}): Promise<Service> {
  const database = options.database ?? (await testDatabase());
  const config = loadConfig({ PORT: '0', LOG_LEVEL: 'fatal', REDIS_URL: options.redisUrl });
  const api = await startApi(config, {
    databaseUrl: database.url,
    works: true,
    queueTimes: options.queueTimes ?? impatient,
    ...(options.clock ? { clock: options.clock } : {}),
  });
  return {
    ...api,
    database,
    close: async () => {
      await api.close();
      if (!options.database) await database.drop();
    },
  };
}
