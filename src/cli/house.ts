import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Config } from '../platform/config.js';
import type { Logger } from 'pino';

/** A running service: API, worker, or both in one process, on a migrated database. */
export interface House {
  readonly url: string | undefined;
  readonly described: string;
  readonly api: NestFastifyApplication | undefined;
  /** Lets requests and jobs under way end, then stops what was started here. */
  close(): Promise<void>;
}

/** Finds or starts the database, brings it up to date, and starts the roles. Frameworks load here, so that stateless commands stay quick. */
export async function openHouse(config: Config, say: (line: string) => void, logger?: Logger): Promise<House> {
  const { locateDatabase } = await import('../platform/database/locate.js');
  const { migrate } = await import('../platform/database/migrate.js');
  const database = await locateDatabase(config);
  const open: { close(): Promise<void> }[] = [];
  const close = async (): Promise<void> => {
    for (const part of open.reverse()) await part.close();
    await database.stop();
  };
  try {
    say(`Database: ${database.described}`);
    await migrate(database.ownerUrl);
    const options = { databaseUrl: database.ownerUrl, ...(logger ? { logger } : {}) };
    let url: string | undefined;
    let api: NestFastifyApplication | undefined;
    if (config.role === 'worker') {
      open.push(await (await import('../worker.js')).startWorker(config, options));
    } else {
      const running = await (await import('../api.js')).startApi(config, { ...options, works: config.role === 'all' });
      open.push(running);
      ({ url, app: api } = running);
    }
    return { url, api, described: database.described, close };
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

/** What the command line remembers between calls: where the service is, and tokens by role. Readable by its owner only. */
export interface Memory {
  readonly url: string;
  readonly tokens: Readonly<Record<string, string>>;
}

const memoryFile = (config: Config): string => join(config.dataDir, 'cli.json');

export function remember(config: Config, memory: Memory): void {
  mkdirSync(config.dataDir, { recursive: true });
  writeFileSync(memoryFile(config), `${JSON.stringify(memory, null, 2)}\n`, { mode: 0o600 });
}

export function remembered(config: Config): Memory | undefined {
  try {
    return JSON.parse(readFileSync(memoryFile(config), 'utf8')) as Memory;
  } catch {
    return undefined;
  }
}
