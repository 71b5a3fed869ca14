import { z } from 'zod';
import { civilDate, code, days, idOrCode, instant, money, pageQuery, text, uuid } from '../../platform/http/wire.js';

const section = z.enum(['energy', 'rent', 'service', 'internet', 'fee', 'other']);
const proration = z.enum(['day-of-month', 'day-of-year', '365']).meta({
  description: 'How an amount per month or year is cut to days: by the days of each month, of each year, or by 365.',
});

const shared = {
  site: idOrCode,
  code,
  description: text().meta({ description: 'As the statement prints it.' }),
  section,
  taxCode: code.meta({ description: 'The tax that members pay on it; one of the tax rates.' }),
  days: days.meta({ description: 'When it is charged. A one-off charge without an end falls due on its first day.' }),
};
const bearer = {
  key: idOrCode.optional().meta({ description: 'Shared by this key.' }),
  space: idOrCode.optional().meta({ description: 'Borne by whoever has this space.' }),
};
const oneBearer = (charge: { key?: string | undefined; space?: string | undefined }): boolean =>
  (charge.key === undefined) !== (charge.space === undefined);
const bearerProblem = { error: 'must be given, or `space`, and not both', path: ['key'] };

export const newCharge = z
  .discriminatedUnion('kind', [
    z
      .strictObject({
        ...shared,
        ...bearer,
        kind: z.literal('recurring'),
        amount: money.meta({ description: 'Net of tax; negative where it is funded by others.' }),
        per: z.enum(['day', 'month', 'year']),
        proration: proration.default('day-of-month'),
      })
      .refine(oneBearer, bearerProblem),
    z
      .strictObject({ ...shared, ...bearer, kind: z.literal('one-off'), amount: money })
      .refine(oneBearer, bearerProblem),
    z.strictObject({ ...shared, kind: z.literal('tariff'), tariff: idOrCode }),
  ])
  .meta({
    id: 'NewCharge',
    description:
      "A cost without a supplier's bill: recurring or one-off, shared by a key or put on one space, or priced by the community's own tariff.",
  });
export type NewCharge = z.infer<typeof newCharge>;

/** The one thing of a charge that changes: when it ends. */
export const chargePatch = z
  .strictObject({ to: civilDate.meta({ description: 'The first day on which it is not charged any more.' }) })
  .meta({
    id: 'ChargePatch',
  });
export type ChargePatch = z.infer<typeof chargePatch>;

const named = z.object({ id: uuid, code: z.string() });

export const charge = z
  .object({
    id: uuid,
    site: named,
    code: z.string(),
    description: z.string(),
    section,
    kind: z.enum(['recurring', 'one-off', 'tariff']),
    amount: money.nullable(),
    per: z.enum(['day', 'month', 'year', 'once']).nullable(),
    proration: proration.nullable(),
    days,
    taxCode: z.string(),
    key: named.nullable(),
    space: named.nullable(),
    tariff: named.nullable(),
    createdAt: instant,
  })
  .meta({ id: 'Charge' });
export type ChargeReply = z.infer<typeof charge>;

export const chargesQuery = pageQuery.extend({
  site: idOrCode.optional(),
  on: civilDate.meta({ description: 'Only what is charged on this day.' }).optional(),
});
export type ChargesQuery = z.infer<typeof chargesQuery>;
