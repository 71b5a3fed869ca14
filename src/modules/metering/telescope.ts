import type { Instant, Span } from '../../domain/calendar/period.js';
import { assert } from '../../domain/errors.js';
import { Decimal } from '../../domain/quantity/decimal.js';
import type { Tx } from '../../platform/database/transactions.js';
import type { Answer, Plan, Question } from './consumption.types.js';
import { type Answers, groupByRegister, qualityAt, rank, type Row, shapesOf } from './sql-answers.js';

interface EdgeRow extends Row {
  readonly least: string;
  readonly most: string;
  readonly leastQuality: number;
  readonly mostQuality: number;
}

/** How often stretches of a question end at an instant, less how often they begin. */
function edgesOf({ stretches }: Question): Map<Instant, number> {
  const edges = new Map<Instant, number>();
  for (const { from, to } of stretches) {
    edges.set(from, (edges.get(from) ?? 0) - 1);
    edges.set(to, (edges.get(to) ?? 0) + 1);
  }
  return edges;
}

/** Answers the plans of cumulative registers whose edges are all read exactly, and that never ran backwards. */
export async function telescope(
  tx: Tx,
  communityId: string,
  plans: readonly Plan[],
  span: Span,
  answers: Answers,
): Promise<void> {
  const { numbers, firsts } = shapesOf(plans, ({ shape }) => shape);
  const edges = firsts.flatMap(({ questions }, shape) =>
    questions.flatMap((question, number) =>
      [...edgesOf(question)].map(([at, times]) => ({ shape, number, at, times })),
    ),
  );
  const rows = await tx.query<EdgeRow>(
    `WITH asked AS (SELECT * FROM unnest($2::int[], $3::int[]) AS a (no, shape)),
       edge AS (SELECT * FROM unnest($4::int[], $5::int[], $6::timestamptz[], $7::int[]) AS e (shape, question, at, times)),
       found AS MATERIALIZED (
         SELECT a.no, a.shape, r.at, r.value::numeric AS value, ${rank} AS quality
         FROM asked a JOIN (SELECT DISTINCT shape, at FROM edge) e ON e.shape = a.shape
         JOIN reading r ON r.community_no = (SELECT no FROM community WHERE id = $1) AND r.register_no = a.no AND r.at = e.at)
     SELECT f.no, e.question, sum(e.times * f.value)::text AS total, count(*)::int AS count, max(f.quality) AS quality,
            min(f.value)::text AS least, max(f.value)::text AS most,
            max(f.quality) FILTER (WHERE e.times < 0) AS "leastQuality", max(f.quality) FILTER (WHERE e.times > 0) AS "mostQuality"
     FROM found f JOIN edge e ON e.shape = f.shape AND e.at = f.at
     GROUP BY f.no, e.question`,
    [
      communityId,
      plans.map(({ register }) => register.no),
      numbers,
      edges.map(({ shape }) => shape),
      edges.map(({ number }) => number),
      edges.map(({ at }) => at),
      edges.map(({ times }) => times),
    ],
  );
  const backwards = await registersThatRanBackwards(tx, communityId, plans, span);
  const expected = firsts.map(({ questions }) => questions.map((question) => edgesOf(question).size));
  const byRegister = groupByRegister(rows);
  plans.forEach((plan, i) => {
    const found = [...(byRegister.get(plan.register.no) ?? [])].sort((a, b) => (a.question ?? 0) - (b.question ?? 0));
    const isWhole = expected[numbers[i] ?? -1]?.every((count, question) => found[question]?.count === count) ?? false;
    if (!isWhole || backwards.has(plan.register.no)) return;
    answers.set(
      plan.register.no,
      found.map((row, question) => telescoped(plan, question, row)),
    );
  });
}

/** Every reading is looked at once, in the order of the key in which they stand. */
async function registersThatRanBackwards(
  tx: Tx,
  communityId: string,
  plans: readonly Plan[],
  span: Span,
): Promise<Set<number>> {
  const rows = await tx.query<{ no: number }>(
    `SELECT a.no FROM unnest($2::int[]) AS a (no)
     CROSS JOIN LATERAL (
       SELECT bool_or(steps.fell) AS fell FROM (
         SELECT r.value < lag(r.value) OVER (ORDER BY r.at) AS fell FROM reading r
         WHERE r.community_no = (SELECT no FROM community WHERE id = $1) AND r.register_no = a.no
           AND r.at >= $3::timestamptz AND r.at <= $4::timestamptz) AS steps) AS whole
     WHERE whole.fell`,
    [communityId, plans.map(({ register }) => register.no), span.from, span.to],
  );
  return new Set(rows.map(({ no }) => no));
}

function telescoped(plan: Plan, number: number, row: EdgeRow): Answer {
  const question = plan.questions[number];
  const cut = question && plan.cuts[question.cut];
  assert(cut, 'Every question is about a cut.');
  const boundary = (at: Instant, value: string, quality: number) => ({
    at,
    value: new Decimal(value),
    quality: qualityAt(quality),
    interpolated: false,
  });
  const isWhole = question.calendar === null;
  return {
    quantity: new Decimal(row.total).times(cut.device.multiplier),
    quality: qualityAt(row.quality),
    opening: isWhole ? boundary(cut.from, row.least, row.leastQuality) : null,
    closing: isWhole ? boundary(cut.to, row.most, row.mostQuality) : null,
    intervals: null,
  };
}
