import { z } from 'zod';
import { Decimal, isDecimal } from '../../domain/quantity/decimal.js';
import { civilDate, days, decimal, idOrCode, instant, page, pageQuery, text, uuid } from '../../platform/http/wire.js';

const percent = decimal
  .refine(
    (value) => !isDecimal(value) || (new Decimal(value).gte(0) && new Decimal(value).lte(100)),
    'must lie between 0 and 100',
  )
  .refine((value) => !isDecimal(value) || new Decimal(value).decimalPlaces() <= 6, 'must have at most 6 decimals');

const shared = {
  occupancy: uuid,
  days,
  evidence: text().meta({ description: 'What the declaration rests on: certificate, lease, council tax.' }),
  declaredOn: civilDate,
};

export const newQualifyingUse = z
  .discriminatedUnion('kind', [
    z.strictObject({ ...shared, kind: z.literal('domestic') }),
    z.strictObject({ ...shared, kind: z.literal('charity') }),
    z.strictObject({
      ...shared,
      kind: z.literal('mixed'),
      percent: percent.meta({ description: 'How much of the use is at home or by a charity.' }),
    }),
  ])
  .meta({
    id: 'NewQualifyingUse',
    description:
      'What an occupant declares about its use of energy. A later declaration ends the open one of the same occupancy.',
    examples: [
      {
        occupancy: '0199a3c2-7d5e-7c31-9f0a-6d1f4b8a2e10',
        days: { from: '2026-10-01', to: null },
        kind: 'mixed',
        percent: '20',
        evidence: 'Certificate of 28 September 2026',
        declaredOn: '2026-09-28',
      },
    ],
  });
export type NewQualifyingUse = z.infer<typeof newQualifyingUse>;

export const qualifyingUse = z
  .object({
    id: uuid,
    occupancy: uuid,
    space: z.string(),
    member: z.string(),
    days,
    kind: z.enum(['domestic', 'charity', 'mixed']),
    percent: decimal,
    evidence: z.string(),
    declaredOn: civilDate,
    createdAt: instant,
  })
  .meta({ id: 'QualifyingUse' });
export type QualifyingUseReply = z.infer<typeof qualifyingUse>;
export const qualifyingUsePage = page(qualifyingUse);

export const qualifyingUsesQuery = pageQuery.extend({
  site: idOrCode.optional(),
  on: civilDate.meta({ description: 'Only those that hold on this day.' }).optional(),
});
export type QualifyingUsesQuery = z.infer<typeof qualifyingUsesQuery>;
