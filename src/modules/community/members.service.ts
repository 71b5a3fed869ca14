import { Injectable } from '@nestjs/common';
import { DomainError } from '../../domain/errors.js';
import { idOf } from '../../platform/database/addresses.js';
import { Transactions } from '../../platform/database/transactions.js';
import { pageOf, readCursor } from '../../platform/http/cursor.js';
import { limitOf, type PageQuery } from '../../platform/http/wire.js';
import { newId } from '../../platform/ids.js';
import type { Actor } from '../access/access-changes.service.js';
import { AuditService } from '../audit/audit.service.js';
import type { Member, MemberPatch, NewMember } from './places.schema.js';
import type { Seen } from './places.service.js';

const columns = `id, code, name, contact_name AS "contactName", email, address, trade, created_at AS "createdAt", erased_at AS "erasedAt"`;

/** The members of a community. What is recorded of them names no person and no address: the record is for ever. */
@Injectable()
export class MembersService {
  constructor(
    private readonly transactions: Transactions,
    private readonly audit: AuditService,
  ) {}

  create(communityId: string, given: NewMember, actor: Actor): Promise<Member> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const id = newId();
      const { code, name, contactName, email, address, trade } = given;
      const [row] = await tx.query<Member>(
        `INSERT INTO member (community_id, id, code, name, contact_name, email, address, trade)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING ${columns}`,
        [communityId, id, code, name, contactName, email, address, trade],
      );
      await this.audit.record(tx, {
        actor,
        type: 'member.created',
        subjectKind: 'member',
        subjectId: id,
        data: { code },
      });
      return row as Member;
    });
  }

  list(communityId: string, query: PageQuery, viewer: Seen = null): Promise<{ items: Member[]; next: string | null }> {
    const limit = limitOf(query);
    const [after = null] = readCursor(query.cursor, 1) ?? [];
    return this.transactions.inCommunity(communityId, async (tx) => {
      const rows = await tx.query<Member>(
        `SELECT ${columns} FROM member
         WHERE community_id = $1 AND ($2::text IS NULL OR code > $2) AND ($3::uuid[] IS NULL OR id = ANY($3))
         ORDER BY code LIMIT $4`,
        [communityId, after, viewer, limit + 1],
      );
      return pageOf(rows, limit, ({ code }) => [code]);
    });
  }

  /** @throws DomainError `not-found`, also where it is another member than the viewer */
  one(communityId: string, address: string, viewer: Seen = null): Promise<Member> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const id = await idOf(tx, communityId, 'member', address);
      const [row] = await tx.query<Member>(
        `SELECT ${columns} FROM member WHERE community_id = $1 AND id = $2 AND ($3::uuid[] IS NULL OR id = ANY($3))`,
        [communityId, id, viewer],
      );
      if (!row) throw new DomainError('not-found', 'There is no such member here; check its id or code.');
      return row;
    });
  }

  change(communityId: string, address: string, patch: MemberPatch, actor: Actor): Promise<Member> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const id = await idOf(tx, communityId, 'member', address);
      const [row] = await tx.query<Member>(
        `UPDATE member SET name = coalesce($3, name), contact_name = coalesce($4, contact_name), email = coalesce($5, email),
           address = coalesce($6, address), trade = coalesce($7, trade)
         WHERE community_id = $1 AND id = $2 RETURNING ${columns}`,
        [
          communityId,
          id,
          patch.name ?? null,
          patch.contactName ?? null,
          patch.email ?? null,
          patch.address ?? null,
          patch.trade ?? null,
        ],
      );
      const data = { changed: Object.keys(patch) };
      await this.audit.record(tx, { actor, type: 'member.changed', subjectKind: 'member', subjectId: id, data });
      return row as Member;
    });
  }
}
