import { Injectable } from '@nestjs/common';
import type { PageQuery } from '../../platform/http/wire.js';
import type { Seen } from '../community/places.service.js';
import { InvoicesService } from '../invoices/invoices.service.js';
import type { StatementReply, StatementSummary } from './statements.schema.js';

/** What a member is told, as it was sealed at its issue. Read only: a statement is never composed a second time. */
@Injectable()
export class StatementsService {
  constructor(private readonly invoices: InvoicesService) {}

  async list(
    communityId: string,
    query: PageQuery,
    seen: Seen,
  ): Promise<{ items: StatementSummary[]; next: string | null }> {
    const { items, next } = await this.invoices.list(communityId, query, seen);
    return { items: items.map(({ id, ...row }) => ({ invoiceId: id, ...row })), next };
  }

  /** @throws DomainError `not-found`, the same for what is not there and what is another's */
  async get(communityId: string, invoice: string, seen: Seen): Promise<StatementReply> {
    return JSON.parse(await this.invoices.statement(communityId, invoice, seen)) as StatementReply;
  }
}
