import type { Instant, Span } from '../../../domain/calendar/period.js';
import type { Issue } from '../../../domain/errors.js';
import { type Consumption, consumptionOver, type Readings } from '../../../domain/metering/consumption.js';
import { energyGrid, type Piece, type Quality, worse } from '../../../domain/metering/reading.js';
import { decimal, sum } from '../../../domain/quantity/decimal.js';
import { epochMs, fromEpochMs } from '../../../domain/calendar/period.js';
import type { Tx } from '../../../platform/database/transactions.js';
import type { Answer, Plan, Question } from './consumption.types.js';
import type { InstalledRegister } from '../registers/installed-registers.js';
import { hullOf, nearestReadings } from './nearest-readings.js';
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

/** A day of 25 hours: no interval is longer, so whatever began earlier has ended when a span begins. */
const longestMs = 25 * 3_600_000;

const isDisplay = ({ kind }: InstalledRegister): boolean => kind === 'cumulative';
const numberOf = ({ no }: { readonly no: number }): number => no;

/**
 * Readings in force that speak about a span: within it and the nearest on both sides, which is the first one ever where none lies before
 * the span; and the estimates that stand where nothing was read.
 */
export async function readingsAround(
  tx: Tx,
  communityId: string,
  registers: readonly InstalledRegister[],
  span: Span,
  asRead = false,
): Promise<Map<number, Row[]>> {
  const [displays, intervals] = [registers.filter(isDisplay), registers.filter((one) => !isDisplay(one))];
  const around = [
    ...(await nearestReadings(tx, communityId, displays.map(numberOf), span)),
    ...intervals.map(({ no }) => ({ no, first: fromEpochMs(epochMs(span.from) - longestMs), last: span.to })),
  ];
  const hull = hullOf(around, span);
  const rows = await tx.query<Row>(
    `WITH own AS (SELECT no FROM community WHERE id = $1),
       corrected AS (
         SELECT DISTINCT ON (register_no, at) register_no, at, value::numeric AS value, quality::text AS quality
         FROM reading_correction WHERE community_id = $1 AND register_no = ANY ($2::int[]) ORDER BY register_no, at, version DESC)
     SELECT a.no, r.at, r.until, coalesce(c.value, r.value)::text AS value, coalesce(c.quality, r.quality::text) AS quality
     FROM unnest($2::int[], $3::timestamptz[], $4::timestamptz[]) AS a (no, first, last)
     JOIN reading r ON r.community_no = (SELECT no FROM own) AND r.register_no = a.no AND r.at BETWEEN a.first AND a.last
       AND r.at BETWEEN $5::timestamptz AND $6::timestamptz
     LEFT JOIN corrected c ON c.register_no = r.register_no AND c.at = r.at
     ORDER BY a.no, r.at`,
    [
      communityId,
      around.map(numberOf),
      around.map(({ first }) => first),
      around.map(({ last }) => last),
      hull.from,
      hull.to,
    ],
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
