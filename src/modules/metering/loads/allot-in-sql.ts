import type { Allotment, Allotted } from '../../../domain/apportionment/generation.js';
import type { Zone } from '../../../domain/calendar/zone.js';
import { decimal, plain } from '../../../domain/quantity/decimal.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { type LoadPart, loadsOf, partColumns } from './interval-loads.js';

/*
 * On-site generation, allotted interval by interval where the intervals are: a month in one statement. The rules are the
 * domain's (domain/apportionment/generation.ts), to the last step of the energy grid and with the same order of ties; both
 * are tested against each other.
 *
 * All four ways are one shape. First come agreed coefficients (none of them under `dynamic` and `priority`), at most up to
 * each one's use. What is left then goes, rank by rank, to what is still lacking, in proportion to it (nothing is left to go on
 * under `static`; there is one rank but under `priority`). Quantities are counted in whole steps of the grid.
 */

const kinds = ['dynamic', 'static', 'hybrid', 'priority'] as const;

/** The rank of a claimant among equal remainders, as `tieRank` of the domain. */
const rankOf = (key: string, id: string): string =>
  `sha256(convert_to(length(${key}) || ':' || ${key} || length(${id}) || ':' || ${id}, 'UTF8'))`;

/** A proportion in whole steps: the floor, and one more for the largest remainders; `weight`, `whole`, `amount` are columns. */
const proportion = (from: string, by: string, key: string): string => `
  SELECT *, CASE WHEN whole = 0 THEN 0 ELSE least_part + (remainder > 0 AND place <= amount - sum(least_part) OVER (PARTITION BY ${by}))::int END AS part
  FROM (SELECT *, row_number() OVER (PARTITION BY ${by} ORDER BY remainder DESC, ${rankOf(key, 'who')}) AS place
        FROM (SELECT *, CASE WHEN whole = 0 THEN 0 ELSE div(amount * weight, whole) END AS least_part,
                     CASE WHEN whole = 0 THEN 0 ELSE mod(amount * weight, whole) END AS remainder
              FROM (${from}) one) two) three`;

const written = `to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;

const statement = `
  WITH made AS MATERIALIZED (SELECT at, who, quantity * 1000000 AS steps FROM (${loadsOf(2)}) load),
  used AS MATERIALIZED (SELECT at, who, quantity * 1000000 AS steps FROM (${loadsOf(7)}) load),
  supply AS MATERIALIZED (SELECT at, sum(steps) AS steps, extract(hour FROM at AT TIME ZONE $13)::int AS hour FROM made GROUP BY at),
  coefficient AS (SELECT * FROM unnest($14::int[], $15::text[], $16::numeric[]) AS c (hour, who, part)),
  agreed AS (
    ${proportion(
      `SELECT s.at, c.who, s.steps AS amount, c.part * 1000000000 AS weight, 1000000000::numeric AS whole, ${written.replace('at ', 's.at ')} || ':parts' AS key
       FROM supply s JOIN coefficient c USING (hour)`,
      'at',
      'key',
    )}),
  first AS MATERIALIZED (
    SELECT u.at, u.who, u.steps, least(coalesce(a.part, 0), u.steps) AS part, coalesce(p.rank, $19) AS rank
    FROM used u LEFT JOIN agreed a USING (at, who) LEFT JOIN unnest($17::text[], $18::int[]) AS p (who, rank) USING (who)),
  lacking AS (
    SELECT f.at, f.who, f.steps - f.part AS weight, f.rank,
           sum(f.steps - f.part) OVER (PARTITION BY f.at, f.rank) AS whole,
           sum(f.steps - f.part) OVER (PARTITION BY f.at ORDER BY f.rank) AS up_to_here,
           CASE WHEN $12 = 'static' THEN 0 ELSE coalesce(s.steps, 0) - sum(f.part) OVER (PARTITION BY f.at) END AS left_over
    FROM first f LEFT JOIN supply s USING (at)),
  second AS (
    ${proportion(
      `SELECT at, who, rank, weight, whole, least(greatest(left_over - (up_to_here - whole), 0), whole) AS amount,
              ${written} || CASE $12 WHEN 'hybrid' THEN ':left' WHEN 'priority' THEN ':' || rank ELSE '' END AS key FROM lacking`,
      'at, rank',
      'key',
    )}),
  local AS MATERIALIZED (SELECT f.at, f.who, f.steps, f.part + s.part AS part FROM first f JOIN second s USING (at, who)),
  sold AS (
    ${proportion(
      `SELECT m.at, m.who, m.steps, m.steps AS weight, sum(m.steps) OVER (PARTITION BY m.at) AS whole, coalesce(l.part, 0) AS amount,
              ${written.replace('at ', 'm.at ')} || ':made' AS key
       FROM made m LEFT JOIN (SELECT at, sum(part) AS part FROM local GROUP BY at) l USING (at)`,
      'at',
      'key',
    )})
  SELECT 'user' AS side, who, (sum(part) / 1000000)::text AS local, (sum(steps - part) / 1000000)::text AS other FROM local GROUP BY who
  UNION ALL
  SELECT 'producer', who, (sum(part) / 1000000)::text, (sum(steps - part) / 1000000)::text FROM sold GROUP BY who`;

interface Row {
  readonly side: 'user' | 'producer';
  readonly who: string;
  readonly local: string;
  readonly other: string;
}

/**
 * Allots what was made to those who used energy, over all intervals of the parts, and adds up.
 *
 * @param made  parts of producers; @param used of users; complete, by `incompleteParts`, and with intervals of the same length
 * @returns one sum for each name, in order of name, as `addUp` of the domain gives it
 * @law the same as `addUp` over `allot` of each interval
 */
export async function allotInSql(
  tx: Tx,
  communityId: string,
  made: readonly LoadPart[],
  used: readonly LoadPart[],
  allotment: Allotment,
  zone: Zone,
): Promise<Allotted> {
  const tables = allotment.kind === 'static' || allotment.kind === 'hybrid' ? allotment.tables : [];
  const coefficients = tables.flatMap(({ hours, parts }) =>
    hours.flatMap((hour) => parts.map(({ id, part }) => ({ hour, id, part: plain(part) }))),
  );
  const order = allotment.kind === 'priority' ? allotment.order : [];
  const ranks = order.flatMap((group, rank) => group.map((id) => ({ id, rank })));
  const rows = await tx.query<Row>(statement, [
    communityId,
    ...partColumns(made),
    ...partColumns(used),
    kinds.find((kind) => kind === allotment.kind),
    zone,
    coefficients.map(({ hour }) => hour),
    coefficients.map(({ id }) => id),
    coefficients.map(({ part }) => part),
    ranks.map(({ id }) => id),
    ranks.map(({ rank }) => rank),
    order.length,
  ]);
  const read = rows
    .map(({ side, who, local, other }) => ({ side, id: who, local: decimal(trim(local)), other: decimal(trim(other)) }))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return {
    users: read.flatMap(({ side, id, local, other }) => (side === 'user' ? [{ id, local, grid: other }] : [])),
    producers: read.flatMap(({ side, id, local, other }) =>
      side === 'producer' ? [{ id, local, exported: other }] : [],
    ),
  };
}

/** PostgreSQL writes more zeros after a division than a decimal may have digits. */
const trim = (text: string): string => text.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');
