import type { BillingRun } from '../api/generated/types.gen';
import type { Tone } from '../parts/tag';

const tones: Readonly<Record<BillingRun['status'], Tone>> = {
  open: 'warn',
  validated: 'warn',
  previewed: 'warn',
  approved: 'good',
  issued: 'good',
  closed: 'good',
  cancelled: 'calm',
};

export const toneOf = (status: BillingRun['status']): Tone => tones[status];

/** The correction of an issued run that is not yet issued or given up. */
export const correctionUnderWay = (runs: readonly BillingRun[], of: string): BillingRun | undefined =>
  runs.find(({ correction, status }) => correction?.of === of && !['issued', 'closed', 'cancelled'].includes(status));
