import { Readable } from 'node:stream';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { distinctUntilChanged, type Observable, ReplaySubject, switchMap, takeUntil, takeWhile, timer } from 'rxjs';
import { Transactions } from '../../platform/database/transactions.js';
import { pageOf, readCursor } from '../../platform/http/cursor.js';
import { limitOf } from '../../platform/http/wire.js';
import type { ImportsQuery, ImportSummary } from './imports.schema.js';
import { summaryOf } from './imports/describe-import.js';
import { type ImportRow, readImport, readImports } from './imports/import-row.js';
import { rejectedCsv } from './imports/rejected-csv.format.js';

/** How often an import is looked at that somebody watches. */
const lookEveryMs = 500;

/** What there is to see of imports. */
@Injectable()
export class ImportViews implements OnModuleDestroy {
  /** Whoever watches an import is let go when the service stops; else the stop would wait for the import. */
  private readonly stopping = new ReplaySubject<void>(1);

  constructor(private readonly transactions: Transactions) {}

  onModuleDestroy(): void {
    this.stopping.next();
  }

  list(communityId: string, query: ImportsQuery): Promise<{ items: ImportSummary[]; next: string | null }> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const limit = limitOf(query);
      const [before = null] = readCursor(query.cursor, 1) ?? [];
      const page = pageOf(await readImports(tx, query.state ?? null, before, limit + 1), limit, ({ id }) => [id]);
      return { items: page.items.map(summaryOf), next: page.next };
    });
  }

  /** @throws DomainError `not-found` */
  async summary(communityId: string, id: string): Promise<ImportSummary> {
    return summaryOf(await this.row(communityId, id));
  }

  /** How far an import is, whenever that changes, until it has ended. */
  progress(communityId: string, id: string): Observable<ImportSummary> {
    return timer(0, lookEveryMs).pipe(
      switchMap(() => this.summary(communityId, id)),
      distinctUntilChanged((a, b) => JSON.stringify(a) === JSON.stringify(b)),
      takeWhile(({ progress }) => progress.phase !== 'ended', true),
      takeUntil(this.stopping),
    );
  }

  /** What of the file was not taken, as CSV for a person who corrects it. @throws DomainError `not-found` */
  async rejected(communityId: string, id: string): Promise<Readable> {
    return Readable.from(rejectedCsv(this.transactions, communityId, await this.row(communityId, id)));
  }

  private row(communityId: string, id: string): Promise<ImportRow> {
    return this.transactions.inCommunity(communityId, (tx) => readImport(tx, id));
  }
}
