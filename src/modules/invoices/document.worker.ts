import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Clock } from '../../platform/clock.js';
import { Transactions } from '../../platform/database/transactions.js';
import { newId } from '../../platform/ids.js';
import { type Work, Workers } from '../../platform/queue/workers.js';
import { Attachments } from './attachments.service.js';
import { type Claimed, claim, closeFinishedRuns, countPending, giveBack, storeDrawn } from './documents.js';
import { documentTopic } from './document-pieces.js';
import { DocumentsService } from './documents.service.js';
import { DrawingPool } from './drawing-pool.js';

const payload = z.object({ documents: z.string().regex(/^[0-9a-f-]{36}(,[0-9a-f-]{36})*$/) });

/** Documents that are drawn before they are stored together: a killed worker loses no more than these. */
const storedAtOnce = 10;

/** Makes documents: claims them, draws them on other threads, stores them if it may still. */
@Injectable()
export class DocumentWorker {
  constructor(
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    private readonly pool: DrawingPool,
    private readonly attachments: Attachments,
    private readonly documents: DocumentsService,
    workers: Workers,
  ) {
    workers.register({
      topic: documentTopic,
      payload,
      concurrency: 2,
      handle: ({ documents }, work) => this.make(documents.split(','), work),
    });
  }

  private async make(ids: readonly string[], work: Work): Promise<void> {
    for (let start = 0; start < ids.length; start += storedAtOnce) {
      await this.makeSome(ids.slice(start, start + storedAtOnce), work.communityId);
      await work.progress(Math.trunc((100 * Math.min(start + storedAtOnce, ids.length)) / ids.length));
    }
    await this.transactions.inCommunity(work.communityId, async (tx) => {
      const left = await countPending(tx, ids);
      if (left > 0) throw new Error(`${left} documents are in the hands of another worker; they are looked at again.`);
      await closeFinishedRuns(tx, ids);
      await work.done(tx);
    });
  }

  private async makeSome(ids: readonly string[], communityId: string): Promise<void> {
    const token = newId();
    const claimed = await this.transactions.inCommunity(communityId, (tx) => claim(tx, ids, token));
    if (claimed.length === 0) return;
    try {
      const attached = await this.attachments.of(
        communityId,
        claimed.map(({ id }) => id),
      );
      const drawn = await Promise.all(claimed.map((document) => this.draw(document, attached.get(document.id))));
      await this.transactions.inCommunity(communityId, async (tx) => {
        const invoiceIds = await storeDrawn(tx, token, drawn, this.clock.now());
        await this.documents.tellMade(tx, communityId, invoiceIds);
      });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      await this.transactions.inCommunity(communityId, (tx) => giveBack(tx, token, reason));
      throw error;
    }
  }

  private async draw({ id, body }: Claimed, bundle: string | undefined): Promise<{ id: string; content: Buffer }> {
    return { id, content: await this.pool.draw(body, bundle) };
  }
}
