import type { Tx } from '../../platform/database/transactions.js';
import type { TariffTerms } from './own-tariffs.schema.js';
import type { KeyTerms } from './keys.schema.js';
import { type Version, type VersionTable, versionsOf } from './versions.js';

/*
 * "What if light were shared by use?" puts a rule in place of the one that was adopted, for as long as the question is computed. Who
 * reads rules reads through here, so that a question and a run are answered by the same steps. Nothing of it is stored.
 */

/** What a question puts in place of the versions of a key or tariff: those of another one, or terms that hold on every day. */
export type Instead<Terms> = { readonly ownerId: string } | { readonly terms: Terms };

/** By id of the key or tariff that is replaced. */
export type KeysInstead = ReadonlyMap<string, Instead<KeyTerms>>;
export type TariffsInstead = ReadonlyMap<string, Instead<TariffTerms>>;

/** Versions by owner, as they were adopted or as a question has them. */
export async function versionsAsked<Terms>(
  tx: Tx,
  table: VersionTable,
  communityId: string,
  ownerIds: readonly string[],
  instead: ReadonlyMap<string, Instead<Terms>>,
): Promise<ReadonlyMap<string, readonly Version<Terms>[]>> {
  const sourceOf = (id: string): string => {
    const other = instead.get(id);
    return other !== undefined && 'ownerId' in other ? other.ownerId : id;
  };
  const stored = await versionsOf<Terms>(tx, table, communityId, [...new Set(ownerIds.map(sourceOf))]);
  return new Map(
    ownerIds.map((id) => {
      const other = instead.get(id);
      if (other !== undefined && 'terms' in other) return [id, [inQuestion(id, other.terms)]];
      return [id, stored.get(sourceOf(id)) ?? []];
    }),
  );
}

const inQuestion = <Terms>(ownerId: string, terms: Terms): Version<Terms> => ({
  id: `question:${ownerId}`,
  days: { from: '0001-01-01', to: null },
  terms,
  adoptedBy: '',
  adoptedOn: '0001-01-01',
  decision: '',
});
