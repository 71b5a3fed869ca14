import { Injectable } from '@nestjs/common';
import { assert, DomainError } from '../../domain/errors.js';
import { Clock } from '../../platform/clock.js';
import { Transactions } from '../../platform/database/transactions.js';
import { pageOf, readCursor } from '../../platform/http/cursor.js';
import { limitOf, type PageQuery } from '../../platform/http/wire.js';
import type { Actor } from '../access/access-changes.service.js';
import { AuditService } from '../audit/audit.service.js';
import { type Alarm, alarmsOf } from './alarms.js';
import type { AlarmClearing } from './record.schema.js';
import { RecordService } from './record.service.js';

/** Alarms of the record, and the decisions that clear them. */
@Injectable()
export class AlarmsService {
  constructor(
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    private readonly audit: AuditService,
    private readonly record: RecordService,
  ) {}

  /** All that was found to differ, the newest first. */
  list(communityId: string, query: PageQuery): Promise<{ items: Alarm[]; next: string | null }> {
    const limit = limitOf(query);
    const [before] = readCursor(query.cursor, 1) ?? [];
    return this.transactions.inCommunity(communityId, async (tx) => {
      const rows = await alarmsOf(tx, { ...(before === undefined ? {} : { before }), limit: limit + 1 });
      return pageOf(rows, limit, ({ id }) => [id]);
    });
  }

  /**
   * Clears alarms: a named person says what had happened, and the whole record, made again, agrees. Then it is signed again.
   *
   * @throws DomainError `record-differs` where something still does; `not-found`; `already-decided`
   */
  async clear(communityId: string, { alarms, reason }: AlarmClearing, actor: Actor): Promise<{ items: Alarm[] }> {
    assert(actor.kind === 'person' && actor.id !== null, 'Decisions are made by people.');
    const ids = [...new Set(alarms)];
    const items = await this.transactions.inCommunity(communityId, async (tx) => {
      const { entries, differences } = await this.record.checkWhole(tx, communityId);
      const named = await alarmsOf(tx, { ids });
      if (named.length < ids.length) throw new DomainError('not-found', 'One of these alarms is not there.');
      const cleared = named.find(({ clearedAt }) => clearedAt !== null);
      if (cleared) throw new DomainError('already-decided', `The alarm about ${cleared.subject} was cleared before.`);
      const [first] = differences;
      if (first)
        throw new DomainError(
          'record-differs',
          `${differences.length === 1 ? 'Something still differs' : `${differences.length} things still differ`} from the record: ${first.detail} Restore what was there, then clear the alarms.`,
        );
      await tx.query(
        `INSERT INTO record_alarm_clearing (community_id, alarm_id, reason, cleared_by, cleared_at, entries)
         SELECT current_community(), id, $2, $3, $4, $5 FROM unnest($1::uuid[]) AS n (id)`,
        [ids, reason, actor.id, this.clock.now(), entries],
      );
      for (const { id, kind, subject } of named) {
        const data = { kind, subject, reason, entries: String(entries) };
        await this.audit.record(tx, {
          actor,
          type: 'record.alarm-cleared',
          subjectKind: 'record-alarm',
          subjectId: id,
          data,
        });
      }
      return alarmsOf(tx, { ids });
    });
    await this.record.bringUpToDate(communityId);
    return { items };
  }
}
