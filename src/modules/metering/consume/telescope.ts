import { epochMs, fromEpochMs, type Instant, type Span } from '../../../domain/calendar/period.js';
import { assert } from '../../../domain/errors.js';
import type { Boundary } from '../../../domain/metering/reading.js';
import { Decimal } from '../../../domain/quantity/decimal.js';
import type { Tx } from '../../../platform/database/transactions.js';
import {
  columnsOf,
  type Found,
  foundByRegister,
  type PartRow,
  type Parts,
  partsOfEdges,
  summed,
} from './consumption-parts.js';
import type { Answer, Plan } from './consumption.types.js';
import { type Answers, qualityAt, rank, shapesOf } from './sql-answers.js';

const weekMs = 7 * 86_400_000;

/** Answers the plans of cumulative registers whose edges are all read exactly, and that never ran backwards. */
export async function telescope(
  tx: Tx,
  communityId: string,
  plans: readonly Plan[],
  span: Span,
  answers: Answers,
): Promise<void> {
  const { numbers, firsts } = shapesOf(plans, ({ shape }) => shape);
  const shapes = firsts.map(({ questions }) => partsOfEdges(questions, span));
  const rows = await tx.query<PartRow>(
    `WITH shape AS (
       SELECT shape AS no, array_agg(at ORDER BY at) AS edges, array_agg(part ORDER BY at) AS parts
       FROM unnest($4::int[], $5::timestamptz[], $6::int[]) AS p (shape, at, part) GROUP BY shape),
     asked AS (SELECT a.no, s.edges, s.parts FROM unnest($2::int[], $3::int[]) AS a (no, shape) JOIN shape s ON s.no = a.shape)
     SELECT a.no, found.part, found.total, found.count, found.quality
     FROM asked a CROSS JOIN LATERAL (
       SELECT a.parts[width_bucket(r.at, a.edges)] AS part, sum(r.value::numeric)::text AS total, count(*)::int AS count, max(${rank}) AS quality
       FROM reading r
       WHERE r.community_no = (SELECT no FROM community WHERE id = $1) AND r.register_no = a.no AND r.at = ANY (a.edges)
         AND r.at BETWEEN $7::timestamptz AND $8::timestamptz
       GROUP BY part) AS found`,
    [communityId, plans.map(({ register }) => register.no), numbers, ...columnsOf(shapes), span.from, span.to],
  );
  const backwards = await registersThatRanBackwards(tx, communityId, plans, span);
  const byRegister = foundByRegister(rows);
  plans.forEach((plan, i) => {
    const parts = shapes[numbers[i] ?? -1];
    const found = byRegister.get(plan.register.no);
    if (!parts || !found || backwards.has(plan.register.no)) return;
    const isRead = parts.sizes.every((size, part) => found.get(part)?.count === size);
    if (isRead) answers.set(plan.register.no, telescoped(plan, parts, found));
  });
}

/**
 * Every reading is compared with the one before, in the order of the key in which they stand: as two columns of one array, which takes
 * half as long as a window. It is done week by week, all registers in each, which bounds the arrays and keeps the readings of pushing
 * meters, which lie by time, in memory until the last register is done. A week ends with the first reading after it, so that no step
 * falls between two.
 */
async function registersThatRanBackwards(
  tx: Tx,
  communityId: string,
  plans: readonly Plan[],
  span: Span,
): Promise<Set<number>> {
  const weeks = weeksOf(span).flatMap((week) => plans.map(({ register }) => ({ no: register.no, ...week })));
  const rows = await tx.query<{ no: number }>(
    `WITH own AS (SELECT no FROM community WHERE id = $1)
     SELECT DISTINCT a.no
     FROM unnest($2::int[], $3::timestamptz[], $4::timestamptz[]) AS a (no, first, last) CROSS JOIN LATERAL (
       SELECT bool_or(later < earlier) AS fell FROM (
         SELECT unnest(shown.values) AS earlier, unnest(shown.values[2:]) AS later FROM (
           SELECT array_agg(r.value::numeric ORDER BY r.at) ||
                  (SELECT n.value::numeric FROM reading n
                   WHERE n.community_no = (SELECT no FROM own) AND n.register_no = a.no AND n.at >= a.last AND n.at BETWEEN $6::timestamptz AND $5::timestamptz
                   ORDER BY n.at LIMIT 1) AS values
           FROM reading r
           WHERE r.community_no = (SELECT no FROM own) AND r.register_no = a.no AND r.at >= a.first AND r.at < a.last
             AND r.at BETWEEN $6::timestamptz AND $5::timestamptz) AS shown) AS steps) AS week
     WHERE week.fell`,
    [
      communityId,
      weeks.map(({ no }) => no),
      weeks.map(({ from }) => from),
      weeks.map(({ to }) => to),
      span.to,
      span.from,
    ],
  );
  return new Set(rows.map(({ no }) => no));
}

function weeksOf({ from, to }: Span): Span[] {
  const [start, end] = [epochMs(from), epochMs(to)];
  return Array.from({ length: Math.ceil((end - start) / weekMs) }, (_, index) => ({
    from: fromEpochMs(start + index * weekMs),
    to: fromEpochMs(Math.min(start + (index + 1) * weekMs, end)),
  }));
}

const telescoped = ({ questions, cuts }: Plan, parts: Parts, found: Found): Answer[] =>
  questions.map((question, number) => {
    const cut = cuts[question.cut];
    assert(cut, 'Every question is about a cut.');
    const { total, quality } = summed(parts, number, found);
    const shown = (at: Instant): Boundary | null =>
      question.calendar === null ? boundaryAt(at, found.get(parts.numbers[parts.instants.indexOf(at)] ?? null)) : null;
    return {
      quantity: total.times(cut.device.multiplier),
      quality: qualityAt(quality),
      opening: shown(cut.from),
      closing: shown(cut.to),
      intervals: null,
    };
  });

/** An edge of a cut is a part of its own: nowhere else does everything begin or end. */
function boundaryAt(at: Instant, row: PartRow | undefined): Boundary {
  assert(row?.count === 1, 'An edge of a cut was read once.');
  return { at, value: new Decimal(row.total), quality: qualityAt(row.quality), interpolated: false };
}
