import type { Instant, Span } from '../../domain/calendar/period.js';
import type { Issue } from '../../domain/errors.js';
import { type Consumption, consumptionOver, type Readings } from '../../domain/metering/consumption.js';
import { energyGrid, type Piece, type Quality, worse } from '../../domain/metering/reading.js';
import { decimal, sum } from '../../domain/quantity/decimal.js';
import { epochMs } from '../../domain/calendar/period.js';
import type { Tx } from '../../platform/database/transactions.js';
import type { Answer, Plan, Question } from './consumption.types.js';
import type { InstalledRegister } from './installed-registers.js';
import { standingEstimates } from './stored-estimates.js';

/** What became of one register. */
export interface Explained {
  readonly plan: Plan;
  readonly answers: readonly Answer[];
  readonly issues: readonly Issue[];
}

/** Registers whose readings are in memory at once. */
const atOnce = 50;

/**
 * Answers the plans of registers that are not regular, by the domain: exchanges, rollovers, values between readings, gaps.
 *
 * @param maxGapHours readings farther apart give no value between them
 * @param asRead      true: estimates that were stored do not count, as if nobody had made them
 */
export async function consumeInDomain(
  tx: Tx,
  communityId: string,
  plans: readonly Plan[],
  span: Span,
  maxGapHours: number,
  asRead = false,
): Promise<Explained[]> {
  const explained: Explained[] = [];
  for (let start = 0; start < plans.length; start += atOnce) {
    const some = plans.slice(start, start + atOnce);
    const readings = await readingsAround(
      tx,
      communityId,
      some.map(({ register }) => register),
      span,
      asRead,
    );
    for (const plan of some) explained.push(explain(plan, readings.get(plan.register.no) ?? [], span, maxGapHours));
  }
  return explained;
}

function explain(plan: Plan, rows: readonly Row[], span: Span, maxGapHours: number): Explained {
  const { register, questions } = plan;
  const stretches = questions.flatMap((question) => question.stretches);
  // The whole span is asked for too: time without any device is a finding, though it belongs to no cut.
  const consumption: Consumption = consumptionOver(
    register,
    register.devices,
    readingsFrom(register, rows),
    [span, ...stretches],
    {
      maxGapHours,
      grid: energyGrid,
    },
  );
  let next = 1;
  const answers = questions.map((question): Answer => {
    const pieces = consumption.pieces.slice(next, next + question.stretches.length);
    next += question.stretches.length;
    return answerOf(question, pieces, register.kind === 'interval' ? rows : null);
  });
  return { plan, answers, issues: consumption.issues };
}

function answerOf(question: Question, pieces: readonly Piece[], intervals: readonly Row[] | null): Answer {
  const quantities = pieces.flatMap(({ quantity }) => (quantity === null ? [] : [quantity]));
  const isWhole = quantities.length === pieces.length;
  const advances = question.calendar === null && isWhole ? (pieces[0]?.advances ?? []) : [];
  return {
    quantity: isWhole ? sum(quantities) : null,
    quality: pieces.reduce<Quality>((worst, { quality }) => worse(worst, quality), 'actual'),
    opening: advances[0]?.opening ?? null,
    closing: advances.at(-1)?.closing ?? null,
    intervals:
      intervals &&
      question.stretches.reduce((count, stretch) => count + intervals.filter((row) => meets(row, stretch)).length, 0),
  };
}

const meets = ({ at, until }: Row, { from, to }: Span): boolean =>
  epochMs(at) < epochMs(to) && epochMs(until ?? at) > epochMs(from);

interface Row {
  readonly no: number;
  readonly at: Instant;
  readonly until: Instant | null;
  readonly value: string;
  readonly quality: Quality;
}

export const readingsFrom = ({ kind }: InstalledRegister, rows: readonly Row[]): Readings =>
  kind === 'cumulative'
    ? rows.map(({ at, value, quality }) => ({ at, value: decimal(value), quality }))
    : rows.map(({ at, until, value, quality }) => ({ from: at, to: until ?? at, quantity: decimal(value), quality }));

/**
 * Readings in force that speak about a span: within it, the nearest on both sides, and the first one ever; and the estimates that stand
 * where nothing was read.
 */
export async function readingsAround(
  tx: Tx,
  communityId: string,
  registers: readonly InstalledRegister[],
  span: Span,
  asRead = false,
): Promise<Map<number, Row[]>> {
  const rows = await tx.query<Row>(
    `WITH own AS (SELECT no FROM community WHERE id = $1),
       asked AS (
         SELECT a.no,
           coalesce((SELECT max(r.at) FROM reading r WHERE r.community_no = (SELECT no FROM own) AND r.register_no = a.no AND r.at <= $3::timestamptz), $3) AS first,
           coalesce((SELECT min(r.at) FROM reading r WHERE r.community_no = (SELECT no FROM own) AND r.register_no = a.no AND r.at >= $4::timestamptz), $4) AS last,
           (SELECT min(r.at) FROM reading r WHERE r.community_no = (SELECT no FROM own) AND r.register_no = a.no) AS ever
         FROM unnest($2::int[]) AS a (no)),
       corrected AS (
         SELECT DISTINCT ON (register_no, at) register_no, at, value::numeric AS value, quality::text AS quality
         FROM reading_correction WHERE community_id = $1 AND register_no = ANY ($2::int[]) ORDER BY register_no, at, version DESC)
     SELECT a.no, r.at, r.until, coalesce(c.value, r.value)::text AS value, coalesce(c.quality, r.quality::text) AS quality
     FROM asked a
     JOIN reading r ON r.community_no = (SELECT no FROM own) AND r.register_no = a.no AND (r.at BETWEEN a.first AND a.last OR r.at = a.ever)
     LEFT JOIN corrected c ON c.register_no = r.register_no AND c.at = r.at
     ORDER BY a.no, r.at`,
    [communityId, registers.map(({ no }) => no), span.from, span.to],
  );
  const byRegister = new Map<number, Row[]>();
  for (const row of rows) {
    const known = byRegister.get(row.no);
    if (known) known.push(row);
    else byRegister.set(row.no, [row]);
  }
  const kinds = new Map(registers.map(({ no, kind }) => [no, kind]));
  for (const [no, known] of byRegister) {
    if (kinds.get(no) === 'interval')
      byRegister.set(
        no,
        known.filter((row) => meets(row, span)),
      );
  }
  if (asRead) return byRegister;
  const estimates = await standingEstimates(tx, communityId, registers, span, (register) =>
    readingsFrom(register, byRegister.get(register.no) ?? []),
  );
  for (const [no, standing] of estimates) byRegister.set(no, [...(byRegister.get(no) ?? []), ...standing]);
  return byRegister;
}
