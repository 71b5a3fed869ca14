import { z } from 'zod';
import { civilDate, code, decimal, idOrCode, instant } from '../../../platform/http/wire.js';

export const grains = ['interval', 'day', 'month', 'billing-period'] as const;

export const consumptionQuery = z
  .strictObject({
    meter: idOrCode.optional(),
    space: idOrCode.optional(),
    member: idOrCode.optional(),
    from: civilDate,
    to: civilDate.meta({ description: 'The first day that is not in it.' }),
    grain: z
      .enum(grains)
      .default('day')
      .meta({ description: 'interval: as the register was read; billing-period: the whole of from and to.' }),
  })
  .refine(
    ({ meter, space, member }) => [meter, space, member].filter((one) => one !== undefined).length === 1,
    'name one of meter, space and member',
  )
  .refine(({ from, to }) => from < to, {
    error: 'must end after it begins; `to` is the first day after it',
    path: ['to'],
  });
export type ConsumptionQuery = z.infer<typeof consumptionQuery>;

const figure = z.object({
  from: instant,
  to: instant,
  quantity: decimal.nullable().meta({ description: 'Null where it cannot be known; the issues say why.' }),
  quality: z.string().meta({ description: 'The worst of the readings behind it.' }),
});
export const consumptionReply = z.object({
  zone: z.string(),
  series: z.array(
    z.object({
      meter: code,
      register: code,
      role: z.string(),
      direction: z.string(),
      unit: z.string(),
      space: code.nullable(),
      figures: z.array(figure),
    }),
  ),
  issues: z.array(
    z.object({
      code: z.string(),
      severity: z.string(),
      subject: z.object({ kind: z.string(), id: z.string(), label: z.string() }),
      from: z.string().optional(),
      to: z.string().optional(),
      detail: z.string(),
      remedy: z.string(),
    }),
  ),
});
