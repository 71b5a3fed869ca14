import { Injectable } from '@nestjs/common';
import { civilDate, type Days, period } from '../../domain/calendar/period.js';
import { DomainError } from '../../domain/errors.js';
import { idOf, seenMemberId } from '../../platform/database/addresses.js';
import { Transactions, type Tx } from '../../platform/database/transactions.js';
import { daysToDatabase } from '../../platform/database/types.js';
import { pageOf, readCursor } from '../../platform/http/cursor.js';
import { limitOf } from '../../platform/http/wire.js';
import { newId } from '../../platform/ids.js';
import type { Actor } from '../access/access-changes.service.js';
import { AuditService } from '../audit/audit.service.js';
import type { NewOccupancy, OccupanciesQuery, Occupancy, OccupancyPatch } from './places.schema.js';
import type { Seen } from './places.service.js';

const columns = `o.id, o.space_id AS "spaceId", s.code AS "spaceCode", o.member_id AS "memberId", m.code AS "memberCode", o.days,
  o.created_at AS "createdAt"`;
const joined = `occupancy o
  JOIN space s ON s.community_id = o.community_id AND s.id = o.space_id
  JOIN member m ON m.community_id = o.community_id AND m.id = o.member_id`;

/**
 * Who is in which space from when to when. Two in one space on one day cannot be: the database refuses the second, also where
 * both come at the same moment.
 */
@Injectable()
export class OccupanciesService {
  constructor(
    private readonly transactions: Transactions,
    private readonly audit: AuditService,
  ) {}

  create(communityId: string, { space, member, days }: NewOccupancy, actor: Actor): Promise<Occupancy> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const id = newId();
      const spaceId = await idOf(tx, communityId, 'space', space);
      const memberId = await idOf(tx, communityId, 'member', member);
      await refuseCommon(tx, communityId, spaceId);
      await tx.query(
        'INSERT INTO occupancy (community_id, id, space_id, member_id, days) VALUES ($1, $2, $3, $4, $5)',
        [communityId, id, spaceId, memberId, daysToDatabase(days)],
      );
      const data = { spaceId, memberId, ...days };
      await this.audit.record(tx, { actor, type: 'occupancy.created', subjectKind: 'occupancy', subjectId: id, data });
      return one(tx, communityId, id, null);
    });
  }

  /** In the order in which they were made known. */
  list(
    communityId: string,
    query: OccupanciesQuery,
    viewer: Seen = null,
  ): Promise<{ items: Occupancy[]; next: string | null }> {
    const limit = limitOf(query);
    const [after = null] = readCursor(query.cursor, 1) ?? [];
    return this.transactions.inCommunity(communityId, async (tx) => {
      const spaceId = query.space === undefined ? null : await idOf(tx, communityId, 'space', query.space);
      const memberId = query.member === undefined ? null : await seenMemberId(tx, communityId, query.member, viewer);
      const rows = await tx.query<Occupancy>(
        `SELECT ${columns} FROM ${joined}
         WHERE o.community_id = $1 AND ($2::uuid IS NULL OR o.id > $2) AND ($3::uuid IS NULL OR o.space_id = $3)
           AND ($4::uuid IS NULL OR o.member_id = $4) AND ($5::date IS NULL OR o.days @> $5::date)
           AND ($6::uuid[] IS NULL OR o.member_id = ANY($6))
         ORDER BY o.id LIMIT $7`,
        [communityId, after, spaceId, memberId, query.on ?? null, viewer, limit + 1],
      );
      return pageOf(rows, limit, ({ id }) => [id]);
    });
  }

  /** @throws DomainError `not-found`, also where it is another member's than the viewer's */
  one(communityId: string, id: string, viewer: Seen = null): Promise<Occupancy> {
    return this.transactions.inCommunity(communityId, (tx) => one(tx, communityId, id, viewer));
  }

  change(communityId: string, id: string, patch: OccupancyPatch, actor: Actor): Promise<Occupancy> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      await tx.query('SELECT id FROM occupancy WHERE community_id = $1 AND id = $2 FOR NO KEY UPDATE', [
        communityId,
        id,
      ]);
      const { days: before } = await one(tx, communityId, id, null);
      const days = checked({ from: patch.from ?? before.from, to: patch.to === undefined ? before.to : patch.to });
      await tx.query('UPDATE occupancy SET days = $3 WHERE community_id = $1 AND id = $2', [
        communityId,
        id,
        daysToDatabase(days),
      ]);
      const data = { before, after: days };
      await this.audit.record(tx, { actor, type: 'occupancy.changed', subjectKind: 'occupancy', subjectId: id, data });
      return one(tx, communityId, id, null);
    });
  }
}

async function one(tx: Tx, communityId: string, id: string, viewer: Seen): Promise<Occupancy> {
  const [row] = await tx.query<Occupancy>(
    `SELECT ${columns} FROM ${joined} WHERE o.community_id = $1 AND o.id = $2 AND ($3::uuid[] IS NULL OR o.member_id = ANY($3))`,
    [communityId, id, viewer],
  );
  if (!row) throw new DomainError('not-found', 'There is no such occupancy here.');
  return row;
}

async function refuseCommon(tx: Tx, communityId: string, spaceId: string): Promise<void> {
  const [common] = await tx.query<{ code: string }>(
    `SELECT code FROM space WHERE community_id = $1 AND id = $2 AND kind = 'common'`,
    [communityId, spaceId],
  );
  if (common)
    throw new DomainError(
      'conflict',
      `${common.code} is common to all and is not let to anybody; choose a space that is let.`,
    );
}

/** @throws DomainError `invalid-period` where no day is left */
const checked = ({ from, to }: Days): Days => (to === null ? { from: civilDate(from), to } : period(from, to));
