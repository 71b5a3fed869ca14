import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { Transactions } from '../database/transactions.js';
import { loggerToken } from '../logging.js';
import { type JobQueue, type QueueBackend, queueBackendToken, type QueueTimes, queueTimesToken } from './settings.js';

/** What a job carries: where its work is written down, and nothing else. */
export interface JobTicket {
  readonly communityId: string;
  readonly outboxId: string;
}

interface ClaimedPiece {
  readonly id: string;
  readonly community_id: string;
  readonly topic: string;
  readonly attempts: number;
}

const batch = 200;

/**
 * Brings what the outbox holds to the queue.
 *
 * It asks for "not done and not claimed", never for "newer than the last I saw": transactions commit in another order than
 * they began, and a reader by number would pass over those that commit late. A claim is a lease. What is not done when its
 * lease ends is handed out again, whatever the queue believes: that is the sweeper, and it is the same question. Each lease
 * is twice as long as the one before, so that work which fails for ever does not crowd out the rest.
 */
@Injectable()
export class Dispatcher {
  private readonly queues = new Map<string, JobQueue>();
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private again = false;
  private stopped = false;

  constructor(
    private readonly transactions: Transactions,
    @Inject(queueBackendToken) private readonly backend: QueueBackend,
    @Inject(queueTimesToken) private readonly times: QueueTimes,
    @Inject(loggerToken) private readonly logger: Logger,
  ) {}

  /** Looks now and then again and again, until the application stops. */
  start(): void {
    this.timer ??= setInterval(() => this.kick(), this.times.pollMs);
    this.kick();
  }

  /** Looks soon; called after a commit that wrote to the outbox. A look under way is followed by another. */
  kick(): void {
    if (this.stopped) return;
    this.again = true;
    this.running ??= this.lookUntilEmpty().finally(() => {
      this.running = undefined;
    });
  }

  /** Pieces that are not done, of all communities. */
  async pending(): Promise<number> {
    const [row] = await this.transactions.asDispatcher((tx) =>
      tx.query<{ n: number }>('SELECT count(*)::int AS n FROM outbox WHERE done_at IS NULL'),
    );
    return row?.n ?? 0;
  }

  async close(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.running;
    await Promise.all([...this.queues.values()].map((queue) => queue.close()));
  }

  private async lookUntilEmpty(): Promise<void> {
    try {
      while (this.again && !this.stopped) {
        this.again = false;
        const claimed = await this.claim();
        await this.enqueue(claimed);
        if (claimed.length === batch) this.again = true;
      }
    } catch (error) {
      this.logger.error({ err: error }, 'the outbox could not be brought to the queue; it is tried again');
    }
  }

  private claim(): Promise<ClaimedPiece[]> {
    return this.transactions.asDispatcher((tx) =>
      tx.query<ClaimedPiece>(
        `UPDATE outbox SET attempts = attempts + 1,
                claimed_until = clock_timestamp() + $1 * interval '1 millisecond' * power(2, least(attempts, 6))
         WHERE id IN (SELECT id FROM outbox WHERE done_at IS NULL AND (claimed_until IS NULL OR claimed_until < clock_timestamp())
                      ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED)
         RETURNING id, community_id, topic, attempts`,
        [this.times.leaseMs, batch],
      ),
    );
  }

  /** The name of a job follows from the piece and the attempt, so that one attempt is one job however often it is handed in. */
  private async enqueue(claimed: readonly ClaimedPiece[]): Promise<void> {
    const topics = new Set(claimed.map((piece) => piece.topic));
    for (const topic of topics) {
      const pieces = claimed.filter((piece) => piece.topic === topic);
      await this.queueOf(topic).addBulk(
        pieces.map((piece) => ({
          name: topic,
          data: { communityId: piece.community_id, outboxId: piece.id } satisfies JobTicket,
          opts: {
            jobId: `${topic}-${piece.id}-${piece.attempts}`,
            attempts: 4,
            backoff: { type: 'exponential', delay: this.times.retryMs, jitter: 0.5 },
            removeOnComplete: { count: 1_000 },
            removeOnFail: { count: 1_000 },
          },
        })),
      );
    }
  }

  private queueOf(topic: string): JobQueue {
    const queue = this.queues.get(topic) ?? this.backend.queue(topic);
    this.queues.set(topic, queue);
    return queue;
  }
}
