import { z } from 'zod';
import { methodNames } from '../../../domain/metering/estimation.js';
import {
  civilDate,
  code,
  decimal,
  idOrCode,
  instant,
  page,
  pageQuery,
  period,
  text,
  uuid,
} from '../../../platform/http/wire.js';

const method = z.enum(methodNames);

export const newEstimates = z
  .strictObject({
    site: idOrCode.optional().meta({ description: 'All registers of the site that count.' }),
    meter: idOrCode.optional(),
    register: idOrCode.optional().meta({ description: 'One register: its id, or its code with the meter.' }),
    period,
    method: method.optional().meta({ description: 'No other than this one; else the first of the ladder that can.' }),
    again: z
      .boolean()
      .default(false)
      .meta({ description: 'Estimates that stand in the period are made anew from what is known now.' }),
    reason: text().meta({ description: 'Why; it stays on the account.' }),
    dryRun: z.boolean().default(false).meta({ description: 'Nothing is stored.' }),
  })
  .refine(({ site, register }) => (site === undefined) !== (register === undefined), 'name either a site or a register')
  .refine(({ site, meter }) => site === undefined || meter === undefined, {
    error: 'belongs to a register; leave it out where a site is named',
    path: ['meter'],
  });
export type NewEstimates = z.infer<typeof newEstimates>;

const input = z.object({ name: z.string(), from: instant, to: instant, value: decimal });
const passed = z
  .array(z.object({ method, because: z.string() }))
  .meta({ description: 'Methods that come before and could not, and why.' });

const value = z.object({
  at: instant,
  until: instant.nullable().meta({ description: 'The end of an interval; null for a display.' }),
  value: decimal.meta({ description: 'Of the register, before the multiplier.' }),
  low: decimal,
  high: decimal,
  inputs: z.array(input).meta({ description: 'What it was made of.' }),
});

const gap = { meter: code, register: code, unit: z.string(), from: instant, to: instant };

export const estimatesMade = z.object({
  site: code,
  period,
  dryRun: z.boolean(),
  estimated: z.array(
    z.object({
      ...gap,
      method,
      count: z.int().meta({ description: 'How many values.' }),
      values: z.array(value).meta({ description: 'The first 50 of them.' }),
      together: z.object({ value: decimal, low: decimal, high: decimal }).nullable().meta({
        description:
          'What was used in all, after the multiplier, and between what it lies; null for a display, whose values are what it would show.',
      }),
      passed,
    }),
  ),
  impossible: z.array(z.object({ ...gap, because: z.string(), passed })),
  stored: z.int().meta({ description: 'How many values are new; what was the same already is not stored again.' }),
});
export type EstimatesMade = z.infer<typeof estimatesMade>;

export const estimatesQuery = pageQuery
  .extend({
    site: idOrCode,
    from: civilDate,
    to: civilDate.meta({ description: 'The first day that is not in it.' }),
    meter: idOrCode.optional(),
    register: idOrCode.optional(),
  })
  .refine(({ from, to }) => from < to, {
    error: 'must end after it begins; `to` is the first day after it',
    path: ['to'],
  });
export type EstimatesQuery = z.infer<typeof estimatesQuery>;

export const storedEstimate = z.object({
  meter: code,
  register: code,
  unit: z.string(),
  ...value.shape,
  version: z.int(),
  method,
  reason: z.string(),
  madeBy: uuid,
  madeAt: instant,
  counts: z.boolean().meta({ description: 'False for what a later version or a reading has replaced.' }),
  actual: z
    .object({
      value: decimal,
      quality: z.string(),
      difference: decimal.meta({ description: 'Actual less estimate.' }),
    })
    .nullable()
    .meta({ description: 'What has been read for the same time since.' }),
});
export type StoredEstimate = z.infer<typeof storedEstimate>;
export const estimatesPage = page(storedEstimate);
