import { z } from 'zod';
import { instant, text } from '../../platform/http/wire.js';

/** The components of a tariff, one shape for each kind. What they must be to one another, the domain checks (`checkCoverage`). */

const price = z
  .string('must be a price in quotation marks like "0.2345"')
  .regex(/^-?\d{1,12}(\.\d{1,9})?$/, 'must be a price in quotation marks like "0.2345", of at most 12 and 9 digits')
  .meta({ description: 'Money per day or per unit, exact; below zero for a credit.', examples: ['0.2345'] });
const figure = z
  .string('must be a figure in quotation marks like "1000"')
  .regex(/^\d{1,12}(\.\d{1,6})?$/, 'must be a figure in quotation marks like "1000", of at most 12 and 6 digits');

const name = text(100).meta({ description: 'As the statement prints it; unique in the tariff.' });
const unit = z.enum(['kWh', 'm3', 'kVArh', 'l', 'kVAh']);
const band = text(40).nullable().default(null).meta({ description: 'One band of the calendar; null for every hour.' });
const proration = z
  .enum(['day-of-month', 'day-of-year', '365', 'touched-months'])
  .default('day-of-month')
  .meta({ description: 'How a part of a month is charged: by its days, by the days of the year, or as a whole.' });
const per = z.enum(['month', 'year', 'period']).default('month');
const names = z
  .array(text(100))
  .min(1)
  .max(50)
  .nullable()
  .default(null)
  .meta({ description: 'Names of components before this one; null for all of them.' });
const months = z.array(z.int().min(1).max(12)).min(1).max(12);

const tier = z.strictObject({
  upTo: figure.nullable().meta({ description: 'The limit, included in the tier; null for all above the tier before.' }),
  price,
});
const tiers = z.array(tier).min(1, 'must have at least one tier').max(20);
const scheme = z.enum(['graduated', 'whole-quantity']).default('graduated').meta({
  description:
    'graduated: each unit at the price of its tier. whole-quantity: all at the price of the tier that is reached.',
});
const minutes = z.union([5, 10, 15, 20, 30, 60].map((n) => z.literal(n)));

const periodic = z
  .strictObject({ kind: z.literal('periodic'), name, amount: price, per, proration })
  .meta({ description: 'Money for each month, year or billing period; below zero for a fixed discount.' });

const tiered = z
  .strictObject({
    kind: z.literal('tiered'),
    name,
    unit,
    scheme,
    count: z.enum(['period', 'month', 'day']).default('month').meta({ description: 'Over what use is counted.' }),
    limits: z
      .enum(['whole', 'by-days', 'per-day', 'per-kW'])
      .default('whole')
      .meta({
        description:
          'whole: limits as they stand. by-days: the days’ part of them in a part of a month or billing period. per-day: so much for ' +
          'each day. per-kW: so much for each kW of the demand.',
      }),
    demandMinutes: minutes.nullable().default(null),
    climbs: z.enum(['band', 'total']).default('band').meta({
      description:
        'Where prices go by band: band, each by its own use; total, all together, each band with its part of every tier.',
    }),
    tiers: z.union([tiers, z.record(text(40), tiers)], 'must be tiers, or tiers for every band'),
  })
  .meta({ description: 'Prices by how much was used; `tiers` for all hours, or for every band of the calendar.' });

const demand = z
  .strictObject({
    kind: z.literal('demand'),
    name,
    unit: z.enum(['kW', 'kVA']).default('kW'),
    minutes: minutes.meta({ description: 'The length of the mean.' }),
    powerFactor: figure
      .nullable()
      .default(null)
      .meta({ description: 'kW for each kVA, agreed; null where kVAh are measured.' }),
    per: z.enum(['month', 'day']).default('month'),
    proration,
    scheme,
    windows: z
      .array(
        z.strictObject({
          name: text(100).or(z.literal('')).default(''),
          bands: z.array(text(40)).min(1).max(24).nullable().default(null),
          months: months.nullable().default(null),
          tiers,
        }),
      )
      .min(1, 'must have at least one window')
      .max(24),
    ratchet: z
      .strictObject({
        percent: figure,
        months: z.union([z.int().min(1).max(60), months], 'must be a number of months, or months 1 to 12'),
        earlier: z.enum(['must-be-known', 'as-known']).default('must-be-known'),
      })
      .nullable()
      .default(null),
    least: figure.nullable().default(null),
  })
  .meta({ description: 'Money for the highest mean power of each calendar month.' });

const bound = <Kind extends 'minimum' | 'maximum'>(kind: Kind) =>
  z.strictObject({ kind: z.literal(kind), name, amount: figure, per, proration, of: names });

export const tariffComponent = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('standing'), name, perDay: price }),
    periodic,
    z.strictObject({ kind: z.literal('per-unit'), name, perUnit: price, unit, band }),
    z.strictObject({
      kind: z.literal('levy'),
      name,
      perUnit: price,
      unit,
      rate: text(100).meta({ description: 'The rate by its date.', examples: ['main rate from 1 April 2026'] }),
    }),
    z.strictObject({ kind: z.literal('export-credit'), name, perUnit: price, unit, band }),
    z.strictObject({
      kind: z.literal('time-of-use'),
      name,
      unit,
      prices: z.record(z.string(), price).meta({ description: 'A price for every band of the calendar.' }),
    }),
    tiered,
    demand,
    z.strictObject({
      kind: z.literal('series'),
      name,
      unit,
      series: text(100).meta({ description: 'What the series is called.' }),
      points: z
        .array(z.strictObject({ from: instant, to: instant, price }))
        .min(1)
        .max(18_000),
    }),
    bound('minimum'),
    bound('maximum'),
    z.strictObject({ kind: z.literal('discount'), name, percent: figure, of: names }),
  ])
  .meta({ id: 'TariffComponent' });
export type TariffComponent = z.infer<typeof tariffComponent>;
