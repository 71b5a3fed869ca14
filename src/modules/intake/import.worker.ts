import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { z } from 'zod';
import { uuid } from '../../platform/http/wire.js';
import { Workers } from '../../platform/queue/workers.js';
import { ImportUndoingService, undoingTopic } from './import-undoing.service.js';
import { importTopic } from './imports/import-ends.js';
import type { Pace } from './imports/import-lease.js';
import { ImportWork } from './imports/import-work.js';

const payload = z.object({ importId: uuid });

/** Takes files in, and undoes imports, that are too large for a request. When the process ends, it leaves off after the batch under way. */
@Injectable()
export class ImportWorker implements OnModuleDestroy {
  private isEnding = false;

  constructor(work: ImportWork, undoing: ImportUndoingService, workers: Workers) {
    workers.register({
      topic: importTopic,
      payload,
      concurrency: 2,
      handle: async ({ importId }, piece) => {
        const pace: Pace = { isOver: () => this.isEnding, goesOn: () => piece.goesOn() };
        const hasEnded = await work.run(piece.communityId, importId, pace);
        if (!hasEnded) throw new Error('The import is in the hands of another worker; it is looked at again.');
      },
    });
    workers.register({
      topic: undoingTopic,
      payload,
      handle: ({ importId }, piece) => undoing.undoMarked(piece.communityId, importId, (tx) => piece.done(tx)),
    });
  }

  onModuleDestroy(): void {
    this.isEnding = true;
  }
}
