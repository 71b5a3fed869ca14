import { AsyncLocalStorage } from 'node:async_hooks';
import { DomainError } from '../../domain/errors.js';

/**
 * Many small pushes, few commits.
 *
 * A commit waits for the disk, whether it carries one reading or a thousand. So pushes that arrive while others are being
 * committed wait, and are then committed together; each is answered when its group is, and not before. A push that meets
 * an idle house waits for a moment, because devices like to speak at the same second.
 *
 * A group that fails is taken apart and each of its pushes is tried alone, so that none costs the others. What may wait
 * is bounded: whoever comes beyond that is told to come again.
 */
export interface GroupLimits {
  /** How long the first push of a group waits for others. */
  readonly windowMs: number;
  /** Items that one group carries; the push that reaches it is the last. */
  readonly groupItems: number;
  /** Items that may wait in this process. */
  readonly waitingItems: number;
  /** Groups of one community that are being committed at once. */
  readonly atOnce: number;
}

interface Waiting<Job, Result> {
  readonly job: Job;
  readonly items: number;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

interface Lane<Job, Result> {
  readonly waiting: Waiting<Job, Result>[];
  running: number;
  isScheduled: boolean;
}

export class GroupCommit<Job, Result> {
  private readonly lanes = new Map<string, Lane<Job, Result>>();
  private waitingItems = 0;
  // A group belongs to nobody's request: without this it would run in the transaction or the log context of its first push.
  private readonly outside = AsyncLocalStorage.snapshot() as <T>(work: () => T) => T;

  /** @param commit stores the jobs of one community in one transaction, and answers each after the commit */
  constructor(
    private readonly limits: GroupLimits,
    private readonly commit: (communityId: string, jobs: readonly Job[]) => Promise<readonly Result[]>,
  ) {}

  /** @throws DomainError `too-busy` where too much is waiting already */
  submit(communityId: string, job: Job, items: number): Promise<Result> {
    if (this.waitingItems + items > this.limits.waitingItems) {
      throw new DomainError(
        'too-busy',
        'Too many readings are waiting to be stored; nothing of this was taken. Send it again in a moment.',
      );
    }
    this.waitingItems += items;
    const lane = this.laneOf(communityId);
    return new Promise<Result>((resolve, reject) => {
      lane.waiting.push({ job, items, resolve, reject });
      this.outside(() => this.schedule(communityId, lane));
    });
  }

  private laneOf(communityId: string): Lane<Job, Result> {
    let lane = this.lanes.get(communityId);
    if (!lane) this.lanes.set(communityId, (lane = { waiting: [], running: 0, isScheduled: false }));
    return lane;
  }

  private schedule(communityId: string, lane: Lane<Job, Result>): void {
    if (lane.isScheduled || lane.running >= this.limits.atOnce || lane.waiting.length === 0) return;
    lane.isScheduled = true;
    setTimeout(() => {
      lane.isScheduled = false;
      void this.run(communityId, lane);
    }, this.limits.windowMs);
  }

  private async run(communityId: string, lane: Lane<Job, Result>): Promise<void> {
    const group = this.nextGroup(lane);
    lane.running += 1;
    this.schedule(communityId, lane);
    await this.settle(communityId, group);
    lane.running -= 1;
    if (lane.running === 0 && lane.waiting.length === 0) this.lanes.delete(communityId);
    else this.schedule(communityId, lane);
  }

  private nextGroup(lane: Lane<Job, Result>): Waiting<Job, Result>[] {
    let items = 0;
    let length = 0;
    while (length < lane.waiting.length && items < this.limits.groupItems) {
      items += lane.waiting[length]?.items ?? 0;
      length += 1;
    }
    this.waitingItems -= items;
    return lane.waiting.splice(0, length);
  }

  private async settle(communityId: string, group: readonly Waiting<Job, Result>[]): Promise<void> {
    try {
      const results = await this.commit(
        communityId,
        group.map(({ job }) => job),
      );
      group.forEach((waiting, i) => waiting.resolve(results[i] as Result));
    } catch (error) {
      if (group.length === 1) group.forEach((waiting) => waiting.reject(error));
      else for (const waiting of group) await this.settle(communityId, [waiting]);
    }
  }
}
