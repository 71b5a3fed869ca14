import { Injectable } from '@nestjs/common';
import { epochMs, fromEpochMs, type Instant } from '../../../domain/calendar/period.js';
import { DomainError } from '../../../domain/errors.js';
import { Clock } from '../../../platform/clock.js';
import { Transactions, type Tx } from '../../../platform/database/transactions.js';
import { AccessChanges } from '../access-changes.service.js';
import { countFailure, forgiveFailures, lockPause } from './factor-rows.js';

const mostFailures = 5;
const pauseMs = 900_000;

class NoFit extends Error {}

/** Six digits are guessed in a million attempts; so a person has five in a row, and then a quarter of an hour. */
@Injectable()
export class CodeAttempts {
  constructor(
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    private readonly changes: AccessChanges,
  ) {}

  /**
   * Tries a code, one of a person after the other; one that does not fit is counted, and undone is only what it would have done.
   *
   * @param attempt what the code does, or null where it does not fit
   * @throws DomainError `proof-not-valid`, `too-many-attempts`
   */
  async one<T>(
    { communityId, personId }: { readonly communityId: string; readonly personId: string },
    attempt: (tx: Tx) => Promise<T | null>,
  ): Promise<T> {
    const done = await this.transactions.inCommunity(
      communityId,
      async (tx): Promise<{ value: T } | { until: Instant | null }> => {
        const now = this.clock.now();
        const until = await lockPause(tx, communityId, personId);
        if (until !== null && epochMs(until) > epochMs(now)) return { until };
        const value = await tx
          .undoable(async () => (await attempt(tx)) ?? Promise.reject(new NoFit()))
          .catch((error: unknown) => {
            if (error instanceof NoFit) return null;
            throw error;
          });
        if (value !== null) {
          await forgiveFailures(tx, communityId, personId);
          return { value };
        }
        const end = fromEpochMs(epochMs(now) + pauseMs);
        if (!(await countFailure(tx, communityId, personId, mostFailures, end))) return { until: null };
        await this.changes.tell(tx, {
          actor: { kind: 'person', id: personId },
          ...{ type: 'proof.refused', subjectKind: 'person', subjectId: personId, data: { failures: mostFailures } },
        });
        return { until: end };
      },
    );
    if ('value' in done) return done.value;
    if (done.until === null) throw notFitting();
    const seconds = Math.ceil((epochMs(done.until) - epochMs(this.clock.now())) / 1000);
    throw new DomainError('too-many-attempts', `Too many codes did not fit; try again in ${seconds} seconds.`, {
      retryAfterSeconds: seconds,
    });
  }
}

export const notFitting = () => new DomainError('proof-not-valid', 'This does not fit, or was used already.');
