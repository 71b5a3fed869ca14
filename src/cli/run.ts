import { CommandFailed, exitCodes, type Output, table } from './output.js';
import { clientFor, followDocuments, type Run, type Where } from './service.js';

/** Billing runs from the command line: each command is one step of `docs/treasurer-first-month.md`. */

export interface RunIssue {
  readonly no: number;
  readonly code: string;
  readonly severity: string;
  readonly detail: string;
  readonly remedy: string;
  readonly override: { readonly reason: string } | null;
}
interface Division {
  readonly amount: string;
  readonly members: string;
  readonly common: string;
  readonly vacant: string;
  readonly held: string;
  readonly difference: string;
}
/** One cost of a run, and how it is shared. `source` is supplier and number of a bill, or the code of a charge. */
export interface ReconciledCost extends Division {
  readonly costNo: number;
  readonly description: string;
  readonly source: string;
}
export interface Reconciliation {
  readonly currency: string;
  readonly lines: readonly ReconciledCost[];
  readonly total: Division;
}

const describe = ({ id, period, status, documents: { done, total } }: Run): string =>
  `Run ${id}: ${period.from} to ${period.to}, ${status}${total > 0 ? `, documents ${done}/${total}` : ''}`;

/** Issues that stop a run until a person mends what they name, or takes them on. */
export const blockingOf = (issues: readonly RunIssue[]): RunIssue[] =>
  issues.filter((issue) => issue.severity === 'blocking' && issue.override === null);

export async function newRun(
  out: Output,
  { leaver, ...where }: Where & { leaver?: string },
  site: string,
  from: string,
  to: string,
): Promise<void> {
  const ofLeaver = leaver === undefined ? {} : { leaver };
  const run = await clientFor(where).post<Run>('/billing-runs', { site, period: { from, to }, ...ofLeaver });
  out.answer(describe(run), run);
}

/** How a correction reaches the members. */
export const correctionWays = ['credit-and-reissue', 'next-run'] as const;

export async function correct(
  out: Output,
  { way, cause, ...where }: Where & { way: string; cause: string },
  id: string,
): Promise<void> {
  const run = await clientFor(where).post<Run>(`/billing-runs/${id}/corrections`, { way, cause });
  out.answer(`${describe(run)}, corrects ${id}`, run);
}

/** What a correction changes, as the service tells it. */
interface Deltas {
  readonly currency: string;
  readonly members: readonly {
    readonly member: { readonly code: string };
    readonly change: string;
    readonly held: string;
    readonly document: string | null;
  }[];
  readonly items: readonly {
    readonly description: string;
    readonly kind: string;
    readonly member: { readonly code: string } | null;
    readonly before: string;
    readonly after: string;
    readonly amount: string;
    readonly reasons: readonly { readonly sentence: string }[];
  }[];
  readonly sentence: string;
}

/** Who pays more or less, cost by cost with the reason, and the proof that it comes to what the costs changed by. */
export async function deltas(out: Output, where: Where, id: string): Promise<void> {
  const found = await clientFor(where).get<Deltas>(`/billing-runs/${id}/deltas`);
  if (found.items.length === 0) return out.answer('Nothing differs from what stands.', found);
  const who = ({ kind, member }: Deltas['items'][number]): string =>
    kind === 'member' ? (member?.code ?? '') : `${kind}${member === null ? '' : ` for ${member.code}`}`;
  const members = found.members.map(({ member, change, held, document }) => [
    ...[member.code, change, held, document ?? ''],
  ]);
  const rows = found.items.map((item) => [
    ...[item.description, who(item), item.before, item.after, item.amount],
    item.reasons.map(({ sentence }) => sentence).join(' '),
  ]);
  out.answer(
    [
      table(['Member', `change, ${found.currency}`, 'held', 'takes back'], members, [1, 2]),
      '',
      table(['Cost', 'who', 'before', 'after', 'change', 'because'], rows, [2, 3, 4]),
      '',
      found.sentence,
    ].join('\n'),
    found,
  );
}

export async function cancel(out: Output, { reason, ...where }: Where & { reason: string }, id: string): Promise<void> {
  const run = await clientFor(where).post<Run>(`/billing-runs/${id}/cancel`, { reason });
  out.answer(describe(run), run);
}

export async function calculate(out: Output, where: Where, id: string): Promise<void> {
  const client = clientFor(where);
  out.busy('Collecting, checking, sharing');
  const run = await client.post<Run>(`/billing-runs/${id}/calculate`);
  out.answer(describe(run), run);
  const { items } = await client.get<{ items: RunIssue[] }>(`/billing-runs/${id}/issues`);
  const open = blockingOf(items).length;
  if (open === 0) return;
  throw new CommandFailed(
    `${open === 1 ? 'One issue blocks' : `${open} issues block`} this run; see "commonmeter run issues ${id}".`,
    exitCodes.blocked,
  );
}

export async function issues(out: Output, where: Where, id: string): Promise<void> {
  const { items } = await clientFor(where).get<{ items: RunIssue[] }>(`/billing-runs/${id}/issues`);
  const sentences = items.map(
    ({ no, severity, code, detail, remedy, override }) =>
      `${no}. [${severity}] ${code}: ${detail}\n   ${override === null ? remedy : `Taken on: ${override.reason}`}`,
  );
  out.answer(sentences.length === 0 ? 'No issues.' : sentences.join('\n'), items);
}

export async function approve(out: Output, where: Where, id: string): Promise<void> {
  const client = clientFor(where, 'approver');
  const { inputHash } = await client.get<Run>(`/billing-runs/${id}`);
  if (inputHash === null) throw new CommandFailed(`Nothing to approve yet: "commonmeter run calculate ${id}" first.`);
  const run = await client.post<Run>(`/billing-runs/${id}/approve`, { inputHash });
  out.answer(describe(run), run);
}

export async function issueRun(out: Output, { wait, ...where }: Where & { wait: boolean }, id: string): Promise<void> {
  const client = clientFor(where);
  out.busy('Numbering and booking');
  const issued = await client.post<Run>(`/billing-runs/${id}/issue`);
  const run = wait ? await followDocuments(client, id, out) : issued;
  out.answer(describe(run), run);
}

export async function status(out: Output, where: Where, id: string | undefined): Promise<void> {
  const client = clientFor(where);
  if (id === undefined) {
    const { items } = await client.get<{ items: Run[] }>('/billing-runs');
    return out.answer(items.length === 0 ? 'No billing runs.' : items.map(describe).join('\n'), items);
  }
  const run = await client.get<Run>(`/billing-runs/${id}`);
  const reconciliation = await client.get<Reconciliation>(`/billing-runs/${id}/reconciliation`);
  const shown = reconciliation.lines.length > 0 ? ['', reconciliationTable(reconciliation)] : [];
  out.answer([describe(run), ...shown].join('\n'), { run, reconciliation });
}

/** One line per cost, and the sum of them. */
function reconciliationTable({ currency, lines, total }: Reconciliation): string {
  const columns = ['amount', 'members', 'common', 'vacant', 'held', 'difference'] as const;
  const row = (name: string, division: Division): string[] => [name, ...columns.map((column) => division[column])];
  return table(
    [`Cost, ${currency}`, ...columns],
    [...lines.map((cost) => row(cost.description, cost)), row('Total', total)],
    [1, 2, 3, 4, 5, 6],
  );
}
