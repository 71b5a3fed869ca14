import type { BillingRun } from '../api/generated/types.gen';

/** What every step of a run is given. */
export interface StepProps {
  readonly run: BillingRun;
  readonly roles: readonly string[];
  readonly isDemo: boolean;
}
