import { createHmac, randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { type Config, ConfigProblem, Secret } from './config.js';

/**
 * The secret that keys for signing are made from. It lies outside of the database, so that who owns the one does not own the other:
 * in SIGNING_SECRET, or else in a file of the data folder that is written once, readable for its owner only.
 */
export async function signingSecret({ signingSecret: given, dataDir }: Config): Promise<Secret> {
  if (given) return given;
  const file = path.resolve(dataDir, 'signing-secret');
  await fs.mkdir(path.dirname(file), { recursive: true });
  const draft = `${file}.${randomBytes(8).toString('hex')}`;
  await fs.writeFile(draft, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
  try {
    // A link comes whole or not at all, and to one of several processes that start together.
    await fs.link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await fs.unlink(draft);
  }
  const text = (await fs.readFile(file, 'utf8')).trim();
  if (!/^[0-9a-f]{64}$/.test(text)) {
    throw new ConfigProblem(
      `${file} does not hold 64 hex digits. Restore it from your copy: heads of the record are signed with it.`,
    );
  }
  return new Secret(text);
}

/** The secret bytes of one key, in hex; without the secret nobody finds them, and one key tells nothing of another. */
export const seedFor = (secret: Secret, purpose: string): string =>
  createHmac('sha256', Buffer.from(secret.reveal(), 'hex')).update(purpose).digest('hex');
