import { Injectable } from '@nestjs/common';
import { idOf } from '../../platform/database/addresses.js';
import { Transactions, type Tx } from '../../platform/database/transactions.js';
import { daysToDatabase } from '../../platform/database/types.js';
import { newId } from '../../platform/ids.js';
import type { Actor } from '../access/access-changes.service.js';
import { AuditService } from '../audit/audit.service.js';
import type { NewSpaceMeasure, SpaceMeasure } from './bookings.schema.js';

/** What of a space changes with time: the weight of its floor, and how many people a member has in it. */
@Injectable()
export class MeasuresService {
  constructor(
    private readonly transactions: Transactions,
    private readonly audit: AuditService,
  ) {}

  /** Writes a measure down; it ends the open one before it. @throws DomainError `not-found`, `overlapping-version` */
  create(communityId: string, address: string, given: NewSpaceMeasure, actor: Actor): Promise<SpaceMeasure[]> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const id = newId();
      const { what, value, days } = given;
      const spaceId = await idOf(tx, communityId, 'space', address);
      const memberId = what === 'headcount' ? await idOf(tx, communityId, 'member', given.member) : null;
      await tx.query(
        `UPDATE space_measure SET days = daterange(lower(days), $4::date)
         WHERE community_id = $1 AND space_id = $2 AND what = $3 AND upper_inf(days) AND lower(days) < $4::date`,
        [communityId, spaceId, what, days.from],
      );
      await tx.query(
        'INSERT INTO space_measure (community_id, id, space_id, member_id, what, value, days) VALUES ($1, $2, $3, $4, $5, $6, $7)',
        [communityId, id, spaceId, memberId, what, value, daysToDatabase(days)],
      );
      const data = { measure: id, what, memberId, value, ...days };
      await this.audit.record(tx, { actor, type: 'space.measured', subjectKind: 'space', subjectId: spaceId, data });
      return measuresOf(tx, communityId, spaceId);
    });
  }

  /** By what they measure, from the first to the last. @throws DomainError `not-found` */
  list(communityId: string, address: string): Promise<SpaceMeasure[]> {
    return this.transactions.inCommunity(communityId, async (tx) =>
      measuresOf(tx, communityId, await idOf(tx, communityId, 'space', address)),
    );
  }
}

const measuresOf = (tx: Tx, communityId: string, spaceId: string): Promise<SpaceMeasure[]> =>
  tx.query(
    `SELECT id, space_id AS "spaceId", what, member_id AS "memberId", days, trim_scale(value)::text AS value, created_at AS "createdAt"
     FROM space_measure WHERE community_id = $1 AND space_id = $2 ORDER BY what DESC, lower(days)`,
    [communityId, spaceId],
  );
