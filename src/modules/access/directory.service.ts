import { Injectable } from '@nestjs/common';
import { DomainError } from '../../domain/errors.js';
import { idsOf } from '../../platform/database/addresses.js';
import { Transactions } from '../../platform/database/transactions.js';
import { pageOf, readCursor } from '../../platform/http/cursor.js';
import type { DeviceScope, Principal } from '../../platform/http/principal.js';
import { limitOf, type PageQuery } from '../../platform/http/wire.js';
import type { GrantBody, Me, Person } from './access.schema.js';
import { type KeyRow, type KeySet, listKeys } from './keys.js';
import { listPeople, onePerson, type RoleGrant } from './people.js';

/** Reads who there is and what keys there are, and finds what a request names. */
@Injectable()
export class DirectoryService {
  constructor(private readonly transactions: Transactions) {}

  people(communityId: string, query: PageQuery): Promise<{ items: Person[]; next: string | null }> {
    const limit = limitOf(query);
    const [after] = readCursor(query.cursor, 1) ?? [];
    return this.transactions.inCommunity(communityId, async (tx) =>
      pageOf(await listPeople(tx, communityId, after, limit + 1), limit, ({ id }) => [id]),
    );
  }

  person(communityId: string, id: string): Promise<Person> {
    return this.transactions.inCommunity(communityId, (tx) => onePerson(tx, communityId, id));
  }

  keys(communityId: string, set: KeySet, query: PageQuery): Promise<{ items: KeyRow[]; next: string | null }> {
    const limit = limitOf(query);
    const [after] = readCursor(query.cursor, 1) ?? [];
    return this.transactions.inCommunity(communityId, async (tx) =>
      pageOf(await listKeys(tx, communityId, set, after, limit + 1), limit, ({ id }) => [id]),
    );
  }

  /** Roles with the ids of the members they name. @throws DomainError `not-found` */
  grants(communityId: string, roles: readonly GrantBody[]): Promise<RoleGrant[]> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const named = roles.flatMap((grant) => (grant.role === 'member' ? [grant.member] : []));
      const ids = await idsOf(tx, communityId, 'member', named);
      const byAddress = new Map(named.map((address, i) => [address, ids[i] as string]));
      return roles.map((grant) =>
        grant.role === 'member' ? { role: 'member', memberId: byAddress.get(grant.member) as string } : grant,
      );
    });
  }

  /** The scope of a device key by what it names. @throws DomainError `not-found` */
  scope(communityId: string, site: string | undefined, meters: readonly string[] = []): Promise<DeviceScope> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      if (site === undefined) return { meterIds: [...new Set(await idsOf(tx, communityId, 'meter', meters))] };
      const [siteId] = await idsOf(tx, communityId, 'site', [site]);
      return { siteId: siteId as string };
    });
  }

  /** What a person's own token or session says about them. */
  me({ communityId, tokenId, personId, roles, memberIds }: Principal): Promise<Me> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const [row] = await tx.query<Pick<Me, 'person' | 'community' | 'token'>>(
        `SELECT jsonb_build_object('id', p.id, 'name', p.name, 'email', p.email) AS person, ${communityShown} AS community,
                CASE WHEN t.id IS NOT NULL
                     THEN jsonb_build_object('id', t.id, 'prefix', t.prefix, 'name', t.name, 'expiresAt', t.expires_at) END AS token
         FROM person p JOIN community c ON c.id = p.community_id
         LEFT JOIN access_token t ON t.community_id = p.community_id AND t.id = $2
         WHERE p.community_id = $1 AND p.id = $3`,
        [communityId, tokenId, personId ?? null],
      );
      if (!row) throw new DomainError('not-found', 'This is known of people, not of devices.');
      return { ...row, roles: roles.filter((role) => role !== 'device'), memberIds: [...memberIds] };
    });
  }
}

/** A community as its people see it wherever they are told who they are. */
export const communityShown = `jsonb_build_object('id', c.id, 'code', c.code, 'name', c.name, 'currency', c.currency, 'zone', c.zone,
                                   'locale', c.locale, 'demo', c.demo)`;
