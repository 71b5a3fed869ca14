import { z } from 'zod';
import { civilDate, code, money, period, uuid } from '../../../platform/http/wire.js';

export const matrixQuery = z.strictObject({
  year: z
    .string()
    .regex(/^(19|20)\d{2}$/, 'must be a year like 2026')
    .meta({ description: 'Runs whose period ends in it.', examples: ['2026'] }),
  format: z.enum(['json', 'csv']).optional(),
});
export type MatrixQuery = z.infer<typeof matrixQuery>;

const divided = {
  amount: money,
  shares: z.record(z.string(), money).meta({ description: 'By code of the member.' }),
  otherMembers: money.meta({
    description: 'What members bear whom the reader may not see; zero for whoever sees all.',
  }),
  common: money,
  vacant: money,
  held: money,
};

/** Every cost of a year with the rule that shared it and what each member bore of it. */
export const matrix = z
  .object({
    site: z.object({ id: uuid, code, name: z.string() }),
    year: z.string(),
    currency: z.string(),
    members: z.array(z.object({ id: uuid, code, name: z.string() })),
    rows: z.array(
      z.object({
        period,
        costNo: z.int(),
        description: z.string(),
        source: z.string().nullable(),
        rule: z
          .object({
            code: z.string(),
            name: z.string(),
            versionFrom: civilDate,
            adoptedBy: z.string(),
            adoptedOn: civilDate,
            decision: z.string(),
          })
          .nullable()
          .meta({ description: 'The version of the key, or of our own tariff; null where the cost is of one space.' }),
        ...divided,
      }),
    ),
    totals: z.object(divided),
    difference: money.meta({ description: 'Amount less everything that bore it: zero.' }),
  })
  .meta({
    id: 'ApportionmentMatrix',
    description: 'What every member is owed once a year: who bore which part of what, and by what rule.',
  });
export type Matrix = z.infer<typeof matrix>;
