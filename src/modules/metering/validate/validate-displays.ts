import { epochMs, fromEpochMs, type Instant, type Span } from '../../../domain/calendar/period.js';
import { exceeds, type Frame, type RegisterFigures } from '../../../domain/metering/figures.js';
import { measure } from '../../../domain/metering/measure.js';
import type { CumulativeReading, Quality } from '../../../domain/metering/reading.js';
import { Decimal } from '../../../domain/quantity/decimal.js';
import type { Tx } from '../../../platform/database/transactions.js';
import type { Device, InstalledRegister } from '../registers/installed-registers.js';
import { sourceOf } from './measure-in-domain.js';
import { hullOf, nearestReadings } from '../consume/nearest-readings.js';

/*
 * The problem: a display that is read every half-hour has fifteen hundred values a month, and thirty-two of them, one at each edge of
 * its days, tell what the days came to, what the month came to, and whether its ends are known.
 *
 * Method: every reading is looked at once, in the order of the key, for a fall, an advance beyond the limit, an estimate or a
 * correction; registers that have any are left to the domain. Of the others the values at the edges of the days, or their two neighbours, are fetched, and
 * the domain makes the figures of these few, as it would of all. An earlier period that is only compared with is not walked at all.
 */

const own = '(SELECT no FROM community WHERE id = $1)';

/** What a walk over all readings of a register found, from the last one at or before the span to the first one at or after it. */
interface Walked {
  readonly no: number;
  readonly count: number;
  readonly actual: number;
  readonly isOdd: boolean;
  readonly most: string | null;
  readonly shortestMs: string | null;
  readonly last: Instant | null;
}

/** Figures of displays that are regular; the others are missing. */
export async function figuresOfDisplays(
  tx: Tx,
  communityId: string,
  registers: readonly InstalledRegister[],
  frame: Frame,
): Promise<Map<number, RegisterFigures>> {
  const walked = new Map((await walk(tx, communityId, registers, frame)).map((row) => [row.no, row]));
  const regular = registers.filter(({ no, devices: [device] }) => {
    const row = walked.get(no);
    return device && row && isRegular(row, device, frame);
  });
  const readings = await readingsAtEdges(tx, communityId, regular, frame);
  return new Map(
    regular.map((register) => {
      const figures = measure(sourceOf(register), readings.get(register.no) ?? [], frame);
      const { count = 0, actual = 0 } = walked.get(register.no) ?? {};
      return [register.no, { ...figures, count, actual }];
    }),
  );
}

const spanOf = ({ span }: Frame): Span => ({ from: fromEpochMs(span.from), to: fromEpochMs(span.to) });

async function walk(
  tx: Tx,
  communityId: string,
  registers: readonly InstalledRegister[],
  frame: Frame,
): Promise<Walked[]> {
  const span = spanOf(frame);
  const around = await nearestReadings(
    tx,
    communityId,
    registers.map(({ no }) => no),
    span,
  );
  const hull = hullOf(around, span);
  return tx.query<Walked>(
    `SELECT a.no, walked.*, walked.odd OR EXISTS (
       SELECT FROM reading_correction c
       WHERE c.community_id = $1 AND c.register_no = a.no AND c.at BETWEEN a.first AND a.last) AS "isOdd"
     FROM unnest($2::int[], $5::timestamptz[], $6::timestamptz[]) AS a (no, first, last)
     CROSS JOIN LATERAL (
       SELECT count(*) FILTER (WHERE step.inside)::int AS count, count(*) FILTER (WHERE step.inside AND step.read)::int AS actual,
              coalesce(min(step.advance) < 0 OR bool_or(step.estimated), false) AS odd,
              max(step.advance)::text AS most, (extract(epoch FROM min(step.elapsed)) * 1000)::bigint AS "shortestMs", max(step.at) AS last
       FROM (SELECT r.at, r.at BETWEEN $3::timestamptz AND $4::timestamptz AS inside,
                    r.quality IN ('actual', 'customer') AS read, r.quality IN ('estimated', 'substituted') AS estimated,
                    r.value::numeric - lag(r.value::numeric) OVER w AS advance, r.at - lag(r.at) OVER w AS elapsed
             FROM reading r WHERE r.community_no = ${own} AND r.register_no = a.no AND r.at BETWEEN a.first AND a.last
               AND r.at BETWEEN $7::timestamptz AND $8::timestamptz
             WINDOW w AS (ORDER BY r.at)) AS step) AS walked`,
    [
      ...[communityId, around.map(({ no }) => no), span.from, span.to],
      ...[around.map(({ first }) => first), around.map(({ last }) => last), hull.from, hull.to],
    ],
  );
}

/** True where nothing fell, nothing was estimated, and the largest advance could pass in the shortest time. */
function isRegular({ isOdd, most, shortestMs, last }: Walked, device: Device, frame: Frame): boolean {
  if (isOdd || (last !== null && epochMs(last) > frame.latest)) return false;
  const limit = device.plausibleMaxPerHour ?? frame.mostPerHour;
  if (limit === null || most === null || shortestMs === null) return true;
  const quantity = new Decimal(most).times(device.multiplier);
  return !exceeds({ from: 0, to: Number.parseInt(shortestMs, 10), quantity }, limit);
}

interface ReadingRow {
  readonly no: number;
  readonly at: Instant;
  readonly value: string;
  readonly quality: Quality;
}

/** What displays counted in a period, told by the readings at its two ends alone: enough to compare with, and not to bill. */
export async function figuresAtEdges(
  tx: Tx,
  communityId: string,
  registers: readonly InstalledRegister[],
  frame: Frame,
): Promise<Map<number, RegisterFigures>> {
  const readings = await readingsAtEdges(tx, communityId, registers, frame);
  return new Map(
    registers.map((register) => [register.no, measure(sourceOf(register), readings.get(register.no) ?? [], frame)]),
  );
}

/** The readings in force at the edges of the days and of the span; where none stands there, its two neighbours. */
async function readingsAtEdges(
  tx: Tx,
  communityId: string,
  registers: readonly InstalledRegister[],
  frame: Frame,
): Promise<Map<number, CumulativeReading[]>> {
  if (registers.length === 0) return new Map();
  const { span, days, due } = frame;
  const numbers = registers.map(({ no }) => no);
  const hull = hullOf(await nearestReadings(tx, communityId, numbers, spanOf(frame)), spanOf(frame));
  const edges = [...new Set([span.from, ...days.flatMap(({ from, to }) => [from, to]), due, span.to])];
  const rows = await tx.query<ReadingRow>(
    `SELECT DISTINCT a.no, r.at, coalesce(c.value, r.value) AS value, coalesce(c.quality, r.quality) AS quality
     FROM unnest($2::int[]) AS a (no) CROSS JOIN unnest($3::timestamptz[]) AS e (at) CROSS JOIN LATERAL (
       (SELECT b.at, b.value::text AS value, b.quality::text AS quality FROM reading b
        WHERE b.community_no = ${own} AND b.register_no = a.no AND b.at <= e.at AND b.at >= $4::timestamptz ORDER BY b.at DESC LIMIT 1)
       UNION ALL
       (SELECT n.at, n.value::text, n.quality::text FROM reading n
        WHERE n.community_no = ${own} AND n.register_no = a.no AND n.at >= e.at AND n.at <= $5::timestamptz ORDER BY n.at LIMIT 1)) AS r
     LEFT JOIN (SELECT DISTINCT ON (register_no, at) register_no, at, value::text AS value, quality::text AS quality
                FROM reading_correction WHERE community_id = $1 AND register_no = ANY ($2::int[])
                ORDER BY register_no, at, version DESC) AS c ON c.register_no = a.no AND c.at = r.at`,
    [communityId, numbers, edges.map(fromEpochMs), hull.from, hull.to],
  );
  const byNo = new Map<number, CumulativeReading[]>();
  for (const { no, at, value, quality } of rows) {
    const reading = { at, value: new Decimal(value), quality };
    const known = byNo.get(no);
    if (known) known.push(reading);
    else byNo.set(no, [reading]);
  }
  return byNo;
}
