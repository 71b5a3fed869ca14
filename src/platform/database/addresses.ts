import { DomainError } from '../../domain/errors.js';
import { isId } from '../http/wire.js';
import type { Tx } from './transactions.js';

/** Tables whose rows people name by a code as well as by their id. */
export type CodedTable = 'site' | 'space' | 'member' | 'meter' | 'resource';

/**
 * The ids of the things that addresses name; an address is an id or a code.
 *
 * @returns in the order of the addresses
 * @throws DomainError `not-found` that quotes the first address which names nothing here; what is another community's is
 *   nothing here
 */
export async function idsOf(
  tx: Tx,
  communityId: string,
  table: CodedTable,
  addresses: readonly string[],
): Promise<string[]> {
  if (addresses.length === 0) return [];
  const rows = await tx.query<{ id: string; code: string }>(
    `SELECT id, code FROM ${table} WHERE community_id = $1 AND (id = ANY($2::uuid[]) OR code = ANY($3))`,
    [communityId, addresses.filter(isId), addresses.filter((address) => !isId(address))],
  );
  const byAddress = new Map(rows.flatMap(({ id, code }) => [[code, id] as const, [id, id] as const]));
  return addresses.map((address) => {
    const id = byAddress.get(isId(address) ? address.toLowerCase() : address);
    if (id === undefined)
      throw new DomainError('not-found', `There is no ${table} "${address}" here; check its id or code.`);
    return id;
  });
}

/**
 * The id of the one thing that an address names.
 *
 * @throws DomainError `not-found`, in the same words for whatever is not here
 */
export async function idOf(tx: Tx, communityId: string, table: CodedTable, address: string): Promise<string> {
  const [row] = await tx.query<{ id: string }>(
    `SELECT id FROM ${table} WHERE community_id = $1 AND ${isId(address) ? 'id' : 'code'} = $2`,
    [communityId, address],
  );
  if (!row) throw nothingCalled(table);
  return row.id;
}

/**
 * The id of the member that an address names, for a reader who may see only some.
 *
 * @param seen the members whose things may be seen; null for all
 * @throws DomainError `not-found`, in the same words for a member who is not here and one who is not to be seen
 */
export async function seenMemberId(
  tx: Tx,
  communityId: string,
  address: string,
  seen: readonly string[] | null,
): Promise<string> {
  const id = await idOf(tx, communityId, 'member', address);
  if (seen !== null && !seen.includes(id)) throw nothingCalled('member');
  return id;
}

const nothingCalled = (table: CodedTable): DomainError =>
  new DomainError('not-found', `There is no such ${table} here; check its id or code.`);
