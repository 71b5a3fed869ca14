import { type Config, loadConfig } from '../platform/config.js';
import { ApiClient } from './client.js';
import { remembered } from './house.js';
import { CommandFailed, exitCodes, type Output, table } from './output.js';
import { readNamedFile } from './stateless.js';

/** Commands that talk to a running service: billing runs, imports, payments. */

export interface Where {
  readonly url?: string;
  readonly token?: string;
  readonly as?: string;
}

/** The service and the person: named on the command line, or those that the last start wrote down. */
export function clientFor(where: Where, role = 'treasurer', config: Config = loadConfig()): ApiClient {
  const memory = remembered(config);
  const url = where.url ?? memory?.url;
  const token = where.token ?? memory?.tokens[where.as ?? role];
  if (!url || !token) {
    throw new CommandFailed(
      'Name the service and your token: --url http://127.0.0.1:3000 --token cm_…',
      exitCodes.usage,
    );
  }
  return new ApiClient(url.replace(/\/+$/, ''), token);
}

export interface Run {
  readonly id: string;
  readonly status: string;
  readonly period: { readonly from: string; readonly to: string };
  readonly inputHash: string | null;
  readonly documents?: { readonly done: number; readonly total: number };
}
export interface RunIssue {
  readonly no: number;
  readonly code: string;
  readonly severity: string;
  readonly subject: { readonly label: string };
  readonly detail: string;
  readonly remedy: string;
  readonly overriddenBy?: string | null;
}
export interface Reconciliation {
  readonly currency: string;
  readonly lines: readonly ReconciledCost[];
  readonly total: Omit<ReconciledCost, 'costNo' | 'description'>;
}
interface ReconciledCost {
  readonly costNo: number;
  readonly description: string;
  readonly amount: string;
  readonly members: string;
  readonly common: string;
  readonly vacant: string;
  readonly held: string;
  readonly difference: string;
}

const describe = (run: Run): string =>
  `Run ${run.id}: ${run.period.from} to ${run.period.to}, ${run.status}` +
  (run.documents ? `, documents ${run.documents.done}/${run.documents.total}` : '');

export async function newRun(out: Output, where: Where, site: string, from: string, to: string): Promise<void> {
  const run = await clientFor(where).post<Run>('/billing-runs', { site, period: { from, to } });
  out.answer(describe(run), run);
}

export async function calculate(out: Output, where: Where, id: string): Promise<void> {
  const client = clientFor(where);
  const run = await client.post<Run>(`/billing-runs/${id}/calculate`);
  out.answer(describe(run), run);
  const issues = await client.get<{ items: RunIssue[] }>(`/billing-runs/${id}/issues`);
  const open = issues.items.filter((issue) => issue.severity === 'blocking' && !issue.overriddenBy);
  if (open.length > 0) {
    throw new CommandFailed(
      `${open.length} issue(s) block this run; see "commonmeter run issues ${id}".`,
      exitCodes.blocked,
    );
  }
}

export async function issues(out: Output, where: Where, id: string): Promise<void> {
  const { items } = await clientFor(where).get<{ items: RunIssue[] }>(`/billing-runs/${id}/issues`);
  const text = items.map((i) => `${i.no}. [${i.severity}] ${i.code}: ${i.detail}\n   ${i.remedy}`).join('\n');
  out.answer(text === '' ? 'No issues.' : text, items);
}

export async function approve(out: Output, where: Where, id: string): Promise<void> {
  const client = clientFor(where, 'approver');
  const { inputHash } = await client.get<Run>(`/billing-runs/${id}`);
  const run = await client.post<Run>(`/billing-runs/${id}/approve`, { inputHash });
  out.answer(describe(run), run);
}

export async function issueRun(out: Output, where: Where, id: string): Promise<void> {
  const run = await clientFor(where).post<Run>(`/billing-runs/${id}/issue`);
  out.answer(describe(run), run);
}

export async function status(out: Output, where: Where, id: string | undefined): Promise<void> {
  const client = clientFor(where);
  if (id === undefined) {
    const { items } = await client.get<{ items: Run[] }>('/billing-runs');
    return out.answer(items.length === 0 ? 'No billing runs.' : items.map(describe).join('\n'), items);
  }
  const run = await client.get<Run>(`/billing-runs/${id}`);
  const reconciliation = ['open', 'validated'].includes(run.status)
    ? undefined
    : await client.get<Reconciliation>(`/billing-runs/${id}/reconciliation`);
  out.answer([describe(run), ...(reconciliation ? ['', reconciliationTable(reconciliation)] : [])].join('\n'), {
    run,
    reconciliation,
  });
}

/** One line per cost, and the sum of them. */
export function reconciliationTable({ currency, lines, total }: Reconciliation): string {
  const cells = (cost: Omit<ReconciledCost, 'costNo' | 'description'>): string[] => [
    cost.amount,
    cost.members,
    cost.common,
    cost.vacant,
    cost.held,
    cost.difference,
  ];
  const rows = [...lines.map((cost) => [cost.description, ...cells(cost)]), ['Total', ...cells(total)]];
  return table(
    [`Cost, ${currency}`, 'amount', 'members', 'common', 'vacant', 'held', 'difference'],
    rows,
    [1, 2, 3, 4, 5, 6],
  );
}

interface ImportReport {
  readonly format: string;
  readonly dryRun: boolean;
  readonly rows: number;
  readonly created: number;
  readonly duplicate: number;
  readonly conflict: number;
  readonly held: number;
  readonly unclaimed: number;
  readonly rejected: number;
  readonly problems: readonly { readonly line?: number; readonly detail: string }[];
}

export async function importFile(out: Output, where: Where, path: string, dryRun: boolean): Promise<void> {
  const report = await clientFor(where).upload<ImportReport>(
    `/imports?format=auto&dryRun=${dryRun}`,
    readNamedFile(path),
    'text/csv',
  );
  const { format, rows, created, duplicate, conflict, held, unclaimed, rejected, problems } = report;
  const lines = [
    `${dryRun ? 'Dry run, nothing was stored. ' : ''}${format}: ${rows} readings: ${created} created, ${duplicate} known, ` +
      `${conflict} in conflict, ${held} held, ${unclaimed} unclaimed, ${rejected} rejected.`,
    ...problems.map((problem) => `  ${problem.line === undefined ? '' : `line ${problem.line}: `}${problem.detail}`),
  ];
  out.answer(lines.join('\n'), report);
  if (rejected > 0) throw new CommandFailed(`${rejected} readings were rejected; everything else was kept.`);
}
