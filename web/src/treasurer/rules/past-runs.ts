import type { BillingRun } from '../../api/generated/types.gen';

/** Months of a site that were billed as they came, the latest first: what a question can be put to. */
export const pastRunsOf = (runs: readonly BillingRun[], of: string): readonly BillingRun[] =>
  runs.filter(
    ({ site, status, correction, leaver }) =>
      site.code === of && (status === 'issued' || status === 'closed') && correction === null && leaver === null,
  );
