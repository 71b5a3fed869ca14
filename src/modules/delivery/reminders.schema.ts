import { z } from 'zod';
import { civilDate, currency, idOrCode, money, period, uuid } from '../../platform/http/wire.js';
import { mailState } from './outbox.schema.js';

const member = z.object({ id: uuid, code: z.string(), name: z.string() });

const overdueDocument = z
  .object({
    invoiceId: uuid,
    number: z.string(),
    kind: z.enum(['invoice', 'advance']),
    period,
    dueOn: civilDate,
    days: z.int().meta({ description: 'Since it was due.' }),
    open: money,
    paused: money.meta({ description: 'What of it the member questions; nobody is reminded of it.' }),
    due: money.meta({ description: 'The rest: what a reminder asks for.' }),
    step: z
      .int()
      .nullable()
      .meta({ description: 'The step that is due, in days after the due date; null where none is today.' }),
    next: civilDate.nullable().meta({ description: 'From when the next step is due; null where none will be.' }),
    pause: z.enum(['questioned', 'held-back']).nullable().meta({
      description: 'Why nobody is reminded: all of it is questioned, or its mail waits or was held back.',
    }),
    reminded: z.array(z.object({ step: z.int(), on: civilDate, amount: money })),
    mail: z.object({ id: uuid, state: mailState }).nullable().meta({ description: 'The mail of the last reminder.' }),
  })
  .meta({ id: 'OverdueDocument' });
export type OverdueReply = z.infer<typeof overdueDocument>;

const overdueMember = z
  .object({
    member,
    hasAddress: z.boolean().meta({ description: 'Members without one are reminded by somebody who speaks to them.' }),
    currency,
    isDue: z.boolean().meta({ description: 'Whether a reminder can be sent today.' }),
    amount: money.meta({ description: 'What it would ask for.' }),
    documents: z.array(overdueDocument),
  })
  .meta({ id: 'OverdueMember' });
export type OverdueMember = z.infer<typeof overdueMember>;

export const reminders = z
  .object({
    today: civilDate,
    daysAfterDue: z.array(z.int()).meta({ description: 'The steps of the policy `reminders`.' }),
    due: z.int().meta({ description: 'How many members can be reminded today.' }),
    items: z.array(overdueMember).meta({ description: 'Everybody who has something overdue, the longest first.' }),
  })
  .meta({ id: 'Reminders' });
export type Reminders = z.infer<typeof reminders>;

export const reminderLetter = z
  .object({
    member,
    to: z.string(),
    letter: z
      .object({ subject: z.string(), text: z.string() })
      .nullable()
      .meta({ description: 'What it would say; null where the member is not to be reminded today.' }),
  })
  .meta({ id: 'ReminderLetter' });
export type ReminderLetter = z.infer<typeof reminderLetter>;

export const sendReminders = z
  .strictObject({
    members: z.array(idOrCode).min(1).max(1000).meta({ description: 'Who is to be reminded.' }),
  })
  .meta({ id: 'SendReminders' });
export type SendReminders = z.infer<typeof sendReminders>;

export const sentReminders = z
  .object({
    sent: z.array(z.object({ member, mailId: uuid, amount: money, currency, documents: z.array(z.string()) })),
    passedOver: z
      .array(z.object({ member, why: z.enum(['nothing-due', 'no-address']) }))
      .meta({ description: 'Who got none: somebody else was quicker, it is paid or paused, or there is no address.' }),
  })
  .meta({ id: 'SentReminders' });
export type SentReminders = z.infer<typeof sentReminders>;
