import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { decimal, type Decimal, sum } from '../domain/quantity/decimal.js';
import { writeMoney } from '../domain/quantity/money.js';
import { ApiClient } from '../cli/client.js';
import { type House, openHouse } from '../cli/house.js';
import { CommandFailed, type Output } from '../cli/output.js';
import type { ReconciledCost } from '../cli/run.js';
import { followDocuments } from '../cli/service.js';
import type { Config } from '../platform/config.js';
import { supplier } from './hall.js';
import { billMonth } from './month.js';
import { answer } from './questions.js';
import { isEmpty, seed, type Hall } from './seed.js';

/*
 * The whole job once, from an empty folder to PDFs, on a database of its own that is thrown away afterwards: what an
 * installation must be able to do before anybody relies on it.
 */

/**
 * Runs the job; says one line per cost and the proof.
 *
 * @param stop resolves when somebody asks to end; what was made is then cleared away
 * @throws CommandFailed where anything does not add up, or DATABASE_URL names a database that holds data
 */
export async function checkDemo(config: Config, out: Output, stop: Promise<unknown>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'commonmeter-check-'));
  chmodSync(folder, 0o755); // the database server's own user must be able to walk here
  const documents = resolve(config.dataDir, 'check');
  out.busy('Opening the database');
  const house = await openHouse({ ...config, dataDir: folder, port: 0, role: 'all' });
  try {
    const job = doJob(house, documents, out);
    job.catch(() => undefined); // what fails because we stop is no failure
    const report = await Promise.race([job, stop.then(() => undefined)]);
    if (report === undefined) throw new CommandFailed('Stopped before the end; nothing was checked.');
    out.answer(report.text, report.data);
  } finally {
    await house.close();
    for (const made of [house.database.folder, folder])
      if (made !== undefined) rmSync(made, { recursive: true, force: true });
  }
}

interface Report {
  readonly text: string;
  readonly data: unknown;
}

async function doJob({ api, database }: House, documents: string, out: Output): Promise<Report> {
  if (!api) throw new CommandFailed('The API did not start.');
  out.say(`Database: ${database.described}`);
  if (!(await isEmpty(api)))
    throw new CommandFailed('DATABASE_URL holds data already; --check wants an empty database.');
  const hall = await seed(api, out);
  return billReadyMonth(await api.getUrl(), hall, documents, out);
}

interface InvoiceRow {
  readonly id: string;
  readonly number: string;
  readonly memberCode: string;
  readonly gross: string;
}

async function billReadyMonth(url: string, { tokens, ready }: Hall, folder: string, out: Output): Promise<Report> {
  const treasurer = new ApiClient(url, tokens.treasurer);
  await answer(treasurer, ready);
  const { id } = await billMonth(treasurer, new ApiClient(url, tokens.approver), ready);
  await followDocuments(treasurer, id, out);
  const { items: invoices } = await treasurer.get<{ items: InvoiceRow[] }>(`/invoices?run=${id}&limit=500`);
  const documents = await saveDocuments(treasurer, invoices, folder);
  const { lines } = await treasurer.get<{ lines: ReconciledCost[] }>(`/billing-runs/${id}/reconciliation`);
  const { text, addsUp } = proof(lines, invoices.length, documents);
  if (!addsUp) throw new CommandFailed(`${text}\nThis does not add up.`);
  const members = invoices.map(({ memberCode, number, gross }) => ({ member: memberCode, number, gross }));
  return {
    text: `Documents: ${folder}\n${text}`,
    data: { folder, period: ready, costs: lines, members, invoices: invoices.length, documents },
  };
}

/** Fetches the PDFs as a member would. @returns how many there are */
async function saveDocuments(api: ApiClient, invoices: readonly InvoiceRow[], folder: string): Promise<number> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  let saved = 0;
  for (const { id, number } of invoices) {
    const pdf = await api.bytes(`/invoices/${id}/document.pdf`);
    if (pdf.subarray(0, 5).toString('latin1') !== '%PDF-') {
      throw new CommandFailed(`The document of ${number} is not a PDF.`);
    }
    writeFileSync(join(folder, `${number}.pdf`), pdf);
    saved += 1;
  }
  return saved;
}

/** Adds everything up here, once more, from the figures as they are printed. */
function proof(
  costs: readonly ReconciledCost[],
  invoices: number,
  documents: number,
): { text: string; addsUp: boolean } {
  const parts = ['members', 'common', 'vacant', 'held'] as const;
  const bill = costs.filter((cost) => cost.source.startsWith(supplier.name));
  const of = (rows: readonly ReconciledCost[], part: (typeof parts)[number] | 'amount'): Decimal =>
    sum(rows.map((row) => decimal(row[part])));
  const difference = (rows: readonly ReconciledCost[]): Decimal =>
    parts.reduce((left, part) => left.minus(of(rows, part)), of(rows, 'amount'));
  const money = (amount: Decimal): string => writeMoney(amount, 'GBP');
  const equation = (rows: readonly ReconciledCost[]): string =>
    `${money(of(rows, 'amount'))} = ${parts.map((part) => `${part} ${money(of(rows, part))}`).join(' + ')}, ` +
    `difference ${money(difference(rows))}`;
  const lines = costs.map((cost) => `${cost.description} ${equation([cost])}`);
  const summary = `supplier bill ${equation(bill)}; invoices ${invoices}, documents ${documents}`;
  const isWhole = bill.length > 0 && invoices > 0 && documents === invoices;
  return {
    text: [...lines, summary].join('\n'),
    addsUp: isWhole && costs.every((cost) => difference([cost]).isZero()),
  };
}
