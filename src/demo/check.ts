import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pino } from 'pino';
import { type Decimal, decimal, sum } from '../domain/quantity/decimal.js';
import { ApiClient } from '../cli/client.js';
import { openHouse } from '../cli/house.js';
import { CommandFailed, type Output } from '../cli/output.js';
import type { Config } from '../platform/config.js';
import { supplier } from './hall.js';
import { billMonth, documentsOf } from './month.js';
import { type Hall, seedWhereEmpty } from './seed.js';

/*
 * The whole job once, from an empty folder to PDFs, on a database of its own that is thrown away afterwards: what an
 * installation must be able to do before anybody relies on it.
 */

/** One cost of a run as the service reports it. */
interface ReconciledCost {
  readonly description: string;
  /** Supplier and number of a bill, or the code of a charge. */
  readonly source: string;
  readonly amount: string;
  readonly members: string;
  readonly common: string;
  readonly vacant: string;
  readonly held: string;
}

/** Runs the job; says one line per cost and the proof; fails where anything does not add up. */
export async function checkDemo(config: Config, out: Output): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'commonmeter-check-'));
  chmodSync(folder, 0o755); // the database server's own user must be able to walk here
  const documents = resolve(config.dataDir, 'check');
  const quiet = pino({ level: 'warn' });
  const house = await openHouse({ ...config, dataDir: folder, port: 0, role: 'all' }, out.say, quiet);
  try {
    if (!house.api || !house.url) throw new CommandFailed('The API did not start.');
    const hall = await seedWhereEmpty(house.api, house.url, out);
    if (!hall) throw new CommandFailed('DATABASE_URL holds data already; --check wants an empty database.');
    const report = await billReadyMonth(house.url, hall, documents, out);
    out.answer(report.text, report.data);
  } finally {
    await house.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function billReadyMonth(
  url: string,
  hall: Hall,
  folder: string,
  out: Output,
): Promise<{ text: string; data: unknown }> {
  const treasurer = new ApiClient(url, hall.tokens.treasurer);
  await decideConflicts(treasurer);
  const run = await billMonth(treasurer, new ApiClient(url, hall.tokens.approver), hall.ready);
  await documentsOf(treasurer, run.id, out);
  const { items: invoices } = await treasurer.get<{ items: { id: string; number: string }[] }>(
    `/invoices?run=${run.id}&limit=500`,
  );
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  let made = 0;
  for (const { id, number } of invoices) {
    const pdf = await treasurer.bytes(`/invoices/${id}/document.pdf`);
    if (pdf.subarray(0, 5).toString('latin1') !== '%PDF-')
      throw new CommandFailed(`The document of ${number} is not a PDF.`);
    writeFileSync(join(folder, `${number}.pdf`), pdf);
    made += 1;
  }
  const { lines: costs } = await treasurer.get<{ lines: ReconciledCost[] }>(`/billing-runs/${run.id}/reconciliation`);
  return proof(costs, invoices.length, made, folder);
}

/** The last value of a device that contradicts itself stands; the first one is kept beside it. */
async function decideConflicts(treasurer: ApiClient): Promise<void> {
  const { items } = await treasurer.get<{ items: { id: string }[] }>('/exceptions?state=open');
  for (const { id } of items) {
    await treasurer.post(`/exceptions/${id}/resolve`, {
      choice: 'keep',
      reason: 'Checked at the meter: the first reading was right.',
    });
  }
}

/** Adds everything up here, once more, from the figures as they are printed. */
function proof(
  costs: readonly ReconciledCost[],
  invoices: number,
  documents: number,
  folder: string,
): { text: string; data: unknown } {
  const parts = ['members', 'common', 'vacant', 'held'] as const;
  const bill = costs.filter((cost) => cost.source.startsWith(supplier.name));
  const of = (rows: readonly ReconciledCost[], part: (typeof parts)[number] | 'amount'): Decimal =>
    sum(rows.map((row) => decimal(row[part])));
  const difference = (rows: readonly ReconciledCost[]): Decimal =>
    parts.reduce((left, part) => left.minus(of(rows, part)), of(rows, 'amount'));
  const terms = (rows: readonly ReconciledCost[]): string =>
    parts.map((part) => `${part} ${of(rows, part).toFixed(2)}`).join(' + ');
  const lines = costs.map(
    (cost) => `${cost.description} ${cost.amount} = ${terms([cost])}, difference ${difference([cost]).toFixed(2)}`,
  );
  const summary =
    `supplier bill ${of(bill, 'amount').toFixed(2)} = ${terms(bill)}, ` +
    `difference ${difference(bill).toFixed(2)}; invoices ${invoices}, documents ${documents}`;
  if (
    bill.length === 0 ||
    invoices === 0 ||
    documents !== invoices ||
    costs.some((cost) => !difference([cost]).isZero())
  ) {
    throw new CommandFailed([...lines, summary, 'This does not add up.'].join('\n'));
  }
  return { text: [`Documents: ${folder}`, ...lines, summary].join('\n'), data: { folder, costs, invoices, documents } };
}
