import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { platformFolders } from '../config.js';
import { isReachable, type SystemUser } from './server-user.js';

/** Where programs of all users keep data; only root ever needs it here. */
export const sharedFolder = '/var/lib/commonmeter';

/**
 * Decides where the embedded database keeps its data, and makes the folder.
 *
 * That is `DATA_DIR/postgres`. Where the server's user cannot walk there (as root with a checkout below /root), it is the
 * platform's folder for data, under a name made from DATA_DIR, so that two checkouts do not share one database.
 */
export function placeFor(dataDir: string, user: SystemUser | undefined): string {
  const wanted = path.join(path.resolve(dataDir), 'postgres');
  const place = isReachable(path.dirname(wanted), user) ? wanted : path.join(platformData(user), nameOf(wanted));
  try {
    fs.mkdirSync(path.dirname(place), { recursive: true });
    fs.mkdirSync(place, { recursive: true, mode: 0o700 });
    if (user) fs.chownSync(place, user.uid, user.gid);
    fs.accessSync(place, fs.constants.R_OK | fs.constants.W_OK | fs.constants.X_OK);
  } catch (error) {
    throw new Error(
      `The embedded database cannot keep its data in ${place}: ${(error as Error).message}. ` +
        'Set DATA_DIR to a folder of your own, or DATABASE_URL to a PostgreSQL server.',
      { cause: error },
    );
  }
  return place;
}

const platformData = (user: SystemUser | undefined): string =>
  user ? sharedFolder : path.join(platformFolders().data ?? path.join(os.homedir(), '.local', 'share'), 'commonmeter');

const nameOf = (wanted: string): string =>
  `${path.basename(path.dirname(path.dirname(wanted)))}-${createHash('sha256').update(wanted).digest('hex').slice(0, 8)}`;
