import { z } from 'zod';
import { code, days, idOrCode, instant, text, uuid } from '../../platform/http/wire.js';
import { refusal } from './previews.js';
import { tariffComponent } from './tariff-components.schema.js';
import { adoptedVersion, newVersion } from './versions.schema.js';

export const tariffTerms = z
  .strictObject({
    calendar: idOrCode.nullable().meta({ description: 'The band calendar; null where no price depends on the hour.' }),
    generation: idOrCode.nullable().default(null).meta({
      description:
        'In place of a calendar: a key of the kind generation; its bands are local, what the site made, and grid, the rest.',
    }),
    components: z.array(tariffComponent).min(1, 'must have at least one price').max(50),
  })
  .meta({
    id: 'TariffTerms',
    description: "The community's own prices, in the order in which a statement prints them.",
  });
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

const componentExplained = z.object({
  name: z.string(),
  kind: z.string(),
  sentence: z.string().meta({ description: 'The terms in words, with every figure.' }),
});
const daysAlike = z
  .object({
    months: z.array(z.int()).meta({ description: '1 to 12.' }),
    weekdays: z.array(z.int()).meta({ description: '1 is Monday, 8 a holiday of the calendar.' }),
    hours: z.array(z.object({ band: z.string(), from: z.string(), to: z.string() })),
    sentence: z.string(),
  })
  .meta({ id: 'DaysAlike', description: 'Days of the year on which the same bands hold at the same hours.' });

export const tariffExplanation = z
  .object({
    tariff: idOrCode,
    versions: z.array(
      z.object({
        id: uuid,
        days: z.object({ from: z.string(), to: z.string().nullable() }),
        components: z.array(componentExplained),
        year: z.array(daysAlike).nullable().meta({ description: 'Null where no price depends on the hour.' }),
      }),
    ),
  })
  .meta({
    id: 'TariffExplanation',
    description: 'A tariff in words, version by version, and the year that its bands make.',
  });
export type TariffExplanation = z.infer<typeof tariffExplanation>;

export const tariffDraft = z
  .strictObject({
    tariff: idOrCode
      .nullable()
      .meta({ description: 'Whose version it would be; null for a tariff that is not made yet.' }),
    days,
    terms: tariffTerms,
  })
  .meta({ id: 'TariffDraft', description: 'A version of a tariff before anybody has adopted it.' });
export type TariffDraft = z.infer<typeof tariffDraft>;

export const tariffPreview = z
  .object({
    sentence: z.string().nullable().meta({ description: 'The terms in words; null where they are refused.' }),
    components: z.array(componentExplained),
    year: z.array(daysAlike).nullable().meta({ description: 'Null where no price depends on the hour.' }),
    refused: refusal.nullable(),
  })
  .meta({ id: 'TariffPreview' });
export type TariffPreview = z.infer<typeof tariffPreview>;
