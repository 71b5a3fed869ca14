import { z } from 'zod';
import { taxCategories } from '../../domain/invoice/tax.js';
import { Decimal, isDecimal } from '../../domain/quantity/decimal.js';
import {
  civilDate,
  code,
  days,
  decimal,
  idOrCode,
  optionalText,
  pageQuery,
  text,
  uuid,
} from '../../platform/http/wire.js';

const fraction = z
  .string('must be a fraction in quotation marks like "0.2"')
  .regex(/^0(\.\d{1,6})?$/, 'must be a fraction below 1 in quotation marks, of at most 6 decimals: 20 % is "0.2"')
  .meta({ description: 'The rate as a fraction: 20 % is "0.2".', examples: ['0.2'] });

const category = z.enum(taxCategories).meta({
  description:
    'As EN 16931 has it: S standard or reduced, Z zero-rated, E exempt, O outside the scope, AE reverse charge. A rate above zero is S.',
});

export const newTaxRate = z
  .strictObject({
    code,
    label: text(),
    rate: fraction,
    category: category.optional(),
    reason: optionalText(300)
      .default('')
      .meta({ description: 'Why nothing is charged, with the rule: printed where the category is E, O or AE.' }),
    days,
  })
  .superRefine(({ rate, category: given, reason }, refine) => {
    const say = (path: string, message: string): void => refine.addIssue({ code: 'custom', path: [path], message });
    const isZero = isDecimal(rate) && new Decimal(rate).isZero();
    if (isZero && given === undefined) say('category', 'must say what a rate of zero means: Z, E, O or AE');
    if (isZero && given === 'S') say('category', 'must not be S, because S charges some tax');
    if (!isZero && given !== undefined && given !== 'S') say('category', 'must be S where a rate is above zero');
    if (['E', 'O', 'AE'].includes(given ?? '') && reason.trim() === '')
      say('reason', 'must say why nothing is charged');
  })
  .transform(({ category: given, ...rate }) => ({ ...rate, category: given ?? ('S' as const) }))
  .meta({ id: 'NewTaxRate', description: 'A tax and its rate for a run of days. A later rate ends the open one.' });
export type NewTaxRate = z.output<typeof newTaxRate>;

export const taxRate = z
  .object({ id: uuid, code: idOrCode, label: z.string(), rate: decimal, category, reason: z.string(), days })
  .meta({ id: 'TaxRate' });
export type TaxRateReply = z.infer<typeof taxRate>;

export const taxRatesQuery = pageQuery.extend({
  on: civilDate.meta({ description: 'Only the rates of this day.' }).optional(),
});
export type TaxRatesQuery = z.infer<typeof taxRatesQuery>;
