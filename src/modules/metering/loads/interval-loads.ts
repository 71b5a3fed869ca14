import type { Instant, Span } from '../../../domain/calendar/period.js';
import { type Decimal, decimal, plain } from '../../../domain/quantity/decimal.js';
import type { Tx } from '../../../platform/database/transactions.js';

/*
 * The load in single intervals: who drew how much in the quarter of an hour in which the site drew most. A month of a hundred
 * meters is three hundred thousand values, so they are looked through where they are; what comes out is a figure for each.
 *
 * A part is a register for as long as its device and its hand stayed the same. Values are those in force, times the multiplier.
 */

/** What one register counted for somebody over some time. */
export interface LoadPart extends Span {
  readonly registerNo: number;
  /** Whose it is; parts of the same name are added within an interval. */
  readonly who: string;
  readonly multiplier: Decimal;
}

/** A load in one interval. */
export interface Load {
  readonly who: string;
  readonly at: Instant;
  readonly quantity: Decimal;
}

/** The parts as columns for a statement: `part (register_no, who, multiplier, from_at, to_at)`. */
export const partColumns = (parts: readonly LoadPart[]): readonly unknown[] => [
  parts.map(({ registerNo }) => registerNo),
  parts.map(({ who }) => who),
  parts.map(({ multiplier }) => plain(multiplier)),
  parts.map(({ from }) => from),
  parts.map(({ to }) => to),
];

/** Loads by interval and name, from the parts in the parameters after the first. */
export const loadsOf = (first: number): string => `
  SELECT r.at, p.who, sum(r.value * p.multiplier)::numeric AS quantity
  FROM unnest($${first}::int[], $${first + 1}::text[], $${first + 2}::numeric[], $${first + 3}::timestamptz[], $${first + 4}::timestamptz[])
       AS p (register_no, who, multiplier, from_at, to_at)
  JOIN reading_in_force r ON r.register_no = p.register_no AND r.at >= p.from_at AND r.at < p.to_at AND r.until <= p.to_at
  WHERE r.community_no = (SELECT no FROM community WHERE id = $1)
  GROUP BY r.at, p.who`;

/**
 * The parts whose time is not filled with intervals. Missing is not zero: whoever compares or allots asks this first.
 *
 * @returns names of those parts, in their order
 */
export async function incompleteParts(tx: Tx, communityId: string, parts: readonly LoadPart[]): Promise<string[]> {
  const rows = await tx.query<{ who: string }>(
    `SELECT p.who
     FROM unnest($2::int[], $3::text[], $4::timestamptz[], $5::timestamptz[]) WITH ORDINALITY AS p (register_no, who, from_at, to_at, no)
     LEFT JOIN reading r ON r.community_no = (SELECT no FROM community WHERE id = $1) AND r.register_no = p.register_no
       AND r.at >= p.from_at AND r.at < p.to_at AND r.until <= p.to_at
     GROUP BY p.no, p.who, p.from_at, p.to_at
     HAVING coalesce(sum(r.until - r.at), interval '0') <> p.to_at - p.from_at ORDER BY p.no`,
    [
      communityId,
      parts.map(({ registerNo }) => registerNo),
      parts.map(({ who }) => who),
      parts.map(({ from }) => from),
      parts.map(({ to }) => to),
    ],
  );
  return rows.map(({ who }) => who);
}

/**
 * Everybody's load in the interval in which the site drew most; of equal intervals the earliest.
 *
 * @param site  the source meter where there is one, else the same parts as `parts`
 * @returns one load for each who has a value in that interval, by name; none where the site has no interval
 */
export const loadsAtSitePeak = (
  tx: Tx,
  communityId: string,
  site: readonly LoadPart[],
  parts: readonly LoadPart[],
): Promise<Load[]> =>
  loads(
    tx,
    `WITH highest AS (
       SELECT at FROM (${loadsOf(2)}) load GROUP BY at ORDER BY sum(quantity) DESC, at LIMIT 1)
     SELECT load.who, load.at, load.quantity::text AS quantity
     FROM (${loadsOf(7)}) load JOIN highest USING (at) ORDER BY load.who`,
    [communityId, ...partColumns(site), ...partColumns(parts)],
  );

/** What each name counted over all its parts. */
export async function sumsOf(
  tx: Tx,
  communityId: string,
  parts: readonly LoadPart[],
): Promise<ReadonlyMap<string, Decimal>> {
  const rows = await tx.query<{ who: string; quantity: string }>(
    `SELECT who, trim_scale(sum(quantity))::text AS quantity FROM (${loadsOf(2)}) load GROUP BY who`,
    [communityId, ...partColumns(parts)],
  );
  return new Map(rows.map(({ who, quantity }) => [who, decimal(quantity)]));
}

/** Everybody's own highest interval; of equal ones the earliest. */
export const ownPeaks = (tx: Tx, communityId: string, parts: readonly LoadPart[]): Promise<Load[]> =>
  loads(
    tx,
    `SELECT DISTINCT ON (who) who, at, quantity::text AS quantity FROM (${loadsOf(2)}) load ORDER BY who, load.quantity DESC, at`,
    [communityId, ...partColumns(parts)],
  );

async function loads(tx: Tx, sql: string, params: readonly unknown[]): Promise<Load[]> {
  const rows = await tx.query<{ who: string; at: Instant; quantity: string }>(sql, params);
  return rows.map((row) => ({ ...row, quantity: decimal(row.quantity) }));
}
