import { z } from 'zod';
import { keyTerms } from '../modules/tariffs/keys.schema.js';
import { civilDate, days, decimal, instant, money, period, text, zone } from '../platform/http/wire.js';

/*
 * What `split FILE.json` reads: a cost, the key that shares it, and what the key looks at. The short way gives each member
 * its weights; the long way gives spaces, occupancies, uses and bookings, as a billing run collects them.
 *
 *   {"total": "100.00", "key": {"by": "kWh", "cap": {"per": "share", "amount": "40"}, "rest": "common"},
 *    "members": {"rosa": "600", "lund": "300", "ada": "100"}}
 */

const name = text(100);

const limit = z.strictObject({ per: z.enum(['share', 'day', 'month', 'year', 'unit']), amount: decimal });

/** By the members' own weights of a name; "weight" where they have one weight each. */
const byWeight = z.strictObject({
  by: name,
  cap: limit.optional(),
  floor: limit.optional(),
  rest: z.enum(['common', 'held']).default('held'),
});

interface ByParts {
  readonly parts: readonly { readonly part: string; readonly key: SplitKey }[];
}
export type ByWeight = z.infer<typeof byWeight>;
/** A key in a file: by weights, by parts with keys of their own, or in the words of the service. */
export type SplitKey = ByWeight | ByParts | z.infer<typeof keyTerms>;

const splitKey: z.ZodType<SplitKey> = z.lazy(() =>
  z.union([
    byWeight,
    z.strictObject({
      parts: z
        .array(z.strictObject({ part: decimal, key: splitKey }))
        .min(1)
        .max(50),
    }),
    keyTerms,
  ]),
);

const run = { from: civilDate, to: civilDate.nullable().default(null) };

export const splitFile = z.strictObject({
  total: money,
  currency: z.string().max(3).default('GBP'),
  name: text().default('cost').meta({ description: 'With the period it decides whose the odd coin is.' }),
  period: period.default({ from: '2026-01-01', to: '2026-02-01' }),
  zone: zone.default('UTC'),
  key: splitKey,
  keys: z.record(name, keyTerms).default({}).meta({ description: 'Keys that residuals go to, by their codes.' }),
  members: z.record(name, z.union([decimal, z.record(name, decimal)])).default({}),
  spaces: z
    .array(
      z.strictObject({
        id: name,
        area: decimal.default('0'),
        weight: decimal.default('1'),
        kind: z.enum(['let', 'common']).default('let'),
        vacantPayer: name.nullable().default(null),
        weights: z.array(z.strictObject({ ...run, weight: decimal })).default([]),
        heads: z.array(z.strictObject({ ...run, member: name, heads: decimal })).default([]),
      }),
    )
    .max(5000)
    .default([]),
  occupancies: z
    .array(z.strictObject({ space: name, member: name, days }))
    .max(20_000)
    .default([]),
  uses: z
    .array(
      z.strictObject({
        space: name,
        member: name.nullable(),
        band: text(40).default('all'),
        quantity: decimal,
        unit: text(20).default('kWh'),
      }),
    )
    .max(100_000)
    .default([]),
  sources: z
    .array(z.strictObject({ band: text(40).default('all'), quantity: decimal, unit: text(20).default('kWh') }))
    .max(100)
    .default([]),
  bookings: z
    .array(
      z.strictObject({
        resource: name,
        space: name.nullable().default(null),
        member: name,
        from: instant,
        to: instant,
        perHour: decimal.optional(),
        minimum: decimal.default('0'),
      }),
    )
    .max(20_000)
    .default([]),
  peaks: z
    .array(
      z.strictObject({
        of: z.enum(['site', 'own']),
        space: name,
        member: name.nullable(),
        at: instant,
        quantity: decimal,
        unit: text(20).default('kW'),
      }),
    )
    .max(5000)
    .default([]),
});
export type SplitFile = z.infer<typeof splitFile>;
