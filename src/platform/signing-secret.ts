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
  return secretIn(path.resolve(dataDir, inUse));
}

const inUse = 'signing-secret';
const waiting = 'signing-secret.next';

/**
 * The secret that comes after the one in use: NEW_SIGNING_SECRET, or a file beside the other, made where it is not there. It is the
 * same again until it is taken into use.
 */
export async function nextSecret({ signingSecret: given, newSigningSecret: next, dataDir }: Config): Promise<Secret> {
  if (given === undefined && next === undefined) return secretIn(path.resolve(dataDir, waiting));
  if (next === undefined)
    throw new ConfigProblem(
      'SIGNING_SECRET is set, so the secret that comes after it must be given as NEW_SIGNING_SECRET.',
    );
  return next;
}

/**
 * Takes the next secret into use where secrets lie in files, in one step; the one before is kept beside it.
 *
 * @returns whether there were files; where there are none, all processes are to be started with the new secret
 */
export async function takeNextIntoUse({ signingSecret: given, dataDir }: Config, day: string): Promise<boolean> {
  if (given !== undefined) return false;
  const [file, next] = [path.resolve(dataDir, inUse), path.resolve(dataDir, waiting)];
  await fs.copyFile(file, `${file}.until-${day}`);
  await fs.rename(next, file);
  return true;
}

async function secretIn(file: string): Promise<Secret> {
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
