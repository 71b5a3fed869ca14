import { z } from 'zod';
import { idOrCode, instant, page, pageQuery, uuid } from '../../../platform/http/wire.js';
import { summarySchema } from './reading.schema.js';

export const unclaimedQuery = pageQuery.extend({
  state: z.enum(['open', 'momentary', 'bound']).optional().meta({
    description:
      'open, where it is not given: what can be bound. momentary: power, voltage and the like, which no register counts; one reading of a day is kept.',
  }),
});
export type UnclaimedQuery = z.infer<typeof unclaimedQuery>;

export const bind = z.strictObject({
  meter: idOrCode.optional(),
  register: idOrCode.meta({ description: 'Code of the register beside `meter`, or its id alone.' }),
});
export type Bind = z.infer<typeof bind>;

const source = z.object({
  id: uuid,
  meter: z.string().meta({ description: 'The meter as its pushes name it.' }),
  register: z.string(),
  firstSeen: instant,
  lastSeen: instant,
  readings: z.int().meta({ description: 'How many different readings are kept.' }),
  latest: z.record(z.string(), z.unknown()).nullable().meta({ description: 'The latest to arrive.' }),
  boundTo: z.string().nullable(),
  boundAt: instant.nullable(),
});
export const unclaimedReply = page(source);
export const bindReply = z.object({
  source,
  summary: summarySchema.meta({ description: 'What became of the readings that were kept.' }),
});
