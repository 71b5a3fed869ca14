import { z } from 'zod';
import { sections } from '../../domain/invoice/invoice.js';
import { Decimal, isDecimal } from '../../domain/quantity/decimal.js';
import {
  code,
  civilDate,
  days,
  decimal,
  idOrCode,
  instant,
  money,
  page,
  pageQuery,
  text,
  uuid,
} from '../../platform/http/wire.js';

const above = (high: string) => (value: string) =>
  !isDecimal(value) || (new Decimal(value).gt(0) && new Decimal(value).lte(high));
const positiveMoney = money.refine(above('1e13'), 'must be more than zero');

const rate = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('percent').meta({ description: 'Of what the member is charged.' }),
    percent: decimal.refine(above('100'), 'must be more than 0 and at most 100'),
  }),
  z.strictObject({ kind: z.literal('amount'), amount: positiveMoney, per: z.enum(['run', 'day']) }),
  z.strictObject({
    kind: z.literal('per-unit').meta({ description: 'For each unit that the member used of a utility.' }),
    perUnit: decimal.refine(above('1e6'), 'must be more than zero'),
    utility: z.enum(['electricity', 'gas', 'water', 'heat']),
  }),
]);
export type FundRateTerms = z.infer<typeof rate>;

const addresses = z.array(idOrCode).min(1, 'must name at least one').max(1000, 'must not name more than 1,000');
const beneficiaries = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('all') }),
  z.strictObject({ kind: z.literal('members'), members: addresses }),
  z.strictObject({
    kind: z.literal('spaces').meta({ description: 'Whoever has one of these spaces on a day of the run.' }),
    spaces: addresses,
  }),
]);

/** What a fund may help with: everything on a statement but other relief. */
const helped = z.enum(sections).exclude(['credit']);

const described = {
  code,
  name: text(100),
  funder: text(100),
  days: days.meta({ description: 'It helps the runs that begin on one of these days.' }),
  rate,
  of: z.array(helped).min(1).max(sections.length).meta({ description: 'The parts of a statement it helps with.' }),
  cap: positiveMoney.meta({ description: 'All that the fund has.' }),
  memberCap: positiveMoney.nullable().meta({ description: 'The most that one member may have of it; null: no limit.' }),
  taxCode: code.meta({
    description:
      'Of its lines. Money of a third party does not lower what is taxed: usually a code of no tax. Ask an adviser.',
  }),
  notice: text(1000).meta({ description: 'What members are told, as the funder asks for it.' }),
  evidence: text().meta({ description: 'The agreement or decision it rests on.' }),
};

export const newFund = z.strictObject({ ...described, site: idOrCode.nullable(), beneficiaries }).meta({
  id: 'NewFund',
  description: 'Money of somebody else that makes members pay less. It appears on statements as lines of its own.',
  examples: [
    {
      code: 'relief-2026',
      name: 'Market relief 2026',
      funder: 'Todmorden Town Council',
      site: null,
      days: { from: '2026-10-01', to: '2027-04-01' },
      rate: { kind: 'percent', percent: '20' },
      beneficiaries: { kind: 'all' },
      of: ['energy', 'levy', 'standing'],
      cap: '5000.00',
      memberCap: '400.00',
      taxCode: 'O',
      notice: 'The council pays a fifth of your energy until March 2027. All of it is passed on to you.',
      evidence: 'Grant letter of 1 September 2026',
    },
  ],
});
export type NewFund = z.infer<typeof newFund>;

const named = z.object({ id: uuid, code: z.string() });

export const fund = z
  .object({
    id: uuid,
    ...described,
    site: named.nullable(),
    beneficiaries: z.object({
      kind: z.enum(['all', 'members', 'spaces']),
      members: z.array(z.string()).optional(),
      spaces: z.array(z.string()).optional(),
    }),
    drawn: money,
    left: money,
    createdAt: instant,
  })
  .meta({ id: 'Fund' });
export type FundReply = z.infer<typeof fund>;
export const fundPage = page(fund);

export const fundsQuery = pageQuery.extend({
  on: civilDate.meta({ description: 'Only those that hold on this day.' }).optional(),
});
export type FundsQuery = z.infer<typeof fundsQuery>;

export const fundDraw = z
  .object({
    run: uuid,
    period: z.object({ from: civilDate, to: civilDate }),
    member: named,
    amount: money,
    drawnAt: instant,
  })
  .meta({ id: 'FundDraw', description: 'What a member was given in a run that was issued.' });
export type FundDrawReply = z.infer<typeof fundDraw>;
export const fundDrawPage = page(fundDraw);
