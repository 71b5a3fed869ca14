import { z } from 'zod';
import { instant, text, uuid } from '../../platform/http/wire.js';

const choice = z.enum(['pass-on', 'hold']).meta({
  description:
    'pass-on: it is shared as billed, in spite of what was found. hold: it waits on the held account, and nobody pays it.',
});

export const newBillDecision = z
  .strictObject({
    component: z.int().min(1).max(500).meta({ description: 'Number of the component on the bill.' }),
    choice,
    reason: text(300),
  })
  .meta({ id: 'NewBillDecision' });
export type NewBillDecision = z.infer<typeof newBillDecision>;

export const billDecision = z
  .object({
    id: uuid,
    component: z.int(),
    choice,
    reason: z.string(),
    by: z.object({ id: uuid, name: z.string() }),
    at: instant,
  })
  .meta({ id: 'BillDecision', description: 'What a person decided about a component of a bill; the last one counts.' });
export type BillDecisionReply = z.infer<typeof billDecision>;

export const billDecisions = z.object({ items: z.array(billDecision) });
