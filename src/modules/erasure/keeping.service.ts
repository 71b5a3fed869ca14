import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { dayOf, type Zone } from '../../domain/calendar/zone.js';
import { Clock } from '../../platform/clock.js';
import { Transactions } from '../../platform/database/transactions.js';
import { loggerToken } from '../../platform/logging.js';
import { type StandingWork, Workers } from '../../platform/queue/workers.js';
import { newId } from '../../platform/ids.js';
import { system } from '../access/access-changes.service.js';
import { AuditService } from '../audit/audit.service.js';
import { type BooksErased, ErasureService } from './erasure.service.js';

/** What a community need not keep any more, and what became of it. */
export interface KeepingReport {
  readonly community: string;
  /** Erased members whose years have passed; in a dry run what would go is not counted. */
  readonly books: readonly (Pick<BooksErased, 'memberId'> & Partial<BooksErased>)[];
  /** Copies that went or would go, with the hash over them. */
  readonly copies: readonly CopiesErased[];
}

/** Things of a kind; the hash is over a line for each (migration 52). */
export interface CopiesErased {
  readonly what: string;
  readonly count: number;
  readonly sha256: string;
}

const firstLookMs = 10 * 60_000;
const dayMs = 86_400_000;

/** Lets go what the policy `keeping` does not keep any more; a worker does so once a day. */
@Injectable()
export class KeepingService implements StandingWork {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<unknown> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    private readonly audit: AuditService,
    private readonly erasure: ErasureService,
    @Inject(loggerToken) private readonly logger: Logger,
    workers: Workers,
  ) {
    workers.alongside(this);
  }

  start(): void {
    this.wait(firstLookMs);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  /** Looks at all communities. @param dryRun only says what would go */
  async keep(dryRun: boolean): Promise<KeepingReport[]> {
    const communities = await this.transactions.asOperator((tx) =>
      tx.query<{ id: string; code: string; zone: Zone }>('SELECT id, code, zone FROM community ORDER BY code'),
    );
    const reports: KeepingReport[] = [];
    for (const { id, code, zone } of communities) {
      if (this.stopped) break;
      const books = await this.booksOf(id, zone, dryRun);
      reports.push({ community: code, books, copies: await this.copiesOf(id, dryRun) });
    }
    return reports;
  }

  private wait(ms: number): void {
    this.timer = setTimeout(() => {
      this.running = this.keep(false)
        .catch((error: unknown) =>
          this.logger.error({ err: error }, 'what need not be kept could not go; tomorrow again'),
        )
        .then(() => (this.stopped ? undefined : this.wait(dayMs)));
    }, ms).unref();
  }

  /** Files, payloads, photos, addresses of mails and log-ins that are older than the policy keeps them. */
  private copiesOf(communityId: string, dryRun: boolean): Promise<readonly CopiesErased[]> {
    const at = this.clock.now();
    return this.transactions.inCommunity(communityId, async (tx) => {
      // Photos stand behind a wall of their own, which shows none to whoever does not ask for them.
      await tx.query(`SELECT set_config('app.photos', 'all', true)`);
      const due = await tx.query<CopiesErased>(
        'SELECT what, count::int AS count, sha256 FROM copies_due($1::timestamptz) ORDER BY what',
        [at],
      );
      if (dryRun || due.length === 0) return due;
      const erasure = newId();
      const [row] = await tx.query<{ said: Readonly<Record<string, unknown>> }>(
        'SELECT erase_copies($1, $2::timestamptz) AS said',
        [erasure, at],
      );
      await this.audit.record(tx, {
        ...{ actor: system, type: 'copies.erased', subjectKind: 'erasure', subjectId: erasure },
        data: row?.said ?? {},
      });
      return due;
    });
  }

  private async booksOf(communityId: string, zone: Zone, dryRun: boolean): Promise<KeepingReport['books']> {
    const today = dayOf(this.clock.now(), zone);
    const waiting = await this.transactions.inCommunity(communityId, (tx) => this.erasure.waiting(tx, today));
    const due = waiting.filter(({ until }) => until === null || until <= today);
    if (dryRun) return due.map(({ memberId }) => ({ memberId }));
    const done: BooksErased[] = [];
    for (const { memberId } of due) done.push(await this.erasure.eraseBooks(communityId, memberId));
    return done;
  }
}
