import type { CivilDate, Instant } from '../../../domain/calendar/period.js';
import type { Zone } from '../../../domain/calendar/zone.js';
import type { Tx } from '../../../platform/database/transactions.js';

/*
 * The problem: the health of a thousand half-hourly meters is asked for on a page, and a month of theirs is a million and a half rows.
 *
 * Method: of most registers only the last 24 readings are looked at, by the index: they tell the rhythm, the delay and whether the value moves. The month itself is only
 * counted, which the index answers alone. Where it has fewer readings than its rhythm fills, and only there, its pauses are measured one by one.
 */

/** Days that are looked at for gaps. */
export const lookedDays = 35;

/** What the database knows of a register whose device is in; lengths of time in milliseconds. */
export interface HealthRow {
  readonly meter: string;
  readonly name: string;
  readonly site: string;
  readonly siteId: string;
  readonly zone: Zone;
  readonly utility: string;
  readonly space: string | null;
  readonly register: string;
  readonly kind: 'cumulative' | 'interval';
  readonly unit: string;
  readonly serial: string;
  readonly since: Instant;
  readonly verifiedUntil: CivilDate | null;
  /** When the last of what it sent was received. */
  readonly lastSeen: Instant | null;
  /** The end of its last reading. */
  readonly lastReading: Instant | null;
  readonly declaredMs: number | null;
  readonly learntMs: number | null;
  readonly skewMs: number | null;
  /** Gaps within the days that are looked at, and how long they are together. */
  readonly gaps: number;
  readonly gapMs: number;
  /** Since when it says the same; null where it moves, or where there is nothing to compare. */
  readonly unchangedSince: Instant | null;
  readonly isZero: boolean;
  readonly held: number;
}

const ms = (interval: string): string => `round(extract(epoch FROM ${interval}) * 1000)::float8`;
const recent = 24;
/** Differences that tell a rhythm. */
const leastToLearn = 4;
/** Of a display: the shortest of so many steps was its rhythm then. */
const stepsBefore = 12;
/** Pushes that tell a delay: one may be a backlog. */
const leastPushes = 3;

/** By meter and register; of one site, or of all. */
export function healthRows(tx: Tx, communityId: string, siteId: string | null, now: Instant): Promise<HealthRow[]> {
  return tx.query<HealthRow>(
    `WITH known AS MATERIALIZED (
       SELECT r.community_id, r.id, r.no, c.no AS community_no, r.code AS register, r.kind, r.unit, m.code AS meter, m.name, m.utility, m.verified_until,
              s.id AS site_id, s.code AS site, s.zone, p.code AS space, i.serial, lower(i.period) AS since,
              r.interval_minutes * interval '1 minute' AS declared,
              greatest(lower(i.period), $3::timestamptz - interval '${lookedDays} days') AS look
       FROM register r JOIN community c ON c.id = r.community_id
       JOIN meter m ON m.community_id = r.community_id AND m.id = r.meter_id
       JOIN site s ON s.community_id = m.community_id AND s.id = m.site_id
       JOIN installation i ON i.community_id = m.community_id AND i.meter_id = m.id AND i.period @> $3::timestamptz
       JOIN installation_register d ON d.community_id = i.community_id AND d.installation_id = i.id AND d.register_id = r.id
       LEFT JOIN space p ON p.community_id = i.community_id AND p.id = i.space_id
       WHERE r.community_id = $1 AND r.kind <> 'virtual' AND ($2::uuid IS NULL OR m.site_id = $2)
     ), lately AS MATERIALIZED (
       SELECT k.no, l.at, coalesce(l.until, l.at) AS ended, l.value, l.batch_no, l.at - lag(l.at) OVER (PARTITION BY k.no ORDER BY l.at) AS step
       FROM known k CROSS JOIN LATERAL (
         SELECT at, until, value, batch_no FROM reading
         WHERE community_no = k.community_no AND register_no = k.no AND at >= k.since AND at <= $3 ORDER BY at DESC LIMIT ${recent}) l
     ), arrived AS (
       SELECT l.no, l.batch_no, max(l.ended) AS ended FROM lately l GROUP BY l.no, l.batch_no
     ), delay AS (
       SELECT a.no, max(b.received_at) AS last_seen,
              CASE WHEN count(*) FILTER (WHERE b.actor_kind = 'device' AND b.sha256 IS NULL) >= ${leastPushes}
                THEN percentile_disc(0.5) WITHIN GROUP (ORDER BY b.received_at - a.ended) FILTER (WHERE b.actor_kind = 'device' AND b.sha256 IS NULL) END AS skew
       FROM arrived a JOIN reading_batch b ON b.community_id = $1 AND b.no = a.batch_no GROUP BY a.no
     ), rhythm AS (
       SELECT no, max(ended) AS ended, (array_agg(value::numeric ORDER BY at DESC))[1:2] AS shown, max(at) AS at,
              CASE WHEN count(step) >= ${leastToLearn} THEN percentile_disc(0.5) WITHIN GROUP (ORDER BY step) END AS learnt
       FROM lately GROUP BY no
     ), held AS (
       SELECT e.register_id, count(*) AS held FROM reading_exception e
       WHERE e.community_id = $1 AND e.kind = 'held'
         AND NOT EXISTS (SELECT FROM exception_decision x WHERE x.community_id = e.community_id AND x.exception_id = e.id)
       GROUP BY e.register_id
     )
     SELECT k.meter, k.name, k.site, k.site_id AS "siteId", k.zone, k.utility, k.space, k.register, k.kind, k.unit, k.serial, k.since,
            k.verified_until AS "verifiedUntil", d.last_seen AS "lastSeen", y.ended AS "lastReading",
            ${ms('k.declared')} AS "declaredMs", ${ms('CASE WHEN k.declared IS NULL THEN y.learnt END')} AS "learntMs", ${ms('d.skew')} AS "skewMs",
            coalesce(g.gaps, 0)::int AS gaps, coalesce(${ms('g.paused')}, 0) AS "gapMs",
            u.at AS "unchangedSince", coalesce(y.shown[1] = 0, false) AS "isZero", coalesce(h.held, 0)::int AS held
     FROM known k
     LEFT JOIN rhythm y ON y.no = k.no
     LEFT JOIN delay d ON d.no = k.no
     LEFT JOIN held h ON h.register_id = k.id
     CROSS JOIN LATERAL (SELECT coalesce(k.declared, y.learnt) AS step) t
     LEFT JOIN LATERAL (
       SELECT count(*) AS count FROM reading
       WHERE community_no = k.community_no AND register_no = k.no AND at >= k.look AND at <= y.at AND t.step IS NOT NULL) w ON true
     -- One reading in each step from the beginning to the last: then nothing is missing, and nothing more need be asked. The condition stands within, where it is asked first.
     LEFT JOIN LATERAL (
       SELECT count(*) AS gaps, sum(pause) AS paused FROM (
         SELECT at - usual - coalesce(before, k.look - CASE WHEN k.kind = 'interval' THEN usual ELSE '0' END) AS pause, usual, before IS NULL AS is_first
         -- Who sends each minute today may have sent each half-hour last week: a pause is long beside the steps before it too.
         FROM (SELECT at, before, greatest(t.step, CASE WHEN k.declared IS NULL
                                                     THEN coalesce(min(at - before) OVER (ORDER BY at ROWS BETWEEN ${stepsBefore} PRECEDING AND 1 PRECEDING), at - before, next - at) END) AS usual
               FROM (SELECT at, lag(at) OVER (ORDER BY at) AS before, lead(at) OVER (ORDER BY at) AS next FROM reading
                     WHERE community_no = k.community_no AND register_no = k.no AND at >= k.look AND at <= y.at
                       AND w.count > 0 AND w.count < floor(extract(epoch FROM y.at - k.look) / extract(epoch FROM t.step)) + CASE WHEN k.kind = 'interval' THEN 1 ELSE 0 END) s) l) q
       -- A civil day has an hour more or less twice a year.
       WHERE pause > CASE WHEN k.kind = 'cumulative' OR usual >= interval '1 day' THEN usual / 2 WHEN is_first THEN usual - interval '1 second' ELSE interval '0' END
     ) g ON true
     -- The first reading of those that say the same to the end, within the days that are looked at; asked only where the last two do.
     LEFT JOIN LATERAL (
       SELECT min(at) AS at FROM reading
       WHERE community_no = k.community_no AND register_no = k.no AND at < y.at AND y.shown[1] = y.shown[2] AND at > coalesce((
         SELECT at FROM reading WHERE community_no = k.community_no AND register_no = k.no AND at >= k.look AND at < y.at AND value <> y.shown[1]
         ORDER BY at DESC LIMIT 1), k.look - interval '1 microsecond')
     ) u ON true
     ORDER BY k.meter, k.register`,
    [communityId, siteId, now],
  );
}
