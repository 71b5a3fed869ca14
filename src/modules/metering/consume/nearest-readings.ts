import { epochMs, fromEpochMs, type Instant, type Span } from '../../../domain/calendar/period.js';
import type { Tx } from '../../../platform/database/transactions.js';

/*
 * The problem: readings lie in a part for each month. A question for the last reading before an instant, with no bound below, has
 * PostgreSQL plan for every month there is: for twenty years a hundred times the work of the answer.
 *
 * Method: look forty days to each side first, which nearly always finds both neighbours and meets two months. Only for registers that
 * have been silent for longer all months are asked. With what was found the statement that fetches the readings names its first and
 * last instant, and meets only the months between.
 */

const own = '(SELECT no FROM community WHERE id = $1)';
const nearMs = 40 * 86_400_000;

/** What surrounds a span. */
export interface Surroundings {
  readonly no: number;
  /** The last reading at or before the start; the start itself where there is none. */
  readonly first: Instant;
  /** The first reading at or after the end; the end itself where there is none. */
  readonly last: Instant;
}

/** The nearest readings around a span, for each register in the order in which they are asked for. */
export async function nearestReadings(
  tx: Tx,
  communityId: string,
  numbers: readonly number[],
  { from, to }: Span,
): Promise<Surroundings[]> {
  const near = { from: fromEpochMs(epochMs(from) - nearMs), to: fromEpochMs(epochMs(to) + nearMs) };
  const before = await lastBefore(tx, communityId, numbers, near.from, from);
  const after = await firstAfter(tx, communityId, numbers, to, near.to);
  const [silent, ended] = [before, after].map((known) => numbers.filter((no) => !known.has(no)));
  for (const found of await lastBefore(tx, communityId, silent ?? [], '-infinity', from)) before.set(...found);
  for (const found of await firstAfter(tx, communityId, ended ?? [], to, 'infinity')) after.set(...found);
  return numbers.map((no) => ({ no, first: before.get(no) ?? from, last: after.get(no) ?? to }));
}

/** The span from the first to the last of all surroundings. */
export function hullOf(surroundings: readonly Surroundings[], { from, to }: Span): Span {
  const hull = { from: epochMs(from), to: epochMs(to) };
  for (const { first, last } of surroundings) {
    hull.from = Math.min(hull.from, epochMs(first));
    hull.to = Math.max(hull.to, epochMs(last));
  }
  return { from: fromEpochMs(hull.from), to: fromEpochMs(hull.to) };
}

const lastBefore = (tx: Tx, communityId: string, numbers: readonly number[], from: string, to: Instant) =>
  edges(tx, communityId, numbers, [from, to], 'DESC');

const firstAfter = (tx: Tx, communityId: string, numbers: readonly number[], from: Instant, to: string) =>
  edges(tx, communityId, numbers, [from, to], 'ASC');

async function edges(
  tx: Tx,
  communityId: string,
  numbers: readonly number[],
  [from, to]: readonly [string, string],
  order: 'ASC' | 'DESC',
): Promise<Map<number, Instant>> {
  if (numbers.length === 0) return new Map();
  const rows = await tx.query<{ no: number; at: Instant }>(
    `SELECT a.no, r.at FROM unnest($2::int[]) AS a (no) CROSS JOIN LATERAL (
       SELECT at FROM reading WHERE community_no = ${own} AND register_no = a.no AND at BETWEEN $3::timestamptz AND $4::timestamptz
       ORDER BY at ${order} LIMIT 1) AS r`,
    [communityId, numbers, from, to],
  );
  return new Map(rows.map(({ no, at }) => [no, at]));
}
