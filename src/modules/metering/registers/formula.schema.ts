import { z } from 'zod';
import { mostTerms } from '../../../domain/metering/virtual-meter.js';
import { civilDate, code, decimal, idOrCode, instant, text } from '../../../platform/http/wire.js';

const term = z.strictObject({
  coefficient: decimal.default('1').meta({
    description:
      'The factor, with its sign: 1 adds what the register counted, -1 takes it off. At most 3 and 3 digits, not 0.',
    examples: ['-1'],
  }),
  meter: idOrCode,
  register: idOrCode,
});
export type NewTerm = z.infer<typeof term>;

const sum = {
  terms: z.array(term).min(1, 'needs at least one term').max(mostTerms, `takes at most ${mostTerms} terms`).meta({
    description:
      'Registers of the same site, utility and unit; virtual ones too, as long as none comes back to itself.',
  }),
  reason: text().meta({
    description: 'Why it is worked out so; it stays on record.',
    examples: ['stall 4 has no meter'],
  }),
};
const begins = civilDate.meta({ description: 'The first day on which it counts, in the zone of the site.' });

export const firstFormula = z.strictObject({
  from: begins.optional().meta({ description: 'The day of installedFrom where it is not given.' }),
  ...sum,
});
export type FirstFormula = z.infer<typeof firstFormula>;

export const newFormula = z.strictObject({ register: code, from: begins, ...sum }).meta({
  description: 'From its day on it counts, whatever was adopted before; earlier days keep their formula.',
  examples: [
    {
      register: 'use',
      from: '2026-10-16',
      reason: 'stall 3 has a meter of its own now',
      terms: [
        { coefficient: '1', meter: 'MAIN', register: 'import' },
        { coefficient: '-1', meter: 'SHOP-01', register: 'import' },
        { coefficient: '-1', meter: 'SHOP-03', register: 'import' },
      ],
    },
  ],
});
export type NewFormula = z.infer<typeof newFormula>;

export const formulaReply = z.object({
  version: z.int(),
  from: civilDate,
  formula: z.string().meta({ examples: ['MAIN import − SHOP-01 import'] }),
  terms: z.array(z.object({ coefficient: decimal, meter: code, register: code })),
  reason: z.string(),
  madeAt: instant,
});
