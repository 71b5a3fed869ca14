import { epochMs, type Instant, type Span } from '../../../domain/calendar/period.js';
import { DomainError } from '../../../domain/errors.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { isId } from '../../../platform/http/wire.js';
import { ReadingMonths } from '../readings/reading-months.js';

/** A reading that a person must decide, or has decided, about. */
export interface ReadingException {
  readonly id: string;
  readonly kind: 'conflict' | 'held';
  readonly reason: string;
  readonly detail: string;
  readonly meter: string;
  readonly register: string;
  readonly unit: string;
  readonly at: Instant;
  readonly until: Instant | null;
  readonly value: string;
  readonly quality: string;
  /** What is stored under the same register and instant, as it counts. */
  readonly known: { readonly value: string; readonly quality: string } | null;
  readonly batch: string;
  readonly createdAt: Instant;
  readonly choices: readonly ReadingChoice[];
  readonly decision: {
    readonly choice: ReadingChoice;
    readonly reason: string;
    readonly decidedBy: string;
    readonly decidedAt: Instant;
  } | null;
}

export type ReadingChoice = 'keep' | 'supersede' | 'accept' | 'dismiss';
export const readingChoices: Record<ReadingException['kind'], readonly ReadingChoice[]> = {
  conflict: ['keep', 'supersede'],
  held: ['accept', 'dismiss'],
};

export interface ReadingRow extends Omit<ReadingException, 'known' | 'choices' | 'decision'> {
  readonly registerNo: number;
  readonly knownValue: string | null;
  readonly knownQuality: string | null;
  readonly choice: ReadingChoice | null;
  readonly why: string | null;
  readonly decidedBy: string | null;
  readonly decidedAt: Instant | null;
}

/** Which of them are listed: those after a cursor that fit. */
export interface ReadingFilter {
  readonly after?: string | undefined;
  readonly kind?: ReadingException['kind'] | undefined;
  readonly siteId?: string | undefined;
  readonly meterId?: string | undefined;
  readonly state?: string | undefined;
  readonly span?: Span | undefined;
}

const select = `
  SELECT e.id, e.kind, e.reason, e.detail, m.code AS meter, r.code AS register, r.unit, r.no AS "registerNo", e.at, e.until,
         e.value::text AS value, e.quality, e.batch_no AS batch, e.created_at AS "createdAt",
         coalesce(c.value, k.value)::text AS "knownValue", coalesce(c.quality::text, k.quality::text) AS "knownQuality",
         d.choice, d.reason AS why, d.decided_by AS "decidedBy", d.decided_at AS "decidedAt"
  FROM reading_exception e
  JOIN register r ON r.community_id = e.community_id AND r.id = e.register_id
  JOIN meter m ON m.community_id = r.community_id AND m.id = r.meter_id
  LEFT JOIN reading k ON k.community_no = (SELECT no FROM community WHERE id = $1) AND k.register_no = r.no AND k.at = e.at
  LEFT JOIN LATERAL (SELECT value, quality FROM reading_correction
                     WHERE community_id = e.community_id AND register_no = r.no AND at = e.at ORDER BY version DESC LIMIT 1) c ON true
  LEFT JOIN exception_decision d ON d.community_id = e.community_id AND d.exception_id = e.id`;

/** Conflicts and held readings by their ids, which is the order in which they came. */
export async function readingsWhere(
  tx: Tx,
  communityId: string,
  { after, kind, siteId, meterId, state, span }: ReadingFilter,
  limit: number | null,
): Promise<ReadingException[]> {
  const rows = await tx.query<ReadingRow>(
    `${select} WHERE e.community_id = $1 AND ($2::uuid IS NULL OR e.id > $2) AND ($3::text IS NULL OR e.kind = $3)
       AND ($4::text IS NULL OR CASE $4 WHEN 'open' THEN d.exception_id IS NULL WHEN 'decided' THEN d.exception_id IS NOT NULL ELSE false END)
       AND ($5::uuid IS NULL OR m.site_id = $5) AND ($6::timestamptz IS NULL OR e.at BETWEEN $6 AND $7::timestamptz)
       AND ($8::uuid IS NULL OR m.id = $8)
     ORDER BY e.id LIMIT $9::int`,
    [
      communityId,
      after ?? null,
      kind ?? null,
      state ?? null,
      siteId ?? null,
      span?.from ?? null,
      span?.to ?? null,
      meterId ?? null,
      limit,
    ],
  );
  return rows.map(describedReading);
}

/** @throws DomainError `not-found` */
export async function readingExceptionCalled(tx: Tx, communityId: string, id: string): Promise<ReadingRow> {
  const [row] = isId(id)
    ? await tx.query<ReadingRow>(`${select} WHERE e.community_id = $1 AND e.id = $2`, [communityId, id])
    : [];
  if (!row) throw new DomainError('not-found', 'There is no such exception; GET /api/v1/exceptions lists them.');
  return row;
}

export function describedReading(row: ReadingRow): ReadingException {
  const { id, kind, reason, detail, meter, register, unit, at, until, value, quality, batch, createdAt } = row;
  const { knownValue, knownQuality, choice, why, decidedBy, decidedAt } = row;
  const isDecided = choice !== null && why !== null && decidedBy !== null && decidedAt !== null;
  return {
    ...{ id, kind, reason, detail, meter, register, unit, at, until, value, quality, batch, createdAt },
    known: knownValue === null || knownQuality === null ? null : { value: knownValue, quality: knownQuality },
    choices: isDecided ? [] : readingChoices[kind],
    decision: isDecided ? { choice, reason: why, decidedBy, decidedAt } : null,
  };
}

/** Has the other value count from now on, as a correction with who and why. */
export async function supersede(
  tx: Tx,
  communityId: string,
  row: ReadingRow,
  reason: string,
  decidedBy: string,
  now: Instant,
): Promise<void> {
  await tx.query(
    `INSERT INTO reading_correction (community_id, register_no, at, version, until, value, quality, reason, decided_by, decided_at)
     SELECT $1::uuid, $2::int, $3::timestamptz, 1 + coalesce(max(version), 0), $4::timestamptz, $5::numeric, $6::text, $7::text, $8::uuid, $9::timestamptz
     FROM reading_correction WHERE community_id = $1 AND register_no = $2 AND at = $3`,
    [communityId, row.registerNo, row.at, row.until, row.value, row.quality, reason, decidedBy, now],
  );
}

/** Makes a held reading a reading. @throws DomainError `conflict` where another has come in the meantime */
export async function accept(tx: Tx, communityId: string, row: ReadingRow): Promise<void> {
  await new ReadingMonths().make(tx, [epochMs(row.at)]);
  const stored = await tx.query(
    `INSERT INTO reading (community_no, register_no, at, until, batch_no, quality, value)
     SELECT no, $2::int, $3::timestamptz, $4::timestamptz, $5::bigint, $6::text, $7::numeric FROM community WHERE id = $1 ON CONFLICT DO NOTHING RETURNING 1`,
    [communityId, row.registerNo, row.at, row.until, row.batch, row.quality, row.value],
  );
  if (stored.length === 1 || row.knownValue === row.value) return;
  throw new DomainError(
    'conflict',
    `${row.meter} ${row.register} has got a reading for ${row.at} in the meantime, ${row.knownValue}. Dismiss this one, or send it again and supersede.`,
  );
}
