import { AsyncLocalStorage } from 'node:async_hooks';
import { DomainError } from '../../../domain/errors.js';

/**
 * Many small pushes, few commits.
 *
 * A commit waits for the disk, whether it carries one reading or a thousand. So pushes that arrive while others are being
 * committed wait, and are then committed together; each is answered when its group is, and not before: the busier the house,
 * the longer a commit takes and the more have gathered meanwhile. Who meets an idle house waits only until what the network
 * has brought by now is read.
 *
 * A group that fails is taken apart and each of its pushes is tried alone, so that none costs the others. What may wait
 * is bounded: whoever comes beyond that is told to come again.
 */
export interface GroupLimits {
  /** Items that one group carries; the push that reaches it is the last. */
  readonly groupItems: number;
  /** Items that may wait in this process. */
  readonly waitingItems: number;
  /** Groups of one community that are being committed at once. */
  readonly atOnce: number;
  /** How long a group that is less than half of the last one waits once more: those just answered are about to speak again. */
  readonly lingerMs: number;
  /** Items that are worth a commit of their own while another group is being committed. */
  readonly worthItems: number;
}

interface Waiting<Job, Result> {
  readonly job: Job;
  readonly items: number;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

interface Lane<Job, Result> {
  readonly waiting: Waiting<Job, Result>[];
  items: number;
  /** Items of the group that was committed last. */
  lastItems: number;
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
      lane.items += items;
      this.outside(() => this.schedule(communityId, lane));
    });
  }

  private laneOf(communityId: string): Lane<Job, Result> {
    let lane = this.lanes.get(communityId);
    if (!lane)
      this.lanes.set(communityId, (lane = { waiting: [], items: 0, lastItems: 0, running: 0, isScheduled: false }));
    return lane;
  }

  private schedule(communityId: string, lane: Lane<Job, Result>): void {
    if (lane.isScheduled || !this.mayRun(lane)) return;
    lane.isScheduled = true;
    const run = (): void => {
      lane.isScheduled = false;
      if (this.mayRun(lane)) void this.run(communityId, lane);
    };
    if (lane.items * 2 < lane.lastItems) setTimeout(run, this.limits.lingerMs);
    else setImmediate(run);
  }

  private mayRun({ waiting, items, running }: Lane<Job, Result>): boolean {
    if (waiting.length === 0) return false;
    return running === 0 || (running < this.limits.atOnce && items >= this.limits.worthItems);
  }

  private async run(communityId: string, lane: Lane<Job, Result>): Promise<void> {
    const group = this.nextGroup(lane);
    lane.running += 1;
    this.schedule(communityId, lane);
    await this.settle(communityId, group);
    lane.running -= 1;
    this.schedule(communityId, lane);
  }

  private nextGroup(lane: Lane<Job, Result>): Waiting<Job, Result>[] {
    let items = 0;
    let length = 0;
    while (length < lane.waiting.length && items < this.limits.groupItems) {
      items += lane.waiting[length]?.items ?? 0;
      length += 1;
    }
    this.waitingItems -= items;
    lane.items -= items;
    lane.lastItems = items;
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
