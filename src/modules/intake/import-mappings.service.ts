import { Injectable } from '@nestjs/common';
import { assert, DomainError } from '../../domain/errors.js';
import { Clock } from '../../platform/clock.js';
import { Transactions, type Tx } from '../../platform/database/transactions.js';
import { pageOf, readCursor } from '../../platform/http/cursor.js';
import { limitOf, type PageQuery } from '../../platform/http/wire.js';
import type { Actor } from '../access/access-changes.service.js';
import { AuditService } from '../audit/audit.service.js';
import type { GivenMapping } from './files/table/mapping.js';
import type { MappingReply, NewMapping } from './import-mappings.schema.js';

/** A mapping as an import uses it. */
export interface StoredMapping {
  readonly code: string;
  readonly version: number;
  readonly mapping: GivenMapping;
}

const columns = `code, version, mapping, created_by AS "createdBy", created_at AS "createdAt"`;

/** How the tables of a sender are read, kept under a name for the next file. A version stays; what is stored under a known name is the next. */
@Injectable()
export class ImportMappingsService {
  constructor(
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    private readonly audit: AuditService,
  ) {}

  /** The last version of each, by code. */
  list(communityId: string, query: PageQuery): Promise<{ items: MappingReply[]; next: string | null }> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const limit = limitOf(query);
      const [after = null] = readCursor(query.cursor, 1) ?? [];
      const rows = await tx.query<MappingReply>(
        `SELECT DISTINCT ON (code) ${columns} FROM import_mapping
         WHERE community_id = $1 AND ($2::text IS NULL OR code > $2) ORDER BY code, version DESC LIMIT $3::int`,
        [communityId, after, limit + 1],
      );
      return pageOf(rows, limit, ({ code }) => [code]);
    });
  }

  store(communityId: string, { code, mapping }: NewMapping, actor: Actor): Promise<MappingReply> {
    assert(actor.kind === 'person' && actor.id !== null, 'A person says how tables are read.');
    return this.transactions.inCommunity(communityId, async (tx) => {
      const [row] = await tx.query<MappingReply>(
        `INSERT INTO import_mapping (community_id, code, version, mapping, created_by, created_at)
         SELECT $1::uuid, $2::text, 1 + coalesce(max(version), 0), $3::jsonb, $4::uuid, $5::timestamptz
         FROM import_mapping WHERE community_id = $1 AND code = $2 RETURNING ${columns}`,
        [communityId, code, JSON.stringify(mapping), actor.id, this.clock.now()],
      );
      assert(row, 'What was inserted is there.');
      const data = { version: row.version };
      await this.audit.record(tx, {
        actor,
        type: 'import-mapping.stored',
        subjectKind: 'import-mapping',
        subjectId: code,
        data,
      });
      return row;
    });
  }

  /** The last version under a code. @throws DomainError `not-found` */
  async called(tx: Tx, communityId: string, code: string): Promise<StoredMapping> {
    const [row] = await tx.query<StoredMapping>(
      'SELECT code, version, mapping FROM import_mapping WHERE community_id = $1 AND code = $2 ORDER BY version DESC LIMIT 1',
      [communityId, code],
    );
    if (!row)
      throw new DomainError('not-found', `There is no mapping "${code}"; GET /api/v1/import-mappings lists them.`);
    return row;
  }
}
