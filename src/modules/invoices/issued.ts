import { createHash } from 'node:crypto';
import type { CivilDate, Instant, Period } from '../../domain/calendar/period.js';
import type { Bookable } from '../../domain/ledger/post.js';
import { decimal } from '../../domain/quantity/decimal.js';
import type { Currency } from '../../domain/quantity/money.js';
import type { Tx } from '../../platform/database/transactions.js';

/** A document as it is written down at its issue: the row, its lines and taxes, and the statement everything is drawn from. */
export interface IssuedRow {
  readonly id: string;
  readonly series: string;
  readonly no: number;
  readonly number: string;
  readonly kind: 'invoice' | 'credit-note';
  readonly runId: string;
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
  readonly costNo: number;
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

const column = <Row>(rows: readonly Row[], of: (row: Row) => unknown): unknown[] => rows.map(of);

/** Writes documents with their lines, taxes and statements: one statement for each table, whatever their number. */
export async function storeIssued(tx: Tx, rows: readonly IssuedRow[]): Promise<void> {
  await tx.query(
    `INSERT INTO invoice (community_id, id, series, no, number, kind, run_id, member_id, credits_id, reason, days, issued_on, due_on,
                          currency, net, tax, gross, code, issued_at)
     SELECT current_community(), id, series, no, number, kind, run_id, member_id, credits_id, reason, daterange(from_day, to_day),
            issued_on, due_on, currency, net, tax, gross, code, issued_at
     FROM unnest($1::uuid[], $2::text[], $3::integer[], $4::text[], $5::text[], $6::uuid[], $7::uuid[], $8::uuid[], $9::text[],
                 $10::date[], $11::date[], $12::date[], $13::date[], $14::text[], $15::numeric[], $16::numeric[], $17::numeric[],
                 $18::text[], $19::timestamptz[])
       AS row (id, series, no, number, kind, run_id, member_id, credits_id, reason, from_day, to_day, issued_on, due_on, currency,
               net, tax, gross, code, issued_at)`,
    [
      column(rows, (row) => row.id),
      column(rows, (row) => row.series),
      column(rows, (row) => row.no),
      column(rows, (row) => row.number),
      column(rows, (row) => row.kind),
      column(rows, (row) => row.runId),
      column(rows, (row) => row.memberId),
      column(rows, (row) => row.creditsId),
      column(rows, (row) => row.reason),
      column(rows, (row) => row.period.from),
      column(rows, (row) => row.period.to),
      column(rows, (row) => row.issuedOn),
      column(rows, (row) => row.dueOn),
      column(rows, (row) => row.currency),
      column(rows, (row) => row.net),
      column(rows, (row) => row.tax),
      column(rows, (row) => row.gross),
      column(rows, (row) => row.code),
      column(rows, (row) => row.issuedAt),
    ],
  );
  await storeLines(tx, rows);
  await storeTaxes(tx, rows);
  await tx.query(
    `INSERT INTO invoice_statement (community_id, invoice_id, body, sha256)
     SELECT current_community(), * FROM unnest($1::uuid[], $2::text[], $3::bytea[])`,
    [
      column(rows, (row) => row.id),
      column(rows, (row) => row.body),
      column(rows, (row) => createHash('sha256').update(row.body, 'utf8').digest()),
    ],
  );
}

async function storeLines(tx: Tx, rows: readonly IssuedRow[]): Promise<void> {
  const lines = rows.flatMap((row) => row.lines.map((line) => ({ ...line, invoiceId: row.id })));
  await tx.query(
    `INSERT INTO invoice_line (community_id, invoice_id, no, cost_no, section, description, quantity, unit, price, net, tax_code, tax_rate, why)
     SELECT current_community(), * FROM unnest($1::uuid[], $2::integer[], $3::integer[], $4::text[], $5::text[], $6::numeric[], $7::text[],
                                               $8::text[], $9::numeric[], $10::text[], $11::numeric[], $12::jsonb[])`,
    [
      column(lines, (line) => line.invoiceId),
      column(lines, (line) => line.no),
      column(lines, (line) => line.costNo),
      column(lines, (line) => line.section),
      column(lines, (line) => line.description),
      column(lines, (line) => line.quantity),
      column(lines, (line) => line.unit),
      column(lines, (line) => line.price),
      column(lines, (line) => line.net),
      column(lines, (line) => line.taxCode),
      column(lines, (line) => line.taxRate),
      column(lines, (line) => JSON.stringify(line.why)),
    ],
  );
}

async function storeTaxes(tx: Tx, rows: readonly IssuedRow[]): Promise<void> {
  const taxes = rows.flatMap((row) => row.taxes.map((tax) => ({ ...tax, invoiceId: row.id })));
  if (taxes.length === 0) return;
  await tx.query(
    `INSERT INTO invoice_tax (community_id, invoice_id, tax_code, label, rate, net, tax)
     SELECT current_community(), * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::numeric[], $5::numeric[], $6::numeric[])`,
    [
      column(taxes, (tax) => tax.invoiceId),
      column(taxes, (tax) => tax.code),
      column(taxes, (tax) => tax.label),
      column(taxes, (tax) => tax.rate),
      column(taxes, (tax) => tax.net),
      column(taxes, (tax) => tax.tax),
    ],
  );
}

/** An issued row as the books look at it. */
export const bookable = (row: IssuedRow): Bookable => ({
  kind: row.kind,
  number: row.number,
  issuedOn: row.issuedOn,
  memberId: row.memberId,
  currency: row.currency,
  net: decimal(row.net),
  tax: decimal(row.tax),
  gross: decimal(row.gross),
  lines: row.lines.map(({ costNo, net }) => ({ costNo, net: decimal(net) })),
});
