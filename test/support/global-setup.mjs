// One PostgreSQL for the whole run, without durability, and one migrated database that every test file copies. Jest calls
// this once for each project in the same process; the first call does the work.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export default async function setUp() {
  if (globalThis.commonmeterTestServer) return;
  const dist = new URL('../../dist/src/platform/', import.meta.url);
  if (!fs.existsSync(dist)) throw new Error('The tests migrate with the built code: run npm run build first.');
  const { startEmbedded } = await import(new URL('embedded/server.js', dist));
  const { migrate } = await import(new URL('database/migrate.js', dist));
  const server = process.env.TEST_SERVER_URL
    ? foreignServer(process.env.TEST_SERVER_URL)
    : await ownServer(startEmbedded);
  globalThis.commonmeterTestServer = server;
  const template = `template_${process.pid}`;
  await query(server.urlFor('postgres'), `CREATE DATABASE ${template}`);
  await migrate(server.urlFor(template));
  process.env.TEST_SERVER = server.urlFor('postgres');
  process.env.TEST_TEMPLATE = template;
}

async function ownServer(startEmbedded) {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'commonmeter-test-'));
  fs.chmodSync(dataDir, 0o755);
  const flags = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: 200 };
  const server = await startEmbedded({ dataDir, flags });
  const stop = async () => {
    await server.stop();
    fs.rmSync(dataDir, { recursive: true, force: true });
    if (!server.place.startsWith(dataDir)) fs.rmSync(server.place, { recursive: true, force: true });
  };
  return { urlFor: server.urlFor, stop };
}

/** A server that is there already; the run leaves nothing on it. */
function foreignServer(url) {
  const urlFor = (database) => Object.assign(new URL(url), { pathname: `/${database}` }).href;
  const stop = async () => {
    const left = await query(url, `SELECT datname FROM pg_database WHERE datname ~ '^(test|template)_${process.pid}'`);
    for (const { datname } of left.rows) await query(url, `DROP DATABASE ${datname} WITH (FORCE)`);
  };
  return { urlFor, stop };
}

async function query(url, sql) {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}
