import type { Period } from '../domain/calendar/period.js';
import type { ApiClient } from '../cli/client.js';
import { CommandFailed, exitCodes } from '../cli/output.js';
import { blockingOf, type RunIssue } from '../cli/run.js';
import type { Run } from '../cli/service.js';
import { site } from './found.js';

/** One billing cycle as two people do it: the treasurer calculates and issues, the second person approves. */
export async function billMonth(treasurer: ApiClient, approver: ApiClient, month: Period): Promise<Run> {
  const { id } = await treasurer.post<Run>('/billing-runs', { site, period: month });
  const calculated = await treasurer.post<Run>(`/billing-runs/${id}/calculate`);
  if (calculated.status !== 'previewed') {
    const { items } = await treasurer.get<{ items: RunIssue[] }>(`/billing-runs/${id}/issues`);
    const sentences = blockingOf(items).map((issue) => `  ${issue.code}: ${issue.detail}`);
    throw new CommandFailed(`The run of ${month.from} is blocked:\n${sentences.join('\n')}`, exitCodes.blocked);
  }
  await approver.post(`/billing-runs/${id}/approve`, { inputHash: calculated.inputHash });
  return treasurer.post<Run>(`/billing-runs/${id}/issue`);
}
