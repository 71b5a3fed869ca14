import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock.js';
import { Transactions, type Tx } from '../../platform/database/transactions.js';
import { pageOf, readCursor } from '../../platform/http/cursor.js';
import { limitOf } from '../../platform/http/wire.js';
import { newId } from '../../platform/ids.js';
import { type AccessChange, AccessChanges, type Actor } from '../access/access-changes.service.js';
import type { EntriesQuery, Entry } from './audit.schema.js';

/** One fact for the record. `data` holds no personal data: an entry can never be deleted. */
export interface AuditFact {
  readonly actor: Actor;
  /** `subject.happened`, as in `tariff.adopted`. */
  readonly type: string;
  readonly subjectKind: string;
  readonly subjectId: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The append-only record that every other module writes to, in the transaction that makes the change. */
@Injectable()
export class AuditService {
  constructor(
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    changes: AccessChanges,
  ) {
    changes.onChange((tx, change: AccessChange) => this.record(tx, change));
  }

  /** Writes a fact in the community of the transaction. */
  async record(tx: Tx, { actor, type, subjectKind, subjectId, data }: AuditFact): Promise<void> {
    await tx.query(
      `INSERT INTO audit_entry (community_id, id, at, actor_kind, actor_id, type, subject_kind, subject_id, data)
       VALUES (current_community(), $1, $2, $3, $4, $5, $6, $7, $8)`,
      [newId(), this.clock.now(), actor.kind, actor.id, type, subjectKind, subjectId, JSON.stringify(data)],
    );
  }

  /** The record, newest first. */
  entries(communityId: string, query: EntriesQuery): Promise<{ items: Entry[]; next: string | null }> {
    const limit = limitOf(query);
    const [before] = readCursor(query.cursor, 1) ?? [];
    const { subjectKind = null, subjectId = null, type = null } = query;
    return this.transactions.inCommunity(communityId, async (tx) => {
      const rows = await tx.query<Entry>(
        `SELECT id, at, jsonb_build_object('kind', actor_kind, 'id', actor_id) AS actor, type,
                jsonb_build_object('kind', subject_kind, 'id', subject_id) AS subject, data
         FROM audit_entry
         WHERE community_id = $1 AND ($2::uuid IS NULL OR id < $2)
           AND ($3::text IS NULL OR subject_kind = $3) AND ($4::text IS NULL OR subject_id = $4) AND ($5::text IS NULL OR type = $5)
         ORDER BY id DESC LIMIT $6`,
        [communityId, before ?? null, subjectKind, subjectId, type, limit + 1],
      );
      return pageOf(rows, limit, ({ id }) => [id]);
    });
  }
}
