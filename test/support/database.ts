import pg from 'pg';
import { DataSource } from 'typeorm';
import { applicationDataSource, requestPatience } from '../../src/platform/database/connection.js';
import { Transactions } from '../../src/platform/database/transactions.js';
import { databaseTypes } from '../../src/platform/database/types.js';
import { newId } from '../../src/platform/ids.js';

/** A database of its own for a test file: a copy of the migrated template. */
export interface TestDatabase {
  /** Address for the owner of the tables. */
  readonly url: string;
  /** Connections of the owner, whom row-level security binds too; superusers pass it. */
  readonly owner: pg.Pool;
  /** The application's connections, as the service has them. */
  readonly app: DataSource;
  readonly transactions: Transactions;
  drop(): Promise<void>;
}

let made = 0;

export async function testDatabase(): Promise<TestDatabase> {
  const server = process.env['TEST_SERVER'];
  const template = process.env['TEST_TEMPLATE'];
  if (!server || !template)
    throw new Error('This test needs a database; its project must name test/support/global-setup.mjs.');
  made += 1;
  const name = `${template.replace('template', 'test')}_${process.env['JEST_WORKER_ID'] ?? '1'}_${Date.now() % 100_000_000}_${made}`;
  await onServer(server, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  const url = Object.assign(new URL(server), { pathname: `/${name}` }).href;
  const owner = new pg.Pool({ connectionString: url, max: 4, types: databaseTypes, options: '-c TimeZone=UTC' });
  owner.on('error', () => undefined);
  const app = new DataSource(
    applicationDataSource({ url, size: 20, patience: requestPatience, onError: () => undefined }),
  );
  await app.initialize();
  return {
    url,
    owner,
    app,
    transactions: new Transactions(app),
    drop: async () => {
      await app.destroy();
      await owner.end();
      await onServer(server, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

/** Makes the parts for readings that a test writes past the services, from a date to another. */
export const makeMonths = (database: TestDatabase, from: string, to: string): Promise<unknown> =>
  database.owner.query(
    `SELECT make_reading_month(month::date) FROM generate_series(date_trunc('month', $1::date), $2::date, interval '1 month') AS m (month)`,
    [from, to],
  );

/** Writes a community with nothing in it, past the services. */
export async function insertCommunity(database: TestDatabase, code: string): Promise<string> {
  const id = newId();
  await database.owner.query(
    `INSERT INTO community (id, code, name, currency, zone) VALUES ($1, $2, $3, 'GBP', 'Europe/London')`,
    [id, code, `The ${code}`],
  );
  return id;
}

async function onServer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** Does `work` as the owner in one transaction of a community; what is deferred is checked at its end. */
export async function asOwnerOf(
  { owner }: TestDatabase,
  community: string,
  work: (client: pg.PoolClient) => Promise<unknown>,
): Promise<void> {
  const client = await owner.connect();
  try {
    await client.query('BEGIN');
    await client.query("SELECT set_config('app.community_id', $1, true)", [community]);
    await work(client);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}
