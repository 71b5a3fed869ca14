import { Injectable } from '@nestjs/common';
import { DomainError } from '../../domain/errors.js';
import type { Days } from '../../domain/calendar/period.js';
import { Transactions, type Tx } from '../../platform/database/transactions.js';
import { daysToDatabase } from '../../platform/database/types.js';
import { pageOf, readCursor } from '../../platform/http/cursor.js';
import { isId, limitOf } from '../../platform/http/wire.js';
import { newId } from '../../platform/ids.js';
import type { Actor } from '../access/access-changes.service.js';
import { AuditService } from '../audit/audit.service.js';
import type { NewTaxRate, TaxRateReply, TaxRatesQuery } from './tax-rates.schema.js';

interface TaxRateRow {
  readonly id: string;
  readonly code: string;
  readonly label: string;
  readonly rate: string;
  readonly category: TaxRateReply['category'];
  readonly reason: string;
  readonly days: Days;
}

/** Tax rates as dated data: what the law changes is a new row, never a new release. */
@Injectable()
export class TaxRatesService {
  constructor(
    private readonly transactions: Transactions,
    private readonly audit: AuditService,
  ) {}

  /** Adds a rate; the open rate of the same code ends where it begins. @throws DomainError `overlapping-version` */
  create(communityId: string, given: NewTaxRate, actor: Actor): Promise<TaxRateReply> {
    return this.transactions.inCommunity(communityId, (tx) => this.createWithin(tx, communityId, given, actor));
  }

  /** The same within the transaction of whoever adds several. */
  async createWithin(tx: Tx, communityId: string, given: NewTaxRate, actor: Actor): Promise<TaxRateReply> {
    const id = newId();
    const { code, label, rate, category, reason, days } = given;
    await tx.query(
      `UPDATE tax_rate SET days = daterange(lower(days), $3::date)
         WHERE community_id = $1 AND code = $2 AND upper_inf(days) AND lower(days) < $3::date`,
      [communityId, code, days.from],
    );
    await tx.query(
      'INSERT INTO tax_rate (community_id, id, code, label, rate, category, reason, days) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)',
      [communityId, id, code, label, rate, category, reason, daysToDatabase(days)],
    );
    await this.audit.record(tx, {
      actor,
      type: 'tax-rate.created',
      subjectKind: 'tax-rate',
      subjectId: id,
      data: { ...given },
    });
    return { id, ...given };
  }

  /** By code, then by time. */
  list(communityId: string, query: TaxRatesQuery): Promise<{ items: TaxRateReply[]; next: string | null }> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const limit = limitOf(query);
      const [code, from] = readCursor(query.cursor, 2) ?? ['', '0001-01-01'];
      const rows = await tx.query<TaxRateRow>(
        `SELECT id, code, label, rate, category, reason, days FROM tax_rate
         WHERE community_id = $1 AND (code COLLATE "C", lower(days)) > ($2, $3::date) AND ($4::date IS NULL OR days @> $4::date)
         ORDER BY code COLLATE "C", lower(days) LIMIT $5`,
        [communityId, code, from, query.on ?? null, limit + 1],
      );
      return pageOf(rows, limit, (row) => [row.code, row.days.from]);
    });
  }

  get(communityId: string, id: string): Promise<TaxRateReply> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const rows = isId(id)
        ? await tx.query<TaxRateRow>(
            'SELECT id, code, label, rate, category, reason, days FROM tax_rate WHERE community_id = $1 AND id = $2',
            [communityId, id],
          )
        : [];
      if (!rows[0]) throw new DomainError('not-found', `There is no tax rate ${id}.`);
      return rows[0];
    });
  }
}
