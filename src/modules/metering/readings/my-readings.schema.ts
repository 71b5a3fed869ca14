import { z } from 'zod';
import { qualities } from '../../../domain/metering/reading.js';
import { code, decimal, idOrCode, instant, uuid } from '../../../platform/http/wire.js';
import { energy } from '../registers/meter.schema.js';

/** Readings that a member sends at once: more than anybody has displays. */
export const mostOfMember = 100;

const myReading = z.strictObject({
  meter: idOrCode,
  register: idOrCode,
  at: instant,
  value: energy.meta({ description: 'What the display shows.', examples: ['48210.4'] }),
  unit: z.string().max(20).optional().meta({ description: 'Where it is given it must be that of the register.' }),
  photo: uuid.optional().meta({ description: 'A photo of the display, sent to /api/v1/photos before.' }),
});
export type MyReading = z.infer<typeof myReading>;

export const readMyReading = (item: unknown) => myReading.safeParse(item);

const options = { target: 'draft-2020-12', io: 'input', unrepresentable: 'any', reused: 'inline' } as const;
/** Shows a reading in the OpenAPI document. */
const described = Object.fromEntries(
  Object.entries(z.toJSONSchema(myReading, options)).filter(([key]) => !key.startsWith('$')),
);

/** The items are read one by one, so that a bad one does not cost the others. */
export const myReadings = z.strictObject({
  readings: z
    .array(z.unknown().meta(described))
    .min(1, 'needs at least one reading')
    .max(mostOfMember, `must not have more than ${mostOfMember} readings`),
});
export type MyReadings = z.infer<typeof myReadings>;

export const myRegisters = z.object({
  items: z.array(
    z.object({
      meter: code,
      name: z.string(),
      serial: z.string(),
      register: code,
      unit: z.string(),
      space: code,
      digits: z
        .int()
        .nullable()
        .meta({ description: 'Of the display before its point; null where it is not declared.' }),
      last: z
        .object({ at: instant, value: decimal, quality: z.enum(qualities) })
        .nullable()
        .meta({ description: 'The last reading since you have the space.' }),
    }),
  ),
});
