import { type CivilDate, type Days, overlap } from '../../domain/calendar/period.js';
import { DomainError } from '../../domain/errors.js';
import { newId } from '../../platform/ids.js';
import type { Tx } from '../../platform/database/transactions.js';
import { daysToDatabase } from '../../platform/database/types.js';

/*
 * Tariffs and keys have versions. A version is adopted once and never edited; the one in force without an end is ended on
 * the day on which the next begins, so that every day has one version and no day two.
 *
 *   from 2026-01-01, open · adopt from 2026-07-01, open
 *   → 2026-01-01 to 2026-07-01 · from 2026-07-01, open
 */

/** Where versions are kept: the table, and its column that names whose version it is. */
export type VersionTable =
  | { readonly table: 'key_version'; readonly owner: 'key_id' }
  | { readonly table: 'tariff_version'; readonly owner: 'tariff_id' };

export const keyVersions: VersionTable = { table: 'key_version', owner: 'key_id' };
export const tariffVersions: VersionTable = { table: 'tariff_version', owner: 'tariff_id' };

/** Terms, when they hold, and the decision behind them. */
export interface Adoption<Terms> {
  readonly days: Days;
  readonly terms: Terms;
  readonly adoptedBy: string;
  readonly adoptedOn: CivilDate;
  readonly decision: string;
}

export interface Version<Terms> extends Adoption<Terms> {
  readonly id: string;
}

/**
 * The versions as they stand once `next` is adopted, in order of time: the open one that began before it ends where it begins.
 *
 * @returns may overlap or leave gaps; the domain's check of all versions says so
 */
export function withAdopted<Terms>(versions: readonly Adoption<Terms>[], next: Adoption<Terms>): Adoption<Terms>[] {
  return [...versions.map((version) => ended(version, next)), next].toSorted((a, b) =>
    a.days.from < b.days.from ? -1 : 1,
  );
}

const isEndedBy = (version: Adoption<unknown>, next: Adoption<unknown>): boolean =>
  version.days.to === null && version.days.from < next.days.from;

const ended = <Terms>(version: Adoption<Terms>, next: Adoption<Terms>): Adoption<Terms> =>
  isEndedBy(version, next) ? { ...version, days: { from: version.days.from, to: next.days.from } } : version;

/**
 * No day has two versions.
 *
 * @param versions in order of time
 * @throws DomainError `overlapping-version` naming the first day that two claim
 */
export function refuseOverlap(versions: readonly Adoption<unknown>[]): void {
  versions.slice(1).forEach(({ days: next }, index) => {
    const before = versions[index]?.days;
    if (!before || overlap(before, next) === null) return;
    const until = before.to ?? 'an open end';
    throw new DomainError(
      'overlapping-version',
      `The version from ${before.from} to ${until} still holds on ${next.from}, when another begins. A version is never changed; adopt one that begins after it.`,
      { from: next.from },
    );
  });
}

/** All versions of some owners, by owner, in order of time. */
export async function versionsOf<Terms>(
  tx: Tx,
  { table, owner }: VersionTable,
  communityId: string,
  ownerIds: readonly string[],
): Promise<ReadonlyMap<string, readonly Version<Terms>[]>> {
  const rows = await tx.query<Version<Terms> & { ownerId: string }>(
    `SELECT ${owner} AS "ownerId", id, days, terms, adopted_by AS "adoptedBy", adopted_on AS "adoptedOn", decision
     FROM ${table} WHERE community_id = $1 AND ${owner} = ANY($2) ORDER BY lower(days)`,
    [communityId, ownerIds],
  );
  const byOwner = new Map<string, Version<Terms>[]>(ownerIds.map((id) => [id, []]));
  for (const { ownerId, ...version } of rows) byOwner.get(ownerId)?.push(version);
  return byOwner;
}

/** Ends the open version where the next begins, and writes the next. The owner's row is locked by the caller. */
export async function storeVersion<Terms>(
  tx: Tx,
  { table, owner }: VersionTable,
  communityId: string,
  ownerId: string,
  next: Adoption<Terms>,
): Promise<Version<Terms>> {
  await tx.query(
    `UPDATE ${table} SET days = daterange(lower(days), $3::date)
     WHERE community_id = $1 AND ${owner} = $2 AND upper_inf(days) AND lower(days) < $3::date`,
    [communityId, ownerId, next.days.from],
  );
  const id = newId();
  await tx.query(
    `INSERT INTO ${table} (community_id, id, ${owner}, days, terms, adopted_by, adopted_on, decision)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      communityId,
      id,
      ownerId,
      daysToDatabase(next.days),
      JSON.stringify(next.terms),
      next.adoptedBy,
      next.adoptedOn,
      next.decision,
    ],
  );
  return { id, ...next };
}
