import { Injectable } from '@nestjs/common';
import { signedWith } from '../signatures/keep-signatures.js';
import type { Instant } from '../../../domain/calendar/period.js';
import { assert, DomainError } from '../../../domain/errors.js';
import { Clock } from '../../../platform/clock.js';
import { Transactions, type Tx } from '../../../platform/database/transactions.js';
import { pageOf, readCursor } from '../../../platform/http/cursor.js';
import { isId, limitOf } from '../../../platform/http/wire.js';
import type { Actor } from '../../access/access-changes.service.js';
import { AuditService } from '../../audit/audit.service.js';
import { registerCalled } from '../registers/find-register.js';
import { holdOffUndoing, linkReplay } from './import-repeats.js';
import { momentaryUnits } from './momentary.js';
import type { Summary } from './reading.types.js';
import { statuses } from './reading.types.js';
import { mostItems, ReadingsService } from './readings.service.js';
import type { Bind, UnclaimedQuery } from './unclaimed.schema.js';

/** A name that devices use and nobody has bound to a register, with what came under it. */
export interface UnclaimedSource {
  readonly id: string;
  readonly meter: string;
  readonly register: string;
  readonly firstSeen: Instant;
  readonly lastSeen: Instant;
  readonly readings: number;
  /** The latest to arrive, as it can be sent again. */
  readonly latest: unknown;
  readonly boundTo: string | null;
  readonly boundAt: Instant | null;
}

/** The inbox of readings whose meter is not known. */
@Injectable()
export class UnclaimedService {
  constructor(
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    private readonly audit: AuditService,
    private readonly readings: ReadingsService,
  ) {}

  list(communityId: string, query: UnclaimedQuery): Promise<{ items: UnclaimedSource[]; next: string | null }> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const limit = limitOf(query);
      const [after = null] = readCursor(query.cursor, 1) ?? [];
      const rows = await tx.query<UnclaimedSource>(
        `${select} WHERE s.community_id = $1 AND ${states[query.state ?? 'open']} AND ($3::uuid IS NULL OR s.id > $3) ORDER BY s.id LIMIT $4::int`,
        [communityId, momentaryUnits, after, limit + 1],
      );
      return pageOf(rows, limit, ({ id }) => [id]);
    });
  }

  /** How many names are waiting to be bound. */
  async waiting(tx: Tx, communityId: string): Promise<number> {
    const [row] = await tx.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM unclaimed_source s WHERE s.community_id = $1 AND ${states.open}`,
      [communityId, momentaryUnits],
    );
    return row?.count ?? 0;
  }

  /**
   * Binds a name to a register: what was kept under it is taken in as if it came now, and what comes later arrives there
   * directly. Whoever pushes under the name meanwhile waits at its row, and then finds it bound.
   */
  bind(
    communityId: string,
    id: string,
    input: Bind,
    actor: Actor,
  ): Promise<{ source: UnclaimedSource; summary: Summary }> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      await holdOffUndoing(tx, communityId);
      const source = await lock(tx, communityId, id);
      const register = await registerCalled(tx, communityId, input.meter, input.register);
      await tx.query(
        'INSERT INTO register_alias (community_id, meter_code, register_code, register_id) VALUES ($1, $2, $3, $4)',
        [communityId, source.meter, source.register, register.id],
      );
      await tx.query(
        'UPDATE unclaimed_source SET bound_at = $3, bound_register_id = $4 WHERE community_id = $1 AND id = $2',
        [communityId, id, this.clock.now(), register.id],
      );
      const summary = await this.replay(tx, communityId, source, register.no, actor);
      const data = { meter: source.meter, register: source.register, boundTo: register.id, ...summary };
      await this.audit.record(tx, {
        actor,
        type: 'register.bound',
        subjectKind: 'register',
        subjectId: register.id,
        data,
      });
      return { source: await one(tx, communityId, id), summary };
    });
  }

  /** What came with a file is taken apart from the rest, so that it can still be undone with it; what came signed with what was signed. */
  private async replay(
    tx: Tx,
    communityId: string,
    { id, meter, register }: UnclaimedSource,
    registerNo: number,
    actor: Actor,
  ): Promise<Summary> {
    const total = Object.fromEntries(statuses.map((status) => [status, 0])) as Summary;
    for (let after = Buffer.alloc(0); ;) {
      const kept = await tx.query<KeptReading>(
        `SELECT u.payload, u.sha256, b.import_id AS "importId", s.batch_no AS "signedBatch" FROM unclaimed_reading u
         LEFT JOIN batch_signature s ON s.community_id = u.community_id AND s.batch_no = u.batch_no
         LEFT JOIN import_batch b ON b.community_id = u.community_id AND b.batch_no = u.batch_no
         WHERE u.community_id = $1 AND u.source_id = $2 AND u.sha256 > $3 ORDER BY u.sha256 LIMIT ${mostItems}`,
        [communityId, id, after],
      );
      const last = kept.at(-1);
      if (!last) return total;
      after = last.sha256;
      for (const { importId, signedBatch, items } of together(kept)) {
        const source = `unclaimed ${meter} ${register}`.slice(0, 300);
        const signed = signedBatch === null ? undefined : await signedWith(tx, signedBatch);
        const push = { sender: { ...actor, scope: null }, source, items, isTranslated: true };
        const [taken] = await this.readings.takeSeveral(communityId, [signed ? { ...push, signed } : push]);
        assert(taken, 'Every push is answered.');
        const { summary, batchNo } = taken;
        if (importId !== null) await linkReplay(tx, importId, batchNo, registerNo, { meter, register });
        for (const status of statuses) total[status] += summary[status];
      }
    }
  }
}

interface KeptReading {
  readonly payload: unknown;
  readonly sha256: Buffer<ArrayBuffer>;
  /** The file that it came with. */
  readonly importId: string | null;
  /** The batch in which it came, where that was signed. */
  readonly signedBatch: string | null;
}

/** Readings that came with one file, or were signed together. */
type Kept = Pick<KeptReading, 'importId' | 'signedBatch'> & { readonly items: unknown[] };

function together(kept: readonly KeptReading[]): Kept[] {
  const groups = new Map<string, Kept>();
  for (const { importId, signedBatch, payload } of kept) {
    const group = groups.get(`${importId} ${signedBatch}`);
    if (group) group.items.push(payload);
    else groups.set(`${importId} ${signedBatch}`, { importId, signedBatch, items: [payload] });
  }
  return [...groups.values()];
}

const select = `
  SELECT s.id, s.meter_code AS meter, s.register_code AS register, s.first_seen AS "firstSeen", s.last_seen AS "lastSeen",
         (SELECT count(*)::int FROM unclaimed_reading u WHERE u.community_id = s.community_id AND u.source_id = s.id) AS readings,
         (SELECT u.payload FROM unclaimed_reading u WHERE u.community_id = s.community_id AND u.source_id = s.id
          ORDER BY u.received_at DESC, u.batch_no DESC LIMIT 1) AS latest,
         (SELECT m.code || ' ' || r.code FROM register r JOIN meter m ON m.community_id = r.community_id AND m.id = r.meter_id
          WHERE r.community_id = s.community_id AND r.id = s.bound_register_id) AS "boundTo",
         s.bound_at AS "boundAt"
  FROM unclaimed_source s`;

/** Whether all that came under a name is of a moment: then there is nothing to bind. The first reading that counts ends the search. */
const isOfMoments = `(NOT EXISTS (SELECT 1 FROM unclaimed_reading u WHERE u.community_id = s.community_id AND u.source_id = s.id AND u.payload->>'unit' <> ALL ($2::text[]))
  AND EXISTS (SELECT 1 FROM unclaimed_reading u WHERE u.community_id = s.community_id AND u.source_id = s.id))`;
const states = {
  open: `s.bound_at IS NULL AND NOT ${isOfMoments}`,
  momentary: `s.bound_at IS NULL AND ${isOfMoments}`,
  bound: 's.bound_at IS NOT NULL AND $2::text[] IS NOT NULL',
} as const;

async function one(tx: Tx, communityId: string, id: string, lockIt = false): Promise<UnclaimedSource> {
  const sql = `${select} WHERE s.community_id = $1 AND s.id = $2 ${lockIt ? 'FOR UPDATE OF s' : ''}`;
  const [source] = isId(id) ? await tx.query<UnclaimedSource>(sql, [communityId, id]) : [];
  if (!source)
    throw new DomainError('not-found', 'There is no such name in the inbox; GET /api/v1/unclaimed lists them.');
  return source;
}

async function lock(tx: Tx, communityId: string, id: string): Promise<UnclaimedSource> {
  const source = await one(tx, communityId, id, true);
  if (source.boundTo !== null) {
    throw new DomainError('already-decided', `${source.meter} ${source.register} has been bound to ${source.boundTo}.`);
  }
  return source;
}
