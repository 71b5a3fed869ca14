import { z } from 'zod';
import { DomainError } from '../../domain/errors.js';

/**
 * Cursors: where the next page begins, as the sort key of the last item given. Opaque to the client, so that the order of
 * a list may change without breaking anybody who wrote a cursor down.
 */

/** Writes the sort key of the last item as a cursor. */
export const writeCursor = (key: readonly string[]): string => Buffer.from(JSON.stringify(key)).toString('base64url');

/**
 * Reads a cursor back.
 *
 * @param length how many values the sort key of this list has
 * @returns the key, or undefined where there is no cursor, that is on the first page
 * @throws DomainError `invalid-input` where it is no cursor of this list
 */
export function readCursor(cursor: string | undefined, length: number): readonly string[] | undefined {
  if (cursor === undefined) return undefined;
  const key = z.array(z.string()).length(length).safeParse(parsed(cursor));
  if (!key.success) throw new DomainError('invalid-input', 'The cursor is not one of this list; begin without it.');
  return key.data;
}

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

/**
 * Makes a page of rows of which one more was asked for than fits: the extra row only says that there is a next page.
 *
 * @param rows at most limit + 1, in the order of the list
 * @param keyOf the sort key of a row
 */
export function pageOf<Row>(
  rows: readonly Row[],
  limit: number,
  keyOf: (row: Row) => readonly string[],
): { items: Row[]; next: string | null } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? writeCursor(keyOf(last)) : null };
}
