import type { FixedKey, Holder, Key, PoolKey, ResidualPolicy } from '../../domain/apportionment/key.js';
import { assert } from '../../domain/errors.js';
import { decimal, one } from '../../domain/quantity/decimal.js';
import type { Tx } from '../../platform/database/transactions.js';
import { isId } from '../../platform/http/wire.js';
import type { KeyTerms } from './keys.schema.js';

/*
 * Terms of a key are kept as people write them, with codes; the domain shares by ids. What stands between the two is here:
 * which codes a key names, which things they are, and the key as the domain computes with it.
 */

/** A thing that people name. */
export interface Named {
  readonly id: string;
  readonly code: string;
}

/** The spaces and members that terms name, by id and by code. */
export interface References {
  readonly spaces: ReadonlyMap<string, Named>;
  readonly members: ReadonlyMap<string, Named>;
}

/** Things by their ids or codes, whichever they were asked by. */
export async function named(
  tx: Tx,
  table: 'space' | 'member' | 'site' | 'apportionment_key' | 'band_calendar' | 'tariff',
  communityId: string,
  addresses: readonly string[],
): Promise<ReadonlyMap<string, Named>> {
  if (addresses.length === 0) return new Map();
  const ids = addresses.filter(isId);
  const rows = await tx.query<Named>(
    `SELECT id, code FROM ${table} WHERE community_id = $1 AND (code = ANY($2) OR id = ANY($3::uuid[]))`,
    [communityId, addresses, ids],
  );
  const found = new Map<string, Named>();
  for (const row of rows) found.set(row.id, row).set(row.code, row);
  return new Map(
    addresses.flatMap((address) => {
      const row = found.get(isId(address) ? address.toLowerCase() : address);
      return row ? [[address, row] as const] : [];
    }),
  );
}

/** What all of these terms name. */
export async function referencesOf(tx: Tx, communityId: string, terms: readonly KeyTerms[]): Promise<References> {
  const parts = terms.flatMap((of) => (of.kind === 'fixed' ? of.parts : []));
  return {
    spaces: await named(
      tx,
      'space',
      communityId,
      parts.flatMap((part) => ('space' in part ? [part.space] : [])),
    ),
    members: await named(
      tx,
      'member',
      communityId,
      parts.flatMap((part) => ('member' in part ? [part.member] : [])),
    ),
  };
}

type PoolTerms = Exclude<KeyTerms, { kind: 'metered' }>;

/** Keys that need no meter, which a residual may be shared by. */
export const isPool = (terms: KeyTerms): terms is PoolTerms => terms.kind !== 'metered';

/**
 * The key as the domain computes with it.
 *
 * @param references hold everything that the terms name: it was checked when they were adopted
 * @param pool the key that a residual is shared by; needed where the terms name one
 */
export function domainKey(terms: KeyTerms, references: References, pool: PoolKey | null): Key {
  if (terms.kind !== 'metered') return poolKey(terms, references);
  return { kind: 'metered', band: terms.band, residual: residualOf(terms.residual.policy, pool) };
}

/** A key without a meter, as the domain computes with it. */
export function poolKey(terms: PoolTerms, references: References): PoolKey {
  switch (terms.kind) {
    case 'area':
    case 'equal':
      return { kind: terms.kind };
    case 'common':
      return { kind: 'fixed', parts: [{ holder: { kind: 'common' }, part: one }] };
    case 'fixed':
      return fixedKey(terms.parts, references);
  }
}

type Parts = Extract<KeyTerms, { kind: 'fixed' }>['parts'];

const fixedKey = (parts: Parts, references: References): FixedKey => ({
  kind: 'fixed',
  parts: parts.map((part) => ({ holder: holderOf(part, references), part: decimal(part.part) })),
});

function holderOf(part: Parts[number], { spaces, members }: References): Holder {
  if ('common' in part) return { kind: 'common' };
  const found = 'space' in part ? spaces.get(part.space) : members.get(part.member);
  assert(found, 'What an adopted key names is still there.');
  return 'space' in part ? { kind: 'space', spaceId: found.id } : { kind: 'member', memberId: found.id };
}

function residualOf(policy: ResidualPolicy['policy'], pool: PoolKey | null): ResidualPolicy {
  if (policy !== 'to-common') return { policy };
  assert(pool, 'A residual that goes to a pool is given the key of the pool.');
  return { policy, key: pool };
}
