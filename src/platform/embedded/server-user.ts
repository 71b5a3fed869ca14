import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** A user of the operating system. */
export interface SystemUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** PostgreSQL refuses to run as root. The user it runs as then: `postgres`, made where it is missing, else `nobody`. */
export function serverUser(): SystemUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const user = lookUp('postgres') ?? create('postgres') ?? lookUp('nobody');
  if (user === undefined) {
    throw new Error(
      'PostgreSQL refuses to run as root, and this machine has neither a user "postgres" nor "nobody". ' +
        'Start as an ordinary user, or set DATABASE_URL.',
    );
  }
  return user;
}

function lookUp(name: string): SystemUser | undefined {
  try {
    const id = (flag: string) => Number.parseInt(execFileSync('id', [flag, name], { stdio: 'pipe' }).toString(), 10);
    return { name, uid: id('-u'), gid: id('-g') };
  } catch {
    return undefined;
  }
}

function create(name: string): SystemUser | undefined {
  try {
    execFileSync('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', name], {
      stdio: 'ignore',
    });
    return lookUp(name);
  } catch {
    return undefined;
  }
}

/** Whether a user may walk into a folder: every folder above it must let that user, or everybody, through. */
export function isReachable(folder: string, user: SystemUser | undefined): boolean {
  if (user === undefined) return true;
  for (let here = nearestExisting(folder); ; here = path.dirname(here)) {
    const { mode, uid, gid } = fs.statSync(here);
    const through = mode & 0o001 || (uid === user.uid && mode & 0o100) || (gid === user.gid && mode & 0o010);
    if (!through) return false;
    if (here === path.dirname(here)) return true;
  }
}

function nearestExisting(folder: string): string {
  let here = path.resolve(folder);
  while (!fs.existsSync(here)) here = path.dirname(here);
  return fs.realpathSync(here);
}
