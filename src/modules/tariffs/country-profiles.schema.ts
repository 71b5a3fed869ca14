import { z } from 'zod';
import { taxCategories } from '../../domain/invoice/tax.js';
import { civilDate, currency, days, decimal, money } from '../../platform/http/wire.js';

const sourced = {
  source: z.string(),
  verified: z.boolean().meta({ description: 'False where the primary text was not seen: ask an adviser first.' }),
};

export const countryProfile = z
  .object({
    code: z.enum(['GB', 'DE', 'CH', 'AT', 'plain']),
    name: z.string(),
    readOn: civilDate.meta({ description: 'The day on which the sources were read.' }),
    rates: z.array(
      z.object({
        code: z.string(),
        label: z.string(),
        rate: decimal,
        category: z.enum(taxCategories),
        reason: z.string(),
        days,
        ...sourced,
      }),
    ),
    policies: z.array(z.object({ name: z.string(), terms: z.record(z.string(), z.unknown()), ...sourced })),
    simplifiedInvoice: z.object({ upTo: money, currency, ...sourced }).nullable(),
  })
  .meta({
    id: 'CountryProfile',
    description: 'What is usual in a country. Nothing of it is in force until it is adopted.',
  });
export type CountryProfileReply = z.infer<typeof countryProfile>;
export const countryProfilesReply = z.object({ items: z.array(countryProfile) });

export const profileAdoption = z
  .strictObject({
    profile: z.enum(['GB', 'DE', 'CH', 'AT', 'plain'], 'must be GB, DE, CH, AT or plain'),
    from: civilDate.meta({ description: 'The first day on which its policies hold.' }),
  })
  .meta({ id: 'ProfileAdoption', examples: [{ profile: 'GB', from: '2026-10-01' }] });
export type ProfileAdoption = z.infer<typeof profileAdoption>;

export const profileAdopted = z
  .object({
    rates: z
      .array(z.string())
      .meta({ description: 'Tax codes that were added; those that had a rate already are left alone.' }),
    policies: z
      .array(z.string())
      .meta({ description: 'Policies of which a version was adopted; those that said the same are left alone.' }),
  })
  .meta({ id: 'ProfileAdopted' });
export type ProfileAdopted = z.infer<typeof profileAdopted>;
