import { decimal } from '../../quantity/decimal.js';
import type { Rules } from '../validation.js';

/** The rules as most communities have them, for examples and tests: every one asked, with the figures that are usual. */
export const usualRules: Rules = {
  'reading-time': { mode: 'block' },
  'register-regressed': { mode: 'block' },
  'rollover-assumed': { mode: 'warn' },
  'counter-restart': { mode: 'warn', maxPerHour: decimal('100') },
  'physical-limit': { mode: 'block', maxPerHour: null },
  'silent-sibling': { mode: 'warn' },
  'missing-interval': { mode: 'block' },
  'missing-reading': { mode: 'block' },
  'zero-use': { mode: 'warn', days: 14 },
  'inactive-use': { mode: 'warn', perDay: decimal('1') },
  'high-low-use': { mode: 'warn', lowPercent: decimal('50'), highPercent: decimal('200') },
  spike: { mode: 'warn', percent: decimal('300') },
  'stuck-intervals': { mode: 'warn', days: 2 },
  'unusual-day': {
    mode: 'warn',
    days: 7,
    deviations: decimal('4'),
    lowPercent: decimal('50'),
    highPercent: decimal('200'),
  },
  'sum-check': { mode: 'warn', percent: decimal('1'), quantity: decimal('2') },
  residual: { mode: 'block', warnAbovePercent: decimal('3'), blockAbovePercent: decimal('10') },
  'prolonged-estimation': { mode: 'block', periods: 2, months: 12 },
  'verification-passed': { mode: 'warn' },
};
