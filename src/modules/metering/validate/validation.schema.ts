import { z } from 'zod';
import { code, idOrCode, instant, period, uuid } from '../../../platform/http/wire.js';

export const newPass = z.strictObject({ site: idOrCode, period });
export type NewPass = z.infer<typeof newPass>;

const count = z.int().min(0);
export const passReply = z.object({
  id: uuid,
  site: code,
  period,
  at: instant,
  registers: count.meta({ description: 'How many were looked at.' }),
  found: z.object({ blocking: count, warning: count }).meta({ description: 'What this pass sees.' }),
  open: count.meta({ description: 'How many of these nobody has decided about yet.' }),
  added: count.meta({ description: 'Findings that no pass saw before.' }),
  closed: count.meta({ description: 'Findings that this pass no longer sees.' }),
  reopened: count.meta({ description: 'Findings that had not been seen any more, and are again.' }),
  restarts: count.meta({ description: 'Counters that started again at zero, and were recorded as that.' }),
});
export type PassReply = z.infer<typeof passReply>;
