import { Injectable } from '@nestjs/common';
import { idOf } from '../../platform/database/addresses.js';
import { Transactions } from '../../platform/database/transactions.js';
import { pageOf, readCursor } from '../../platform/http/cursor.js';
import { limitOf, type PageQuery } from '../../platform/http/wire.js';
import { newId } from '../../platform/ids.js';
import type { Actor } from '../access/access-changes.service.js';
import { AuditService } from '../audit/audit.service.js';
import type { NewSite, Site, SitePatch } from './places.schema.js';

const columns = 'id, code, name, address, zone, created_at AS "createdAt"';

/** The buildings and grounds of a community. */
@Injectable()
export class SitesService {
  constructor(
    private readonly transactions: Transactions,
    private readonly audit: AuditService,
  ) {}

  create(communityId: string, given: NewSite, actor: Actor): Promise<Site> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const id = newId();
      const { code, name, address, zone } = given;
      const [row] = await tx.query<Site>(
        `INSERT INTO site (community_id, id, code, name, address, zone) VALUES ($1, $2, $3, $4, $5, $6) RETURNING ${columns}`,
        [communityId, id, code, name, address, zone],
      );
      await this.audit.record(tx, {
        actor,
        type: 'site.created',
        subjectKind: 'site',
        subjectId: id,
        data: { code, zone },
      });
      return row as Site;
    });
  }

  list(communityId: string, query: PageQuery): Promise<{ items: Site[]; next: string | null }> {
    const limit = limitOf(query);
    const [after = null] = readCursor(query.cursor, 1) ?? [];
    return this.transactions.inCommunity(communityId, async (tx) => {
      const rows = await tx.query<Site>(
        `SELECT ${columns} FROM site WHERE community_id = $1 AND ($2::text IS NULL OR code > $2) ORDER BY code LIMIT $3`,
        [communityId, after, limit + 1],
      );
      return pageOf(rows, limit, ({ code }) => [code]);
    });
  }

  /** @throws DomainError `not-found` */
  one(communityId: string, address: string): Promise<Site> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const id = await idOf(tx, communityId, 'site', address);
      const [row] = await tx.query<Site>(`SELECT ${columns} FROM site WHERE community_id = $1 AND id = $2`, [
        communityId,
        id,
      ]);
      return row as Site;
    });
  }

  change(communityId: string, address: string, patch: SitePatch, actor: Actor): Promise<Site> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const id = await idOf(tx, communityId, 'site', address);
      const [row] = await tx.query<Site>(
        `UPDATE site SET name = coalesce($3, name), address = coalesce($4, address)
         WHERE community_id = $1 AND id = $2 RETURNING ${columns}`,
        [communityId, id, patch.name ?? null, patch.address ?? null],
      );
      await this.audit.record(tx, {
        actor,
        type: 'site.changed',
        subjectKind: 'site',
        subjectId: id,
        data: { ...patch },
      });
      return row as Site;
    });
  }
}
