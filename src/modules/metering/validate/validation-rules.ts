import type { Rules } from '../../../domain/metering/validation.js';
import { decimal } from '../../../domain/quantity/decimal.js';
import type { PolicyTerms } from '../../community/community.service.js';

/** The rules as the domain has them: what the policies `validation` and `residual` say, with decimals for texts. */
export function rulesOf(terms: PolicyTerms<'validation'>, thresholds: PolicyTerms<'residual'>): Rules {
  const { 'counter-restart': restart, 'physical-limit': limit, 'inactive-use': inactive, ...rest } = terms;
  const { 'high-low-use': range, spike, 'unusual-day': day, 'sum-check': sums, residual, ...plain } = rest;
  return {
    ...plain,
    'counter-restart': { ...restart, maxPerHour: decimal(restart.maxPerHour) },
    'physical-limit': { ...limit, maxPerHour: limit.maxPerHour === null ? null : decimal(limit.maxPerHour) },
    'inactive-use': { ...inactive, perDay: decimal(inactive.perDay) },
    'high-low-use': { ...range, ...percentages(range) },
    spike: { ...spike, percent: decimal(spike.percent) },
    'unusual-day': { ...day, ...percentages(day), deviations: decimal(day.deviations) },
    'sum-check': { ...sums, percent: decimal(sums.percent), quantity: decimal(sums.quantity) },
    residual: {
      ...residual,
      warnAbovePercent: decimal(thresholds.warnAbovePercent),
      blockAbovePercent: decimal(thresholds.blockAbovePercent),
    },
  };
}

const percentages = (range: { readonly lowPercent: string; readonly highPercent: string }) => ({
  lowPercent: decimal(range.lowPercent),
  highPercent: decimal(range.highPercent),
});
