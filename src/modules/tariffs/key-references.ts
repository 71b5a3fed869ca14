import type {
  BookingsKey,
  FixedKey,
  Holder,
  Key,
  LimitedKey,
  PoolKey,
  ResidualPolicy,
  SimpleKey,
} from '../../domain/apportionment/key.js';
import { generationCalendar, localBand } from '../../domain/apportionment/generation-bands.js';
import type { Limit } from '../../domain/apportionment/limits.js';
import { assert } from '../../domain/errors.js';
import { decimal, one } from '../../domain/quantity/decimal.js';
import type { Tx } from '../../platform/database/transactions.js';
import { isId } from '../../platform/http/wire.js';
import type { KeyTerms, LimitedTerms, SimpleTerms } from './keys.schema.js';

/*
 * Terms of a key are kept as people write them, with codes; the domain shares by ids. What stands between the two is here:
 * which codes a key names, which things they are, and the key as the domain computes with it.
 */

/** A thing that people name. */
export interface Named {
  readonly id: string;
  readonly code: string;
}

/** The spaces, members and bookable resources that terms name, by id and by code. */
export interface References {
  readonly spaces: ReadonlyMap<string, Named>;
  readonly members: ReadonlyMap<string, Named>;
  readonly resources: ReadonlyMap<string, Named>;
}

/** The simple terms that terms are made of. */
export function simpleTermsOf(terms: KeyTerms): SimpleTerms[] {
  if (terms.kind === 'composite') return terms.parts.flatMap(({ key }) => simpleTermsOf(key));
  if (terms.kind === 'generation') return [];
  return [terms.kind === 'limited' ? terms.key : terms];
}

/** Codes of the keys to which residuals go. */
export const poolCodesOf = (terms: KeyTerms): string[] =>
  simpleTermsOf(terms).flatMap((one) =>
    one.kind === 'metered' && one.residual.key !== null ? [one.residual.key] : [],
  );

/** By what the metered parts of a key tell uses apart, one for all of them: the code of a band calendar, or a generation key. */
export function calendarOf(terms: KeyTerms, keyCode: string): string | null {
  if (terms.kind === 'generation') return generationCalendar(keyCode);
  const metered = simpleTermsOf(terms).find((one) => one.kind === 'metered');
  return metered === undefined ? null : countsBy(metered);
}

/** A calendar by its code, or what stands in its place; null where all that was used counts alike. */
export const countsBy = ({ calendar, generation }: Extract<SimpleTerms, { kind: 'metered' }>): string | null =>
  generation ? generationCalendar(generation) : calendar;

/** Things by their ids or codes, whichever they were asked by. */
export async function named(
  tx: Tx,
  table: 'space' | 'member' | 'resource' | 'site' | 'apportionment_key' | 'band_calendar' | 'tariff',
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
  const simple = terms.flatMap(simpleTermsOf);
  const parts = simple.flatMap((of) => (of.kind === 'fixed' ? of.parts : []));
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
    resources: await named(
      tx,
      'resource',
      communityId,
      simple.flatMap((of) => (of.kind === 'bookings' ? [of.resource] : [])),
    ),
  };
}

type PoolTerms = Exclude<SimpleTerms, { kind: 'metered' | 'peak' }>;

/** Keys of one piece that need no meter, which a residual may be shared by. */
export const isPool = (terms: KeyTerms): terms is PoolTerms =>
  !['metered', 'peak', 'limited', 'composite', 'generation'].includes(terms.kind);

/** The key that a residual is shared by, by the code that terms name it with. */
export type PoolOf = (code: string) => PoolKey;

/**
 * The key as the domain computes with it.
 *
 * @param references hold everything that the terms name: it was checked when they were adopted
 */
export function domainKey(terms: KeyTerms, references: References, poolOf: PoolOf): Key {
  switch (terms.kind) {
    case 'composite':
      return {
        kind: 'composite',
        parts: terms.parts.map(({ part, key }) => ({
          part: decimal(part),
          key: domainKey(key, references, poolOf),
        })),
      };
    case 'generation':
      return { kind: 'metered', band: localBand, residual: { policy: 'pro-rata' } };
    case 'limited':
      return limitedKey(terms, simpleKey(terms.key, references, poolOf));
    default:
      return simpleKey(terms, references, poolOf);
  }
}

const limitedKey = ({ cap, floor, rest }: LimitedTerms, key: SimpleKey): LimitedKey => ({
  kind: 'limited',
  key,
  limits: { cap: limitOf(cap), floor: limitOf(floor), rest },
});

const limitOf = (limit: LimitedTerms['cap']): Limit | null =>
  limit === null ? null : { per: limit.per, amount: decimal(limit.amount) };

function simpleKey(terms: SimpleTerms, references: References, poolOf: PoolOf): SimpleKey {
  if (terms.kind === 'peak') return terms;
  if (terms.kind !== 'metered') return poolKey(terms, references);
  const deducted = terms.deducted === true ? { deducted: true } : {};
  return { kind: 'metered', band: terms.band, ...deducted, residual: residualOf(terms.residual, poolOf) };
}

/** A key without a meter, as the domain computes with it. */
export function poolKey(terms: PoolTerms, references: References): PoolKey {
  switch (terms.kind) {
    case 'area':
    case 'equal':
    case 'occupied-days':
    case 'occupied-hours':
    case 'headcount':
    case 'members':
      return { kind: terms.kind };
    case 'bookings':
      return bookingsKey(terms, references);
    case 'common':
      return { kind: 'fixed', parts: [{ holder: { kind: 'common' }, part: one }] };
    case 'fixed':
      return fixedKey(terms.parts, references);
  }
}

type Parts = Extract<SimpleTerms, { kind: 'fixed' }>['parts'];

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

function bookingsKey(
  { resource, by }: Extract<SimpleTerms, { kind: 'bookings' }>,
  { resources }: References,
): BookingsKey {
  const found = resources.get(resource);
  assert(found, 'What an adopted key names is still there.');
  return { kind: 'bookings', resourceId: found.id, by };
}

type Residual = Extract<SimpleTerms, { kind: 'metered' }>['residual'];

const residualOf = (residual: Residual, poolOf: PoolOf): ResidualPolicy =>
  residual.policy === 'to-common'
    ? { policy: residual.policy, key: poolOf(residual.key) }
    : { policy: residual.policy };
