import { z } from 'zod';
import { civilDate, code, decimal, instant, page, pageQuery } from '../../../platform/http/wire.js';

export const balanceQuery = pageQuery
  .extend({
    from: civilDate,
    to: civilDate.meta({ description: 'The first day that is not in it.' }),
    by: z.enum(['period', 'day', 'interval'], 'must be period, day or interval').default('period').meta({
      description: 'period: all of from and to at once; interval: the shortest time that all registers have in common.',
    }),
    utility: z.enum(['electricity', 'gas', 'water', 'heat']).optional(),
  })
  .refine(({ from, to }) => from < to, {
    error: 'must end after it begins; `to` is the first day after it',
    path: ['to'],
  });
export type BalanceQuery = z.infer<typeof balanceQuery>;

const flow = (description: string) => decimal.nullable().meta({ description });

export const balanceRow = z
  .object({
    utility: z.string(),
    unit: z.string(),
    from: instant,
    to: instant,
    imported: flow(
      'Of source meters. Null, like every figure, where a register lacks readings: missing is never zero.',
    ),
    generated: flow('Of sub-meters of direction export.'),
    exported: flow('Of source meters of direction export.'),
    supplied: flow('imported + generated − exported.'),
    metered: flow('Of sub-meters.'),
    derived: flow('Of virtual meters of spaces, beside what sub-meters counted.'),
    residual: flow('supplied − metered − derived.'),
    percent: flow('Of what was supplied, to two digits; null where nothing was supplied.'),
    warnAbovePercent: decimal,
    blockAbovePercent: decimal,
    state: z.enum(['ok', 'notable', 'high', 'negative', 'incomplete']),
    missing: z
      .array(z.object({ meter: code, register: code }))
      .meta({ description: 'Registers that lack readings; then the state is incomplete.' }),
  })
  .meta({ id: 'SiteBalance' });
export type BalanceRow = z.infer<typeof balanceRow>;

export const balanceReply = page(balanceRow);
