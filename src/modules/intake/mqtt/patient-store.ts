import { setTimeout as pause } from 'node:timers/promises';
import { AssertionFailed, DomainError } from '../../../domain/errors.js';
import { codeOf } from '../../../platform/database/constraints.js';
import type { Delivery } from './in-flight.js';

export interface StoreTimes {
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
}

export interface StoreListener {
  /** The database does not take anything; it is asked again. */
  waits(error: unknown): void;
  /** What a message says can never be stored. */
  givesUp(delivery: Delivery, error: unknown): void;
}

const mostAttempts = 3;

/**
 * Stores batches, however long the database is away. Nothing is lost meanwhile: what is not stored is not acknowledged.
 *
 * Where the fault is in a message and not in the database, it would come for ever: its batch is taken apart, and the message that
 * fails alone, three times, is given up and told of; the others are stored.
 */
export class PatientStore {
  constructor(
    private readonly take: (batch: readonly Delivery[]) => Promise<void>,
    private readonly listener: StoreListener,
    private readonly times: StoreTimes,
  ) {}

  /** @returns false where it was told to stop before the batch was stored */
  async store(batch: readonly Delivery[], signal: AbortSignal): Promise<boolean> {
    let failures = 0;
    for (let waitMs = this.times.firstWaitMs; ; waitMs = Math.min(2 * waitMs, this.times.longestWaitMs)) {
      try {
        await this.take(batch);
        return true;
      } catch (error) {
        if (isOfTheMessage(error)) {
          if (batch.length > 1) return this.storeApart(batch, signal);
          failures += 1;
          if (failures === mostAttempts) {
            batch.forEach((delivery) => this.listener.givesUp(delivery, error));
            return true;
          }
        } else this.listener.waits(error);
        if (!(await waited(waitMs, signal))) return false;
      }
    }
  }

  private async storeApart(batch: readonly Delivery[], signal: AbortSignal): Promise<boolean> {
    for (const delivery of batch) if (!(await this.store([delivery], signal))) return false;
    return true;
  }
}

const waited = (ms: number, signal: AbortSignal): Promise<boolean> =>
  pause(ms, undefined, { signal }).then(
    () => true,
    () => false,
  );

/** Refusals that pass: others are at work, or something is not set up yet. */
const passing = new Set(['too-busy', 'not-found']);

/** Whether it is what a message says that cannot be stored, however well the database is. In doubt it is not. */
function isOfTheMessage(error: unknown): boolean {
  if (error instanceof DomainError) return !passing.has(error.code);
  if (error instanceof AssertionFailed || error instanceof TypeError || error instanceof RangeError) return true;
  // Classes of SQLSTATE: data exception, integrity constraint violation.
  return /^2[23]/.test(codeOf(error) ?? '');
}
