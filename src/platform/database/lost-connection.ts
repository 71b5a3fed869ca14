import { DomainError } from '../../domain/errors.js';
import { codeOf } from './constraints.js';

/*
 * No connection to the database, or one that broke off: neither is a fault of the request nor of the software, so that the answer asks for
 * patience. What the driver says of it has no SQLSTATE, because no server said it.
 */

const ofTheSocket = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EHOSTUNREACH']);
const ofTheDriver = /^(Connection terminated|Client has encountered a connection error|Client was closed)/;

/** Before anything was asked of the database: nothing can have been stored. Refusals of the server stay as they are. */
export const notConnected = (error: unknown): unknown =>
  codeOf(error) === undefined
    ? passing('The database cannot be reached for a moment; nothing was stored. Try again in a moment.', error)
    : error;

/** In the midst of a transaction: whether its end arrived is not known where its last word was COMMIT. Any other error stays as it is. */
export function brokenOff(error: unknown): unknown {
  const inner: unknown = error instanceof Error && 'driverError' in error ? error.driverError : error;
  if (codeOf(inner) !== undefined || !(inner instanceof Error)) return error;
  const isLost = ('code' in inner && ofTheSocket.has(String(inner.code))) || ofTheDriver.test(inner.message);
  return isLost
    ? passing('The connection to the database broke off; look whether it was stored before you do it again.', error)
    : error;
}

const passing = (sentence: string, cause: unknown): DomainError =>
  Object.assign(new DomainError('too-busy', sentence), { cause });
