import { DomainError, type DomainErrorCode, domainErrorCodes } from '../../domain/errors.js';

/**
 * What PostgreSQL refuses, in our words. Every invariant lives twice, in the domain and in the database; the database's
 * refusal is translated here to the code that the domain would have used, so that a race answers like the check.
 *
 * PostgreSQL's own message and detail never leave: they quote rows, and a row may be somebody else's.
 */
export interface Refusal {
  readonly code: DomainErrorCode;
  /** A sentence that names the place and the remedy. */
  readonly sentence: string;
}

/** By name of the constraint. A module adds the names of its tables where its general answer would be too vague. */
export const constraintRefusals = new Map<string, Refusal>([
  [
    'occupancy_no_overlap',
    { code: 'overlapping-occupancy', sentence: 'Another occupancy of this space overlaps these days; end it first.' },
  ],
]);

const byState: Readonly<Record<string, Refusal>> = {
  '23505': { code: 'already-exists', sentence: 'There is one of these already; use that one or choose another name.' },
  '23503': {
    code: 'not-found',
    sentence: 'Something this refers to does not exist here; check the ids and codes given.',
  },
  '23P01': {
    code: 'conflict',
    sentence: 'This overlaps something that exists already; change its period or end the other first.',
  },
  '23514': { code: 'invalid-input', sentence: 'A value lies outside of what can be stored; check the figures given.' },
  '23502': { code: 'invalid-input', sentence: 'A value that is needed is missing.' },
  '22001': { code: 'invalid-input', sentence: 'A text is too long.' },
  '22003': { code: 'invalid-input', sentence: 'A number is too large.' },
  '22007': {
    code: 'invalid-input',
    sentence: 'A date or time cannot be read; write it like 2026-10-01T00:30:00+01:00.',
  },
  '22008': {
    code: 'invalid-input',
    sentence: 'A date or time does not exist; write it like 2026-10-01T00:30:00+01:00.',
  },
  '22021': { code: 'invalid-input', sentence: 'A text contains a character that cannot be stored.' },
  '22P02': { code: 'invalid-input', sentence: 'A value cannot be read; check ids, numbers and dates.' },
  '22P05': { code: 'invalid-input', sentence: 'A text contains a character that cannot be stored.' },
  '40001': { code: 'too-busy', sentence: 'Others were changing the same things; try again.' },
  '40P01': { code: 'too-busy', sentence: 'Others were changing the same things; try again.' },
  '55P03': { code: 'too-busy', sentence: 'Others are changing the same things; try again in a moment.' },
  '57014': {
    code: 'too-busy',
    sentence: 'This took too long and was stopped; ask for less at once or try again later.',
  },
  '53300': { code: 'too-busy', sentence: 'The database has no connection left; try again in a moment.' },
  '57P01': { code: 'too-busy', sentence: 'The database is restarting; try again in a moment.' },
  '57P03': { code: 'too-busy', sentence: 'The database is starting; try again in a moment.' },
};

interface DatabaseError {
  readonly code: string;
  readonly constraint?: string;
  readonly message: string;
}

/** The SQLSTATE of what the database refused, or undefined where the error is not the database's. */
export const codeOf = (error: unknown): string | undefined => databaseError(error)?.code;

/** The domain's error for what the database refused; any other error, and refusals we have no word for, as they are. */
export function translated(error: unknown): unknown {
  const refused = databaseError(error);
  if (!refused) return error;
  const refusal = refusalOf(refused);
  return refusal ? new DomainError(refusal.code, refusal.sentence) : error;
}

function refusalOf({ code, constraint, message }: DatabaseError): Refusal | undefined {
  if (code === 'P0001') return raisedByOurTriggers(message);
  return (constraint === undefined ? undefined : constraintRefusals.get(constraint)) ?? byState[code];
}

/** Our triggers say `code: sentence`. */
function raisedByOurTriggers(message: string): Refusal | undefined {
  const [, prefix, sentence = ''] = /^([a-z-]+): (.+)$/s.exec(message) ?? [];
  const code = domainErrorCodes.find((known) => known === prefix);
  return code && { code, sentence: `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.` };
}

/** TypeORM wraps what the driver throws; both carry the five characters of SQLSTATE. */
function databaseError(error: unknown): DatabaseError | undefined {
  if (!(error instanceof Error)) return undefined;
  const inner: unknown = 'driverError' in error ? error.driverError : error;
  const isDatabases =
    inner instanceof Error && 'code' in inner && /^[0-9A-Z]{5}$/.test(String(inner.code)) && 'severity' in inner;
  return isDatabases ? (inner as unknown as DatabaseError) : undefined;
}
