import { epochMs, fromEpochMs, type Span } from '../../../domain/calendar/period.js';
import { assert } from '../../../domain/errors.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { pageByPage } from './consumption-pages.js';
import { foundByRegister, type Parts, type PartRow, partsOfTime, summed } from './consumption-parts.js';
import type { Answer, Plan } from './consumption.types.js';
import { type Answers, qualityAt, rank, shapesOf } from './sql-answers.js';

const minuteMs = 60_000;
/** The longest interval shorter than a day; one that begins earlier has ended when the span begins. */
export const longestMs = 60 * minuteMs;

/** What a statement found of one part of the time of one register. */
export interface TimeRow extends PartRow {
  /** True where all begin on the grid of their length that the span begins, and none is longer or shorter. */
  readonly fits: boolean;
}

/** Answers the plans of interval registers whose every slot is filled once. */
export async function addIntervals(
  tx: Tx,
  communityId: string,
  plans: readonly Plan[],
  span: Span,
  answers: Answers,
): Promise<void> {
  const { numbers, firsts } = shapesOf(plans, ({ shape, register }) => `${register.intervalMinutes} ${shape}`);
  await pageByPage(tx, async () => {
    for (const [shape, { questions, register }] of firsts.entries()) {
      const parts = partsOfTime(questions, span);
      const lengthMs = (register.intervalMinutes ?? 0) * minuteMs;
      if (!isOnGrid(parts, span, lengthMs)) continue;
      const alike = plans.filter((_, i) => numbers[i] === shape);
      const byRegister = foundByRegister(await sumParts(tx, communityId, alike, parts, span));
      for (const plan of alike) {
        const found = byRegister.get(plan.register.no);
        if (found && isFilled(parts, found, lengthMs)) answers.set(plan.register.no, added(plan, parts, found));
      }
    }
  });
}

/** True where every edge of a question lies between two slots. */
export const isOnGrid = ({ instants }: Parts, { from, to }: Span, lengthMs: number): boolean =>
  [...instants, to].every((at) => (epochMs(at) - epochMs(from)) % lengthMs === 0);

/** The sums of registers with the same slots. @param source where the values in force are needed, the view that knows them @returns also what reaches into the span from before, under no part */
export const sumParts = (
  tx: Tx,
  communityId: string,
  plans: readonly Plan[],
  { instants, numbers }: Parts,
  { from, to }: Span,
  source: 'reading' | 'reading_in_force' = 'reading',
): Promise<TimeRow[]> =>
  tx.query<TimeRow>(
    `SELECT r.register_no AS no, ($3::int[])[width_bucket(r.at, $4::timestamptz[])] AS part,
            sum(r.value::numeric)::text AS total, count(*)::int AS count, max(${rank}) AS quality,
            bool_and(r.at = date_bin($5::interval, r.at, $6::timestamptz) AND r.until = r.at + $5::interval) AS fits
     FROM ${source} r
     WHERE r.community_no = (SELECT no FROM community WHERE id = $1) AND r.register_no = ANY ($2::int[])
       AND r.at >= $6::timestamptz AND r.at < $7::timestamptz
     GROUP BY r.register_no, part`,
    [
      communityId,
      plans.map(({ register }) => register.no),
      numbers,
      instants,
      `${plans[0]?.register.intervalMinutes} minutes`,
      fromEpochMs(epochMs(from) - longestMs),
      to,
    ],
  );

/** True where slots that fit are as many as the time of each part holds. The table's key forbids two that begin at once. */
const isFilled = ({ sizes }: Parts, found: ReadonlyMap<number | null, TimeRow>, lengthMs: number): boolean =>
  [...found.values()].every(({ fits }) => fits) &&
  sizes.every((size, part) => (found.get(part)?.count ?? 0) * lengthMs === size);

const added = ({ questions, cuts }: Plan, parts: Parts, found: ReadonlyMap<number | null, TimeRow>): Answer[] =>
  questions.map((question, number) => {
    const cut = cuts[question.cut];
    assert(cut, 'Every question is about a cut.');
    const { total, count, quality } = summed(parts, number, found);
    return {
      quantity: total.times(cut.device.multiplier),
      quality: qualityAt(quality),
      opening: null,
      closing: null,
      intervals: count,
    };
  });
