import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query';
import {
  billingApproveMutation,
  billingCalculateMutation,
  billingIssueMutation,
  runViewsGetQueryKey,
} from '../api/generated/@tanstack/react-query.gen';
import type { BillingRun } from '../api/generated/types.gen';

/** After a step nothing that was fetched of the run holds any more; the run itself is what the step answered. */
export function takeRun(client: QueryClient, run: BillingRun): void {
  client.setQueryData(runViewsGetQueryKey({ path: { id: run.id } }), run);
  void client.invalidateQueries();
}

/** What was refused was refused because of something that this page does not show yet: somebody else was faster. */
const lookAgain = (client: QueryClient) => () => void client.invalidateQueries();

export function useCalculate() {
  const client = useQueryClient();
  return useMutation({
    ...billingCalculateMutation(),
    onSuccess: (run) => takeRun(client, run),
    onError: lookAgain(client),
  });
}

export function useApprove() {
  const client = useQueryClient();
  return useMutation({
    ...billingApproveMutation(),
    onSuccess: (run) => takeRun(client, run),
    onError: lookAgain(client),
  });
}

export function useIssue() {
  const client = useQueryClient();
  return useMutation({
    ...billingIssueMutation(),
    onSuccess: (run) => takeRun(client, run),
    onError: lookAgain(client),
  });
}
