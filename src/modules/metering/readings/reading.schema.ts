import { z } from 'zod';
import { qualities } from '../../../domain/metering/reading.js';
import { code, decimal, idOrCode, instant, page, pageQuery, text } from '../../../platform/http/wire.js';
import { statuses } from './reading.types.js';

/** Shows a shape in the OpenAPI document where the check itself is made by hand, because it runs for every reading. */
const documented = (shape: z.ZodType): z.ZodUnknown => {
  const whole = z.toJSONSchema(shape, { target: 'draft-2020-12', unrepresentable: 'any', reused: 'inline' });
  const described = Object.fromEntries(Object.entries(whole).filter(([key]) => key !== '$schema'));
  return z.unknown().meta(described);
};

const quality = z.enum(qualities);
const energy = z.string().meta({
  pattern: '^\\d{1,12}(\\.\\d{1,6})?$',
  description: 'A decimal as a string; never a JSON number.',
  examples: ['48210.400'],
});
const time = z
  .string()
  .meta({ format: 'date-time', description: 'RFC 3339, with offset.', examples: ['2026-10-01T00:30:00+01:00'] });
const named = {
  meter: z.string().meta({ description: 'Code or id of the meter.', examples: ['SHOP-07'] }),
  register: z.string().meta({ description: 'Code of the register.', examples: ['import'] }),
  unit: z.string().meta({ description: 'Must be the unit of the register.', examples: ['kWh'] }),
  quality: quality
    .optional()
    .meta({ description: 'How the value arose. Where absent: actual from devices, customer from people.' }),
};
const registerReading = z.strictObject({ ...named, at: time, value: energy });
const intervalReading = z.strictObject({ ...named, from: time, to: time, quantity: energy });
const reading = z.union([registerReading, intervalReading]);

/** One reading, `{"readings": […]}`, or NDJSON. */
export const pushSchema = documented(z.union([reading, z.strictObject({ readings: z.array(reading).max(10_000) })]));

const fieldProblem = z.object({ pointer: z.string(), detail: z.string() });
const itemResult = z.object({
  index: z.int(),
  status: z.enum(statuses),
  problem: z
    .object({ type: z.string(), code: z.string(), detail: z.string(), errors: z.array(fieldProblem).optional() })
    .optional()
    .meta({ description: 'Why the reading was not simply stored; pointers lead into the item.' }),
});
const counts = Object.fromEntries(statuses.map((status) => [status, z.int()])) as Record<
  (typeof statuses)[number],
  z.ZodInt
>;
export const summarySchema = z.object(counts);
export const pushReply = documented(z.object({ results: z.array(itemResult), summary: summarySchema }));

export const readingsQuery = pageQuery.extend({
  meter: idOrCode.optional(),
  register: idOrCode.meta({ description: 'Code of the register beside `meter`, or its id alone.' }),
  from: instant.optional(),
  to: instant.optional(),
});
export type ReadingsQuery = z.infer<typeof readingsQuery>;

const version = z.object({ value: decimal, quality });
export const readingsReply = page(
  z.object({
    meter: code,
    register: code,
    unit: z.string(),
    at: instant,
    until: instant.nullable().meta({ description: 'The end of an interval; null for a register reading.' }),
    value: decimal,
    quality,
    batch: z.string().meta({ description: 'The batch in which it came.' }),
    superseded: z.array(version).meta({ description: 'What it said as it came, where it has been corrected.' }),
    corrections: z.array(
      version.extend({ version: z.int(), reason: text(), decidedBy: z.string(), decidedAt: z.string() }),
    ),
  }),
);
