import { epochMs, type Span } from '../../domain/calendar/period.js';
import { qualities } from '../../domain/metering/reading.js';
import { Decimal } from '../../domain/quantity/decimal.js';
import type { Tx } from '../../platform/database/transactions.js';
import type { Answer, Plan, Question } from './consumption.types.js';
import { type Answers, groupByRegister, qualityAt, rank, type Row, shapesOf } from './sql-answers.js';

const minuteMs = 60_000;

/** Answers the plans of interval registers whose every slot is filled once. */
export async function addIntervals(
  tx: Tx,
  communityId: string,
  plans: readonly Plan[],
  span: Span,
  answers: Answers,
): Promise<void> {
  const { numbers, firsts } = shapesOf(plans, ({ shape, register }) => `${register.intervalMinutes} ${shape}`);
  // Where a calendar tiles the cut, everything is the sum of its bands and need not be summed again.
  const asked = firsts.map((plan) =>
    plan.questions.map((question) => question.calendar !== null || !isTiled(plan, question)),
  );
  const stretches = firsts.flatMap(({ questions, register }, shape) =>
    questions.flatMap((question, number) =>
      asked[shape]?.[number]
        ? question.stretches.map((stretch) => ({ shape, number, ...stretch, minutes: register.intervalMinutes }))
        : [],
    ),
  );
  const rows = await tx.query<Row>(
    `WITH asked AS (SELECT * FROM unnest($2::int[], $3::int[]) AS a (no, shape)),
       slot AS MATERIALIZED (
         SELECT s.shape, s.question, t.at, t.at + s.step AS until
         FROM (SELECT shape, question, first, last, make_interval(mins => minutes) AS step
               FROM unnest($4::int[], $5::int[], $6::timestamptz[], $7::timestamptz[], $8::int[]) AS u (shape, question, first, last, minutes)) s
         CROSS JOIN LATERAL generate_series(s.first, s.last - s.step, s.step) AS t (at))
     SELECT r.register_no AS no, s.question, sum(r.value::numeric)::text AS total, count(*)::int AS count, max(${rank}) AS quality
     FROM asked a
     JOIN reading r ON r.community_no = (SELECT no FROM community WHERE id = $1) AND r.register_no = a.no
       AND r.at >= $9::timestamptz - interval '1 hour' AND r.at < $10::timestamptz AND r.until > $9::timestamptz
     LEFT JOIN slot s ON s.shape = a.shape AND s.at = r.at AND s.until = r.until
     GROUP BY r.register_no, s.question`,
    [
      communityId,
      plans.map(({ register }) => register.no),
      numbers,
      stretches.map(({ shape }) => shape),
      stretches.map(({ number }) => number),
      stretches.map(({ from }) => from),
      stretches.map(({ to }) => to),
      stretches.map(({ minutes }) => minutes),
      span.from,
      span.to,
    ],
  );
  const byRegister = groupByRegister(rows);
  plans.forEach((plan, i) => {
    const found = summed(plan, asked[numbers[i] ?? -1] ?? [], byRegister.get(plan.register.no) ?? []);
    if (found) answers.set(plan.register.no, found);
  });
}

/** The answers of one register, or null where a slot is empty or an interval fills none. */
function summed(plan: Plan, asked: readonly boolean[], rows: readonly Row[]): Answer[] | null {
  if (rows.some(({ question }) => question === null)) return null;
  const byQuestion = new Map(rows.map((row) => [row.question, row]));
  const lengthMs = (plan.register.intervalMinutes ?? 0) * minuteMs;
  const answers: (Answer | undefined)[] = plan.questions.map((question, number) => {
    const row = byQuestion.get(number);
    const cut = plan.cuts[question.cut];
    const isComplete = row !== undefined && row.count * lengthMs === lengthOf(question.stretches);
    if (!isComplete || !cut) return undefined;
    return {
      quantity: new Decimal(row.total).times(cut.device.multiplier),
      quality: qualityAt(row.quality),
      opening: null,
      closing: null,
      intervals: row.count,
    };
  });
  plan.questions.forEach((question, number) => {
    if (!asked[number]) answers[number] = whole(plan, question, answers);
  });
  return answers.every((answer) => answer !== undefined) ? answers : null;
}

/** The questions about single bands of the calendar that comes first, in the cut that a question is about. */
function bandsOf({ questions }: Plan, { cut }: Question): Question[] {
  const calendar = questions.find((other) => other.calendar !== null)?.calendar;
  return questions.filter((other) => other.cut === cut && other.calendar !== null && other.calendar === calendar);
}

const isTiled = (plan: Plan, question: Question): boolean =>
  lengthOf(bandsOf(plan, question).flatMap(({ stretches }) => stretches)) === lengthOf(question.stretches);

function whole(plan: Plan, question: Question, answers: readonly (Answer | undefined)[]): Answer | undefined {
  const parts = bandsOf(plan, question).map((band) => answers[plan.questions.indexOf(band)]);
  return parts.reduce((total, part) => total && part && added(total, part));
}

const added = (a: Answer, b: Answer): Answer => ({
  ...a,
  quantity: a.quantity && b.quantity && a.quantity.plus(b.quantity),
  quality: qualityAt(Math.max(qualities.indexOf(a.quality), qualities.indexOf(b.quality))),
  intervals: (a.intervals ?? 0) + (b.intervals ?? 0),
});

const lengthOf = (stretches: readonly Span[]): number =>
  stretches.reduce((ms, { from, to }) => ms + epochMs(to) - epochMs(from), 0);
