import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ProcessOptions } from '../api.js';
import type { Config } from '../platform/config.js';
import type { LocatedDatabase } from '../platform/database/locate.js';

/** A running service: API, worker, or both in one process, on a migrated database. */
export interface House {
  readonly url: string | undefined;
  readonly database: LocatedDatabase;
  readonly api: NestFastifyApplication | undefined;
  /** From now on the log says as much as the configuration wants; until then it says what went wrong. */
  speakUp(): void;
  /** Lets requests and jobs under way end, then stops what was started here. */
  close(): Promise<void>;
}

/** What is done with the database before anything else uses it. */
export type Prepare = (database: LocatedDatabase) => Promise<void>;

/**
 * Finds or starts the database, brings it up to date, and starts the roles.
 *
 * Frameworks load here, so that commands without a server stay quick. The log goes to standard error: standard output is for answers.
 */
export async function openHouse(
  config: Config,
  prepare: Prepare = () => Promise.resolve(),
  { demo, clock }: Pick<ProcessOptions, 'demo' | 'clock'> = {},
): Promise<House> {
  const { locateDatabase } = await import('../platform/database/locate.js');
  const { migrate } = await import('../platform/database/migrate.js');
  const { createLogger } = await import('../platform/logging.js');
  const { pino } = await import('pino');
  const logger = createLogger(
    { logLevel: config.logLevel === 'info' ? 'warn' : config.logLevel },
    pino.destination({ fd: 2, sync: true }),
  );
  const database = await locateDatabase(config);
  const open: { close(): Promise<void> }[] = [];
  const close = async (): Promise<void> => {
    for (const part of open.reverse()) await part.close();
    await database.stop();
  };
  const speakUp = (): void => {
    logger.level = config.logLevel;
  };
  try {
    await prepare(database);
    await migrate(database.ownerUrl);
    const options = {
      databaseUrl: database.ownerUrl,
      logger,
      ...(demo ? { demo } : {}),
      ...(clock ? { clock } : {}),
    };
    if (config.role === 'worker') {
      open.push(await (await import('../worker.js')).startWorker(config, options));
      return { url: undefined, api: undefined, database, speakUp, close };
    }
    const running = await (await import('../api.js')).startApi(config, { ...options, works: config.role === 'all' });
    open.push(running);
    return { url: running.url, api: running.app, database, speakUp, close };
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }
}

/** Resolves when the process is asked to end. The second request ends it at once. */
export function askedToStop(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let asked = false;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (asked) process.exit(1);
        asked = true;
        resolve(signal);
      });
    }
  });
}
