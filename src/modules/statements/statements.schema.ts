import { z } from 'zod';
import { civilDate, currency, money, page, pageQuery, period, uuid } from '../../platform/http/wire.js';

export const statementSummary = z
  .object({
    invoiceId: uuid,
    number: z.string(),
    kind: z.enum(['invoice', 'credit-note', 'advance']),
    memberId: uuid,
    memberCode: z.string(),
    period,
    issuedOn: civilDate,
    dueOn: civilDate,
    currency,
    gross: money,
    code: z.string(),
  })
  .meta({ id: 'StatementSummary' });
export type StatementSummary = z.infer<typeof statementSummary>;
export const statementPage = page(statementSummary);
export const statementsQuery = pageQuery;

/** The model is described by its own format name; its keys are those of the sealed document. */
export const statement = z.looseObject({ format: z.string(), number: z.string(), currency }).meta({
  id: 'Statement',
  description: 'The sealed statement: every charge carries its `why`, with the figures of its sum.',
});
export type StatementReply = z.infer<typeof statement>;
