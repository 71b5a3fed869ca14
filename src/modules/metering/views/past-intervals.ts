import { epochMs, fromEpochMs, type Span } from '../../../domain/calendar/period.js';
import type { Quality } from '../../../domain/metering/reading.js';
import { Decimal } from '../../../domain/quantity/decimal.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { isOnGrid, longestMs, sumParts, type TimeRow } from '../consume/add-intervals.js';
import { consumeInDomain } from '../consume/consume-in-domain.js';
import { correctedRegisters } from '../consume/consume-in-sql.js';
import { pageByPage } from '../consume/consumption-pages.js';
import { type Parts, partsOfTime, summed } from '../consume/consumption-parts.js';
import type { Plan } from '../consume/consumption.types.js';
import { qualityAt, qualityRanks, shapesOf } from '../consume/sql-answers.js';
import { registersWithEstimates } from '../consume/stored-estimates.js';

/*
 * The problem: what a thousand registers of half-hours came to in each month of a year is the sum of seventeen million values, some put
 * right since, some never read and estimated, and some never read at all: a month with a gap has no figure.
 *
 *   half-hours of a month        1,488
 *   read 1,480, estimated 8      the sum of both, as an estimate
 *   read 1,480, estimated 7      not known
 *
 * Method: one statement adds the readings of all registers whose members came and went at the same time, all months in one pass. Only of
 * registers that have corrections each reading is looked up among them, and only of those that have estimates the ones are added in
 * whose time nothing was read. As many as the time holds, all on the grid of their length: then nothing is missing and nothing is twice.
 * Registers that were exchanged between two slots are left to the domain.
 */

/** What a question came to; a quantity of null is not known. */
export interface Added {
  readonly quantity: Decimal | null;
  readonly quality: Quality;
}

const dayMs = 86_400_000;
type Found = ReadonlyMap<number | null, TimeRow>;

/** Registers that are asked the same of the same time. */
interface Shape {
  readonly plans: readonly Plan[];
  readonly parts: Parts;
  readonly lengthMs: number;
}

/** The answers to the questions of interval registers, by plan. */
export async function addPast(
  tx: Tx,
  communityId: string,
  plans: readonly Plan[],
  span: Span,
  maxGapHours: number,
): Promise<Map<Plan, readonly Added[]>> {
  const isRegular = ({ parts, lengthMs }: Shape): boolean => lengthMs >= dayMs || isOnGrid(parts, span, lengthMs);
  const shapes = shapesAsked(plans, span);
  const registers = plans.map(({ register }) => register);
  const corrected = await correctedRegisters(tx, communityId, plans, span);
  const estimated = await registersWithEstimates(tx, communityId, registers, span);
  const added = new Map<Plan, readonly Added[]>();
  for (const { parts, plans: alike } of shapes.filter(isRegular)) {
    const read = await pageByPage(tx, () => sumReadings(tx, communityId, alike, corrected, parts, span));
    const some = alike.filter(({ register }) => estimated.has(register.id));
    const byRegister = together([...read, ...(await sumEstimates(tx, communityId, some, parts, span))]);
    for (const plan of alike) {
      const found = byRegister.get(plan.register.no) ?? new Map<number | null, TimeRow>();
      added.set(
        plan,
        plan.questions.map((_, number) => addedOf(plan, parts, number, found)),
      );
    }
  }
  const rest = shapes.filter((shape) => !isRegular(shape)).flatMap((shape) => shape.plans);
  for (const { plan, answers } of await consumeInDomain(tx, communityId, rest, span, maxGapHours))
    added.set(plan, answers);
  return added;
}

function shapesAsked(plans: readonly Plan[], span: Span): Shape[] {
  const { numbers, firsts } = shapesOf(plans, ({ shape, register }) => `${register.intervalMinutes} ${shape}`);
  return firsts.map((first, shape) => ({
    plans: plans.filter((_, i) => numbers[i] === shape),
    parts: partsOfTime(first.questions, span),
    lengthMs: lengthOf(first),
  }));
}

const lengthOf = ({ register }: Plan): number => (register.intervalMinutes ?? 0) * 60_000;

async function sumReadings(
  tx: Tx,
  communityId: string,
  plans: readonly Plan[],
  corrected: ReadonlySet<number>,
  parts: Parts,
  span: Span,
): Promise<TimeRow[]> {
  const rows: TimeRow[] = [];
  for (const source of ['reading', 'reading_in_force'] as const) {
    const some = plans.filter(({ register }) => corrected.has(register.no) === (source === 'reading_in_force'));
    if (some.length > 0) rows.push(...(await sumParts(tx, communityId, some, parts, span, source)));
  }
  return rows;
}

/** The sums of the estimates that stand: the last versions, as far as nothing was read in their time. */
async function sumEstimates(
  tx: Tx,
  communityId: string,
  plans: readonly Plan[],
  { instants, numbers }: Parts,
  { from, to }: Span,
): Promise<TimeRow[]> {
  if (plans.length === 0) return [];
  return tx.query<TimeRow>(
    `SELECT e.no, ($3::int[])[width_bucket(e.at, $4::timestamptz[])] AS part, sum(e.value)::text AS total, count(*)::int AS count,
            $8::int AS quality, bool_and(e.at = date_bin($5::interval, e.at, $6::timestamptz) AND e.until = e.at + $5::interval) AS fits
     FROM (SELECT DISTINCT ON (a.no, e.at) a.no, e.at, e.until, e.value::numeric AS value
           FROM unnest($2::int[]) AS a (no) JOIN register r ON r.community_id = $1 AND r.no = a.no
           JOIN reading_estimate e ON e.community_id = r.community_id AND e.register_id = r.id
           WHERE e.at >= $9::timestamptz AND e.at < $7::timestamptz AND e.until > $6::timestamptz
           ORDER BY a.no, e.at, e.version DESC) AS e
     WHERE NOT EXISTS (
       SELECT FROM reading k WHERE k.community_no = (SELECT no FROM community WHERE id = $1) AND k.register_no = e.no
         AND k.at < e.until AND k.at >= e.at - interval '25 hours' AND k.until > e.at)
     GROUP BY e.no, part`,
    [
      communityId,
      plans.map(({ register }) => register.no),
      numbers,
      instants,
      `${plans[0]?.register.intervalMinutes} minutes`,
      from,
      to,
      qualityRanks.estimated,
      fromEpochMs(epochMs(from) - longestMs),
    ],
  );
}

/** Rows of the same part of the same register as one. */
function together(rows: readonly TimeRow[]): Map<number, Map<number | null, TimeRow>> {
  const byRegister = new Map<number, Map<number | null, TimeRow>>();
  for (const row of rows) {
    const known = byRegister.get(row.no) ?? new Map<number | null, TimeRow>();
    const other = known.get(row.part);
    byRegister.set(row.no, known.set(row.part, other === undefined ? row : both(row, other)));
  }
  return byRegister;
}

const both = (a: TimeRow, b: TimeRow): TimeRow => ({
  ...a,
  total: new Decimal(a.total).plus(new Decimal(b.total)).toFixed(),
  count: a.count + b.count,
  quality: Math.max(a.quality, b.quality),
  fits: a.fits && b.fits,
});

/** A sum of as many intervals as the time holds; a day counts as one interval, however long. */
function addedOf(plan: Plan, parts: Parts, number: number, found: Found): Added {
  const own = (parts.addends[number] ?? []).map(({ part }) => part);
  const isFull =
    own.length > 0 && own.every((part) => isFilled(parts.sizes[part] ?? 0, lengthOf(plan), found.get(part)));
  const isAlone = lengthOf(plan) >= dayMs || found.get(null)?.fits !== false;
  const multiplier = plan.cuts[plan.questions[number]?.cut ?? -1]?.device.multiplier;
  if (!isFull || !isAlone || multiplier === undefined) {
    const worst = Math.max(0, ...own.map((part) => found.get(part)?.quality ?? 0));
    return { quantity: null, quality: qualityAt(worst) };
  }
  const { total, quality } = summed(parts, number, found);
  return { quantity: total.times(multiplier), quality: qualityAt(quality) };
}

const isFilled = (sizeMs: number, lengthMs: number, row: TimeRow | undefined): boolean =>
  row !== undefined && (lengthMs >= dayMs || row.fits) && row.count === Math.floor((sizeMs + lengthMs / 2) / lengthMs);
