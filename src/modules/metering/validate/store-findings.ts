import { createHash } from 'node:crypto';
import type { Finding } from '../../../domain/metering/validation.js';
import { canonicalJson } from '../../../domain/proof/canonical.js';
import type { Instant, Span } from '../../../domain/calendar/period.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { newId } from '../../../platform/ids.js';
import type { InstalledRegister } from '../registers/installed-registers.js';

/** Which pass saw what. */
export interface Seen {
  readonly communityId: string;
  readonly passId: string;
  readonly siteId: string;
  readonly span: Span;
  readonly at: Instant;
  readonly findings: readonly Finding[];
}

export interface Stored {
  /** Findings that no pass saw before. */
  readonly added: number;
  /** Findings that this pass no longer saw. */
  readonly closed: number;
  /** Findings that a pass had no longer seen, and this one sees again. */
  readonly reopened: number;
}

/** Rules that judge a reading by its neighbours alone: a narrower look sees as much of it as a wider one. */
const local = ['reading-time', 'register-regressed', 'rollover-assumed', 'counter-restart', 'missing-interval'];

/**
 * Keeps what a pass saw: new findings once, and of known ones that it sees them no longer, or again.
 *
 * A pass speaks for its own span and for all that was found in narrower ones; within its span it also speaks for findings of wider
 * passes, where a rule looks at neighbouring readings only.
 *
 * @law the same findings again change nothing
 */
export async function storeFindings(tx: Tx, seen: Seen, registers: readonly InstalledRegister[]): Promise<Stored> {
  const { communityId, passId, siteId, span, at } = seen;
  const rows = rowsOf(seen, registers);
  const added = await tx.query<{ identity: string }>(
    `INSERT INTO validation_finding (community_id, id, pass_id, site_id, meter_id, register_id, rule, severity, from_at, to_at, evidence, identity, created_at)
     SELECT $1, f.id, $2, $3, f.meter_id, f.register_id, f.rule, f.severity, f.from_at, f.to_at, f.evidence, decode(f.identity, 'hex'), $4
     FROM jsonb_to_recordset($5) AS f (id uuid, meter_id uuid, register_id uuid, rule text, severity text, from_at timestamptz,
       to_at timestamptz, evidence jsonb, identity text)
     ON CONFLICT (community_id, identity) DO NOTHING RETURNING encode(identity, 'hex') AS identity`,
    [communityId, passId, siteId, at, JSON.stringify(rows)],
  );
  const turned = await tx.query<{ seen: boolean }>(
    `INSERT INTO validation_sight (community_id, finding_id, no, pass_id, seen, at)
     SELECT f.community_id, f.id, 1 + coalesce((SELECT max(no) FROM validation_sight s WHERE s.community_id = f.community_id AND s.finding_id = f.id), 0),
            $2, NOT f.seen, $4
     FROM finding_now f JOIN validation_pass p ON p.community_id = f.community_id AND p.id = f.pass_id
     WHERE f.community_id = $1 AND f.site_id = $3 AND f.seen <> (encode(f.identity, 'hex') = ANY ($5::text[]))
       AND (NOT f.seen OR p.span <@ tstzrange($6, $7) OR (f.rule = ANY ($8::text[]) AND f.from_at >= $6 AND f.to_at <= $7))
     RETURNING seen`,
    [communityId, passId, siteId, at, rows.map(({ identity }) => identity), span.from, span.to, local],
  );
  const reopened = turned.filter((row) => row.seen).length;
  return { added: added.length, closed: turned.length - reopened, reopened };
}

function rowsOf({ siteId, findings }: Seen, registers: readonly InstalledRegister[]) {
  const meters = new Map(registers.map(({ id, meterId }) => [id, meterId]));
  return findings.map(({ rule, severity, subject, from, to, evidence }) => ({
    id: newId(),
    meter_id:
      subject.kind === 'register' ? (meters.get(subject.id) ?? null) : subject.kind === 'meter' ? subject.id : null,
    register_id: subject.kind === 'register' ? subject.id : null,
    ...{ rule, severity, from_at: from, to_at: to, evidence },
    identity: createHash('sha256')
      .update(canonicalJson([siteId, subject.kind, subject.id, rule, severity, from, to, evidence]), 'utf8')
      .digest('hex'),
  }));
}
