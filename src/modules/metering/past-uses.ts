import { epochMs, type Instant, type Period, type Span } from '../../domain/calendar/period.js';
import { spanOf, type Zone } from '../../domain/calendar/zone.js';
import { consumptionOver } from '../../domain/metering/consumption.js';
import { type CumulativeReading, energyGrid, type Quality } from '../../domain/metering/reading.js';
import { Decimal, decimal } from '../../domain/quantity/decimal.js';
import type { Tx } from '../../platform/database/transactions.js';
import { correctedRegisters } from './consume-in-sql.js';
import { plan } from './consumption-plan.js';
import { pageByPage } from './consumption-pages.js';
import type { OccupancyPiece, Plan, Question } from './consumption.types.js';
import type { InstalledRegister } from './installed-registers.js';
import { qualityAt, rank, shapesOf } from './sql-answers.js';

/*
 * The problem: each statement shows a year, and a year of half-hours of a thousand meters is seventeen million rows.
 *
 *   a display     thirteen values, one for each edge of the months, tell the whole year; what lies between is not looked at
 *   intervals     have to be added, month by month; a month with a gap has no figure here, for this is a picture and not a bill
 *
 * Method: one statement fetches, for every edge of every register, the reading that stands there, or its two neighbours where none does.
 * From these few the domain works out exchanges, rollovers and values between readings, as it does for a bill. Intervals are added by
 * one statement for each month, so that none runs longer than a request may wait; registers with a correction by another, which looks
 * for one beside every reading.
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
    ...(intervals.length === 0 ? [] : await fromIntervals(tx, communityId, intervals, span)),
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
    [
      communityId,
      plans.map(({ register }) => register.no),
      numbers,
      edges.map(({ shape }) => shape),
      edges.map(({ at }) => at),
    ],
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
  readonly total: string;
  readonly count: number;
  readonly quality: number;
}

async function fromIntervals(tx: Tx, communityId: string, plans: readonly Plan[], span: Span): Promise<PastUse[]> {
  const corrected = await correctedRegisters(tx, communityId, plans, span);
  const found = new Map<string, SumRow>();
  await pageByPage(tx, async () => {
    for (const window of windowsOf(plans)) {
      for (const source of ['reading', 'reading_in_force'] as const) {
        const registers = window.registers.filter((no) => corrected.has(no) === (source === 'reading_in_force'));
        if (registers.length === 0) continue;
        for (const row of await sums(tx, communityId, source, { ...window, registers }))
          found.set(`${row.no} ${nameOf(window)}`, row);
      }
    }
  });
  return plans.flatMap((plan) =>
    plan.questions.map((question) =>
      useOf(
        plan,
        question,
        counted(plan, question, found.get(`${plan.register.no} ${question.stretches.map(nameOf).join()}`)),
      ),
    ),
  );
}

/** A period, or the part of it in which a member was there, with the registers that are asked for it. */
interface Window extends Span {
  readonly registers: readonly number[];
}

const nameOf = ({ from, to }: Span): string => `${from}/${to}`;

function windowsOf(plans: readonly Plan[]): Window[] {
  const windows = new Map<string, Span & { registers: number[] }>();
  for (const { register, questions } of plans) {
    for (const stretch of questions.flatMap(({ stretches }) => stretches)) {
      const known = windows.get(nameOf(stretch));
      if (known) known.registers.push(register.no);
      else windows.set(nameOf(stretch), { ...stretch, registers: [register.no] });
    }
  }
  return [...windows.values()];
}

const sums = (
  tx: Tx,
  communityId: string,
  source: 'reading' | 'reading_in_force',
  { from, to, registers }: Window,
): Promise<SumRow[]> =>
  tx.query<SumRow>(
    `SELECT r.register_no AS no, sum(r.value::numeric)::text AS total, count(*)::int AS count, max(${rank}) AS quality
     FROM ${source} r
     WHERE r.community_no = (SELECT no FROM community WHERE id = $1) AND r.register_no = ANY ($2::int[])
       AND r.at >= $3::timestamptz AND r.at < $4::timestamptz
     GROUP BY r.register_no`,
    [communityId, registers, from, to],
  );

/** A sum of as many intervals as the time holds; a day counts as one interval, however long. */
function counted(
  { register, cuts }: Plan,
  { cut, stretches }: Question,
  row: SumRow | undefined,
): Pick<PastUse, 'quantity' | 'quality'> {
  const quality = qualityAt(row?.quality ?? 0);
  const ms = stretches.reduce((length, { from, to }) => length + epochMs(to) - epochMs(from), 0);
  const length = (register.intervalMinutes ?? 1) * minuteMs;
  const expected = Math.floor((ms + length / 2) / length);
  const multiplier = cuts[cut]?.device.multiplier;
  if (row === undefined || row.count !== expected || multiplier === undefined) return { quantity: null, quality };
  return { quantity: new Decimal(row.total).times(multiplier), quality };
}
