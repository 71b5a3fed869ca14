import { epochMs, type Instant, type Span } from '../../domain/calendar/period.js';
import { assert } from '../../domain/errors.js';
import { qualities, type Quality } from '../../domain/metering/reading.js';
import { Decimal } from '../../domain/quantity/decimal.js';
import type { Tx } from '../../platform/database/transactions.js';
import type { Answer, Plan, Question } from './consumption.types.js';
import { isCovering } from './installed-registers.js';

/*
 * The problem: a month of half-hours of a thousand meters is a million and a half rows. Brought to the program they take ten seconds;
 * summed where they are, half a second, and the sum is exact either way.
 *
 *   intervals    every row meets the slot that its start and end fill; the slot knows its question; sum and count by question
 *   cumulative   night 23:00–07:00: value at 07:00 − value at 23:00. A question is a sum of values, each times how often a stretch ends
 *                there less how often one begins; what lies between is looked through only for a display that ran backwards
 *
 * Method: only what is regular is answered here: one device during the whole span, no correction, every slot filled once and nothing
 * beside, every edge read exactly, never backwards. All else is left to the domain, which explains what it finds.
 */

/** Answers by register, in the order of the questions of its plan. A register that is not regular is missing. */
export type Answers = Map<number, readonly Answer[]>;

interface Row {
  readonly no: number;
  readonly question: number | null;
  readonly total: string;
  readonly count: number;
  readonly quality: number;
}

interface EdgeRow extends Row {
  readonly least: string;
  readonly most: string;
  readonly leastQuality: number;
  readonly mostQuality: number;
}

const rank = `CASE r.quality::text ${qualities.map((quality, i) => `WHEN '${quality}' THEN ${i}`).join(' ')} END`;
const qualityAt = (index: number): Quality => qualities[index] ?? 'estimated';
const minuteMs = 60_000;
const dayMinutes = 1440;

/** Answers the plans of all regular registers over a span. */
export async function consumeInSql(tx: Tx, communityId: string, plans: readonly Plan[], span: Span): Promise<Answers> {
  const steady = plans.filter(
    ({ register: { devices } }) =>
      devices.length === 1 && devices.every((device) => isCovering(device, span) && !meetsEdge(device, span)),
  );
  const corrected = await correctedRegisters(tx, communityId, steady, span);
  const regular = steady.filter(({ register }) => !corrected.has(register.no));
  const answers: Answers = new Map();
  const cumulative = regular.filter(({ register }) => register.kind === 'cumulative');
  const intervals = regular.filter(
    ({ register }) => register.intervalMinutes !== null && register.intervalMinutes < dayMinutes,
  );
  await hashing(tx, async () => {
    if (cumulative.length > 0) await telescope(tx, communityId, cumulative, span, answers);
    if (intervals.length > 0) await addIntervals(tx, communityId, intervals, span, answers);
  });
  return answers;
}

/**
 * Has statements join and group by hashing in memory. The planner expects a tenth of the rows and ten times the slots, and
 * would sort a million rows to disk twice; that takes four times as long.
 */
async function hashing(tx: Tx, work: () => Promise<void>): Promise<void> {
  const settings = { work_mem: '64MB', jit: 'off', enable_mergejoin: 'off', enable_sort: 'off' };
  const names = Object.keys(settings);
  const set = (values: readonly (string | undefined)[]) =>
    tx.query('SELECT set_config(n.name, n.value, true) FROM unnest($1::text[], $2::text[]) AS n (name, value)', [
      names,
      values,
    ]);
  const before = await tx.query<{ value: string }>(
    'SELECT current_setting(n.name) AS value FROM unnest($1::text[]) WITH ORDINALITY AS n (name, i) ORDER BY n.i',
    [names],
  );
  await set(Object.values(settings));
  await work();
  await set(before.map(({ value }) => value));
}

/** An opening or closing at the very edge of the span is a value beside the readings; the domain weighs them against each other. */
const meetsEdge = ({ from, to, opening, closing }: Plan['cuts'][number]['device'], span: Span): boolean =>
  (opening !== null && epochMs(from) === epochMs(span.from)) ||
  (closing !== null && to !== null && epochMs(to) === epochMs(span.to));

async function correctedRegisters(
  tx: Tx,
  communityId: string,
  plans: readonly Plan[],
  span: Span,
): Promise<Set<number>> {
  const rows = await tx.query<{ no: number }>(
    `SELECT DISTINCT register_no AS no FROM reading_correction
     WHERE community_id = $1 AND register_no = ANY ($2::int[]) AND at >= $3::timestamptz - interval '1 day' AND at <= $4::timestamptz`,
    [communityId, plans.map(({ register }) => register.no), span.from, span.to],
  );
  return new Set(rows.map(({ no }) => no));
}

/** Plans by shape, numbered as the statements know them. */
function shapesOf(plans: readonly Plan[], keyOf: (plan: Plan) => string): { numbers: number[]; firsts: Plan[] } {
  const known = new Map<string, number>();
  const firsts: Plan[] = [];
  const numbers = plans.map((plan) => {
    const key = keyOf(plan);
    let number = known.get(key);
    if (number === undefined) {
      known.set(key, (number = firsts.length));
      firsts.push(plan);
    }
    return number;
  });
  return { numbers, firsts };
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

async function telescope(
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

async function addIntervals(
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

function groupByRegister<R extends Row>(rows: readonly R[]): Map<number, R[]> {
  const groups = new Map<number, R[]>();
  for (const row of rows) {
    const group = groups.get(row.no);
    if (group) group.push(row);
    else groups.set(row.no, [row]);
  }
  return groups;
}
