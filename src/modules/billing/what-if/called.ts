import type { Tx } from '../../../platform/database/transactions.js';
import { InvalidRequest } from '../../../platform/http/validation.js';
import { isId } from '../../../platform/http/wire.js';

/** A thing that a question names. */
export interface Called {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  /** Of a space: whether it can be let. */
  readonly kind?: 'let' | 'common';
}

const tables = {
  apportionment_key: { columns: 'id, code, name', word: 'key' },
  tariff: { columns: 'id, code, name', word: 'tariff' },
  member: { columns: 'id, code, name', word: 'member' },
  space: { columns: 'id, code, name, kind', word: 'space' },
  meter: { columns: 'id, code, name', word: 'meter' },
} as const;

/**
 * The things that a question names, by the place in the question at which it names them.
 *
 * @param asked  place and id or code
 * @param siteId where they must be
 * @throws InvalidRequest that points at every name for which there is nothing
 */
export async function calledThings(
  tx: Tx,
  table: keyof typeof tables,
  asked: readonly (readonly [string, string])[],
  siteId?: string,
): Promise<ReadonlyMap<string, Called>> {
  if (asked.length === 0) return new Map();
  const addresses = asked.map(([, address]) => address);
  const atSite = siteId === undefined ? '' : 'AND site_id = $3';
  const rows = await tx.query<Called>(
    `SELECT ${tables[table].columns} FROM ${table}
     WHERE community_id = current_community() AND (code = ANY($1) OR id = ANY($2::uuid[])) ${atSite}`,
    [addresses, addresses.filter(isId), ...(siteId === undefined ? [] : [siteId])],
  );
  const byAddress = new Map(rows.flatMap((row) => [[row.code, row] as const, [row.id, row] as const]));
  const found = asked.map(
    ([at, address]) => [at, address, byAddress.get(isId(address) ? address.toLowerCase() : address)] as const,
  );
  const missing = found.filter(([, , thing]) => thing === undefined);
  if (missing.length > 0) {
    const where = siteId === undefined ? 'here' : 'at this site';
    throw new InvalidRequest(
      missing.map(([pointer, address]) => ({
        pointer,
        detail: `there is no ${tables[table].word} ${address} ${where}; check its id or code`,
      })),
    );
  }
  return new Map(found.flatMap(([at, , thing]) => (thing === undefined ? [] : [[at, thing] as const])));
}
