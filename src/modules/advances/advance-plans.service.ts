import { Injectable } from '@nestjs/common';
import type { Days } from '../../domain/calendar/period.js';
import { DomainError } from '../../domain/errors.js';
import { decimal } from '../../domain/quantity/decimal.js';
import { isCurrency, writeMoney } from '../../domain/quantity/money.js';
import { constraintRefusals } from '../../platform/database/constraints.js';
import { seenMemberId } from '../../platform/database/addresses.js';
import { Transactions, type Tx } from '../../platform/database/transactions.js';
import { pageOf, readCursor } from '../../platform/http/cursor.js';
import { InvalidRequest } from '../../platform/http/validation.js';
import { limitOf } from '../../platform/http/wire.js';
import { newId } from '../../platform/ids.js';
import type { Actor } from '../access/access-changes.service.js';
import { AuditService } from '../audit/audit.service.js';
import { CommunityService } from '../community/community.service.js';
import type { Seen } from '../community/places.service.js';
import { TariffsService } from '../tariffs/tariffs.service.js';
import type { AdvancePlanReply, AdvancesQuery, NewAdvancePlan } from './advances.schema.js';

constraintRefusals.set('advance_plan_no_overlap', {
  code: 'overlapping-version',
  sentence: 'Another advance plan of this occupancy holds on these days; begin after it.',
});

const rows = `
  SELECT p.id, p.occupancy_id AS occupancy, jsonb_build_object('id', m.id, 'code', m.code) AS member,
         jsonb_build_object('id', s.id, 'code', s.code) AS space, p.days, p.amount, p.tax_code AS "taxCode", p.agreed_by AS "agreedBy",
         p.agreed_on AS "agreedOn", p.note, p.created_at AS "createdAt"
  FROM advance_plan p
  JOIN occupancy o ON o.community_id = p.community_id AND o.id = p.occupancy_id
  JOIN space s ON s.community_id = o.community_id AND s.id = o.space_id
  JOIN member m ON m.community_id = o.community_id AND m.id = o.member_id
  WHERE p.community_id = $1`;

/** What was agreed about advance payments. A plan never changes; the next one ends it. */
@Injectable()
export class AdvancePlansService {
  constructor(
    private readonly transactions: Transactions,
    private readonly audit: AuditService,
    private readonly community: CommunityService,
    private readonly tariffs: TariffsService,
  ) {}

  /** @throws DomainError `not-found`, `overlapping-version`, `off-grid-total`; `invalid-period` outside of the occupancy */
  create(communityId: string, given: NewAdvancePlan, actor: Actor): Promise<AdvancePlanReply> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const { occupancy, from, taxCode, agreedBy, agreedOn, note } = given;
      await refuseOutside(tx, communityId, given);
      if (!(await this.tariffs.taxCodes(tx, communityId)).has(taxCode))
        throw new InvalidRequest([{ pointer: '/taxCode', detail: `there is no tax rate ${taxCode}` }]);
      const { currency } = await this.community.get(communityId);
      if (!isCurrency(currency)) throw new DomainError('currency-mismatch', `${currency} is no currency we know.`);
      const amount = writeMoney(decimal(given.amount), currency);
      await tx.query(
        `UPDATE advance_plan SET days = daterange(lower(days), $3::date)
         WHERE community_id = $1 AND occupancy_id = $2 AND upper_inf(days) AND lower(days) < $3::date`,
        [communityId, occupancy, from],
      );
      const id = newId();
      await tx.query(
        `INSERT INTO advance_plan (community_id, id, occupancy_id, days, amount, tax_code, agreed_by, agreed_on, note, created_by)
         VALUES ($1, $2, $3, daterange($4::date, NULL), $5, $6, $7, $8, $9, $10)`,
        [
          ...[communityId, id, occupancy, from, amount, taxCode, agreedBy, agreedOn, note],
          actor.kind === 'person' ? actor.id : null,
        ],
      );
      const data = { from, amount, agreedBy, agreedOn };
      await this.audit.record(tx, {
        ...{ actor, type: 'advance-plan.agreed', subjectKind: 'occupancy', subjectId: occupancy, data },
      });
      const [row] = await tx.query<AdvancePlanReply>(`${rows} AND p.id = $2`, [communityId, id]);
      return row as AdvancePlanReply;
    });
  }

  /** In the order in which they were made known; members see their own. */
  list(
    communityId: string,
    query: AdvancesQuery,
    seen: Seen,
  ): Promise<{ items: AdvancePlanReply[]; next: string | null }> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const limit = limitOf(query);
      const [after = null] = readCursor(query.cursor, 1) ?? [];
      const member = query.member === undefined ? null : await seenMemberId(tx, communityId, query.member, seen);
      const found = await tx.query<AdvancePlanReply>(
        `${rows} AND ($2::uuid IS NULL OR p.id > $2) AND ($3::uuid IS NULL OR m.id = $3) AND ($4::uuid[] IS NULL OR m.id = ANY($4))
         ORDER BY p.id LIMIT $5`,
        [communityId, after, member, seen, limit + 1],
      );
      return pageOf(found, limit, ({ id }) => [id]);
    });
  }
}

async function refuseOutside(tx: Tx, communityId: string, { occupancy, from }: NewAdvancePlan): Promise<void> {
  const [found] = await tx.query<{ days: Days }>(
    'SELECT days FROM occupancy WHERE community_id = $1 AND id = $2 FOR NO KEY UPDATE',
    [communityId, occupancy],
  );
  if (!found) throw new DomainError('not-found', `There is no occupancy ${occupancy}.`);
  const { days } = found;
  if (from < days.from || (days.to !== null && from >= days.to)) {
    throw new DomainError(
      'invalid-period',
      `The occupancy lasts from ${days.from} to ${days.to ?? 'today and on'}; a plan begins within it.`,
    );
  }
}
