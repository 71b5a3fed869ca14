import { z } from 'zod';
import { instant, page, uuid } from '../../platform/http/wire.js';

export const mailState = z.enum(['waiting', 'held', 'leaving', 'accepted', 'kept', 'refused', 'dropped']).meta({
  description:
    'held: somebody held it back. leaving: it was handed over, and nobody knows yet whether it arrived. accepted: the mail server has it. kept: there is no server, or this is a demo. refused: for good. dropped: it came too late, or what it was about is gone.',
});

const mail = z
  .object({
    id: uuid,
    kind: z.string().meta({ description: 'What it is about: `log-in`, `statement`, `reminder`.' }),
    subjectId: uuid.meta({ description: 'The link, the invoice, the letter: what it is about.' }),
    to: z.string(),
    messageId: z.string(),
    createdAt: instant,
    state: mailState,
    leavesAt: instant.nullable().meta({ description: 'Of what waits: not before then; null for at once.' }),
    settledAt: instant.nullable(),
    reason: z.string().nullable(),
  })
  .meta({ id: 'Mail' });
export const mailPage = page(
  mail
    .extend({
      subject: z
        .string()
        .nullable()
        .meta({ description: 'Null where what it says is for its reader alone, or nothing is left to say.' }),
    })
    .meta({ id: 'ListedMail' }),
);

export const mailRead = z
  .object({
    mail,
    letter: z
      .object({
        from: z.string(),
        replyTo: z.string(),
        subject: z.string(),
        text: z.string(),
        html: z.string(),
        attachments: z.array(
          z.object({ filename: z.string(), contentType: z.string(), bytes: z.int(), sha256: z.string() }),
        ),
      })
      .nullable()
      .meta({
        description:
          'What it says; null where that is for its reader alone, as a link for a log-in is outside of a demo.',
      }),
  })
  .meta({ id: 'MailRead' });
export type MailRead = z.infer<typeof mailRead>;

export const outboxParam = z.strictObject({ id: uuid });
export type OutboxParam = z.infer<typeof outboxParam>;
