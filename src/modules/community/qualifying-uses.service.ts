import { Injectable } from '@nestjs/common';
import type { Days, Period } from '../../domain/calendar/period.js';
import { DomainError } from '../../domain/errors.js';
import { type Decimal, decimal } from '../../domain/quantity/decimal.js';
import { idOf } from '../../platform/database/addresses.js';
import { Transactions, type Tx } from '../../platform/database/transactions.js';
import { daysToDatabase } from '../../platform/database/types.js';
import { pageOf, readCursor } from '../../platform/http/cursor.js';
import { limitOf } from '../../platform/http/wire.js';
import { newId } from '../../platform/ids.js';
import type { Actor } from '../access/access-changes.service.js';
import { AuditService } from '../audit/audit.service.js';
import type { NewQualifyingUse, QualifyingUseReply, QualifyingUsesQuery } from './qualifying-uses.schema.js';

/** What an occupant declared, as runs look at it. */
export interface Declaration {
  readonly spaceId: string;
  readonly memberId: string;
  readonly days: Days;
  readonly kind: QualifyingUseReply['kind'];
  /** Of the use, 0 to 100. */
  readonly percent: Decimal;
}

const joined = `qualifying_use q
  JOIN occupancy o ON o.community_id = q.community_id AND o.id = q.occupancy_id
  JOIN space s ON s.community_id = o.community_id AND s.id = o.space_id
  JOIN member m ON m.community_id = o.community_id AND m.id = o.member_id`;
const columns = `q.id, q.occupancy_id AS occupancy, s.code AS space, m.code AS member, q.days, q.kind, q.percent, q.evidence,
  q.declared_on AS "declaredOn", q.created_at AS "createdAt"`;

/** Who uses energy at home, or as a charity, and on what evidence. Nobody is taken for domestic without having said so. */
@Injectable()
export class QualifyingUsesService {
  constructor(
    private readonly transactions: Transactions,
    private readonly audit: AuditService,
  ) {}

  /** Adds a declaration; the open one of the occupancy ends where it begins. @throws DomainError `not-found`, `overlapping-version`, `invalid-period` */
  declare(communityId: string, given: NewQualifyingUse, actor: Actor): Promise<QualifyingUseReply> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const { occupancy, days, kind, evidence, declaredOn } = given;
      const percent = given.kind === 'mixed' ? given.percent : '100';
      const [found] = await tx.query<{ days: Days }>(
        'SELECT days FROM occupancy WHERE community_id = $1 AND id = $2 FOR NO KEY UPDATE',
        [communityId, occupancy],
      );
      if (!found) throw new DomainError('not-found', `There is no occupancy ${occupancy}.`);
      if (days.from < found.days.from || (found.days.to !== null && days.from >= found.days.to)) {
        throw new DomainError(
          'invalid-period',
          `The occupancy lasts from ${found.days.from} to ${found.days.to ?? 'today and on'}; a declaration begins within it.`,
        );
      }
      await tx.query(
        `UPDATE qualifying_use SET days = daterange(lower(days), $3::date)
         WHERE community_id = $1 AND occupancy_id = $2 AND upper_inf(days) AND lower(days) < $3::date`,
        [communityId, occupancy, days.from],
      );
      const id = newId();
      await tx.query(
        `INSERT INTO qualifying_use (community_id, id, occupancy_id, days, kind, percent, evidence, declared_on, created_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        [
          communityId,
          id,
          occupancy,
          daysToDatabase(days),
          kind,
          percent,
          evidence,
          declaredOn,
          actor.kind === 'person' ? actor.id : null,
        ],
      );
      const data = { occupancy, ...days, kind, percent };
      await this.audit.record(tx, {
        actor,
        type: 'qualifying-use.declared',
        subjectKind: 'occupancy',
        subjectId: occupancy,
        data,
      });
      const [row] = await tx.query<QualifyingUseReply>(
        `SELECT ${columns} FROM ${joined} WHERE q.community_id = $1 AND q.id = $2`,
        [communityId, id],
      );
      return row as QualifyingUseReply;
    });
  }

  /** In the order in which they were made known. */
  list(communityId: string, query: QualifyingUsesQuery): Promise<{ items: QualifyingUseReply[]; next: string | null }> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const limit = limitOf(query);
      const [after = null] = readCursor(query.cursor, 1) ?? [];
      const siteId = query.site === undefined ? null : await idOf(tx, communityId, 'site', query.site);
      const rows = await tx.query<QualifyingUseReply>(
        `SELECT ${columns} FROM ${joined}
         WHERE q.community_id = $1 AND ($2::uuid IS NULL OR q.id > $2) AND ($3::uuid IS NULL OR s.site_id = $3)
           AND ($4::date IS NULL OR q.days @> $4::date) ORDER BY q.id LIMIT $5`,
        [communityId, after, siteId, query.on ?? null, limit + 1],
      );
      return pageOf(rows, limit, ({ id }) => [id]);
    });
  }

  /** The declarations that hold at a site on days of a period, for the run that taxes by them. */
  async forRun(tx: Tx, communityId: string, siteId: string, period: Period): Promise<Declaration[]> {
    const rows = await tx.query<Omit<Declaration, 'percent'> & { percent: string }>(
      `SELECT o.space_id AS "spaceId", o.member_id AS "memberId", q.days * o.days AS days, q.kind, q.percent FROM ${joined}
       WHERE q.community_id = $1 AND s.site_id = $2 AND q.days * o.days && $3::daterange ORDER BY s.code, lower(q.days)`,
      [communityId, siteId, daysToDatabase(period)],
    );
    return rows.map(({ percent, ...row }) => ({ ...row, percent: decimal(percent) }));
  }
}
