import type { Instant, Span } from '../../../domain/calendar/period.js';
import { DomainError } from '../../../domain/errors.js';
import { describeFinding, type Kept } from '../../../domain/metering/describe-finding.js';
import { choicesOf, type Evidence, type FindingChoice, type RuleName } from '../../../domain/metering/validation.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { isId } from '../../../platform/http/wire.js';

/** A finding of validation that a person must decide, or has decided, about. */
export interface FindingException {
  readonly id: string;
  readonly kind: 'finding';
  readonly rule: RuleName;
  readonly severity: 'blocking' | 'warning';
  readonly detail: string;
  readonly remedy: string;
  readonly site: string;
  readonly meter: string | null;
  readonly register: string | null;
  readonly at: Instant;
  readonly until: Instant;
  readonly evidence: Evidence;
  readonly createdAt: Instant;
  /** When a pass no longer saw it. */
  readonly closedAt: Instant | null;
  readonly choices: readonly FindingChoice[];
  readonly decision: FindingDecision | null;
}

export interface FindingDecision {
  readonly choice: FindingChoice;
  readonly reason: string;
  readonly decidedBy: string;
  readonly decidedAt: Instant;
}

/** The same with the keys under which it stands. */
export interface FindingRow extends FindingException {
  readonly siteId: string;
  readonly meterId: string | null;
  readonly registerId: string | null;
  readonly decisions: number;
}

interface Stored extends Omit<FindingRow, 'detail' | 'remedy' | 'choices' | 'decision' | 'kind' | 'decisions'> {
  readonly siteName: string;
  readonly seen: boolean;
  readonly decisions: number | null;
  readonly choice: FindingChoice | null;
  readonly reason: string | null;
  readonly decidedBy: string | null;
  readonly decidedAt: Instant | null;
}

/** Decisions after which nothing is left to decide. What was asked for, or is to be estimated, can still turn out to be true. */
const final: readonly FindingChoice[] = ['accept', 'exchange-found', 'rollover-confirmed'];
export const isFinal = (decision: Pick<FindingDecision, 'choice'> | null): boolean =>
  decision !== null && final.includes(decision.choice);

/** Which findings are listed: those after a cursor that fit. */
export interface FindingFilter {
  readonly ids?: readonly string[] | undefined;
  readonly after?: string | undefined;
  readonly siteId?: string | undefined;
  readonly meterId?: string | undefined;
  readonly rule?: string | undefined;
  readonly severity?: string | undefined;
  readonly state?: string | undefined;
  readonly span?: Span | undefined;
}

const select = `
  SELECT f.id, f.rule, f.severity, f.site_id AS "siteId", s.code AS site, s.name AS "siteName", f.meter_id AS "meterId", m.code AS meter,
         f.register_id AS "registerId", r.code AS register, f.from_at AS at, f.to_at AS until, f.evidence, f.created_at AS "createdAt",
         f.seen, f.closed_at AS "closedAt", f.decisions, f.choice, f.reason, f.decided_by AS "decidedBy", f.decided_at AS "decidedAt"
  FROM finding_now f
  JOIN site s ON s.community_id = f.community_id AND s.id = f.site_id
  LEFT JOIN meter m ON m.community_id = f.community_id AND m.id = f.meter_id
  LEFT JOIN register r ON r.community_id = f.community_id AND r.id = f.register_id`;

/** Findings by their ids, which is the order in which they were found. */
export async function findingsWhere(
  tx: Tx,
  communityId: string,
  filter: FindingFilter,
  limit: number | null,
): Promise<FindingRow[]> {
  const { ids, after, siteId, meterId, rule, severity, state, span } = filter;
  const rows = await tx.query<Stored>(
    `${select}
     WHERE f.community_id = $1 AND ($2::uuid[] IS NULL OR f.id = ANY ($2)) AND ($3::uuid IS NULL OR f.id > $3)
       AND ($4::uuid IS NULL OR f.site_id = $4) AND ($5::uuid IS NULL OR f.meter_id = $5)
       AND ($6::text IS NULL OR f.rule = $6) AND ($7::text IS NULL OR f.severity = $7)
       AND ($8::text IS NULL OR CASE $8 WHEN 'open' THEN f.seen AND f.decisions IS NULL WHEN 'decided' THEN f.decisions IS NOT NULL ELSE NOT f.seen END)
       AND ($9::timestamptz IS NULL OR (f.from_at < $10::timestamptz AND (f.to_at > $9 OR (f.from_at = f.to_at AND f.from_at = $9))))
     ORDER BY f.id LIMIT $11::int`,
    [
      communityId,
      ids?.filter(isId) ?? null,
      after ?? null,
      siteId ?? null,
      meterId ?? null,
      rule ?? null,
      severity ?? null,
      state ?? null,
      span?.from ?? null,
      span?.to ?? null,
      limit,
    ],
  );
  return rows.map(described);
}

/** What a site's last passes see of a span and nobody has settled. */
export async function openFindings(tx: Tx, communityId: string, siteId: string, span: Span): Promise<FindingRow[]> {
  const found = await findingsWhere(tx, communityId, { siteId, span }, null);
  return found.filter(({ closedAt, decision }) => closedAt === null && !isFinal(decision));
}

/** @throws DomainError `not-found` */
export async function findingCalled(tx: Tx, communityId: string, id: string): Promise<FindingRow> {
  const [row] = isId(id) ? await findingsWhere(tx, communityId, { ids: [id] }, 1) : [];
  if (!row) throw new DomainError('not-found', 'There is no such exception; GET /api/v1/exceptions lists them.');
  return row;
}

function described({ siteName, seen: _, decisions, choice, reason, decidedBy, decidedAt, ...row }: Stored): FindingRow {
  const label = row.meter === null ? siteName : row.register === null ? row.meter : `${row.meter} ${row.register}`;
  const kept: Kept = { rule: row.rule, from: row.at, to: row.until, evidence: row.evidence, label };
  const isDecided = choice !== null && reason !== null && decidedBy !== null && decidedAt !== null;
  const decision = isDecided ? { choice, reason, decidedBy, decidedAt } : null;
  return {
    ...row,
    ...describeFinding(kept),
    kind: 'finding',
    decisions: decisions ?? 0,
    decision,
    choices: isFinal(decision) || row.closedAt !== null ? [] : choicesOf[row.rule].filter((one) => one !== choice),
  };
}
