import { setTimeout as pause } from 'node:timers/promises';
import type { Period } from '../domain/calendar/period.js';
import type { ApiClient } from '../cli/client.js';
import { CommandFailed, exitCodes, type Output } from '../cli/output.js';
import type { Run, RunIssue } from '../cli/run.js';
import { site } from './found.js';

/** One billing cycle as two people do it: the treasurer calculates and issues, the second person approves. */
export async function billMonth(treasurer: ApiClient, approver: ApiClient, month: Period): Promise<Run> {
  const { id } = await treasurer.post<Run>('/billing-runs', { site, period: month });
  const calculated = await treasurer.post<Run>(`/billing-runs/${id}/calculate`);
  if (calculated.status !== 'previewed') {
    const { items } = await treasurer.get<{ items: RunIssue[] }>(`/billing-runs/${id}/issues`);
    const sentences = items.filter((i) => i.severity === 'blocking').map((i) => `  ${i.code}: ${i.detail}`);
    throw new CommandFailed(`The run of ${month.from} is blocked:\n${sentences.join('\n')}`, exitCodes.blocked);
  }
  await approver.post(`/billing-runs/${id}/approve`, { inputHash: calculated.inputHash });
  return treasurer.post<Run>(`/billing-runs/${id}/issue`);
}

/** Waits until every document of a run is made, and shows how far it is. */
export async function documentsOf(api: ApiClient, id: string, out: Output): Promise<Run> {
  for (;;) {
    const run = await api.get<Run>(`/billing-runs/${id}`);
    const { done, total } = run.documents ?? { done: 0, total: 0 };
    out.progress('Making documents', done, total);
    if (total > 0 && done === total) return run;
    await pause(250);
  }
}
