import { z } from 'zod';
import { disputeOutcomes, disputeSteps } from '../../../domain/ledger/dispute.js';
import { Decimal, isDecimal } from '../../../domain/quantity/decimal.js';
import {
  civilDate,
  currency,
  idOrCode,
  instant,
  money,
  page,
  pageQuery,
  period,
  text,
  uuid,
} from '../../../platform/http/wire.js';

const words = text(2000);

export const newDispute = z
  .strictObject({
    invoice: idOrCode.meta({ description: 'Its number or id.' }),
    line: z.int().min(1).max(100_000).meta({ description: 'The number of the line in the invoice.' }),
    amount: money
      .refine((value) => !isDecimal(value) || new Decimal(value).gt(0), 'must be more than zero')
      .meta({
        description: 'What of the line is in question, with its tax; the whole line with its tax where it is not said.',
      })
      .optional(),
    question: words,
  })
  .meta({
    id: 'NewDispute',
    description: 'A member questions a line. The part in question is paused; the rest of the invoice stays due.',
    examples: [
      {
        invoice: 'MH-2026-00042',
        line: 3,
        question: 'Our cold room was off for ten days. Why the same as in September?',
      },
    ],
  });
export type NewDispute = z.infer<typeof newDispute>;

export const disputeWords = z.strictObject({ text: words }).meta({ id: 'DisputeWords' });
export type DisputeWords = z.infer<typeof disputeWords>;

export const disputeDecision = z
  .strictObject({
    outcome: z
      .enum(disputeOutcomes)
      .meta({ description: '`upheld`: the member was right; `rejected`: the invoice was.' }),
    text: words.meta({ description: 'The reason, as the member reads it, and what follows.' }),
    remedy: idOrCode
      .meta({
        description: 'The credit note or the corrected invoice that makes it good, where it was issued already.',
      })
      .optional(),
  })
  .meta({ id: 'DisputeDecision' });
export type DisputeDecision = z.infer<typeof disputeDecision>;

const person = z.object({ id: uuid, name: z.string() });

const step = z.object({
  kind: z.enum(disputeSteps),
  on: civilDate,
  at: instant,
  by: person,
  text: z.string(),
  outcome: z.enum(disputeOutcomes).nullable(),
  remedy: z.string().nullable().meta({ description: 'The number of the document that makes it good.' }),
});

export const dispute = z
  .object({
    id: uuid,
    invoice: z.object({ id: uuid, number: z.string(), period }),
    line: z.object({ no: z.int(), section: z.string(), description: z.string(), net: money }),
    member: z.object({ id: uuid, code: z.string(), name: z.string() }),
    currency,
    amount: money.meta({ description: 'In question, with tax.' }),
    state: z.enum(disputeSteps).meta({ description: 'The kind of the last step.' }),
    paused: z.boolean(),
    due: civilDate.nullable().meta({ description: 'Until when the next step is owed; null where none is.' }),
    overdue: z.boolean(),
    referableUntil: civilDate.nullable().meta({ description: 'Until when the member may refer the decision.' }),
    steps: z.array(step),
  })
  .meta({ id: 'Dispute' });
export type DisputeReply = z.infer<typeof dispute>;
export const disputePage = page(dispute);

export const disputesQuery = pageQuery.extend({
  member: idOrCode.optional(),
  invoice: idOrCode.optional(),
  state: z.enum(disputeSteps).optional(),
});
export type DisputesQuery = z.infer<typeof disputesQuery>;

export const disputePatterns = z
  .object({
    items: z.array(
      z.object({
        section: z.string(),
        description: z.string().meta({ description: 'Of the lines in question.' }),
        asked: z.int(),
        open: z.int(),
        upheld: z.int().meta({ description: 'Decided for the member, whole or in part, at the last decision.' }),
        rejected: z.int(),
        members: z.int().meta({ description: 'How many different members asked.' }),
        amount: money.meta({ description: 'In question, all together.' }),
      }),
    ),
    overdue: z.int().meta({ description: 'Questions whose answer or decision is late today.' }),
  })
  .meta({
    id: 'DisputePatterns',
    description:
      'What members question, by what the line was for, the most often questioned first: where many ask the same, the cause is not the member.',
  });
export type DisputePatterns = z.infer<typeof disputePatterns>;
