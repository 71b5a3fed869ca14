import pg from 'pg';
import { DataSource } from 'typeorm';
import { prepareQueueSchema } from '../queue/queue-schema.js';
import { ownerDataSource } from './connection.js';

/** Serialises migrations of one database: two processes that start together migrate one after the other. */
const migrationLock = 7_263_001;

export interface MigrationReport {
  /** Names of the migrations that were run now, in order; empty where there was nothing to do. */
  readonly run: readonly string[];
}

/**
 * Brings the schema up to date, and BullMQ's own beside it.
 *
 * @param ownerUrl the user of this address owns the tables; the application never works as that user
 * @param onProgress told the name of each migration when it is done
 */
export async function migrate(
  ownerUrl: string,
  onProgress: (name: string) => void = () => undefined,
): Promise<MigrationReport> {
  const lock = new pg.Client({ connectionString: ownerUrl });
  lock.on('error', () => undefined);
  await lock.connect();
  try {
    await lock.query('SELECT pg_advisory_lock($1)', [migrationLock]);
    const run = await runOurs(ownerUrl);
    run.forEach(onProgress);
    await prepareQueueSchema(lock);
    return { run };
  } finally {
    await lock.end();
  }
}

/** Names of the migrations that have not been run yet. */
export async function pendingMigrations(ownerUrl: string): Promise<readonly string[]> {
  return withOwner(ownerUrl, async (source) => {
    const known = source.migrations.map((migration) => migration.name ?? migration.constructor.name);
    const [table] = await source.query<{ there: boolean }[]>(
      "SELECT to_regclass('public.migration') IS NOT NULL AS there",
    );
    if (!table?.there) return known;
    const done = await source.query<{ name: string }[]>('SELECT name FROM migration');
    return known.filter((name) => !done.some((row) => row.name === name));
  });
}

/** Names of the migrations that the database has seen, in order: which schema it has. */
export const schemaOf = (ownerUrl: string): Promise<readonly string[]> =>
  withOwner(ownerUrl, async (source) =>
    (await source.query<{ name: string }[]>('SELECT name FROM migration ORDER BY timestamp')).map(({ name }) => name),
  );

const runOurs = (ownerUrl: string): Promise<string[]> =>
  withOwner(ownerUrl, async (source) => (await source.runMigrations()).map((migration) => migration.name));

async function withOwner<T>(ownerUrl: string, work: (source: DataSource) => Promise<T>): Promise<T> {
  const source = new DataSource(ownerDataSource(ownerUrl, () => undefined));
  await source.initialize();
  try {
    return await work(source);
  } finally {
    await source.destroy();
  }
}
