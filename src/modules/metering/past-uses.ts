import { epochMs, type Instant, type Period } from '../../domain/calendar/period.js';
import { spanOf, type Zone } from '../../domain/calendar/zone.js';
import { consumptionOver } from '../../domain/metering/consumption.js';
import { type CumulativeReading, energyGrid, qualities, type Quality } from '../../domain/metering/reading.js';
import { Decimal, decimal } from '../../domain/quantity/decimal.js';
import type { Tx } from '../../platform/database/transactions.js';
import { plan } from './consumption-plan.js';
import type { OccupancyPiece, Plan, Question } from './consumption.types.js';
import type { InstalledRegister } from './installed-registers.js';

/*
 * The problem: each statement shows a year, and a year of half-hours of a thousand meters is seventeen million rows.
 *
 *   a display     thirteen values, one for each edge of the months, tell the whole year; what lies between is not looked at
 *   intervals     have to be added, month by month; a month with a gap has no figure here, for this is a picture and not a bill
 *
 * Method: one statement fetches, for every edge of every register, the reading that stands there, or its two neighbours where none does.
 * From these few the domain works out exchanges, rollovers and values between readings, as it does for a bill.
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

const rank = `CASE coalesce(c.quality, r.quality::text) ${qualities.map((quality, i) => `WHEN '${quality}' THEN ${i}`).join(' ')} END`;
const minuteMs = 60_000;

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
    ...(displays.length === 0 ? [] : await fromDisplays(tx, communityId, displays, maxGapHours)),
    ...(intervals.length === 0 ? [] : await fromIntervals(tx, communityId, intervals)),
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

interface Shapes {
  readonly registers: readonly number[];
  readonly shapes: readonly number[];
  readonly firsts: readonly Plan[];
}

/** Registers with the same cuts are asked the same questions: these are sent once. */
function shapesOf(plans: readonly Plan[], keyOf: (plan: Plan) => string): Shapes {
  const known = new Map<string, number>();
  const firsts: Plan[] = [];
  const shapes = plans.map((plan) => {
    const key = keyOf(plan);
    const number = known.get(key) ?? firsts.length;
    if (!known.has(key)) {
      known.set(key, number);
      firsts.push(plan);
    }
    return number;
  });
  return { registers: plans.map(({ register }) => register.no), shapes, firsts };
}

async function fromDisplays(
  tx: Tx,
  communityId: string,
  plans: readonly Plan[],
  maxGapHours: number,
): Promise<PastUse[]> {
  const readings = await readingsAtEdges(tx, communityId, plans);
  return plans.flatMap((plan) => {
    const { register, questions } = plan;
    const stretches = questions.flatMap((question) => question.stretches);
    if (stretches.length === 0) return [];
    const known = readings.get(register.no) ?? [];
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

async function readingsAtEdges(
  tx: Tx,
  communityId: string,
  plans: readonly Plan[],
): Promise<Map<number, CumulativeReading[]>> {
  const { registers, shapes, firsts } = shapesOf(plans, ({ shape }) => shape);
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
         JOIN unnest($4::int[], $5::timestamptz[]) AS e (shape, at) ON e.shape = a.shape),
       found AS MATERIALIZED (
         SELECT DISTINCT e.no, r.at, r.value, r.quality FROM edge e CROSS JOIN LATERAL (
           (SELECT b.at, b.value::numeric AS value, b.quality::text AS quality FROM reading b
            WHERE b.community_no = (SELECT no FROM own) AND b.register_no = e.no AND b.at <= e.at ORDER BY b.at DESC LIMIT 1)
           UNION ALL
           (SELECT n.at, n.value::numeric, n.quality::text FROM reading n
            WHERE n.community_no = (SELECT no FROM own) AND n.register_no = e.no AND n.at >= e.at ORDER BY n.at LIMIT 1)) r)
     SELECT f.no, f.at, coalesce(c.value, f.value)::text AS value, coalesce(c.quality, f.quality) AS quality
     FROM found f
     LEFT JOIN (SELECT DISTINCT ON (register_no, at) register_no, at, value::numeric AS value, quality::text AS quality
                FROM reading_correction WHERE community_id = $1 AND register_no = ANY ($2::int[])
                ORDER BY register_no, at, version DESC) c ON c.register_no = f.no AND c.at = f.at
     ORDER BY f.no, f.at`,
    [communityId, registers, shapes, edges.map(({ shape }) => shape), edges.map(({ at }) => at)],
  );
  const byRegister = new Map<number, CumulativeReading[]>();
  for (const { no, at, value, quality } of rows) {
    const reading = { at, value: decimal(value), quality };
    const known = byRegister.get(no);
    if (known) known.push(reading);
    else byRegister.set(no, [reading]);
  }
  return byRegister;
}

interface SumRow {
  readonly no: number;
  readonly question: number;
  readonly total: string;
  readonly count: number;
  readonly quality: number;
}

async function fromIntervals(tx: Tx, communityId: string, plans: readonly Plan[]): Promise<PastUse[]> {
  const { registers, shapes, firsts } = shapesOf(plans, ({ shape }) => shape);
  const windows = firsts.flatMap(({ questions }, shape) =>
    questions.flatMap(({ stretches }, question) => stretches.map((stretch) => ({ shape, question, ...stretch }))),
  );
  const rows = await tx.query<SumRow>(
    `WITH corrected AS (
         SELECT DISTINCT ON (register_no, at) register_no, at, value::numeric AS value, quality::text AS quality
         FROM reading_correction WHERE community_id = $1 AND register_no = ANY ($2::int[]) ORDER BY register_no, at, version DESC)
     SELECT a.no, w.question, s.total::text AS total, s.count, s.quality
     FROM unnest($2::int[], $3::int[]) AS a (no, shape)
     JOIN unnest($4::int[], $5::int[], $6::timestamptz[], $7::timestamptz[]) AS w (shape, question, first, last) ON w.shape = a.shape
     CROSS JOIN LATERAL (
       SELECT sum(coalesce(c.value, r.value::numeric)) AS total, count(*)::int AS count, max(${rank}) AS quality
       FROM reading r LEFT JOIN corrected c ON c.register_no = r.register_no AND c.at = r.at
       WHERE r.community_no = (SELECT no FROM community WHERE id = $1) AND r.register_no = a.no AND r.at >= w.first AND r.at < w.last) s
     WHERE s.count > 0 ORDER BY a.no, w.question`,
    [
      communityId,
      registers,
      shapes,
      windows.map(({ shape }) => shape),
      windows.map(({ question }) => question),
      windows.map(({ from }) => from),
      windows.map(({ to }) => to),
    ],
  );
  const found = new Map(rows.map((row) => [`${row.no} ${row.question}`, row]));
  return plans.flatMap((plan) =>
    plan.questions.map((question, index) =>
      useOf(plan, question, counted(plan, question, found.get(`${plan.register.no} ${index}`))),
    ),
  );
}

/** A sum of as many intervals as the time holds; a day counts as one interval, however long. */
function counted(
  { register, cuts }: Plan,
  { cut, stretches }: Question,
  row: SumRow | undefined,
): Pick<PastUse, 'quantity' | 'quality'> {
  const quality = qualities[row?.quality ?? 0] ?? 'estimated';
  const ms = stretches.reduce((length, { from, to }) => length + epochMs(to) - epochMs(from), 0);
  const length = (register.intervalMinutes ?? 1) * minuteMs;
  const expected = Math.floor((ms + length / 2) / length);
  const multiplier = cuts[cut]?.device.multiplier;
  if (row === undefined || row.count !== expected || multiplier === undefined) return { quantity: null, quality };
  return { quantity: new Decimal(row.total).times(multiplier), quality };
}
