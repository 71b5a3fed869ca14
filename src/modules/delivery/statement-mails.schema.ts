import { z } from 'zod';
import { instant, uuid } from '../../platform/http/wire.js';
import { mailState } from './outbox.schema.js';

export const statementMail = z
  .object({
    invoiceId: uuid,
    number: z.string(),
    member: z.object({ id: uuid, code: z.string(), name: z.string() }),
    hasAddress: z.boolean().meta({ description: 'Members without one get theirs on paper.' }),
    document: z.enum(['pending', 'done', 'erased']),
    mail: z
      .object({
        id: uuid,
        to: z.string(),
        state: mailState,
        leavesAt: instant.nullable(),
        settledAt: instant.nullable(),
        reason: z.string().nullable(),
      })
      .nullable()
      .meta({ description: 'The newest about this statement; null where none was written.' }),
  })
  .meta({ id: 'StatementMail' });
export type StatementMail = z.infer<typeof statementMail>;

export const statementMails = z
  .object({
    leavesAt: instant.nullable().meta({
      description:
        'Until then mails wait and all can be held back; null where the run was not issued or all have had their time.',
    }),
    items: z.array(statementMail),
  })
  .meta({ id: 'StatementMails', description: 'How each statement of a run gets to its member by e-mail.' });
export type StatementMails = z.infer<typeof statementMails>;
