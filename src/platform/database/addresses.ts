import { DomainError } from '../../domain/errors.js';
import { isId } from '../http/wire.js';
import type { Tx } from './transactions.js';

/** Tables whose rows people name by a code as well as by their id. */
export type CodedTable = 'site' | 'space' | 'member' | 'meter';

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
  if (!row) throw new DomainError('not-found', `There is no such ${table} here; check its id or code.`);
  return row.id;
}
