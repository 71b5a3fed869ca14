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
