import { DomainError } from '../domain/errors.js';
import { ConfigProblem } from '../platform/config.js';
import { CommandFailed, exitCodes } from './output.js';

/** What the person at the terminal is told, and how the process ends. */
export interface Failure {
  readonly text: string;
  readonly exitCode: number;
}

const unreachable = 'No database answers there. Is DATABASE_URL right, and does its server run?';

/** What the codes of the system and of PostgreSQL mean to whoever configured the service. */
const sentences: Readonly<Record<string, string>> = {
  ECONNREFUSED: unreachable,
  ENOTFOUND: unreachable,
  ETIMEDOUT: unreachable,
  EHOSTUNREACH: unreachable,
  EADDRINUSE: 'Something listens there already, perhaps this service. Stop it, or set PORT to another number.',
  EACCES: 'This user may not do that. Set PORT above 1023 and DATA_DIR to a folder of your own.',
  '28000': 'The database does not let this user in: look at DATABASE_URL and at pg_hba.conf.',
  '28P01': 'The database refuses this user or this password: look at DATABASE_URL.',
  '3D000': 'Make the database with createdb, or name another in DATABASE_URL.',
  '42501': 'The user of DATABASE_URL must own the database and be allowed to make roles.',
};

/** Says why something failed. Only our own bugs show a stack: a person can do nothing with one. */
export function explain(error: unknown): Failure {
  if (error instanceof CommandFailed) return { text: error.message, exitCode: error.exitCode };
  if (error instanceof DomainError) return failed(wordsOf(error));
  if (error instanceof ConfigProblem) return failed(error.message);
  if (!(error instanceof Error)) return failed(String(error));
  const { code, message } = rootOf(error);
  const sentence = code === undefined ? undefined : sentences[code];
  return failed(sentence === undefined ? (error.stack ?? error.message) : `${message}. ${sentence}`);
}

const failed = (text: string): Failure => ({ text, exitCode: exitCodes.failed });

/** A refusal of several fields names each of them. */
function wordsOf(error: DomainError): string {
  const { errors = [] } = error as { errors?: readonly { readonly pointer: string; readonly detail: string }[] };
  if (errors.length === 0) return error.message;
  return errors.map(({ pointer, detail }) => `${pointer.slice(1)} ${detail}`).join('\n');
}

/** A name with several addresses fails once for each of them; the first is as good as any. */
function rootOf(error: NodeJS.ErrnoException): NodeJS.ErrnoException {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : undefined;
  return first instanceof Error ? first : error;
}
