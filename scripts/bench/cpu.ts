import { readFile } from 'node:fs/promises';
import type pg from 'pg';

/**
 * Microseconds of processor time that this process and the database's connections have used so far; null where the system does
 * not tell (it does on Linux). On a shared machine this holds still while the time on the wall does not.
 */
export async function cpuUsed(db: pg.Pool): Promise<number | null> {
  const { user, system } = process.cpuUsage();
  const { rows } = await db.query<{ pid: number }>(
    'SELECT pid FROM pg_stat_activity WHERE datname = current_database()',
  );
  const backends = await Promise.all(rows.map(({ pid }) => onProcessor(pid)));
  return backends.reduce<number | null>((sum, us) => (sum === null || us === null ? null : sum + us), user + system);
}

/** Microseconds that a process of this machine was on a processor. */
async function onProcessor(pid: number): Promise<number | null> {
  const text = await readFile(`/proc/${pid}/schedstat`, 'utf8').catch(() => null);
  return text === null ? null : Number(text.split(' ')[0]) / 1000;
}
