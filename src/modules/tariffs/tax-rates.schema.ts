import { z } from 'zod';
import { civilDate, code, days, decimal, idOrCode, pageQuery, text, uuid } from '../../platform/http/wire.js';

const fraction = z
  .string('must be a fraction in quotation marks like "0.2"')
  .regex(/^0(\.\d{1,6})?$/, 'must be a fraction below 1 in quotation marks, of at most 6 decimals: 20 % is "0.2"')
  .meta({ description: 'The rate as a fraction: 20 % is "0.2".', examples: ['0.2'] });

export const newTaxRate = z
  .strictObject({ code, label: text(), rate: fraction, days })
  .meta({ id: 'NewTaxRate', description: 'A tax and its rate for a run of days. A later rate ends the open one.' });
export type NewTaxRate = z.infer<typeof newTaxRate>;

export const taxRate = z
  .object({ id: uuid, code: idOrCode, label: z.string(), rate: decimal, days })
  .meta({ id: 'TaxRate' });
export type TaxRateReply = z.infer<typeof taxRate>;

export const taxRatesQuery = pageQuery.extend({
  on: civilDate.meta({ description: 'Only the rates of this day.' }).optional(),
});
export type TaxRatesQuery = z.infer<typeof taxRatesQuery>;
