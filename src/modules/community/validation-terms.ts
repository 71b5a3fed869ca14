import { z } from 'zod';
import { isDecimal } from '../../domain/quantity/decimal.js';
import { decimal } from '../../platform/http/wire.js';

/**
 * What a community decides about the validation of readings: each rule with its own switch and its own figures. `warn` is a question
 * that lets a run go on, `block` one that stops it. Quantities are in the unit of the register, after the multiplier.
 */

const mode = z.enum(['off', 'warn', 'block'], 'must be off, warn or block');
const rule = <Figures extends z.ZodRawShape>(description: string, figures: Figures) =>
  z.strictObject({ mode, ...figures }).meta({ description });

/** A text that is no decimal is told so already, and by nobody else. */
const atLeastZero = decimal.refine((value) => !isDecimal(value) || !value.startsWith('-'), 'must not be negative');
const days = z.int().min(1).max(366);

export const validation = z.strictObject({
  'reading-time': rule('Readings from the future, or from when no device was in.', {}),
  'register-regressed': rule('A display that shows less than before, unexplained.', {}),
  'rollover-assumed': rule('A display that may have wrapped.', {}),
  'counter-restart': rule(
    'A counter that started again at zero, of a register that does so. warn: recorded as an exchange; block: asked.',
    { maxPerHour: atLeastZero.meta({ description: 'Where the device does not declare it.' }) },
  ),
  'physical-limit': rule('More than can pass in its time.', {
    maxPerHour: atLeastZero
      .nullable()
      .meta({ description: 'Where the device does not declare it; null: such devices are not judged.' }),
  }),
  'silent-sibling': rule('A register that said nothing while another of its meter did.', {}),
  'missing-interval': rule('Time without an interval.', {}),
  'missing-reading': rule('An edge of the period at which a display was not read.', {}),
  'zero-use': rule('Whole days in succession without use while somebody has the space.', { days }),
  'inactive-use': rule('Use in an empty space.', { perDay: atLeastZero }),
  'high-low-use': rule('Average use a day against the same period of last year, else the period before.', {
    lowPercent: atLeastZero,
    highPercent: atLeastZero,
  }),
  spike: rule('The highest interval against the third highest.', { percent: atLeastZero }),
  'stuck-intervals': rule('Whole days in succession in which all intervals are the same.', { days }),
  'unusual-day': rule('A day beyond all others, many standard deviations from their mean and far from their median.', {
    days: days.meta({ description: 'How many other days there must be.' }),
    deviations: atLeastZero,
    lowPercent: atLeastZero,
    highPercent: atLeastZero,
  }),
  'sum-check': rule('The intervals of a meter against its display; a difference counts that is more than both.', {
    percent: atLeastZero,
    quantity: atLeastZero,
  }),
  residual: rule('Source meters against sub-meters, by the thresholds of the policy residual.', {}),
  'prolonged-estimation': rule('A register that nobody has read for so many periods or months.', {
    periods: z.int().min(0).max(60),
    months: z.int().min(1).max(120),
  }),
  'verification-passed': rule('A meter whose verification has ended.', {}),
});

/** What a community begins with. Whatever leaves a figure unknown or impossible blocks; whatever is merely odd is asked. */
export const firstValidation: z.infer<typeof validation> = {
  'reading-time': { mode: 'block' },
  'register-regressed': { mode: 'block' },
  'rollover-assumed': { mode: 'warn' },
  'counter-restart': { mode: 'warn', maxPerHour: '100' },
  'physical-limit': { mode: 'block', maxPerHour: null },
  'silent-sibling': { mode: 'warn' },
  'missing-interval': { mode: 'block' },
  'missing-reading': { mode: 'block' },
  'zero-use': { mode: 'warn', days: 14 },
  'inactive-use': { mode: 'warn', perDay: '1' },
  'high-low-use': { mode: 'warn', lowPercent: '50', highPercent: '200' },
  spike: { mode: 'warn', percent: '300' },
  'stuck-intervals': { mode: 'warn', days: 2 },
  'unusual-day': { mode: 'warn', days: 7, deviations: '4', lowPercent: '50', highPercent: '200' },
  'sum-check': { mode: 'warn', percent: '1', quantity: '2' },
  residual: { mode: 'block' },
  'prolonged-estimation': { mode: 'block', periods: 2, months: 12 },
  'verification-passed': { mode: 'warn' },
};
