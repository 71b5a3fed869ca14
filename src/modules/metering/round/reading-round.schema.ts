import { z } from 'zod';
import { qualities } from '../../../domain/metering/reading.js';
import { civilDate, code, decimal, instant, uuid } from '../../../platform/http/wire.js';

export const roundFormats = ['json', 'csv', 'pdf'] as const;

export const roundQuery = z.strictObject({
  on: civilDate.optional().meta({ description: 'The day of the round; today at the site where it is not given.' }),
  format: z
    .enum(roundFormats, `must be one of ${roundFormats.join(', ')}`)
    .optional()
    .meta({ description: 'Instead of the header Accept.' }),
});
export type RoundQuery = z.infer<typeof roundQuery>;

const named = z.object({ code, name: z.string() });

export const roundReply = z.object({
  site: named.extend({ zone: z.string() }),
  on: civilDate,
  rows: z
    .array(
      z.object({
        space: named.nullable().meta({ description: 'Null at the entry of the site.' }),
        member: named.nullable().meta({ description: 'Who occupies the space on that day.' }),
        meter: code,
        serial: z.string(),
        register: code,
        registerId: uuid,
        unit: z.string(),
        digits: z.int().nullable().meta({ description: 'Before the point; null where the capacity is not declared.' }),
        decimals: z.int().meta({ description: 'After the point, as far as readings had them; at most 3.' }),
        multiplier: decimal,
        last: z.object({ at: instant, value: decimal, quality: z.enum(qualities) }).nullable(),
        expected: z
          .object({
            low: decimal.meta({ description: 'Rounded down to what the display can show.' }),
            high: decimal.meta({ description: 'Rounded up; less than `low` where the display may pass zero.' }),
            mayWrap: z.boolean(),
            perDay: decimal.meta({ description: 'Average use of the last known period, in `unit`, half to even.' }),
          })
          .nullable(),
        noRange: z.string().nullable().meta({ description: 'Why nothing is expected yet.' }),
      }),
    )
    .meta({ description: 'In walking order: by space, meter and register.' }),
  leftOut: z
    .array(z.object({ meter: code, register: code, reason: z.string() }))
    .meta({ description: 'Registers that nobody reads on this round.' }),
});
