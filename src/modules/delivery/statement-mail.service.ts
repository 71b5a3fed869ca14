import { Injectable } from '@nestjs/common';
import type { Statement } from '../../domain/statement/model.js';
import type { Tx } from '../../platform/database/transactions.js';
import { PublicAddress } from '../../platform/http/public-address.js';
import type { Letter } from '../../platform/mail/letter.js';
import { Mail } from '../../platform/mail/mail.js';
import { DocumentsService } from '../invoices/documents.service.js';
import { InvoicesService } from '../invoices/invoices.service.js';
import { writeStatementLetter } from './statement-letter.js';

const kind = 'statement';
const everybodys = null;

/**
 * Statements by e-mail: written down in the transaction that stores the PDF, so that no statement goes without its document and none that
 * has one is forgotten. Members without an address get theirs on paper.
 */
@Injectable()
export class StatementMailService {
  constructor(
    private readonly mail: Mail,
    private readonly invoices: InvoicesService,
    private readonly address: PublicAddress,
    documents: DocumentsService,
  ) {
    mail.teach({ kind, isReadable: true, write: (communityId, invoiceId) => this.write(communityId, invoiceId) });
    documents.onMade((tx, communityId, invoiceIds) => this.post(tx, communityId, invoiceIds));
  }

  private async post(tx: Tx, communityId: string, invoiceIds: readonly string[]): Promise<void> {
    const rows = await tx.query<{ id: string; email: string }>(
      `SELECT i.id, m.email FROM invoice i JOIN member m ON m.community_id = i.community_id AND m.id = i.member_id
       WHERE i.community_id = $1 AND i.id = ANY($2::uuid[]) AND m.email <> '' ORDER BY i.id`,
      [communityId, invoiceIds],
    );
    for (const { id, email } of rows) await this.mail.post(tx, communityId, kind, id, email);
  }

  private async write(communityId: string, invoiceId: string): Promise<Letter> {
    const statement = JSON.parse(await this.invoices.statement(communityId, invoiceId, everybodys)) as Statement;
    const pdf = await this.invoices.pdf(communityId, invoiceId, everybodys);
    return writeStatementLetter(statement, pdf, this.address.of('/'));
  }
}
