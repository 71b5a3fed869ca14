import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { CommandFailed } from '../cli/output.js';
import type { Config } from '../platform/config.js';
import type { LocatedDatabase } from '../platform/database/locate.js';
import { isAlive } from '../platform/embedded/holder.js';

/*
 * The demo takes half a minute to make, and people stop things half-way. From its first step to its last a mark lies in DATA_DIR. A start
 * that finds it makes the embedded database anew: nothing in it is anybody's, because the tokens are shown with the last step.
 * A database that belongs to others is never emptied; the start refuses it and says so.
 */

const markOf = (config: Config): string => join(config.dataDir, 'demo.unfinished');

/** Says that the demo is being made in this database. */
export function begin(config: Config, database: LocatedDatabase): void {
  mkdirSync(config.dataDir, { recursive: true });
  writeFileSync(markOf(config), `${process.pid}\n${database.described}\n`, { mode: 0o600 });
}

/** Says that it is whole. */
export const finish = (config: Config): void => rmSync(markOf(config), { force: true });

/**
 * Clears away what an interrupted start has left of a demo.
 *
 * @returns whether there was anything
 * @throws CommandFailed where another start is at it just now, or the database belongs to others
 */
export async function clearUnfinished(config: Config, database: LocatedDatabase): Promise<boolean> {
  if (!existsSync(markOf(config))) return false;
  const [pid = '', described] = readFileSync(markOf(config), 'utf8').split('\n');
  if (isAlive(Number.parseInt(pid, 10))) {
    throw new CommandFailed(`Process ${pid} is making the demo just now. Wait for it, or stop it.`);
  }
  if (described !== database.described) return false;
  if (database.folder === undefined) {
    throw new CommandFailed(
      `Making the demo in ${described} was interrupted, so it is not whole. Make that database anew, remove ${markOf(config)} and start again.`,
    );
  }
  await makeAnew(database.ownerUrl);
  finish(config);
  return true;
}

async function makeAnew(ownerUrl: string): Promise<void> {
  const name = new URL(ownerUrl).pathname.slice(1);
  const client = new pg.Client({ connectionString: Object.assign(new URL(ownerUrl), { pathname: '/postgres' }).href });
  await client.connect();
  try {
    await client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(name)} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}
