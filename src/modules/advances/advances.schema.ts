import { z } from 'zod';
import { isDecimal } from '../../domain/quantity/decimal.js';
import {
  civilDate,
  code,
  days,
  idOrCode,
  instant,
  money,
  optionalText,
  page,
  pageQuery,
  period,
  text,
  uuid,
} from '../../platform/http/wire.js';

const amount = money
  .refine((value) => !isDecimal(value) || !value.startsWith('-'), 'must not be less than nothing')
  .meta({ description: 'A month, before tax where the community charges it. 0.00 ends the payments.' });

const described = {
  amount,
  taxCode: code.meta({ description: 'Of what is to be supplied; not used where the community charges no tax.' }),
  agreedBy: text(100).meta({ description: 'Who agreed to it.', examples: ['Rosa Hartley, by e-mail'] }),
  agreedOn: civilDate,
  note: optionalText(500).default(''),
};

export const newAdvancePlan = z
  .strictObject({
    occupancy: uuid,
    from: civilDate.meta({ description: 'First day; the plan before ends here.' }),
    ...described,
  })
  .meta({
    id: 'NewAdvancePlan',
    description: 'What a member pays in advance every month for a space. A new plan ends the one before it.',
    examples: [
      {
        occupancy: '0199a3c2-7d5e-7c31-9f0a-6d1f4b8a2e10',
        from: '2027-01-01',
        amount: '100.00',
        taxCode: 'S',
        agreedBy: 'Rosa Hartley, by e-mail',
        agreedOn: '2026-12-10',
        note: 'From the year 2026',
      },
    ],
  });
export type NewAdvancePlan = z.infer<typeof newAdvancePlan>;

const named = z.object({ id: uuid, code: z.string() });

export const advancePlan = z
  .object({ id: uuid, occupancy: uuid, member: named, space: named, days, ...described, createdAt: instant })
  .meta({ id: 'AdvancePlan' });
export type AdvancePlanReply = z.infer<typeof advancePlan>;
export const advancePlanPage = page(advancePlan);

export const advancesQuery = pageQuery.extend({ member: idOrCode.optional() });
export type AdvancesQuery = z.infer<typeof advancesQuery>;

export const month = z
  .string()
  .regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'must be a month like 2027-01')
  .meta({ id: 'Month', examples: ['2027-01'] });

export const askAdvances = z.strictObject({ month }).meta({ id: 'AskAdvances' });
export type AskAdvances = z.infer<typeof askAdvances>;

export const advance = z
  .object({
    id: uuid,
    document: z.string().meta({ description: 'Number of the document that asks for it.' }),
    member: named,
    space: named,
    period: z.object({ from: civilDate, to: civilDate }).meta({ description: 'The days it is asked for.' }),
    net: money,
    tax: money,
    asked: money.meta({ description: 'With tax.' }),
    setOff: money.meta({ description: 'What invoices have set off, with tax.' }),
    left: money.meta({ description: 'asked − set off; nothing where it was taken back.' }),
    takenBack: z.string().nullable().meta({ description: 'The credit note that takes it back.' }),
  })
  .meta({ id: 'Advance', description: 'An advance payment that was asked, and what became of it.' });
export type AdvanceReply = z.infer<typeof advance>;
export const advancePage = page(advance);

export const asked = z
  .object({
    month,
    asked: z.array(advance),
    before: z.int().meta({ description: 'How many had been asked before, and were left as they are.' }),
  })
  .meta({ id: 'AskedAdvances' });
export type AskedReply = z.infer<typeof asked>;

export const suggestionsQuery = z.strictObject({
  site: idOrCode,
  from: civilDate.meta({ description: 'First day of what is looked at.' }),
  to: civilDate.meta({ description: 'The first day after it.' }),
});
export type SuggestionsQuery = z.infer<typeof suggestionsQuery>;

export const suggestions = z
  .object({
    period,
    items: z.array(
      z.object({
        member: named,
        invoices: z.array(z.string()).meta({ description: 'What it was made from.' }),
        net: money.meta({ description: 'What they come to before tax.' }),
        exact: money.meta({ description: 'A month of it, before it was rounded.' }),
        amount: money.meta({ description: 'A month of the next year, all spaces together.' }),
        reason: z.string(),
      }),
    ),
  })
  .meta({ id: 'AdvanceSuggestions', description: 'Suggestions only: a plan is made by whoever agrees to it.' });
export type SuggestionsReply = z.infer<typeof suggestions>;
