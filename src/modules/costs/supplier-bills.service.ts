import { Injectable } from '@nestjs/common';
import { within } from '../../domain/calendar/period.js';
import { DomainError } from '../../domain/errors.js';
import { idOf } from '../../platform/database/addresses.js';
import { Transactions, type Tx } from '../../platform/database/transactions.js';
import { daysToDatabase } from '../../platform/database/types.js';
import { pageOf, readCursor } from '../../platform/http/cursor.js';
import { InvalidRequest } from '../../platform/http/validation.js';
import { isId, limitOf } from '../../platform/http/wire.js';
import { newId } from '../../platform/ids.js';
import type { Actor } from '../access/access-changes.service.js';
import { AuditService } from '../audit/audit.service.js';
import { TariffsService } from '../tariffs/tariffs.service.js';
import { checkBillSums } from './bill-sums.js';
import { type BillRow, readBills } from './bill-rows.js';
import { documentOf, keepDocument, type KeptDocument } from './documents.js';
import { sameCurrencyAs } from './community-currency.js';
import type { NewSupplierBill, SupplierBillReply, SupplierBillsQuery } from './supplier-bills.schema.js';

/** What the suppliers charged, by component. A bill is entered once and never edited: a corrected bill is another bill with another number, which may come in the place of the first. */
@Injectable()
export class SupplierBillsService {
  constructor(
    private readonly transactions: Transactions,
    private readonly audit: AuditService,
    private readonly tariffs: TariffsService,
  ) {}

  /**
   * Enters a bill with its document.
   *
   * @throws DomainError `bill-does-not-add-up`, `already-exists` (supplier and number), `currency-mismatch`, `not-found` (site);
   *   `invalid-input` pointing at keys and tax codes that are not there
   */
  create(communityId: string, given: NewSupplierBill, actor: Actor): Promise<SupplierBillReply> {
    checkBillSums(given);
    return this.transactions.inCommunity(communityId, async (tx) => {
      await sameCurrencyAs(tx, communityId, given.currency);
      const siteId = await idOf(tx, communityId, 'site', given.site);
      const keyIds = await this.keysOf(tx, communityId, given);
      await this.refuseTwice(tx, communityId, given);
      await refuseForeign(tx, communityId, siteId, given);
      const fileId = given.document ? await keepDocument(tx, communityId, given.document) : null;
      const id = newId();
      const { supplier, number, kind, replaces, utility, period, currency, net, tax, gross } = given;
      await tx.query(
        `INSERT INTO supplier_bill (community_id, id, site_id, supplier, number, utility, days, currency, net, tax, gross, file_id, created_by, kind, replaces_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
        [
          communityId,
          id,
          siteId,
          supplier,
          number,
          utility,
          daysToDatabase(period),
          currency,
          net,
          tax,
          gross,
          fileId,
          personOf(actor),
          kind,
          replaces,
        ],
      );
      await insertComponents(tx, communityId, id, given, keyIds);
      const bill = await this.read(tx, communityId, id);
      await this.audit.record(tx, {
        actor,
        type: 'supplier-bill.entered',
        subjectKind: 'supplier-bill',
        subjectId: id,
        data: { kind, replaces, period, currency, net, tax, gross, sha256: bill.document?.sha256 ?? null },
      });
      return bill;
    });
  }

  /** Newest first. */
  list(communityId: string, query: SupplierBillsQuery): Promise<{ items: SupplierBillReply[]; next: string | null }> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const limit = limitOf(query);
      const [before = null] = readCursor(query.cursor, 1) ?? [];
      const siteId = query.site === undefined ? null : await idOf(tx, communityId, 'site', query.site);
      const rows = await tx.query<{ id: string }>(
        `SELECT id FROM supplier_bill
         WHERE community_id = $1 AND ($2::uuid IS NULL OR id < $2::uuid) AND ($3::uuid IS NULL OR site_id = $3::uuid)
           AND ($4::text IS NULL OR supplier = $4)
         ORDER BY id DESC LIMIT $5`,
        [communityId, before, siteId, query.supplier ?? null, limit + 1],
      );
      const { items, next } = pageOf(rows, limit, ({ id }) => [id]);
      const bills = await readBills(
        tx,
        communityId,
        items.map(({ id }) => id),
      );
      return { items: bills.toSorted((a, b) => (a.id < b.id ? 1 : -1)), next };
    });
  }

  get(communityId: string, id: string): Promise<SupplierBillReply> {
    return this.transactions.inCommunity(communityId, (tx) => this.read(tx, communityId, id));
  }

  /** The file that came with a bill. @throws DomainError `not-found` where there is none */
  document(communityId: string, id: string): Promise<KeptDocument> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const bill = await this.read(tx, communityId, id);
      const document = await documentOf(tx, communityId, bill.id);
      if (!document) throw new DomainError('not-found', `The bill ${bill.number} was entered without a document.`);
      return document;
    });
  }

  private async read(tx: Tx, communityId: string, id: string): Promise<BillRow> {
    const [bill] = isId(id) ? await readBills(tx, communityId, [id]) : [];
    if (!bill) throw new DomainError('not-found', `There is no supplier bill ${id}.`);
    return bill;
  }

  /** The ids of the keys, by what they were called. @throws InvalidRequest pointing at each that is not there, and at each unknown tax code */
  private async keysOf(
    tx: Tx,
    communityId: string,
    { components }: NewSupplierBill,
  ): Promise<ReadonlyMap<string, string>> {
    const keys = await this.tariffs.keyIds(
      tx,
      communityId,
      components.map(({ key }) => key),
    );
    const taxCodes = await this.tariffs.taxCodes(tx, communityId);
    const problems = components.flatMap(({ key, taxCode }, index) => [
      ...(keys.has(key) ? [] : [{ pointer: `/components/${index}/key`, detail: `there is no key ${key}` }]),
      ...(taxCodes.has(taxCode)
        ? []
        : [{ pointer: `/components/${index}/taxCode`, detail: `there is no tax rate ${taxCode}` }]),
    ]);
    if (problems.length > 0) throw new InvalidRequest(problems);
    return keys;
  }

  private async refuseTwice(tx: Tx, communityId: string, { supplier, number }: NewSupplierBill): Promise<void> {
    const [known] = await tx.query<{ id: string }>(
      'SELECT id FROM supplier_bill WHERE community_id = $1 AND supplier = $2 AND number = $3',
      [communityId, supplier, number],
    );
    if (!known) return;
    throw new DomainError(
      'already-exists',
      `Bill ${number} of ${supplier} has been entered already; a bill that was corrected has a number of its own.`,
      { id: known.id },
    );
  }
}

/** What is replaced is a bill of the same supplier at the same site, for some of the same days, and was not replaced before. */
async function refuseForeign(
  tx: Tx,
  communityId: string,
  siteId: string,
  { replaces, supplier, utility, period }: NewSupplierBill,
): Promise<void> {
  if (replaces === null) return;
  const [before] = await readBills(tx, communityId, [replaces]);
  const isItsOwn = before?.supplier === supplier && before.site.id === siteId && before.utility === utility;
  if (!isItsOwn || within(period, before.period) === null) {
    throw new InvalidRequest([
      { pointer: '/replaces', detail: 'there is no such bill of this supplier, site, utility and days' },
    ]);
  }
  if (before.replacedBy === null) return;
  throw new DomainError(
    'already-exists',
    `The bill ${before.number} has been replaced already; replace its successor.`,
    { id: before.replacedBy },
  );
}

const personOf = (actor: Actor): string | null => (actor.kind === 'person' ? actor.id : null);

/** One statement for all components, so that a bill of hundreds is as quick as a bill of three. */
async function insertComponents(
  tx: Tx,
  communityId: string,
  billId: string,
  { components }: NewSupplierBill,
  keyIds: ReadonlyMap<string, string>,
): Promise<void> {
  const rows = components.map((component, index) => ({
    ...component,
    no: index + 1,
    key_id: keyIds.get(component.key),
    tax_code: component.taxCode,
  }));
  await tx.query(
    `INSERT INTO supplier_bill_component (community_id, bill_id, no, description, kind, band, quantity, unit, price, amount, tax, tax_code, key_id)
     SELECT $1, $2, no, description, kind, band, quantity, unit, price, amount, tax, tax_code, key_id
     FROM jsonb_to_recordset($3) AS c (no integer, description text, kind text, band text, quantity numeric, unit text,
       price numeric, amount numeric, tax numeric, tax_code text, key_id uuid)`,
    [communityId, billId, JSON.stringify(rows)],
  );
}
