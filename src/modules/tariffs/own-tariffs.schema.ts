import { z } from 'zod';
import { code, idOrCode, instant, text, uuid } from '../../platform/http/wire.js';
import { adoptedVersion, newVersion } from './versions.schema.js';

const price = z
  .string('must be a price in quotation marks like "0.2345"')
  .regex(/^-?\d{1,12}(\.\d{1,9})?$/, 'must be a price in quotation marks like "0.2345", of at most 12 and 9 digits')
  .meta({ description: 'Money per day or per unit, exact; below zero for a credit.', examples: ['0.2345'] });

const name = text(100).meta({ description: 'As the statement prints it; unique in the tariff.' });
const unit = z.enum(['kWh', 'm3', 'kVArh', 'l']);

const component = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('standing'), name, perDay: price }),
    z.strictObject({
      kind: z.literal('per-unit'),
      name,
      perUnit: price,
      unit,
      band: text(40).nullable().default(null).meta({ description: 'One band of the calendar; null for every hour.' }),
    }),
    z.strictObject({
      kind: z.literal('time-of-use'),
      name,
      unit,
      prices: z.record(z.string(), price).meta({ description: 'A price for every band of the calendar.' }),
    }),
  ])
  .meta({ id: 'TariffComponent' });

export const tariffTerms = z
  .strictObject({
    calendar: idOrCode.nullable().meta({ description: 'The band calendar; null where no price depends on the hour.' }),
    components: z.array(component).min(1, 'must have at least one price').max(50),
  })
  .meta({ id: 'TariffTerms', description: "The community's own prices: per day, per unit, per unit and band." });
export type TariffTerms = z.infer<typeof tariffTerms>;

export const newTariffVersion = newVersion(tariffTerms).meta({ id: 'NewTariffVersion' });
export type NewTariffVersion = z.infer<typeof newTariffVersion>;

export const newTariff = z
  .strictObject({ code, name: text(), version: newTariffVersion.optional() })
  .meta({ id: 'NewTariff', description: 'A tariff, and its first version where it is known already.' });
export type NewTariff = z.infer<typeof newTariff>;

export const tariffVersion = adoptedVersion(tariffTerms).meta({ id: 'TariffVersion' });
export type TariffVersionReply = z.infer<typeof tariffVersion>;

export const tariff = z
  .object({
    id: uuid,
    code: idOrCode,
    name: z.string(),
    versions: z.array(tariffVersion).meta({ description: 'From the first to the last.' }),
    createdAt: instant,
  })
  .meta({ id: 'Tariff' });
export type TariffReply = z.infer<typeof tariff>;
