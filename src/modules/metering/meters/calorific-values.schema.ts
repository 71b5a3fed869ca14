import { z } from 'zod';
import {
  civilDate,
  decimal,
  idOrCode,
  instant,
  page,
  pageQuery,
  period,
  text,
  uuid,
} from '../../../platform/http/wire.js';
import { Decimal, isDecimal } from '../../../domain/quantity/decimal.js';

const value = decimal
  .refine(
    (written) => !isDecimal(written) || (new Decimal(written).gt(0) && new Decimal(written).lt(1000)),
    'must be more than 0 and less than 1000 MJ/m³',
  )
  .refine((written) => !isDecimal(written) || new Decimal(written).decimalPlaces() <= 6, 'must have at most 6 decimals')
  .meta({ description: 'MJ/m³.', examples: ['39.4'] });

export const newCalorificValues = z
  .strictObject({
    site: idOrCode,
    source: text(200).meta({ description: 'Where the values were published.' }),
    values: z
      .array(z.strictObject({ day: civilDate, value }))
      .min(1, 'must name at least one day')
      .max(1000, 'must not name more than 1,000 days')
      .refine((days) => new Set(days.map(({ day }) => day)).size === days.length, 'must name a day once'),
  })
  .meta({
    id: 'NewCalorificValues',
    description: 'What the gas of each day was worth. A value for a day that has one replaces it; the old one is kept.',
    examples: [{ site: 'OMH', source: 'National Gas, LDZ NW', values: [{ day: '2026-10-01', value: '39.4' }] }],
  });
export type NewCalorificValues = z.infer<typeof newCalorificValues>;

export const calorificValue = z
  .object({
    day: civilDate,
    value,
    version: z.int(),
    source: z.string(),
    enteredBy: uuid.nullable(),
    enteredAt: instant,
  })
  .meta({ id: 'CalorificValue' });
export type CalorificValueReply = z.infer<typeof calorificValue>;
export const calorificValuePage = page(calorificValue);

export const calorificValuesWritten = z
  .object({ written: z.int(), known: z.int() })
  .meta({ id: 'CalorificValuesWritten', description: 'How many days got a value, and how many had the same already.' });
export type CalorificValuesWritten = z.infer<typeof calorificValuesWritten>;

export const calorificValuesQuery = pageQuery.extend({ site: idOrCode, ...period.shape });
export type CalorificValuesQuery = z.infer<typeof calorificValuesQuery>;
