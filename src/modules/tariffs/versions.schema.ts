import { z } from 'zod';
import { civilDate, days, text, uuid } from '../../platform/http/wire.js';

/** What a version needs beside its terms: when it holds, and the decision that made it hold. */
export const newVersion = <Terms extends z.ZodType>(terms: Terms) =>
  z.strictObject({
    days: days.meta({ description: 'When it holds. A version that begins later ends the open one before it.' }),
    terms,
    adoptedBy: text().meta({
      description: 'Who adopted it: a meeting, a board, a contract.',
      examples: ['General meeting'],
    }),
    adoptedOn: civilDate,
    decision: text().meta({ description: 'By what decision.', examples: ['Minute 7 of 12 March 2026'] }),
  });

/** A version as it was adopted. */
export const adoptedVersion = <Terms extends z.ZodType>(terms: Terms) =>
  z.object({
    id: uuid,
    days,
    terms,
    sentence: z.string().meta({ description: 'The terms in words.' }),
    adoptedBy: z.string(),
    adoptedOn: civilDate,
    decision: z.string(),
  });
