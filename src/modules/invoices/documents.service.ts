import { Injectable } from '@nestjs/common';
import type { Instant } from '../../domain/calendar/period.js';
import type { Tx } from '../../platform/database/transactions.js';
import { Outbox } from '../../platform/queue/outbox.js';
import { documentPieces, documentTopic } from './document-pieces.js';
import { orderDocuments, progressOf } from './documents.js';

/** Told of invoices whose PDF was made, in the transaction that stores it. */
type Listener = (tx: Tx, communityId: string, invoiceIds: readonly string[]) => Promise<void>;

/** Documents that are to be made: written down with what they are drawn from, handed to the queue when that is committed. */
@Injectable()
export class DocumentsService {
  private readonly listeners: Listener[] = [];

  constructor(private readonly outbox: Outbox) {}

  /** Orders the PDFs of some invoices in the transaction that issues them. */
  async order(tx: Tx, communityId: string, invoiceIds: readonly string[], at: Instant): Promise<void> {
    const ids = await orderDocuments(tx, invoiceIds, at);
    await this.outbox.addMany(tx, communityId, documentTopic, documentPieces(ids));
  }

  /** Asks to be told when documents were made: whoever sends them stands to the right and cannot be called. */
  onMade(listener: Listener): void {
    this.listeners.push(listener);
  }

  async tellMade(tx: Tx, communityId: string, invoiceIds: readonly string[]): Promise<void> {
    if (invoiceIds.length === 0) return;
    for (const listener of this.listeners) await listener(tx, communityId, invoiceIds);
  }

  /** Hands documents that are not made to the workers again, of a community whose work that was left to do stayed elsewhere. */
  async orderAgain(tx: Tx, communityId: string): Promise<void> {
    const rows = await tx.query<{ id: string }>(
      `SELECT id FROM document WHERE community_id = $1 AND state <> 'done' ORDER BY id`,
      [communityId],
    );
    await this.outbox.addMany(tx, communityId, documentTopic, documentPieces(rows.map(({ id }) => id)));
  }

  /** Documents of a run that are made, of how many. */
  progress(tx: Tx, runId: string): Promise<{ done: number; total: number }> {
    return progressOf(tx, runId);
  }
}
