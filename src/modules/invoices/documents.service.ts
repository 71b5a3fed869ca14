import { Injectable } from '@nestjs/common';
import type { Instant } from '../../domain/calendar/period.js';
import type { Tx } from '../../platform/database/transactions.js';
import { Outbox } from '../../platform/queue/outbox.js';
import { documentPieces, documentTopic } from './document-pieces.js';
import { orderDocuments, progressOf } from './documents.js';

/** Documents that are to be made: written down with what they are drawn from, handed to the queue when that is committed. */
@Injectable()
export class DocumentsService {
  constructor(private readonly outbox: Outbox) {}

  /** Orders the PDFs of some invoices in the transaction that issues them. */
  async order(tx: Tx, communityId: string, invoiceIds: readonly string[], at: Instant): Promise<void> {
    const ids = await orderDocuments(tx, invoiceIds, at);
    await this.outbox.addMany(tx, communityId, documentTopic, documentPieces(ids));
  }

  /** Documents of a run that are made, of how many. */
  progress(tx: Tx, runId: string): Promise<{ done: number; total: number }> {
    return progressOf(tx, runId);
  }
}
