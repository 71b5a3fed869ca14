import { Inject, Injectable } from '@nestjs/common';
import type { Job } from 'bullmq';
import type { Logger } from 'pino';
import type { z } from 'zod';
import { Transactions, type Tx } from '../database/transactions.js';
import { logContext, loggerToken } from '../logging.js';
import type { JobTicket } from './dispatcher.js';
import { type JobWorker, type QueueBackend, queueBackendToken, type QueueTimes, queueTimesToken } from './settings.js';

/** What a handler is told of the piece of work besides its payload. */
export interface Work {
  readonly communityId: string;
  readonly key: string;
  /**
   * Marks the piece done within the handler's own transaction, so that its effect and the mark are there together. Where
   * another attempt was faster it stops the handler, and with it the transaction: the effect happens once.
   */
  done(tx: Tx): Promise<void>;
  /** Tells how far a long piece has come, in percent. */
  progress(percent: number): Promise<void>;
  /** Tells that a long piece is still being worked on, so that it is not handed out again when its lease would end. */
  goesOn(): Promise<void>;
}

/** One kind of work. */
export interface WorkerDefinition<Payload extends z.ZodType> {
  readonly topic: string;
  readonly payload: Payload;
  /** Pieces that are worked on at once in one process; 1 where it is not given. */
  readonly concurrency?: number;
  /** Does one piece. A handler that does not call `done` itself is marked done when it returns: at least once. */
  handle(payload: z.infer<Payload>, work: Work): Promise<void>;
}

/** Work that comes from elsewhere than the queue, such as messages of a broker; it begins and ends with the workers. */
export interface StandingWork {
  start(): void;
  /** Ends what is under way. Called once; also where it was never started. */
  stop(): Promise<void>;
}

interface Piece {
  readonly key: string;
  readonly payload: unknown;
}

/** Another attempt has done the piece: no failure, nothing more to do. */
class DoneByAnother extends Error {}

/**
 * The workers of this process. Modules register theirs when they are made; they begin to work when the process is one
 * that works.
 *
 * @example workers.register({ topic: 'invoice-documents', payload: z.object({ invoiceId: uuid }), handle: … })
 */
@Injectable()
export class Workers {
  private readonly definitions: WorkerDefinition<z.ZodType>[] = [];
  private readonly workers: JobWorker[] = [];
  private readonly standing: StandingWork[] = [];

  constructor(
    private readonly transactions: Transactions,
    @Inject(queueBackendToken) private readonly backend: QueueBackend,
    @Inject(queueTimesToken) private readonly times: QueueTimes,
    @Inject(loggerToken) private readonly logger: Logger,
  ) {}

  register<Payload extends z.ZodType>(definition: WorkerDefinition<Payload>): void {
    this.definitions.push(definition);
  }

  /** Adds work that begins and ends with that of the queue. */
  alongside(work: StandingWork): void {
    this.standing.push(work);
  }

  /** Begins to work. */
  start(): void {
    for (const work of this.standing) work.start();
    for (const definition of this.definitions) {
      const worker = this.backend.worker(
        definition.topic,
        definition.concurrency ?? 1,
        (job: Job<JobTicket>) =>
          logContext.run({ jobId: job.id ?? definition.topic }, () => this.work(definition, job)),
        (jobId, error) => this.logger.error({ jobId, err: error }, 'a job failed; it is tried again'),
      );
      this.workers.push(worker);
      worker
        .run()
        .catch((error: unknown) => this.logger.error({ err: error, topic: definition.topic }, 'a worker stopped'));
    }
  }

  /** Lets the jobs under way end. */
  async close(): Promise<void> {
    await Promise.all([...this.workers.map((worker) => worker.close()), ...this.standing.map((work) => work.stop())]);
  }

  private async work(definition: WorkerDefinition<z.ZodType>, job: Job<JobTicket>): Promise<void> {
    const { communityId, outboxId } = job.data;
    let isMarked = false;
    const piece = await this.transactions.inCommunity(communityId, (tx) => this.renewLease(tx, outboxId));
    if (!piece) return;
    try {
      await definition.handle(definition.payload.parse(piece.payload), {
        communityId,
        key: piece.key,
        done: async (tx) => {
          await markDone(tx, outboxId);
          isMarked = true;
        },
        progress: (percent) => job.updateProgress(percent),
        goesOn: async () => {
          await this.transactions.inCommunity(communityId, (tx) => this.renewLease(tx, outboxId));
        },
      });
      if (!isMarked) await this.transactions.inCommunity(communityId, (tx) => markDone(tx, outboxId));
    } catch (error) {
      if (!(error instanceof DoneByAnother)) throw error;
    }
  }

  /** The piece of work, unless it is done; while we work, the sweeper leaves it alone. */
  private async renewLease(tx: Tx, outboxId: string): Promise<Piece | undefined> {
    const [piece] = await tx.query<Piece>(
      `UPDATE outbox SET claimed_until = greatest(claimed_until, clock_timestamp() + $2 * interval '1 millisecond')
       WHERE id = $1 AND done_at IS NULL RETURNING key, payload`,
      [outboxId, this.times.leaseMs],
    );
    return piece;
  }
}

async function markDone(tx: Tx, outboxId: string): Promise<void> {
  const marked = await tx.query(
    'UPDATE outbox SET done_at = clock_timestamp() WHERE id = $1 AND done_at IS NULL RETURNING id',
    [outboxId],
  );
  if (marked.length === 0) throw new DoneByAnother();
}
