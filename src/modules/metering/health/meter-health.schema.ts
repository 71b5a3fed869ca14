import { z } from 'zod';
import { healthStates } from '../../../domain/metering/health.js';
import { civilDate, code, decimal, idOrCode, instant, page, pageQuery } from '../../../platform/http/wire.js';

const state = z.enum(healthStates, `must be one of ${healthStates.join(', ')}`);

export const healthQuery = pageQuery.extend({
  site: idOrCode.optional(),
  state: state.optional(),
  format: z
    .enum(['json', 'csv'], 'must be json or csv')
    .optional()
    .meta({ description: 'Instead of the header Accept.' }),
});
export type HealthQuery = z.infer<typeof healthQuery>;

export const registerHealth = z.object({
  meter: code,
  name: z.string(),
  site: code,
  space: code.nullable(),
  register: code,
  kind: z.enum(['cumulative', 'interval']),
  unit: z.string(),
  serial: z.string(),
  state,
  advice: z.string().meta({ description: 'What to do, in a sentence.' }),
  lastSeen: instant.nullable().meta({ description: 'When the last of what it sent was received.' }),
  lastReading: instant.nullable().meta({ description: 'The instant, or the end, of its last reading.' }),
  silentSince: instant.nullable().meta({ description: 'When its next reading was due, where it is late or silent.' }),
  rhythm: z
    .object({ seconds: z.int(), how: z.enum(['declared', 'learnt']) })
    .nullable()
    .meta({ description: 'How far apart its readings are as a rule; null where that is not known yet.' }),
  gaps: z
    .object({ count: z.int(), hours: decimal })
    .nullable()
    .meta({ description: 'Within the last 35 days; hours half up to a tenth. Null where no rhythm is known.' }),
  clockSkewSeconds: z.int().nullable().meta({
    description:
      'Median of received less read, of its latest pushes, in whole seconds towards zero; null where fewer than three tell it.',
  }),
  unchangedSince: instant.nullable(),
  verifiedUntil: civilDate.nullable(),
  held: z.int().meta({ description: 'Readings of it that wait for a decision.' }),
});
export type RegisterHealthReply = z.infer<typeof registerHealth>;
export const healthReply = page(registerHealth);
