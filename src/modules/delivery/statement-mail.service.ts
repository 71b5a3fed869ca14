import { Injectable } from '@nestjs/common';
import { epochMs, fromEpochMs, type Instant } from '../../domain/calendar/period.js';
import { dayOf } from '../../domain/calendar/zone.js';
import type { Statement } from '../../domain/statement/model.js';
import type { Tx } from '../../platform/database/transactions.js';
import { PublicAddress } from '../../platform/http/public-address.js';
import type { Letter } from '../../platform/mail/letter.js';
import { Mail } from '../../platform/mail/mail.js';
import { CommunityService } from '../community/community.service.js';
import { DocumentsService } from '../invoices/documents.service.js';
import { InvoicesService } from '../invoices/invoices.service.js';
import { statementSubject, writeStatementLetter } from './statement-letter.js';

/** The kind of mail that brings a statement. */
export const statementKind = 'statement';
const everybodys = null;

/**
 * Statements by e-mail: written down in the transaction that stores the PDF, so that no statement goes without its document and none that
 * has one is forgotten. They leave some minutes after the issue, all at once, and can be held back until then. Members without an address get theirs on paper.
 */
@Injectable()
export class StatementMailService {
  constructor(
    private readonly mail: Mail,
    private readonly communities: CommunityService,
    private readonly invoices: InvoicesService,
    private readonly address: PublicAddress,
    documents: DocumentsService,
  ) {
    mail.teach({
      kind: statementKind,
      isReadable: true,
      subject: async (communityId, id) => statementSubject(await this.statement(communityId, id)),
      write: (communityId, id) => this.write(communityId, id),
    });
    documents.onMade((tx, communityId, invoiceIds) => this.post(tx, communityId, invoiceIds));
  }

  private async post(tx: Tx, communityId: string, invoiceIds: readonly string[]): Promise<void> {
    const rows = await tx.query<{ id: string; email: string; issuedAt: Instant }>(
      `SELECT i.id, m.email, i.issued_at AS "issuedAt" FROM invoice i JOIN member m ON m.community_id = i.community_id AND m.id = i.member_id
       WHERE i.community_id = $1 AND i.id = ANY($2::uuid[]) AND m.email <> '' ORDER BY i.id`,
      [communityId, invoiceIds],
    );
    if (rows.length === 0) return;
    const { zone } = await this.communities.get(communityId);
    for (const { id, email, issuedAt } of rows) {
      const { undoMinutes } = await this.communities.policyOn(tx, communityId, 'mailing', dayOf(issuedAt, zone));
      const leavesAt = undoMinutes === 0 ? null : fromEpochMs(epochMs(issuedAt) + undoMinutes * 60_000);
      await this.mail.post(tx, communityId, statementKind, id, email, { leavesAt });
    }
  }

  private async statement(communityId: string, invoiceId: string): Promise<Statement> {
    return JSON.parse(await this.invoices.statement(communityId, invoiceId, everybodys)) as Statement;
  }

  private async write(communityId: string, invoiceId: string): Promise<Letter> {
    const statement = await this.statement(communityId, invoiceId);
    const pdf = await this.invoices.pdf(communityId, invoiceId, everybodys);
    return writeStatementLetter(statement, pdf, this.address.of('/'));
  }
}
