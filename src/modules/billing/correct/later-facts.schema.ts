import { z } from 'zod';
import { days, decimal, instant, uuid } from '../../../platform/http/wire.js';

export const laterFacts = z
  .object({
    run: uuid.meta({ description: 'The issued run that a correction would put right.' }),
    readings: z
      .array(
        z.object({
          meter: z.string(),
          member: z.string().nullable().meta({ description: 'In whose hands it was; null where it counts for all.' }),
          from: instant,
          to: instant,
          unit: z.string(),
          before: decimal.meta({ description: 'What was billed.' }),
          after: decimal.meta({ description: 'What is measured now.' }),
          late: z.boolean().meta({ description: 'Whether an estimate stood in for it when it was billed.' }),
        }),
      )
      .meta({ description: 'Uses that readings tell otherwise than they were billed.' }),
    occupancies: z
      .array(z.object({ member: z.string(), space: z.string(), before: days.nullable(), after: days, at: instant }))
      .meta({ description: 'Occupancies whose days in the period were changed since.' }),
  })
  .meta({
    id: 'LaterFacts',
    description: 'What is known otherwise today than when a run was issued; empty where nothing was issued.',
  });
export type LaterFactsReply = z.infer<typeof laterFacts>;
