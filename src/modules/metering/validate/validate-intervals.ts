import { epochMs, fromEpochMs, type Instant } from '../../../domain/calendar/period.js';
import {
  type DayUse,
  exceeds,
  type Frame,
  type Gap,
  isEstimate,
  isRead,
  type RegisterFigures,
  type Slice,
  towering,
} from '../../../domain/metering/figures.js';
import type { Range } from '../../../domain/metering/range.js';
import type { Quality } from '../../../domain/metering/reading.js';
import { Decimal, sum } from '../../../domain/quantity/decimal.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { pageByPage } from '../consume/consumption-pages.js';
import type { Device, InstalledRegister } from '../registers/installed-registers.js';
import { sourceOf } from './measure-in-domain.js';

/*
 * The problem: the rules ask of a month of half-hours what its days came to, which were complete, even or empty, what is missing and
 * what towers above the rest: a million and a half rows for a thousand meters.
 *
 * Method: one statement makes of every day of every register a few figures: count, sum, most, and what each interval was where all were
 * the same; and of every register one row. From these the days follow, and whether there can be a gap or a peak at all; only for those
 * registers are the readings looked at once more. A register that is not regular (an interval off the grid, beyond the limit, from the
 * future) is left to the domain.
 */

/** What a register sent, by day and quality. */
interface RegisterRow {
  readonly no: number;
  /** Whether all lie on the grid of their length that the span begins. */
  readonly fits: boolean;
  readonly last: Instant;
  readonly days: readonly DayRow[];
}

/** What a register sent of one quality on one day of the frame; days are counted from 1, what lies after the last is one more. */
type DayRow = readonly [day: number, quality: Quality, count: number, total: string, most: string, each: string | null];

interface DaySum {
  readonly day: number;
  readonly quality: Quality;
  readonly count: number;
  readonly total: Decimal;
  readonly most: Decimal;
  /** What each interval was where all were the same. */
  readonly each: Decimal | null;
}

interface Regular {
  readonly register: InstalledRegister;
  readonly device: Device;
  readonly rows: readonly DaySum[];
}

const minuteMs = 60_000;
const own = '(SELECT no FROM community WHERE id = $1)';

/** Figures of interval registers of one length that are regular; the others are missing. */
export async function figuresOfIntervals(
  tx: Tx,
  communityId: string,
  registers: readonly InstalledRegister[],
  frame: Frame,
): Promise<Map<number, RegisterFigures>> {
  const byNo = new Map((await registerRows(tx, communityId, registers, frame)).map((row) => [row.no, row]));
  const regular = registers.flatMap((register): Regular[] => {
    const [device] = register.devices;
    const sent = byNo.get(register.no);
    if (!device) return [];
    const one = { register, device, rows: sent?.days.map(daySum) ?? [] };
    return sent === undefined || isRegular(one, sent, frame) ? [one] : [];
  });
  const gaps = await gapsOf(
    tx,
    communityId,
    regular.filter((one) => !isFilled(one, frame)),
    frame,
  );
  const peaks = await highestOf(
    tx,
    communityId,
    regular.filter((one) => mayTower(one, frame)),
    frame,
  );
  return new Map(
    regular.map((one) => {
      const { register, rows } = one;
      const sound = rows.filter(({ quality }) => !isEstimate(quality));
      const figures: RegisterFigures = {
        source: sourceOf(register),
        frame,
        count: countOf(rows),
        actual: countOf(rows.filter(({ quality }) => isRead(quality))),
        ...{ strays: [], falls: [], beyond: [] },
        gaps: gaps.get(register.no) ?? [],
        days: daysOf(one, frame),
        highest: peaks.get(register.no) ?? [],
        counted:
          sound.length === 0 ? null : { quantity: quantityOf(one, sound), ms: countOf(sound) * lengthOf(register) },
      };
      return [register.no, figures];
    }),
  );
}

const lengthOf = ({ intervalMinutes }: InstalledRegister): number => (intervalMinutes ?? 0) * minuteMs;
const countOf = (rows: readonly DaySum[]): number => rows.reduce((count, row) => count + row.count, 0);
const quantityOf = ({ device }: Regular, rows: readonly DaySum[]): Decimal =>
  sum(rows.map(({ total }) => total)).times(device.multiplier);

const daySum = ([day, quality, count, total, most, each]: DayRow): DaySum => ({
  ...{ day, quality, count, total: new Decimal(total), most: new Decimal(most) },
  each: each === null ? null : new Decimal(each),
});

const registerRows = (
  tx: Tx,
  communityId: string,
  registers: readonly InstalledRegister[],
  { span, days, due }: Frame,
): Promise<RegisterRow[]> =>
  pageByPage(tx, () =>
    tx.query<RegisterRow>(
      `SELECT d.no, bool_and(d.fits) AS fits, max(d.last) AS last,
              json_agg(json_build_array(d.day, d.quality, d.count, d.total::text, d.most::text, CASE WHEN d.least = d.most THEN d.most::text END)) AS days
       FROM (SELECT r.register_no AS no, width_bucket(r.at, $3::timestamptz[]) AS day, r.quality::text AS quality, count(*) AS count,
                    sum(r.value::numeric) AS total, min(r.value::numeric) AS least, max(r.value::numeric) AS most,
                    bool_and(r.at = date_bin($6::interval, r.at, $4::timestamptz) AND r.until = r.at + $6::interval) AS fits, max(r.until) AS last
             FROM reading r
             WHERE r.community_no = ${own} AND r.register_no = ANY ($2::int[])
               AND r.at >= $4::timestamptz - interval '1 hour' AND r.at < $5::timestamptz AND r.until > $4::timestamptz
             GROUP BY r.register_no, day, r.quality::text) AS d
       GROUP BY d.no`,
      [
        communityId,
        registers.map(({ no }) => no),
        (days.length === 0 ? [span.from] : [...days.map(({ from }) => from), due]).map(fromEpochMs),
        fromEpochMs(span.from),
        fromEpochMs(span.to),
        `${registers[0]?.intervalMinutes} minutes`,
      ],
    ),
  );

/** True where every interval lies on the grid that the span begins, can have been read, and is no more than can pass in its time. */
function isRegular({ register, device, rows }: Regular, { fits, last }: RegisterRow, frame: Frame): boolean {
  if (!fits || epochMs(last) > Math.min(frame.latest, frame.span.to)) return false;
  const limit = device.plausibleMaxPerHour ?? frame.mostPerHour;
  if (limit === null) return true;
  const slice = { from: 0, to: lengthOf(register) };
  return rows.every(
    ({ quality, most }) =>
      isEstimate(quality) || !exceeds({ ...slice, quantity: most.times(device.multiplier) }, limit),
  );
}

/** Whether every slot until `due` is filled: on a grid without doubles, their number tells. */
function isFilled({ register, rows }: Regular, { span, due, days }: Frame): boolean {
  const until = days.length === 0 ? rows : rows.filter(({ day }) => day <= days.length);
  return countOf(until) * lengthOf(register) >= Math.max(due, span.from) - span.from;
}

function daysOf(one: Regular, { days }: Frame): DayUse[] {
  const sound = new Map<number, DaySum[]>();
  for (const row of one.rows) {
    if (isEstimate(row.quality) || row.day > days.length) continue;
    const known = sound.get(row.day);
    if (known) known.push(row);
    else sound.set(row.day, [row]);
  }
  return days.flatMap((day, i): DayUse[] => {
    const rows = sound.get(i + 1) ?? [];
    const [first] = rows;
    if (!first || countOf(rows) * lengthOf(one.register) !== day.to - day.from) return [];
    const { each } = first;
    const isConstant = each !== null && rows.every((row) => row.each?.equals(each) === true);
    return [{ ...day, quantity: quantityOf(one, rows), each: isConstant ? each.times(one.device.multiplier) : null }];
  });
}

/** The third highest of all intervals is at least the third highest of the days' highest; so few can tower, and only those are looked at. */
function mayTower({ rows }: Regular, frame: Frame): boolean {
  if (frame.towersFrom === null) return false;
  const peaks = rows.filter(({ quality }) => !isEstimate(quality));
  const slices = peaks.map(({ most }, i): Slice => ({ from: i, to: i, quantity: most }));
  return slices.length < 3 || towering(slices, frame).length > 0;
}

const ranges = (rows: readonly { readonly from: Instant; readonly to: Instant }[]): Range[] =>
  rows.map(({ from, to }) => ({ from: epochMs(from), to: epochMs(to) }));

async function gapsOf(
  tx: Tx,
  communityId: string,
  holed: readonly Regular[],
  { span, due }: Frame,
): Promise<Map<number, Gap[]>> {
  if (holed.length === 0) return new Map();
  const rows = await tx.query<{ no: number; from: Instant; to: Instant }>(
    `SELECT a.no, gap.from, gap.to FROM unnest($2::int[]) AS a (no) CROSS JOIN LATERAL (
       SELECT coalesce(lag(sent.until) OVER (ORDER BY sent.at), $3::timestamptz) AS from, sent.at AS to FROM (
         SELECT r.at, r.until FROM reading r
         WHERE r.community_no = ${own} AND r.register_no = a.no AND r.at >= $3::timestamptz AND r.at < $4::timestamptz
         UNION ALL SELECT $4::timestamptz, NULL) AS sent) AS gap
     WHERE gap.from < gap.to ORDER BY a.no, gap.from`,
    [communityId, holed.map(({ register }) => register.no), fromEpochMs(span.from), fromEpochMs(due)],
  );
  const gaps = new Map<number, Gap[]>(holed.map(({ register }) => [register.no, []]));
  rows.forEach((row) =>
    gaps.get(row.no)?.push(...ranges([row]).map((range) => ({ ...range, why: 'no-interval' as const }))),
  );
  return gaps;
}

async function highestOf(
  tx: Tx,
  communityId: string,
  peaked: readonly Regular[],
  frame: Frame,
): Promise<Map<number, Slice[]>> {
  if (peaked.length === 0) return new Map();
  const rows = await tx.query<{ no: number; from: Instant; to: Instant; value: string }>(
    `SELECT a.no, top.at AS from, top.until AS to, top.value FROM unnest($2::int[]) AS a (no) CROSS JOIN LATERAL (
       SELECT r.at, r.until, r.value::text AS value FROM reading r
       WHERE r.community_no = ${own} AND r.register_no = a.no AND r.at >= $3::timestamptz AND r.at < $4::timestamptz
         AND r.until <= $4::timestamptz AND r.quality NOT IN ('estimated', 'substituted')
       ORDER BY r.value::numeric DESC, r.at LIMIT 3) AS top`,
    [communityId, peaked.map(({ register }) => register.no), fromEpochMs(frame.span.from), fromEpochMs(frame.span.to)],
  );
  return new Map(
    peaked.map(({ register, device }) => {
      const top = rows.filter(({ no }) => no === register.no);
      const slices = ranges(top).map((range, i) => ({
        ...range,
        quantity: new Decimal(top[i]?.value ?? '0').times(device.multiplier),
      }));
      return [register.no, towering(slices, frame)];
    }),
  );
}
