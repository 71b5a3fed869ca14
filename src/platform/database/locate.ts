import pg from 'pg';
import type { Config } from '../config.js';
import { startEmbedded } from '../embedded/server.js';

/** The database of this installation, found or started. */
export interface LocatedDatabase {
  /** Address for the owner of the tables; the application's pools take its rights away again. */
  readonly ownerUrl: string;
  /** Where the data is, as a person would say it. */
  readonly described: string;
  /** The folder of the embedded server's data; undefined for a database that belongs to others. */
  readonly folder: string | undefined;
  /** Stops what was started here; does nothing for a database that belongs to others. */
  stop(): Promise<void>;
}

/** Takes the database that the configuration names, or starts the embedded one. */
export async function locateDatabase(config: Config): Promise<LocatedDatabase> {
  if (config.databaseUrl) {
    const ownerUrl = config.databaseUrl.reveal();
    const { hostname, port, pathname } = new URL(ownerUrl);
    return {
      ownerUrl,
      described: `PostgreSQL at ${hostname}:${port || '5432'}${pathname}`,
      folder: undefined,
      stop: async () => undefined,
    };
  }
  const server = await startEmbedded({ dataDir: config.dataDir });
  await createDatabase(server.urlFor('postgres'), 'commonmeter');
  return {
    ownerUrl: server.urlFor('commonmeter'),
    described: `embedded PostgreSQL in ${server.place}`,
    folder: server.place,
    stop: () => server.stop(),
  };
}

async function createDatabase(url: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${name}`);
  } finally {
    await client.end();
  }
}
