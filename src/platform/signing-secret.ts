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
  const text = (await known(file)) ?? (await made(file));
  if (!/^[0-9a-f]{64}$/.test(text)) {
    throw new ConfigProblem(
      `${file} does not hold 64 hex digits. Restore it from your copy: heads of the record are signed with it.`,
    );
  }
  return new Secret(text);
}

async function known(file: string): Promise<string | null> {
  try {
    return (await fs.readFile(file, 'utf8')).trim();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/** A link comes whole or not at all, and to one of several processes that start together. */
async function made(file: string): Promise<string> {
  const draft = `${file}.${randomBytes(8).toString('hex')}`;
  await fs.mkdir(path.dirname(file), { recursive: true });
  await fs.writeFile(draft, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
  try {
    await fs.link(draft, file);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    await fs.unlink(draft);
  }
  return (await fs.readFile(file, 'utf8')).trim();
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

/** The secret bytes of one key, in hex; without the secret nobody finds them, and one key tells nothing of another. */
export const seedFor = (secret: Secret, purpose: string): string =>
  createHmac('sha256', Buffer.from(secret.reveal(), 'hex')).update(purpose).digest('hex');
