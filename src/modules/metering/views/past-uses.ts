import { epochMs, fromEpochMs, type Instant, type Period, type Span } from '../../../domain/calendar/period.js';
import { spanOf, type Zone } from '../../../domain/calendar/zone.js';
import { consumptionOver } from '../../../domain/metering/consumption.js';
import { type CumulativeReading, energyGrid, type Quality } from '../../../domain/metering/reading.js';
import { type Decimal, decimal } from '../../../domain/quantity/decimal.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { plan } from '../consume/consumption-plan.js';
import type { OccupancyPiece, Plan, Question } from '../consume/consumption.types.js';
import type { InstalledRegister } from '../registers/installed-registers.js';
import { hullOf, nearestReadings } from '../consume/nearest-readings.js';
import { addPast } from './past-intervals.js';
import { shapesOf } from '../consume/sql-answers.js';
import { standingEstimates } from '../consume/stored-estimates.js';

/*
 * The problem: each statement shows a year, and a year of half-hours of a thousand meters is seventeen million rows.
 *
 *   a display     thirteen values, one for each edge of the months, tell the whole year; what lies between is not looked at
 *   intervals     have to be added (past-intervals.ts); a month with a gap has no figure here, for this is a picture and not a bill
 *
 * Method: one statement fetches, for every edge of every register, the reading that stands there, or its two neighbours where none does.
 * From these few the domain works out exchanges, rollovers and values between readings, as it does for a bill. Estimates count where they
 * stand.
 */

/** What one register counted in one period while one member had its space. */
export interface PastUse {
  readonly register: InstalledRegister;
  readonly memberId: string;
  /** Which of the periods that were asked for. */
  readonly period: number;
  /** Where counting began and ended: later or earlier than the period where the member or the meter came later or went earlier. */
  readonly from: Instant;
  readonly to: Instant;
  /** Null where it is not known. */
  readonly quantity: Decimal | null;
  readonly quality: Quality;
}

/** Which periods, and who had which space in them. */
export interface Past {
  readonly zone: Zone;
  /** In order of time. */
  readonly periods: readonly Period[];
  readonly pieces: readonly OccupancyPiece[];
}

/**
 * One use for each register, member and period in which the member had the register's space.
 *
 * @param maxGapHours readings farther apart give no value between them
 */
export async function pastUses(
  tx: Tx,
  communityId: string,
  registers: readonly InstalledRegister[],
  { zone, periods, pieces }: Past,
  maxGapHours: number,
): Promise<PastUse[]> {
  const windows = periods.map((period, index) => ({ ...spanOf(period, zone), band: String(index) }));
  const [first, last] = [windows[0], windows.at(-1)];
  if (first === undefined || last === undefined) return [];
  const held = pieces.filter(({ memberId }) => memberId !== null);
  const span = { from: first.from, to: last.to };
  const plans = plan(registers, span, zone, new Map([['periods', windows]]), held).map(ofPeriods);
  const [displays, intervals] = [plans.filter(isDisplay), plans.filter((one) => !isDisplay(one))];
  return [
    ...(displays.length === 0 ? [] : await fromDisplays(tx, communityId, displays, span, maxGapHours)),
    ...(intervals.length === 0 ? [] : await fromIntervals(tx, communityId, intervals, span, maxGapHours)),
  ];
}

const isDisplay = ({ register }: Plan): boolean => register.kind === 'cumulative';
const ofPeriods = (plan: Plan): Plan => ({ ...plan, questions: plan.questions.filter(({ band }) => band !== null) });

function useOf(
  { register, cuts }: Plan,
  { cut, band, stretches }: Question,
  counted: Pick<PastUse, 'quantity' | 'quality'> & Partial<PastUse>,
): PastUse {
  const [stretch] = stretches;
  return {
    register,
    memberId: cuts[cut]?.memberId ?? '',
    period: Number.parseInt(band ?? '', 10),
    from: stretch?.from ?? '',
    to: stretch?.to ?? '',
    ...counted,
  };
}

async function fromDisplays(
  tx: Tx,
  communityId: string,
  plans: readonly Plan[],
  span: Span,
  maxGapHours: number,
): Promise<PastUse[]> {
  const readings = await readingsAtEdges(tx, communityId, plans, span);
  const registers = plans.map(({ register }) => register);
  const estimates = await standingEstimates(tx, communityId, registers, span, ({ no }) => readings.get(no) ?? []);
  return plans.flatMap((plan) => {
    const { register, questions } = plan;
    const stretches = questions.flatMap((question) => question.stretches);
    if (stretches.length === 0) return [];
    const known = [...(readings.get(register.no) ?? []), ...(estimates.get(register.no) ?? []).map(asReading)];
    const { pieces } = consumptionOver(register, register.devices, known, stretches, { maxGapHours, grid: energyGrid });
    return questions.flatMap((question, index) => {
      const piece = pieces[index];
      const [opening, closing] = [piece?.advances[0]?.opening, piece?.advances.at(-1)?.closing];
      if (piece === undefined) return [];
      // Time before the first reading ever counts nothing on a bill; here it is not known.
      if (opening === undefined || closing === undefined)
        return [useOf(plan, question, { quantity: null, quality: piece.quality })];
      return [
        useOf(plan, question, { quantity: piece.quantity, quality: piece.quality, from: opening.at, to: closing.at }),
      ];
    });
  });
}

interface ReadingRow {
  readonly no: number;
  readonly at: Instant;
  readonly value: string;
  readonly quality: Quality;
}

const asReading = ({ at, value, quality }: Omit<ReadingRow, 'no'>): CumulativeReading => ({
  ...{ at, quality },
  value: decimal(value),
});

/** An estimate that began so long before a span may reach into it. */
const estimateMs = 2 * 86_400_000;

/** The readings beside every edge, and beside every estimate, which stands or not by its neighbours. */
async function readingsAtEdges(
  tx: Tx,
  communityId: string,
  plans: readonly Plan[],
  span: Span,
): Promise<Map<number, CumulativeReading[]>> {
  const registers = plans.map(({ register }) => register.no);
  const asked = { from: fromEpochMs(epochMs(span.from) - estimateMs), to: span.to };
  const hull = hullOf(await nearestReadings(tx, communityId, registers, asked), asked);
  const { numbers, firsts } = shapesOf(plans, ({ shape }) => shape);
  const edges = firsts.flatMap(({ questions }, shape) =>
    [...new Set(questions.flatMap(({ stretches }) => stretches.flatMap(({ from, to }) => [from, to])))].map((at) => ({
      shape,
      at,
    })),
  );
  const rows = await tx.query<ReadingRow>(
    `WITH own AS (SELECT no FROM community WHERE id = $1),
       edge AS (
         SELECT a.no, e.at FROM unnest($2::int[], $3::int[]) AS a (no, shape)
         JOIN unnest($4::int[], $5::timestamptz[]) AS e (shape, at) ON e.shape = a.shape
         UNION
         SELECT r.no, e.at FROM unnest($2::int[]) AS a (no) JOIN register r ON r.community_id = $1 AND r.no = a.no
         JOIN reading_estimate e ON e.community_id = r.community_id AND e.register_id = r.id
         WHERE e.at BETWEEN $6::timestamptz AND $7::timestamptz),
       found AS MATERIALIZED (
         SELECT DISTINCT e.no, r.at, r.value, r.quality FROM edge e CROSS JOIN LATERAL (
           (SELECT b.at, b.value::numeric AS value, b.quality::text AS quality FROM reading b
            WHERE b.community_no = (SELECT no FROM own) AND b.register_no = e.no AND b.at <= e.at AND b.at >= $8::timestamptz ORDER BY b.at DESC LIMIT 1)
           UNION ALL
           (SELECT n.at, n.value::numeric, n.quality::text FROM reading n
            WHERE n.community_no = (SELECT no FROM own) AND n.register_no = e.no AND n.at >= e.at AND n.at <= $9::timestamptz ORDER BY n.at LIMIT 1)) r)
     SELECT f.no, f.at, coalesce(c.value, f.value)::text AS value, coalesce(c.quality, f.quality) AS quality
     FROM found f
     LEFT JOIN (SELECT DISTINCT ON (register_no, at) register_no, at, value::numeric AS value, quality::text AS quality
                FROM reading_correction WHERE community_id = $1 AND register_no = ANY ($2::int[])
                ORDER BY register_no, at, version DESC) c ON c.register_no = f.no AND c.at = f.at
     ORDER BY f.no, f.at`,
    [
      ...[communityId, registers, numbers, edges.map(({ shape }) => shape), edges.map(({ at }) => at)],
      ...[asked.from, asked.to, hull.from, hull.to],
    ],
  );
  const byRegister = new Map<number, CumulativeReading[]>();
  for (const { no, ...row } of rows) {
    const known = byRegister.get(no);
    if (known) known.push(asReading(row));
    else byRegister.set(no, [asReading(row)]);
  }
  return byRegister;
}

async function fromIntervals(
  tx: Tx,
  communityId: string,
  plans: readonly Plan[],
  span: Span,
  maxGapHours: number,
): Promise<PastUse[]> {
  const added = await addPast(tx, communityId, plans, span, maxGapHours);
  return plans.flatMap((plan) =>
    plan.questions.flatMap((question, number): PastUse[] => {
      const answer = added.get(plan)?.[number];
      return answer ? [useOf(plan, question, { quantity: answer.quantity, quality: answer.quality })] : [];
    }),
  );
}
