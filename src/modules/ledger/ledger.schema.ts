import { z } from 'zod';
import {
  civilDate,
  currency,
  idOrCode,
  instant,
  money,
  pageQuery,
  text,
  uuid,
  optionalText,
} from '../../platform/http/wire.js';

const positive = money.refine(
  (amount) => /[1-9]/.test(amount) && !amount.startsWith('-'),
  'must be more than zero; to take a payment back, reverse it',
);

export const newPayment = z
  .strictObject({
    member: idOrCode,
    receivedOn: civilDate,
    amount: positive,
    currency,
    method: text(60).meta({ description: 'How it came.', examples: ['bank transfer'] }),
    reference: optionalText(140).default('').meta({ description: 'What the payer wrote.' }),
  })
  .meta({ id: 'NewPayment' });
export type NewPayment = z.infer<typeof newPayment>;

export const newReversal = z
  .strictObject({
    reason: text().meta({ description: 'Why the money went back.', examples: ['The bank returned the cheque'] }),
  })
  .meta({ id: 'NewReversal' });
export type NewReversal = z.infer<typeof newReversal>;

const member = z.object({ id: uuid, code: z.string(), name: z.string() });

export const payment = z
  .object({
    id: uuid,
    member,
    receivedOn: civilDate,
    amount: money.meta({ description: 'More than zero, of a reversal too: it takes that much back.' }),
    currency,
    method: z.string(),
    reference: z.string(),
    reverses: uuid.nullable().meta({ description: 'The payment that this one takes back.' }),
    reversedBy: uuid.nullable(),
    reason: z.string().nullable(),
    createdAt: instant,
  })
  .meta({ id: 'Payment' });
export type PaymentReply = z.infer<typeof payment>;

export const paymentsQuery = pageQuery.extend({ member: idOrCode.optional() });
export type PaymentsQuery = z.infer<typeof paymentsQuery>;

const account = z.enum([
  'receivable',
  'supplier-clearing',
  'supplier-payable',
  'tax-output',
  'tax-input',
  'common-cost',
  'vacant-cost',
  'held',
  'own-income',
  'funds-receivable',
  'members-advances',
  'bank',
]);
export type AccountName = z.infer<typeof account>;

const ageing = z.object({ upTo30: money, upTo60: money, upTo90: money, over90: money }).meta({
  id: 'Ageing',
  description: 'What is open, by days since it was invoiced. Payments settle the oldest first.',
});

export const accounts = z
  .object({
    items: z.array(
      z.object({
        account,
        member: member.nullable(),
        currency,
        balance: money.meta({ description: 'Debit positive: what a member owes is positive.' }),
        postings: z.int(),
        ageing: ageing.nullable(),
      }),
    ),
    next: z.string().nullable(),
    trialBalance: z
      .array(z.object({ currency, balance: money, balances: z.boolean() }))
      .meta({ description: 'The sum of all accounts, by currency: zero, always.' }),
  })
  .meta({ id: 'Accounts' });
export type AccountsReply = z.infer<typeof accounts>;

const kind = z.enum([
  'cost-accrued',
  'costs-shared',
  'invoice-issued',
  'credit-note-issued',
  'payment-received',
  'payment-reversed',
  'advance-asked',
  'advances-set-off',
  'advances-freed',
]);

export const memberAccount = z
  .object({
    member,
    currency,
    from: civilDate.nullable(),
    to: civilDate.nullable(),
    opening: money.meta({ description: 'What was owed before `from`.' }),
    entries: z.array(
      z.object({
        id: uuid,
        kind,
        source: z.string(),
        postedOn: civilDate,
        text: z.string(),
        amount: money,
        balance: money,
      }),
    ),
    closing: money.meta({ description: 'Opening and entries together.' }),
    open: z
      .array(
        z.object({
          number: z.string(),
          issuedOn: civilDate,
          dueOn: civilDate.nullable().meta({ description: 'null where the books know it without its document.' }),
          amount: money,
          paused: money.meta({ description: 'What of it the member questions; nobody is reminded of it.' }),
          due: money.meta({ description: 'The rest: amount less what is paused.' }),
          days: z.int(),
          reminded: z
            .array(z.object({ on: civilDate, amount: money }))
            .meta({ description: 'When the member was reminded of it, and of how much; the first first.' }),
        }),
      )
      .meta({ description: 'Invoices that are not paid in full, oldest first, and what is open on each.' }),
    ageing,
  })
  .meta({ id: 'MemberAccount' });
export type MemberAccountReply = z.infer<typeof memberAccount>;

export const accountQuery = z.strictObject({
  from: civilDate.meta({ description: 'First day of the entries shown.' }).optional(),
  to: civilDate.meta({ description: 'The first day after them.' }).optional(),
});
export type AccountQuery = z.infer<typeof accountQuery>;

const journalEntry = z
  .object({
    id: uuid,
    kind,
    source: z
      .string()
      .meta({ description: 'The fact behind it: the number of a document, the id of a payment or run.' }),
    runId: uuid.nullable(),
    postedOn: civilDate,
    text: z.string(),
    currency,
    postings: z.array(z.object({ account, member: member.pick({ id: true, code: true }).nullable(), amount: money })),
  })
  .meta({ id: 'JournalEntry', description: 'One fact in the books; its postings come to zero. Debit is positive.' });
export type JournalEntryReply = z.infer<typeof journalEntry>;

export const journal = z.object({ items: z.array(journalEntry), next: z.string().nullable() });

export const journalQuery = pageQuery.extend({
  from: civilDate.optional(),
  to: civilDate.meta({ description: 'The first day after the entries asked for.' }).optional(),
  format: z
    .enum(['json', 'csv', 'hledger'])
    .meta({
      description:
        'CSV and hledger give all entries of the days asked for, in one file. The Accept header may say the same.',
    })
    .optional(),
});
export type JournalQuery = z.infer<typeof journalQuery>;
