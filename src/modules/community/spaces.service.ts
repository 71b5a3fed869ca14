import { Injectable } from '@nestjs/common';
import { assert, DomainError } from '../../domain/errors.js';
import { idOf } from '../../platform/database/addresses.js';
import { Transactions, type Tx } from '../../platform/database/transactions.js';
import { pageOf, readCursor } from '../../platform/http/cursor.js';
import { limitOf } from '../../platform/http/wire.js';
import { newId } from '../../platform/ids.js';
import type { Actor } from '../access/access-changes.service.js';
import { AuditService } from '../audit/audit.service.js';
import type { NewSpace, Space, SpacePatch, SpacesQuery } from './places.schema.js';
import type { Seen } from './places.service.js';

const columns = `s.id, s.site_id AS "siteId", s.code, s.name, s.kind, trim_scale(s.area)::text AS area, trim_scale(s.weight)::text AS weight,
  s.vacant_payer_member_id AS "vacantPayerMemberId", s.created_at AS "createdAt"`;

/** Spaces that concern some members: they are or were in them, or pay for them while they are empty. */
const concerns = (param: string) => `(${param}::uuid[] IS NULL OR s.vacant_payer_member_id = ANY(${param}) OR EXISTS (
  SELECT FROM occupancy o WHERE o.community_id = s.community_id AND o.space_id = s.id AND o.member_id = ANY(${param})))`;

/** Stalls, workshops and shops, and what is common to all. */
@Injectable()
export class SpacesService {
  constructor(
    private readonly transactions: Transactions,
    private readonly audit: AuditService,
  ) {}

  create(communityId: string, given: NewSpace, actor: Actor): Promise<Space> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const id = newId();
      const { code, name, kind, area, weight } = given;
      const siteId = await idOf(tx, communityId, 'site', given.site);
      const payerId = await payerOf(tx, communityId, given.vacantPayer);
      const [row] = await tx.query<Space>(
        `INSERT INTO space AS s (community_id, id, site_id, code, name, kind, area, weight, vacant_payer_member_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING ${columns}`,
        [communityId, id, siteId, code, name, kind, area, weight, payerId],
      );
      const data = { code, kind, area, weight, vacantPayerMemberId: payerId };
      await this.audit.record(tx, { actor, type: 'space.created', subjectKind: 'space', subjectId: id, data });
      return row as Space;
    });
  }

  list(communityId: string, query: SpacesQuery, viewer: Seen = null): Promise<{ items: Space[]; next: string | null }> {
    const limit = limitOf(query);
    const [after = null] = readCursor(query.cursor, 1) ?? [];
    return this.transactions.inCommunity(communityId, async (tx) => {
      const siteId = query.site === undefined ? null : await idOf(tx, communityId, 'site', query.site);
      const rows = await tx.query<Space>(
        `SELECT ${columns} FROM space s
         WHERE s.community_id = $1 AND ($2::text IS NULL OR s.code > $2) AND ($3::uuid IS NULL OR s.site_id = $3) AND ${concerns('$4')}
         ORDER BY s.code LIMIT $5`,
        [communityId, after, siteId, viewer, limit + 1],
      );
      return pageOf(rows, limit, ({ code }) => [code]);
    });
  }

  /** @throws DomainError `not-found`, also where the space does not concern the viewer */
  one(communityId: string, address: string, viewer: Seen = null): Promise<Space> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const id = await idOf(tx, communityId, 'space', address);
      const [row] = await tx.query<Space>(
        `SELECT ${columns} FROM space s WHERE s.community_id = $1 AND s.id = $2 AND ${concerns('$3')}`,
        [communityId, id, viewer],
      );
      if (!row) throw new DomainError('not-found', 'There is no such space here; check its id or code.');
      return row;
    });
  }

  change(communityId: string, address: string, patch: SpacePatch, actor: Actor): Promise<Space> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const id = await idOf(tx, communityId, 'space', address);
      const setsPayer = patch.vacantPayer !== undefined;
      const payerId = await payerOf(tx, communityId, patch.vacantPayer ?? null);
      const [row] = await tx.query<Space>(
        `UPDATE space s SET name = coalesce($3, name), area = coalesce($4::numeric, area), weight = coalesce($5::numeric, weight),
           vacant_payer_member_id = CASE WHEN $6 THEN $7::uuid ELSE vacant_payer_member_id END
         WHERE s.community_id = $1 AND s.id = $2 RETURNING ${columns}`,
        [communityId, id, patch.name ?? null, patch.area ?? null, patch.weight ?? null, setsPayer, payerId],
      );
      assert(row, 'A space that was found is there.');
      const { area, weight, vacantPayerMemberId } = row;
      const data = { changed: Object.keys(patch), area, weight, vacantPayerMemberId };
      await this.audit.record(tx, { actor, type: 'space.changed', subjectKind: 'space', subjectId: id, data });
      return row;
    });
  }
}

const payerOf = async (tx: Tx, communityId: string, address: string | null): Promise<string | null> =>
  address === null ? null : idOf(tx, communityId, 'member', address);
