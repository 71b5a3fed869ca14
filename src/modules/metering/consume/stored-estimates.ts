import type { Instant, Span } from '../../../domain/calendar/period.js';
import { type Estimate, type MethodName } from '../../../domain/metering/estimation.js';
import { type Input, writtenInputs } from '../../../domain/metering/estimate.js';
import { estimatesInForce } from '../../../domain/metering/estimates-in-force.js';
import type { Readings } from '../../../domain/metering/consumption.js';
import type { CumulativeReading, IntervalReading } from '../../../domain/metering/reading.js';
import { decimal, plain } from '../../../domain/quantity/decimal.js';
import type { Tx } from '../../../platform/database/transactions.js';
import type { InstalledRegister } from '../registers/installed-registers.js';

/** Estimates as they are kept, beside the readings they stand in for. */

/** An estimate that stands, in the form of a reading. */
export interface StandingEstimate {
  readonly no: number;
  readonly at: Instant;
  readonly until: Instant | null;
  readonly value: string;
  readonly quality: 'estimated';
}

/**
 * The estimates that count about a span: the last versions, as far as no reading takes their place.
 *
 * @param readingsOf the readings of a register, from the last one at or before the span to the first one at or after it
 */
export async function standingEstimates(
  tx: Tx,
  communityId: string,
  registers: readonly InstalledRegister[],
  span: Span,
  readingsOf: (register: InstalledRegister) => Readings,
): Promise<Map<number, StandingEstimate[]>> {
  const rows = await tx.query<StandingEstimate>(
    `SELECT DISTINCT ON (r.no, e.at) r.no, e.at, e.until, e.value::text AS value, 'estimated' AS quality
     FROM reading_estimate e JOIN register r ON r.community_id = e.community_id AND r.id = e.register_id
     WHERE e.community_id = $1 AND e.register_id = ANY ($2::uuid[])
       AND e.at <= $4::timestamptz AND e.at >= $3::timestamptz - interval '2 days' AND coalesce(e.until, e.at) >= $3::timestamptz
     ORDER BY r.no, e.at, e.version DESC`,
    [communityId, registers.map(({ id }) => id), span.from, span.to],
  );
  const byRegister = new Map<number, StandingEstimate[]>();
  for (const row of rows) byRegister.set(row.no, [...(byRegister.get(row.no) ?? []), row]);
  for (const register of registers) {
    const made = byRegister.get(register.no);
    if (!made) continue;
    const { intervalMinutes, devices } = register;
    const source = { register, intervalMinutes, installations: devices };
    const standing = estimatesInForce(source, readingsOf(register), asReadings(register, made));
    const at = new Set((standing as readonly (CumulativeReading | IntervalReading)[]).map(startOf));
    byRegister.set(
      register.no,
      made.filter((one) => at.has(one.at)),
    );
  }
  return byRegister;
}

const startOf = (reading: CumulativeReading | IntervalReading): Instant =>
  'at' in reading ? reading.at : reading.from;

const asReadings = ({ kind }: InstalledRegister, rows: readonly StandingEstimate[]): Readings =>
  kind === 'cumulative'
    ? rows.map(({ at, value, quality }) => ({ at, value: decimal(value), quality }))
    : rows.map(({ at, until, value, quality }) => ({ from: at, to: until ?? at, quantity: decimal(value), quality }));

/** Which of some registers have any estimate about a span, whether it stands or not. */
export async function registersWithEstimates(
  tx: Tx,
  communityId: string,
  registers: readonly InstalledRegister[],
  span: Span,
): Promise<Set<string>> {
  const rows = await tx.query<{ id: string }>(
    `SELECT DISTINCT register_id AS id FROM reading_estimate
     WHERE community_id = $1 AND register_id = ANY ($2::uuid[]) AND at >= $3::timestamptz - interval '2 days' AND at <= $4::timestamptz`,
    [communityId, registers.map(({ id }) => id), span.from, span.to],
  );
  return new Set(rows.map(({ id }) => id));
}

/** What is written down with a set of estimates. */
export interface Making {
  readonly reason: string;
  readonly madeBy: string;
  readonly madeAt: Instant;
}

/** An estimate with its register and method. */
export interface MadeEstimate extends Estimate {
  readonly registerId: string;
  readonly method: MethodName;
}

/** Values of one statement. */
const atOnce = 5000;

/** Stores estimates as new versions; one that says the same as the last is not stored again. @returns how many were stored */
export async function storeEstimates(
  tx: Tx,
  communityId: string,
  estimates: readonly MadeEstimate[],
  { reason, madeBy, madeAt }: Making,
): Promise<number> {
  let stored = 0;
  for (let start = 0; start < estimates.length; start += atOnce) {
    const some = estimates.slice(start, start + atOnce);
    const rows = await tx.query(
      `INSERT INTO reading_estimate (community_id, register_id, at, version, until, value, low, high, method, inputs, reason, made_by, made_at)
       SELECT $1::uuid, n.register_id, n.at, coalesce(l.version, 0) + 1, n.until, n.value, n.low, n.high, n.method, n.inputs::jsonb, $10::text, $11::uuid, $12::timestamptz
       FROM unnest($2::uuid[], $3::timestamptz[], $4::timestamptz[], $5::numeric[], $6::numeric[], $7::numeric[], $8::text[], $9::text[])
         AS n (register_id, at, until, value, low, high, method, inputs)
       LEFT JOIN LATERAL (SELECT version, until, value, method FROM reading_estimate e
                          WHERE e.community_id = $1 AND e.register_id = n.register_id AND e.at = n.at ORDER BY version DESC LIMIT 1) l ON true
       WHERE (l.value, l.method, l.until) IS DISTINCT FROM (n.value, n.method, n.until)
       RETURNING 1`,
      [
        communityId,
        some.map(({ registerId }) => registerId),
        some.map(({ at }) => at),
        some.map(({ until }) => until),
        some.map(({ value }) => plain(value)),
        some.map(({ low }) => plain(low)),
        some.map(({ high }) => plain(high)),
        some.map(({ method }) => method),
        some.map(({ inputs }): string => JSON.stringify(writtenInputs(inputs))),
        reason,
        madeBy,
        madeAt,
      ],
    );
    stored += rows.length;
  }
  return stored;
}

/** An estimate with all that was written down, and what has been read in its place since. */
export interface EstimateRow {
  readonly registerId: string;
  readonly meter: string;
  readonly register: string;
  readonly unit: string;
  readonly at: Instant;
  readonly until: Instant | null;
  readonly version: number;
  readonly value: string;
  readonly low: string;
  readonly high: string;
  readonly method: MethodName;
  readonly inputs: readonly Input[];
  readonly reason: string;
  readonly madeBy: string;
  readonly madeAt: Instant;
  readonly isLast: boolean;
  readonly actualValue: string | null;
  readonly actualQuality: string | null;
  readonly difference: string | null;
}

/** Which estimates are listed. @param after register, instant and version of the last one that was */
export interface EstimateFilter {
  readonly siteId: string;
  readonly registerId: string | null;
  readonly span: Span;
  readonly after: readonly string[] | null;
}

/** All versions of a site's estimates about a span, by register, time and version. */
export function estimatesWhere(
  tx: Tx,
  communityId: string,
  { siteId, registerId, span, after }: EstimateFilter,
  limit: number,
): Promise<EstimateRow[]> {
  return tx.query<EstimateRow>(
    `SELECT e.register_id AS "registerId", m.code AS meter, r.code AS register, r.unit, e.at, e.until, e.version,
            e.value::text AS value, e.low::text AS low, e.high::text AS high, e.method, e.inputs, e.reason,
            e.made_by AS "madeBy", e.made_at AS "madeAt",
            NOT EXISTS (SELECT FROM reading_estimate l
                        WHERE l.community_id = e.community_id AND l.register_id = e.register_id AND l.at = e.at AND l.version > e.version) AS "isLast",
            a.value::text AS "actualValue", a.quality AS "actualQuality", (a.value - e.value)::text AS difference
     FROM reading_estimate e
     JOIN register r ON r.community_id = e.community_id AND r.id = e.register_id
     JOIN meter m ON m.community_id = r.community_id AND m.id = r.meter_id
     LEFT JOIN LATERAL (
       SELECT coalesce(c.value, k.value)::numeric AS value, coalesce(c.quality::text, k.quality::text) AS quality
       FROM reading k
       LEFT JOIN LATERAL (SELECT value, quality FROM reading_correction
                          WHERE community_id = e.community_id AND register_no = r.no AND at = k.at ORDER BY version DESC LIMIT 1) c ON true
       WHERE k.community_no = (SELECT no FROM community WHERE id = $1) AND k.register_no = r.no AND k.at = e.at
         AND k.until IS NOT DISTINCT FROM e.until) a ON true
     WHERE e.community_id = $1 AND m.site_id = $2 AND ($3::uuid IS NULL OR e.register_id = $3)
       AND e.at <= $5::timestamptz AND (CASE WHEN e.until IS NULL THEN e.at >= $4::timestamptz ELSE e.until > $4::timestamptz AND e.at < $5::timestamptz END)
       AND ($6::uuid IS NULL OR (e.register_id, e.at, e.version) > ($6, $7::timestamptz, $8::int))
     ORDER BY e.register_id, e.at, e.version LIMIT $9::int`,
    [
      communityId,
      siteId,
      registerId,
      span.from,
      span.to,
      after?.[0] ?? null,
      after?.[1] ?? null,
      after?.[2] ?? null,
      limit,
    ],
  );
}
