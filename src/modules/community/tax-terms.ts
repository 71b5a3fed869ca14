import { z } from 'zod';
import { Decimal, isDecimal, zero } from '../../domain/quantity/decimal.js';
import { code, decimal, idOrCode, text } from '../../platform/http/wire.js';

/*
 * What a community decides about tax, levies, caps and gas. Nothing of it is known to the code: each country, and each adviser, has
 * terms of its own, and they change by a date. The terms that a community begins with change nothing.
 */

const between = (low: Decimal, high: Decimal) => (value: string) =>
  !isDecimal(value) || (new Decimal(value).gte(low) && new Decimal(value).lte(high));
const percent = decimal.refine(between(zero, new Decimal(100)), 'must lie between 0 and 100');
const atLeastZero = decimal.refine(between(zero, new Decimal('1e15')), 'must be zero or more');
const aboveZero = decimal.refine((value) => !isDecimal(value) || new Decimal(value).gt(0), 'must be more than zero');

const utility = z.enum(['electricity', 'gas', 'water', 'heat']);
const treated = code.nullable();

/** By how a cost was measured: a tax code, or null for the code that was entered with the cost. */
export const taxTreatment = z
  .strictObject({
    metered: treated.meta({ description: "Measured at the member's own meter." }),
    standing: treated.meta({ description: 'A standing charge that is not shared by measured use.' }),
    unmetered: treated.meta({ description: 'Energy shared by area, equally or otherwise without a meter.' }),
    commonParts: treated.meta({ description: 'Common parts, losses, and service charges shared by a key.' }),
    spaceWork: treated.meta({ description: 'Work and service in one space alone.' }),
  })
  .meta({ id: 'TaxTreatmentTerms' });

/** Whose lines of a normal code bear a reduced one, by all that a member used at the site in the period. */
export const reducedRate = z
  .strictObject({
    utilities: z
      .array(
        z.strictObject({
          utility,
          normal: code,
          reduced: code,
          smallUsePerDay: atLeastZero
            .nullable()
            .meta({ description: 'kWh a day up to which all is reduced; null: no such limit.' }),
          source: text(200).meta({ description: 'The rule this follows.' }),
        }),
      )
      .max(4)
      .refine((list) => new Set(list.map((one) => one.utility)).size === list.length, 'must name a utility once'),
    qualifyingFromPercent: percent.meta({ description: 'From this share of qualifying use on, all is reduced.' }),
  })
  .meta({ id: 'ReducedRateTerms' });

/** Among whom a levy on energy is shared where a meter shares it. */
export const levy = z
  .strictObject({
    sharedBy: z
      .enum(['all-use', 'taxable-use'])
      .meta({ description: '`taxable-use`: kWh declared as used at home or by a charity bear none of it.' }),
    smallUseExempt: z
      .boolean()
      .meta({ description: 'Whether members below the limit of small use are left out as well.' }),
  })
  .meta({ id: 'LevyTerms' });

const capped = {
  site: idOrCode.nullable().meta({ description: 'Id or code of the site; null for all sites.' }),
  utility,
  members: z
    .enum(['domestic', 'all'])
    .meta({ description: '`domestic`: those who declared that they use all of it at home.' }),
};

/** What a member may be charged for energy at most. A run that charges more is blocked. */
export const priceCap = z
  .strictObject({
    caps: z
      .array(
        z.discriminatedUnion('kind', [
          z.strictObject({
            kind: z
              .literal('resale')
              .meta({ description: 'What the supplier was paid, by unit, and the standing charge.' }),
            ...capped,
            standing: z.enum(['by-use', 'equal', 'by-days']),
          }),
          z.strictObject({
            kind: z.literal('cost-only').meta({ description: "The member's part of the cost by measured use." }),
            ...capped,
          }),
          z.strictObject({
            kind: z.literal('reference').meta({ description: 'A share of what a reference product would have cost.' }),
            ...capped,
            perUnit: atLeastZero,
            perDay: atLeastZero,
            percent,
            source: text(200),
          }),
        ]),
      )
      .max(12),
  })
  .meta({ id: 'PriceCapTerms' });

/** Whether gas that is counted in m³ is shared as it is counted, or converted first. */
export const gas = z
  .strictObject({
    billedIn: z.enum(['m3', 'kWh']),
    volumeCorrection: aboveZero.meta({
      description: "From the meter's conditions to standard ones.",
      examples: ['1.02264'],
    }),
  })
  .meta({ id: 'GasTerms' });

export const firstTaxTerms = {
  'tax-treatment': { metered: null, standing: null, unmetered: null, commonParts: null, spaceWork: null },
  'reduced-rate': { utilities: [], qualifyingFromPercent: '60' },
  levy: { sharedBy: 'all-use', smallUseExempt: false },
  'price-cap': { caps: [] },
  gas: { billedIn: 'm3', volumeCorrection: '1.02264' },
} satisfies {
  'tax-treatment': z.infer<typeof taxTreatment>;
  'reduced-rate': z.infer<typeof reducedRate>;
  levy: z.infer<typeof levy>;
  'price-cap': z.infer<typeof priceCap>;
  gas: z.infer<typeof gas>;
};
