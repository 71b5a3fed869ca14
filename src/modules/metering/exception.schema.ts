import { z } from 'zod';
import { code, decimal, idOrCode, instant, page, pageQuery, text, uuid } from '../../platform/http/wire.js';

const kind = z.enum(['conflict', 'held']);
const choice = z.enum(
  ['keep', 'supersede', 'accept', 'dismiss'],
  'must be keep or supersede for a conflict, accept or dismiss for a held reading',
);

export const exceptionsQuery = pageQuery.extend({
  kind: kind.optional(),
  state: z.enum(['open', 'decided']).optional(),
  site: idOrCode.optional(),
});
export type ExceptionsQuery = z.infer<typeof exceptionsQuery>;

export const resolution = z.strictObject({
  choice,
  reason: text().meta({ description: 'Why; it stays on the account.' }),
});
export type Resolution = z.infer<typeof resolution>;

export const exceptionReply = z.object({
  id: uuid,
  kind,
  reason: z.string(),
  detail: z.string(),
  meter: code,
  register: code,
  unit: z.string(),
  at: instant,
  until: instant.nullable(),
  value: decimal,
  quality: z.string(),
  known: z
    .object({ value: decimal, quality: z.string() })
    .nullable()
    .meta({ description: 'What counts now for the same register and time.' }),
  batch: z.string(),
  createdAt: instant,
  choices: z.array(choice).meta({ description: 'What can be decided; nothing where it has been.' }),
  decision: z.object({ choice, reason: z.string(), decidedBy: uuid, decidedAt: instant }).nullable(),
});
export const exceptionsReply = page(exceptionReply);
