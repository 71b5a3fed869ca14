import { createHash } from 'node:crypto';
import type { CivilDate, Instant, Period } from '../../domain/calendar/period.js';
import type { Bookable } from '../../domain/ledger/post.js';
import { decimal } from '../../domain/quantity/decimal.js';
import type { TaxCategory } from '../../domain/invoice/tax.js';
import type { Currency } from '../../domain/quantity/money.js';
import { type Columns, insertRows } from '../../platform/database/insert-rows.js';
import type { Tx } from '../../platform/database/transactions.js';
import { daysToDatabase } from '../../platform/database/types.js';

/** A document as it is written down at its issue: the row, its lines and taxes, and the statement everything is drawn from. */
export interface IssuedRow {
  readonly id: string;
  readonly series: string;
  readonly no: number;
  readonly number: string;
  readonly kind: 'invoice' | 'credit-note' | 'advance';
  /** Null of what asks for an advance payment, and of the credit note that takes such a one back. */
  readonly runId: string | null;
  readonly memberId: string;
  readonly creditsId: string | null;
  readonly reason: string | null;
  readonly period: Period;
  readonly issuedOn: CivilDate;
  readonly dueOn: CivilDate;
  readonly issuedAt: Instant;
  readonly currency: Currency;
  readonly net: string;
  readonly tax: string;
  readonly gross: string;
  readonly lines: readonly LineRow[];
  readonly taxes: readonly TaxRow[];
  /** The verification code. */
  readonly code: string;
  /** The sealed statement in canonical form. */
  readonly body: string;
}

export interface LineRow {
  readonly no: number;
  /** Null on a line for an advance payment, which is no cost yet. */
  readonly costNo: number | null;
  readonly section: string;
  readonly description: string;
  readonly quantity: string | null;
  readonly unit: string | null;
  readonly price: string | null;
  readonly net: string;
  readonly taxCode: string;
  /** A fraction: 0.2 is 20 %. */
  readonly taxRate: string;
  readonly why: object;
}

export interface TaxRow {
  readonly code: string;
  readonly label: string;
  /** As EN 16931 has it; null on what was issued before there were categories. */
  readonly category: TaxCategory | null;
  readonly reason: string;
  /** A fraction. */
  readonly rate: string;
  readonly net: string;
  readonly tax: string;
}

/**
 * Takes `count` numbers of a series. The row of the series is locked until the transaction ends, so that numbers follow each
 * other without gap: what is rolled back has taken none.
 *
 * @returns the last number before those taken
 */
export async function takeNumbers(tx: Tx, series: string, count: number): Promise<number> {
  const [row] = await tx.query<{ last_no: number }>(
    `INSERT INTO invoice_series (community_id, series, last_no) VALUES (current_community(), $1, $2)
     ON CONFLICT (community_id, series) DO UPDATE SET last_no = invoice_series.last_no + EXCLUDED.last_no
     RETURNING last_no`,
    [series, count],
  );
  return (row?.last_no ?? count) - count;
}

/** Writes documents with their lines, taxes and statements: one statement for each table, whatever their number. */
export async function storeIssued(tx: Tx, rows: readonly IssuedRow[]): Promise<void> {
  await insertRows(tx, 'invoice', invoiceColumns, rows);
  const lines = rows.flatMap((row) => row.lines.map((line) => ({ ...line, invoiceId: row.id })));
  await insertRows(tx, 'invoice_line', lineColumns, lines);
  const taxes = rows.flatMap((row) => row.taxes.map((tax) => ({ ...tax, invoiceId: row.id })));
  await insertRows(tx, 'invoice_tax', taxColumns, taxes);
  await insertRows(tx, 'invoice_statement', statementColumns, rows);
}

const invoiceColumns: Columns<IssuedRow> = {
  id: ['uuid', (row) => row.id],
  series: ['text', (row) => row.series],
  no: ['integer', (row) => row.no],
  number: ['text', (row) => row.number],
  kind: ['text', (row) => row.kind],
  run_id: ['uuid', (row) => row.runId],
  member_id: ['uuid', (row) => row.memberId],
  credits_id: ['uuid', (row) => row.creditsId],
  reason: ['text', (row) => row.reason],
  days: ['daterange', (row) => daysToDatabase(row.period)],
  issued_on: ['date', (row) => row.issuedOn],
  due_on: ['date', (row) => row.dueOn],
  currency: ['text', (row) => row.currency],
  net: ['numeric', (row) => row.net],
  tax: ['numeric', (row) => row.tax],
  gross: ['numeric', (row) => row.gross],
  code: ['text', (row) => row.code],
  issued_at: ['timestamptz', (row) => row.issuedAt],
};

const lineColumns: Columns<LineRow & { readonly invoiceId: string }> = {
  invoice_id: ['uuid', (line) => line.invoiceId],
  no: ['integer', (line) => line.no],
  cost_no: ['integer', (line) => line.costNo],
  section: ['text', (line) => line.section],
  description: ['text', (line) => line.description],
  quantity: ['numeric', (line) => line.quantity],
  unit: ['text', (line) => line.unit],
  price: ['text', (line) => line.price],
  net: ['numeric', (line) => line.net],
  tax_code: ['text', (line) => line.taxCode],
  tax_rate: ['numeric', (line) => line.taxRate],
  why: ['jsonb', (line) => line.why],
};

const taxColumns: Columns<TaxRow & { readonly invoiceId: string }> = {
  invoice_id: ['uuid', (tax) => tax.invoiceId],
  tax_code: ['text', (tax) => tax.code],
  label: ['text', (tax) => tax.label],
  category: ['text', (tax) => tax.category],
  reason: ['text', (tax) => tax.reason],
  rate: ['numeric', (tax) => tax.rate],
  net: ['numeric', (tax) => tax.net],
  tax: ['numeric', (tax) => tax.tax],
};

/** The hash is taken here and compared by the database with its own. */
const statementColumns: Columns<IssuedRow> = {
  invoice_id: ['uuid', (row) => row.id],
  body: ['text', (row) => row.body],
  sha256: ['bytea', (row) => `\\x${createHash('sha256').update(row.body, 'utf8').digest('hex')}`],
};

/** An issued row as the books look at it. */
export const bookable = (row: IssuedRow): Bookable => ({
  kind: row.kind,
  isAdvance: row.runId === null,
  number: row.number,
  issuedOn: row.issuedOn,
  memberId: row.memberId,
  currency: row.currency,
  net: decimal(row.net),
  tax: decimal(row.tax),
  gross: decimal(row.gross),
  lines: row.lines.map(({ costNo, net }) => ({ costNo, net: decimal(net) })),
});
