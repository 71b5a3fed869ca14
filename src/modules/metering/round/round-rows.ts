import type { CivilDate, Instant, Span } from '../../../domain/calendar/period.js';
import { instant } from '../../../domain/calendar/period.js';
import {
  digitsOf,
  type ExpectedRange,
  expectedRange,
  type NoRange,
  type OddUse,
} from '../../../domain/metering/expected-range.js';
import type { Quality } from '../../../domain/metering/reading.js';
import { type Decimal, decimal } from '../../../domain/quantity/decimal.js';
import type { Tx } from '../../../platform/database/transactions.js';

/** One register on the list of a round. */
export interface RoundRow {
  /** Null at the entry of the site and for common use. */
  readonly space: { readonly code: string; readonly name: string } | null;
  /** Who occupies the space on that day. */
  readonly member: { readonly code: string; readonly name: string } | null;
  readonly isLet: boolean;
  readonly meter: string;
  readonly meterName: string;
  readonly role: 'source' | 'sub' | 'virtual' | 'deduction';
  readonly serial: string;
  readonly register: string;
  readonly registerId: string;
  readonly unit: string;
  /** Before the point; null where the capacity is not declared. */
  readonly digits: number | null;
  /** After the point, as far as the last readings had them. */
  readonly decimals: number;
  readonly multiplier: Decimal;
  readonly last: { readonly at: Instant; readonly value: Decimal; readonly quality: Quality } | null;
  readonly expected: ExpectedRange | NoRange;
}

/** A register that nobody reads on this round, and why. */
export interface LeftOut {
  readonly meter: string;
  readonly register: string;
  readonly because: 'interval' | 'virtual' | 'no-device';
}

interface Stored {
  readonly space: RoundRow['space'];
  readonly member: RoundRow['member'];
  readonly spaceKind: 'let' | 'common' | null;
  readonly meter: string;
  readonly meterName: string;
  readonly role: RoundRow['role'];
  readonly serial: string | null;
  readonly register: string;
  readonly registerId: string;
  readonly kind: 'cumulative' | 'interval' | 'virtual';
  readonly unit: string;
  readonly multiplier: string | null;
  readonly capacity: string | null;
  readonly most: string | null;
  readonly opening: string | null;
  readonly openedAt: Instant | null;
  readonly last: Shown | null;
  readonly later: Shown | null;
  readonly earlier: Shown | null;
}

interface Shown {
  readonly at: string;
  readonly value: string;
  readonly quality: Quality;
}

/** Digits after the point for which there is room on paper. */
const mostDecimals = 3;

/** What of a register's readings counts: as it came, or as it was corrected last. */
const shown = (which: string, order: 'ASC' | 'DESC'): string => `
  SELECT jsonb_build_object('at', l.at, 'value', coalesce(k.value, l.value)::text, 'quality', coalesce(k.quality, l.quality)) AS shown, l.at
  FROM reading l LEFT JOIN LATERAL (
    SELECT value::numeric AS value, quality FROM reading_correction
    WHERE community_id = r.community_id AND register_no = l.register_no AND at = l.at ORDER BY version DESC LIMIT 1) k ON true
  WHERE l.community_no = c.no AND l.register_no = r.no AND l.at >= lower(i.period) AND l.at < $4 AND ${which}
  ORDER BY l.at ${order} LIMIT 1`;
const isKnown = `coalesce(k.quality, l.quality) NOT IN ('estimated', 'substituted')`;

/**
 * The registers of a site with what was read of the device that is in at the end of a day, in walking order.
 *
 * The average is that of the last period that is known: from the youngest reading at least 28 days older than the last one, or from the device's first.
 *
 * @param day the day of the round, as its instants
 */
export async function roundRows(
  tx: Tx,
  communityId: string,
  siteId: string,
  on: CivilDate,
  day: Span,
  odd: OddUse,
): Promise<{ rows: RoundRow[]; leftOut: LeftOut[] }> {
  const stored = await tx.query<Stored>(
    `SELECT CASE WHEN p.id IS NOT NULL THEN jsonb_build_object('code', p.code, 'name', p.name) END AS space, p.kind AS "spaceKind",
            CASE WHEN b.id IS NOT NULL THEN jsonb_build_object('code', b.code, 'name', b.name) END AS member,
            m.code AS meter, m.name AS "meterName", m.role, i.serial, r.code AS register, r.id AS "registerId", r.kind, r.unit,
            d.multiplier::text AS multiplier, d.capacity::text AS capacity, d.max_per_hour::text AS most, d.opening::text AS opening,
            lower(i.period) AS "openedAt", last.shown AS last, later.shown AS later, coalesce(month.shown, first.shown) AS earlier
     FROM register r JOIN community c ON c.id = r.community_id
     JOIN meter m ON m.community_id = r.community_id AND m.id = r.meter_id
     LEFT JOIN installation i ON i.community_id = m.community_id AND i.meter_id = m.id AND i.period @> ($4::timestamptz - interval '1 millisecond')
     LEFT JOIN installation_register d ON d.community_id = i.community_id AND d.installation_id = i.id AND d.register_id = r.id
     LEFT JOIN space p ON p.community_id = i.community_id AND p.id = i.space_id
     LEFT JOIN occupancy o ON o.community_id = p.community_id AND o.space_id = p.id AND o.days @> $3::date
     LEFT JOIN member b ON b.community_id = o.community_id AND b.id = o.member_id
     LEFT JOIN LATERAL (${shown('true', 'DESC')}) last ON r.kind = 'cumulative'
     LEFT JOIN LATERAL (${shown(isKnown, 'DESC')}) later ON r.kind = 'cumulative'
     LEFT JOIN LATERAL (${shown(`${isKnown} AND l.at <= later.at - interval '28 days'`, 'DESC')}) month ON r.kind = 'cumulative'
     LEFT JOIN LATERAL (${shown(`${isKnown} AND l.at < later.at`, 'ASC')}) first ON r.kind = 'cumulative' AND month.shown IS NULL
     WHERE r.community_id = $1 AND m.site_id = $2`,
    [communityId, siteId, on, day.to],
  );
  const isRead = ({ kind, multiplier }: Stored): boolean => kind === 'cumulative' && multiplier !== null;
  return {
    rows: stored
      .filter(isRead)
      .map((row) => rowOf(row, day, odd))
      .sort(byWalk),
    leftOut: stored
      .filter((row) => !isRead(row))
      .map(({ meter, register, kind }): LeftOut => ({
        meter,
        register,
        because: kind === 'cumulative' ? 'no-device' : kind,
      }))
      .sort((a, b) => naturally(`${a.meter} ${a.register}`, `${b.meter} ${b.register}`)),
  };
}

function rowOf(row: Stored, day: Span, odd: OddUse): RoundRow {
  const installation = {
    multiplier: decimal(row.multiplier ?? '1'),
    capacity: row.capacity === null ? null : decimal(row.capacity),
    plausibleMaxPerHour: row.most === null ? null : decimal(row.most),
  };
  const opening =
    row.opening === null || row.openedAt === null ? null : { at: row.openedAt, value: decimal(row.opening) };
  const later = row.later === null ? opening : shownAt(row.later);
  // What the device showed when it went in is a reading too, and the first of all.
  const earlier = row.later === null ? null : monthBefore(row, opening);
  const decimals = Math.min(
    mostDecimals,
    Math.max(0, ...[later, earlier].map((one) => one?.value.decimalPlaces() ?? 0)),
  );
  const { space, member, meter, meterName, role, register, registerId, unit } = row;
  return {
    ...{ space, member, meter, meterName, role, register, registerId, unit, decimals },
    isLet: row.spaceKind === 'let',
    serial: row.serial ?? '',
    digits: digitsOf(installation.capacity),
    multiplier: installation.multiplier,
    last: row.last && { ...shownAt(row.last), quality: row.last.quality },
    expected: expectedRange(earlier, later, day, installation, odd, decimals),
  };
}

const shownAt = ({ at, value }: Shown) => ({ at: instant(at), value: decimal(value) });

const dayMs = 86_400_000;
function monthBefore({ earlier, later }: Stored, opening: { at: Instant; value: Decimal } | null) {
  if (earlier === null || later === null) return opening;
  const isMonth = Date.parse(later.at) - Date.parse(earlier.at) >= 28 * dayMs;
  return isMonth || opening === null ? shownAt(earlier) : opening;
}

const { compare: naturally } = new Intl.Collator('en', { numeric: true });

/** By space, then meter, then register, as people number doors; what has no space comes last. */
function byWalk(a: RoundRow, b: RoundRow): number {
  if ((a.space === null) !== (b.space === null)) return a.space === null ? 1 : -1;
  return (
    naturally(a.space?.code ?? '', b.space?.code ?? '') ||
    naturally(a.meter, b.meter) ||
    naturally(a.register, b.register)
  );
}
