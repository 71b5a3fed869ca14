import { Injectable } from '@nestjs/common';
import { DomainError } from '../../domain/errors.js';
import { idOf } from '../../platform/database/addresses.js';
import { Transactions, type Tx } from '../../platform/database/transactions.js';
import { daysToDatabase } from '../../platform/database/types.js';
import { pageOf, readCursor } from '../../platform/http/cursor.js';
import { limitOf } from '../../platform/http/wire.js';
import { newId } from '../../platform/ids.js';
import type { Actor } from '../access/access-changes.service.js';
import { AuditService } from '../audit/audit.service.js';
import type { NewResource, NewResourcePrice, Resource, ResourcesQuery } from './bookings.schema.js';

const columns = `r.id, r.site_id AS "siteId", r.code, r.name, r.space_id AS "spaceId", r.created_at AS "createdAt"`;

type ResourceRow = Omit<Resource, 'prices'>;

/** What can be booked by the minute, and its prices. */
@Injectable()
export class ResourcesService {
  constructor(
    private readonly transactions: Transactions,
    private readonly audit: AuditService,
  ) {}

  /** @throws DomainError `already-exists`; `not-found` (site, space); `conflict` where the space stands elsewhere or is common */
  create(communityId: string, given: NewResource, actor: Actor): Promise<Resource> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const id = newId();
      const { code, name } = given;
      const siteId = await idOf(tx, communityId, 'site', given.site);
      const spaceId = given.space === null ? null : await letSpaceOf(tx, communityId, siteId, given.space);
      await tx.query(
        'INSERT INTO resource (community_id, id, site_id, code, name, space_id) VALUES ($1, $2, $3, $4, $5, $6)',
        [communityId, id, siteId, code, name, spaceId],
      );
      const data = { code, siteId, spaceId };
      await this.audit.record(tx, { actor, type: 'resource.created', subjectKind: 'resource', subjectId: id, data });
      return one(tx, communityId, id);
    });
  }

  list(communityId: string, query: ResourcesQuery): Promise<{ items: Resource[]; next: string | null }> {
    const limit = limitOf(query);
    const [after = null] = readCursor(query.cursor, 1) ?? [];
    return this.transactions.inCommunity(communityId, async (tx) => {
      const siteId = query.site === undefined ? null : await idOf(tx, communityId, 'site', query.site);
      const rows = await tx.query<ResourceRow>(
        `SELECT ${columns} FROM resource r
         WHERE r.community_id = $1 AND ($2::text IS NULL OR r.code COLLATE "C" > $2) AND ($3::uuid IS NULL OR r.site_id = $3)
         ORDER BY r.code COLLATE "C" LIMIT $4`,
        [communityId, after, siteId, limit + 1],
      );
      const { items, next } = pageOf(rows, limit, ({ code }) => [code]);
      return { items: await withPrices(tx, communityId, items), next };
    });
  }

  /** @throws DomainError `not-found` */
  get(communityId: string, address: string): Promise<Resource> {
    return this.transactions.inCommunity(communityId, async (tx) =>
      one(tx, communityId, await idOf(tx, communityId, 'resource', address)),
    );
  }

  /** A price for later bookings; it ends the open one before it. @throws DomainError `not-found`, `overlapping-version` */
  price(communityId: string, address: string, given: NewResourcePrice, actor: Actor): Promise<Resource> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const resourceId = await idOf(tx, communityId, 'resource', address);
      const id = newId();
      await tx.query(
        `UPDATE resource_price SET days = daterange(lower(days), $3::date)
         WHERE community_id = $1 AND resource_id = $2 AND upper_inf(days) AND lower(days) < $3::date`,
        [communityId, resourceId, given.days.from],
      );
      await tx.query(
        'INSERT INTO resource_price (community_id, id, resource_id, days, per_hour, minimum) VALUES ($1, $2, $3, $4, $5, $6)',
        [communityId, id, resourceId, daysToDatabase(given.days), given.perHour, given.minimum],
      );
      const data = { price: id, ...given };
      await this.audit.record(tx, {
        actor,
        type: 'resource.priced',
        subjectKind: 'resource',
        subjectId: resourceId,
        data,
      });
      return one(tx, communityId, resourceId);
    });
  }
}

async function letSpaceOf(tx: Tx, communityId: string, siteId: string, address: string): Promise<string> {
  const id = await idOf(tx, communityId, 'space', address);
  const [space] = await tx.query<{ code: string; kind: string; siteId: string }>(
    'SELECT code, kind, site_id AS "siteId" FROM space WHERE community_id = $1 AND id = $2',
    [communityId, id],
  );
  if (space?.siteId !== siteId) throw new DomainError('conflict', `The space ${address} stands at another site.`);
  if (space.kind === 'common') {
    throw new DomainError('conflict', `${space.code} is common to all; make a thing of it, without a space.`);
  }
  return id;
}

async function one(tx: Tx, communityId: string, id: string): Promise<Resource> {
  const rows = await tx.query<ResourceRow>(
    `SELECT ${columns} FROM resource r WHERE r.community_id = $1 AND r.id = $2`,
    [communityId, id],
  );
  const [row] = await withPrices(tx, communityId, rows);
  if (!row) throw new DomainError('not-found', 'There is no such resource here; check its id or code.');
  return row;
}

async function withPrices(tx: Tx, communityId: string, rows: readonly ResourceRow[]): Promise<Resource[]> {
  const prices = await tx.query<Resource['prices'][number] & { resourceId: string }>(
    `SELECT resource_id AS "resourceId", id, days, trim_scale(per_hour)::text AS "perHour", to_char(minimum, 'FM9999999999990.00') AS minimum
     FROM resource_price WHERE community_id = $1 AND resource_id = ANY($2::uuid[]) ORDER BY lower(days)`,
    [communityId, rows.map(({ id }) => id)],
  );
  return rows.map((row) => ({
    ...row,
    prices: prices.flatMap(({ resourceId, ...price }) => (resourceId === row.id ? [price] : [])),
  }));
}
