import { Injectable } from '@nestjs/common';
import { DomainError } from '../../domain/errors.js';
import { canonicalJson } from '../../domain/proof/canonical.js';
import { readCode, seal } from '../../domain/proof/code.js';
import type { StatementContent } from '../../domain/statement/model.js';
import { Transactions, type Tx } from '../../platform/database/transactions.js';
import { pageOf, readCursor } from '../../platform/http/cursor.js';
import { FailedAttempts } from '../../platform/http/failed-attempts.js';
import { limitOf } from '../../platform/http/wire.js';
import type { Seen } from '../community/places.service.js';
import { DocumentsService } from './documents.service.js';
import type { InvoiceReply, InvoicesQuery, InvoiceSummary, Verified } from './invoices.schema.js';
import { type IssuedRow, storeIssued, takeNumbers } from './issued.js';
import { PublicAddress } from '../../platform/http/public-address.js';
import { communityOf, readInvoice, readPdf, readStatement, readSummaries, readVerified } from './read-invoices.js';

export { bookable } from './issued.js';
export type { IssuedRow, LineRow, TaxRow } from './issued.js';

/** A document that is ready but for its seal. */
export interface Unsealed extends Omit<IssuedRow, 'code' | 'body'> {
  readonly content: StatementContent;
}

/** Invoices and credit notes: issued once, read for ever. */
@Injectable()
export class InvoicesService {
  private readonly unknown = new FailedAttempts();

  constructor(
    private readonly transactions: Transactions,
    private readonly documents: DocumentsService,
    private readonly address: PublicAddress,
  ) {}

  /** Takes numbers of a series until the transaction ends. @returns the last number before them */
  takeNumbers(tx: Tx, series: string, count: number): Promise<number> {
    return takeNumbers(tx, series, count);
  }

  /** Seals and writes down documents, and orders their PDFs. */
  async issue(tx: Tx, communityId: string, documents: readonly Unsealed[]): Promise<IssuedRow[]> {
    const rows = documents.map((document) => this.sealed(document));
    if (rows.length === 0) return rows;
    await storeIssued(tx, rows);
    const [first] = rows;
    await this.documents.order(
      tx,
      communityId,
      rows.map(({ id }) => id),
      first?.issuedAt ?? '',
    );
    return rows;
  }

  /** Invoices and credit notes, newest first. */
  list(
    communityId: string,
    query: InvoicesQuery,
    seen: Seen,
    kind: InvoiceSummary['kind'] | null = null,
  ): Promise<{ items: InvoiceSummary[]; next: string | null }> {
    const limit = limitOf(query);
    const [before = null] = readCursor(query.cursor, 1) ?? [];
    return this.transactions.inCommunity(communityId, async (tx) => {
      const { run = null, member = null } = query;
      const rows = await readSummaries(tx, { seen, kind, run, member, before, limit: limit + 1 });
      return pageOf(rows, limit, ({ id }) => [id]);
    });
  }

  /** @param address id or number @throws DomainError `not-found` */
  get(communityId: string, address: string, seen: Seen): Promise<InvoiceReply> {
    return this.transactions.inCommunity(communityId, (tx) => readInvoice(tx, address, seen));
  }

  /** The sealed statement in canonical form. @throws DomainError `not-found` */
  statement(communityId: string, address: string, seen: Seen): Promise<string> {
    return this.transactions.inCommunity(communityId, (tx) => readStatement(tx, address, seen));
  }

  /** The PDF as it was made. @throws DomainError `not-found`; `request-in-progress` while it is being made */
  pdf(communityId: string, address: string, seen: Seen): Promise<Buffer> {
    return this.transactions.inCommunity(communityId, (tx) => readPdf(tx, address, seen));
  }

  /**
   * What was issued under a code, of whatever community.
   *
   * @param address of the network from which it is asked; codes that do not exist are counted by it
   * @throws DomainError `not-found`; `too-many-attempts` with `retryAfterSeconds`
   */
  async verify(typed: string, address: string): Promise<Verified> {
    const wait = this.unknown.waitSeconds(address);
    if (wait > 0)
      throw new DomainError(
        'too-many-attempts',
        `Too many codes that do not exist were asked for from your address; try again in ${wait} seconds.`,
        { retryAfterSeconds: wait },
      );
    const code = readCode(typed);
    const communityId =
      code === null ? undefined : await this.transactions.withVerificationCode(code, (tx) => communityOf(tx, code));
    const found =
      communityId === undefined
        ? undefined
        : await this.transactions.inCommunity(communityId, (tx) => readVerified(tx, code ?? ''));
    if (found) return found;
    this.unknown.count(address);
    throw new DomainError('not-found', 'Nothing was issued under this code; check each letter and figure.');
  }

  private sealed({ content, ...row }: Unsealed): IssuedRow {
    const statement = seal(content, this.address.ofVerification());
    return { ...row, code: statement.verification.code, body: canonicalJson(statement) };
  }
}
