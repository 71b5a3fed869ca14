import { Injectable } from '@nestjs/common';
import { type CivilDate, type Days, type Period } from '../../domain/calendar/period.js';
import { type AdvanceRule, setOff, type SetOff } from '../../domain/ledger/advance-payments.js';
import { postSetOff } from '../../domain/ledger/post.js';
import { type Decimal, decimal, plain, sum, zero } from '../../domain/quantity/decimal.js';
import type { Currency } from '../../domain/quantity/money.js';
import { type Columns, insertRows } from '../../platform/database/insert-rows.js';
import type { Tx } from '../../platform/database/transactions.js';
import { daysToDatabase } from '../../platform/database/types.js';
import { newId } from '../../platform/ids.js';
import { LedgerService } from '../ledger/ledger.service.js';

/** An advance payment with its document, and what of it an invoice sets off. */
export interface AdvanceToSetOff extends SetOff {
  /** Number of the document that asked for it. */
  readonly document: string;
  readonly days: Period;
  /** Asked, with tax. */
  readonly asked: Decimal;
  /** What has been paid of it, the oldest open item first. */
  readonly paid: Decimal;
  /** What is left of it to be set off after this, with tax. */
  readonly left: Decimal;
}

/** An invoice that sets off advance payments. */
export interface SettingInvoice {
  readonly id: string;
  readonly number: string;
  readonly memberId: string;
  readonly issuedOn: CivilDate;
}

/** Whose advance payments, for which days, and how they are cut. */
export interface SettingOff {
  readonly siteId: string;
  readonly period: Period;
  readonly currency: Currency;
  readonly rule: AdvanceRule;
}

/** A credit note, as it frees what its invoice had set off. */
export interface FreeingNote extends SettingInvoice {
  readonly currency: Currency;
}

interface AskedRow {
  readonly id: string;
  readonly memberId: string;
  readonly document: string;
  readonly days: Period;
  readonly stay: Days;
  readonly net: string;
  readonly tax: string;
  readonly netOff: string;
  readonly taxOff: string;
}

/**
 * Advance payments that were asked: what of them an invoice sets off, and how they are freed when the invoice is taken back.
 *
 * Whoever issues invoices again (a correction) asks `toSetOff` after the credit notes were issued, and calls `setOff` for the new
 * invoices: what a credit note frees can be set off anew, in the same transaction too.
 */
@Injectable()
export class AdvancesService {
  constructor(private readonly ledger: LedgerService) {}

  /**
   * What is to be set off on the invoices of a site's period, by member, in the order of the months. The rows are locked until the
   * transaction ends. Nothing is written.
   */
  async toSetOff(
    tx: Tx,
    communityId: string,
    memberIds: readonly string[],
    { siteId, period, currency, rule }: SettingOff,
  ): Promise<ReadonlyMap<string, readonly AdvanceToSetOff[]>> {
    const rows = await tx.query<AskedRow>(
      `SELECT a.id, o.member_id AS "memberId", i.number AS document, a.days, o.days AS stay, a.net, a.tax, a.net_off AS "netOff", a.tax_off AS "taxOff"
       FROM advance a JOIN invoice i ON i.community_id = a.community_id AND i.id = a.invoice_id
       JOIN occupancy o ON o.community_id = a.community_id AND o.id = a.occupancy_id
       JOIN space s ON s.community_id = o.community_id AND s.id = o.space_id
       WHERE a.community_id = current_community() AND s.site_id = $1 AND o.member_id = ANY($2::uuid[]) AND i.currency = $3
         AND (a.net_off < a.net OR a.tax_off < a.tax)
         AND NOT EXISTS (SELECT FROM invoice c WHERE c.community_id = a.community_id AND c.credits_id = a.invoice_id)
       ORDER BY a.month, a.id FOR UPDATE OF a`,
      [siteId, memberIds, currency],
    );
    const open =
      rows.length === 0 ? new Map<string, Decimal>() : await this.ledger.openByDocument(tx, communityId, memberIds);
    const byMember = new Map<string, AdvanceToSetOff[]>();
    for (const row of rows) {
      const [net, tax] = [decimal(row.net), decimal(row.tax)];
      const before = { net: decimal(row.netOff), tax: decimal(row.taxOff) };
      const isLast = row.stay.to !== null && row.stay.to <= period.to;
      const [part] = setOff([{ id: row.id, days: row.days, net, tax, before }], period, rule, currency, isLast);
      if (part === undefined) continue;
      const asked = net.plus(tax);
      const left = asked.minus(before.net).minus(before.tax).minus(part.gross);
      const paid = asked.minus(open.get(row.document) ?? zero);
      const told = { ...part, document: row.document, days: row.days, asked, paid, left };
      byMember.set(row.memberId, [...(byMember.get(row.memberId) ?? []), told]);
    }
    return byMember;
  }

  /** Sets advance payments off on an issued invoice, in the table and in the books. Nothing where there are none. */
  async setOff(
    tx: Tx,
    communityId: string,
    runId: string,
    currency: Currency,
    invoices: readonly (SettingInvoice & { readonly advances: readonly AdvanceToSetOff[] })[],
  ): Promise<void> {
    const some = invoices.filter(({ advances }) => advances.length > 0);
    const rows = some.flatMap(({ id, advances }) =>
      advances.map((one) => ({ advanceId: one.id, documentId: id, invoiceId: id, net: one.net, tax: one.tax })),
    );
    await insertRows(tx, 'advance_set_off', setOffColumns, rows);
    await this.ledger.postAll(
      tx,
      communityId,
      some.map(({ number, memberId, issuedOn, advances }) => ({
        entry: postSetOff({ source: number, memberId, currency, on: issuedOn, ...totalOf(advances) }),
        text: `Advance payments set off on ${number}`,
        runId,
      })),
    );
  }

  /** What an invoice has set off and no credit note has freed, in sum. */
  async setOffOn(tx: Tx, invoiceId: string): Promise<{ readonly net: Decimal; readonly tax: Decimal }> {
    const [row] = await tx.query<{ net: string; tax: string }>(
      `SELECT coalesce(sum(net), 0)::numeric AS net, coalesce(sum(tax), 0)::numeric AS tax FROM advance_set_off
       WHERE community_id = current_community() AND invoice_id = $1`,
      [invoiceId],
    );
    return { net: decimal(row?.net ?? '0'), tax: decimal(row?.tax ?? '0') };
  }

  /** Frees all that an invoice set off, with the credit note that takes it back; after that it can be set off again. */
  async free(tx: Tx, communityId: string, invoiceId: string, note: FreeingNote): Promise<void> {
    const off = await tx.query<{ advanceId: string; net: string; tax: string }>(
      `SELECT advance_id AS "advanceId", net, tax FROM advance_set_off
       WHERE community_id = current_community() AND document_id = $1 ORDER BY advance_id`,
      [invoiceId],
    );
    if (off.length === 0) return;
    const rows = off.map(({ advanceId, net, tax }) => {
      const turned = { net: decimal(net).negated(), tax: decimal(tax).negated() };
      return { advanceId, documentId: note.id, invoiceId, ...turned };
    });
    await insertRows(tx, 'advance_set_off', setOffColumns, rows);
    const total = totalOf(off.map(({ net, tax }) => ({ net: decimal(net), tax: decimal(tax) })));
    const { number, memberId, currency, issuedOn } = note;
    await this.ledger.post(tx, communityId, {
      entry: postSetOff({ source: number, memberId, currency, on: issuedOn, ...total }, true),
      text: `Advance payments freed by ${number}`,
      runId: null,
    });
  }

  /** Writes down an advance payment with the document that asks for it. */
  async remember(tx: Tx, asked: readonly RememberedAdvance[]): Promise<void> {
    await insertRows(tx, 'advance', advanceColumns, asked);
  }
}

/** An advance payment at the moment it is asked. */
export interface RememberedAdvance {
  readonly invoiceId: string;
  readonly occupancyId: string;
  /** First day of the month. */
  readonly month: CivilDate;
  readonly attempt: number;
  readonly days: Period;
  readonly net: string;
  readonly tax: string;
}

const totalOf = (parts: readonly { readonly net: Decimal; readonly tax: Decimal }[]) => ({
  net: sum(parts.map(({ net }) => net)),
  tax: sum(parts.map(({ tax }) => tax)),
});

interface SetOffRow {
  readonly advanceId: string;
  readonly documentId: string;
  readonly invoiceId: string;
  readonly net: Decimal;
  readonly tax: Decimal;
}

/** Zero has no sign in a column either. */
const written = (amount: Decimal): string => plain(amount.isZero() ? zero : amount);

const setOffColumns: Columns<SetOffRow> = {
  advance_id: ['uuid', (row) => row.advanceId],
  document_id: ['uuid', (row) => row.documentId],
  invoice_id: ['uuid', (row) => row.invoiceId],
  net: ['numeric', (row) => written(row.net)],
  tax: ['numeric', (row) => written(row.tax)],
};

const advanceColumns: Columns<RememberedAdvance> = {
  id: ['uuid', () => newId()],
  invoice_id: ['uuid', (row) => row.invoiceId],
  occupancy_id: ['uuid', (row) => row.occupancyId],
  month: ['date', (row) => row.month],
  attempt: ['integer', (row) => row.attempt],
  days: ['daterange', (row) => daysToDatabase(row.days)],
  net: ['numeric', (row) => row.net],
  tax: ['numeric', (row) => row.tax],
};
