import type { BulkJobOptions, Processor } from 'bullmq';

/** As much of BullMQ's queue as we use, whatever its backend. */
export interface JobQueue {
  addBulk(jobs: { name: string; data: unknown; opts: BulkJobOptions }[]): Promise<unknown>;
  close(): Promise<void>;
}

/** As much of BullMQ's worker as we use, whatever its backend. */
export interface JobWorker {
  run(): Promise<void>;
  close(): Promise<void>;
}

/** Told when an attempt of a job failed. */
export type OnFailed = (jobId: string | undefined, error: Error) => void;

/**
 * Where BullMQ keeps its jobs: in PostgreSQL by default, so that nothing else need be installed, or in Redis. The queue
 * is a scheduler of attempts and no place of facts: what must happen stands in the outbox, and either backend may be wiped.
 */
export interface QueueBackend {
  readonly kind: 'postgres' | 'redis';
  queue(topic: string): JobQueue;
  /** A worker that begins when it is told to `run`. */
  worker(topic: string, concurrency: number, process: Processor, onFailed: OnFailed): JobWorker;
  close(): Promise<void>;
}

/** Under this token the backend of the queue is injected. */
export const queueBackendToken = Symbol('queue backend');

/** How patient the queue is. */
export interface QueueTimes {
  /** The first lease of a piece of work; the sweeper hands it out again when it ends. */
  readonly leaseMs: number;
  /** How often the outbox is looked at without being asked. */
  readonly pollMs: number;
  /** Wait before the first retry of a failed job. */
  readonly retryMs: number;
}

export const queueTimesToken = Symbol('queue times');

export const queueTimes: QueueTimes = { leaseMs: 60_000, pollMs: 1_000, retryMs: 1_000 };
