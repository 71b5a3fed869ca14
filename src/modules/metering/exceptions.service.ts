import { Injectable } from '@nestjs/common';
import type { Instant } from '../../domain/calendar/period.js';
import { assert, DomainError } from '../../domain/errors.js';
import { Clock } from '../../platform/clock.js';
import { Transactions, type Tx } from '../../platform/database/transactions.js';
import { pageOf, readCursor } from '../../platform/http/cursor.js';
import { isId, limitOf } from '../../platform/http/wire.js';
import type { Actor } from '../access/access-changes.service.js';
import { AuditService } from '../audit/audit.service.js';
import type { ExceptionsQuery, Resolution } from './exception.schema.js';
import { idOf } from './metering.service.js';

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
  readonly choices: readonly Choice[];
  readonly decision: {
    readonly choice: Choice;
    readonly reason: string;
    readonly decidedBy: string;
    readonly decidedAt: Instant;
  } | null;
}

export type Choice = 'keep' | 'supersede' | 'accept' | 'dismiss';
const choicesOf: Record<ReadingException['kind'], readonly Choice[]> = {
  conflict: ['keep', 'supersede'],
  held: ['accept', 'dismiss'],
};

interface Row extends Omit<ReadingException, 'known' | 'choices' | 'decision'> {
  readonly registerNo: number;
  readonly knownValue: string | null;
  readonly knownQuality: string | null;
  readonly choice: Choice | null;
  readonly why: string | null;
  readonly decidedBy: string | null;
  readonly decidedAt: Instant | null;
}

/** Conflicts and held readings, and what people decide about them. A decision is made once and stays. */
@Injectable()
export class ExceptionsService {
  constructor(
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    private readonly audit: AuditService,
  ) {}

  list(communityId: string, query: ExceptionsQuery): Promise<{ items: ReadingException[]; next: string | null }> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const limit = limitOf(query);
      const [after = null] = readCursor(query.cursor, 1) ?? [];
      const rows = await tx.query<Row>(
        `${select} WHERE e.community_id = $1 AND ($2::uuid IS NULL OR e.id > $2) AND ($3::text IS NULL OR e.kind = $3)
           AND ($4::text IS NULL OR (d.exception_id IS NULL) = ($4 = 'open')) AND ($5::uuid IS NULL OR m.site_id = $5)
         ORDER BY e.id LIMIT $6::int`,
        [
          communityId,
          after,
          query.kind ?? null,
          query.state ?? null,
          query.site === undefined ? null : await idOf(tx, communityId, 'site', query.site),
          limit + 1,
        ],
      );
      const page = pageOf(rows, limit, ({ id }) => [id]);
      return { items: page.items.map(described), next: page.next };
    });
  }

  /** Open exceptions of a site's registers in a span: a run must not be issued over them unseen. */
  openOf(
    tx: Tx,
    communityId: string,
    siteId: string,
    span: { readonly from: Instant; readonly to: Instant },
  ): Promise<ReadingException[]> {
    return tx
      .query<Row>(
        `${select} WHERE e.community_id = $1 AND d.exception_id IS NULL AND m.site_id = $2
           AND e.at >= $3::timestamptz AND e.at <= $4::timestamptz ORDER BY m.code, r.code, e.at, e.id`,
        [communityId, siteId, span.from, span.to],
      )
      .then((rows) => rows.map(described));
  }

  /**
   * Decides about an exception.
   *
   * - keep: what is known stays. supersede: the other value counts from now on, as a correction with who and why.
   * - accept: the held reading becomes a reading. dismiss: it does not.
   *
   * @throws DomainError `not-found`, `already-decided`, `invalid-input` for a choice that does not belong to its kind
   */
  resolve(communityId: string, id: string, { choice, reason }: Resolution, actor: Actor): Promise<ReadingException> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const row = await this.lock(tx, communityId, id);
      if (row.decidedAt !== null) {
        throw new DomainError(
          'already-decided',
          `This was decided on ${row.decidedAt}: ${row.choice}. A decision stays; send a new reading if it was wrong.`,
        );
      }
      const choices = choicesOf[row.kind];
      if (!choices.includes(choice)) {
        throw new DomainError(
          'invalid-input',
          `A ${row.kind === 'held' ? 'held reading' : 'conflict'} can be resolved by ${choices.join(' or ')}, not by ${choice}.`,
        );
      }
      assert(actor.kind === 'person' && actor.id !== null, 'A person decides about readings.');
      const now = this.clock.now();
      if (choice === 'supersede') await supersede(tx, communityId, row, reason, actor.id, now);
      if (choice === 'accept') await accept(tx, communityId, row);
      await tx.query(
        `INSERT INTO exception_decision (community_id, exception_id, choice, reason, decided_by, decided_at) VALUES ($1, $2, $3, $4, $5, $6)`,
        [communityId, id, choice, reason, actor.id, now],
      );
      const data = { choice, kind: row.kind, meter: row.meter, register: row.register, at: row.at };
      await this.audit.record(tx, {
        actor,
        type: 'exception.resolved',
        subjectKind: 'reading-exception',
        subjectId: id,
        data,
      });
      return described(await one(tx, communityId, id));
    });
  }

  /** Two who decide at once stand in line at the register, where the version of a correction is counted too. */
  private async lock(tx: Tx, communityId: string, id: string): Promise<Row> {
    const { registerNo } = await one(tx, communityId, id);
    await tx.query('SELECT FROM register WHERE community_id = $1 AND no = $2 FOR NO KEY UPDATE', [
      communityId,
      registerNo,
    ]);
    return one(tx, communityId, id);
  }
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

async function one(tx: Tx, communityId: string, id: string): Promise<Row> {
  const [row] = isId(id)
    ? await tx.query<Row>(`${select} WHERE e.community_id = $1 AND e.id = $2`, [communityId, id])
    : [];
  if (!row) throw new DomainError('not-found', 'There is no such exception; GET /api/v1/exceptions lists them.');
  return row;
}

function described(row: Row): ReadingException {
  const { id, kind, reason, detail, meter, register, unit, at, until, value, quality, batch, createdAt } = row;
  const { knownValue, knownQuality, choice, why, decidedBy, decidedAt } = row;
  const isDecided = choice !== null && why !== null && decidedBy !== null && decidedAt !== null;
  return {
    ...{ id, kind, reason, detail, meter, register, unit, at, until, value, quality, batch, createdAt },
    known: knownValue === null || knownQuality === null ? null : { value: knownValue, quality: knownQuality },
    choices: isDecided ? [] : choicesOf[kind],
    decision: isDecided ? { choice, reason: why, decidedBy, decidedAt } : null,
  };
}

async function supersede(
  tx: Tx,
  communityId: string,
  row: Row,
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

async function accept(tx: Tx, communityId: string, row: Row): Promise<void> {
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
