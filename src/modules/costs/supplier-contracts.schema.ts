import { z } from 'zod';
import { civilDate, idOrCode, optionalText, page, pageQuery, text, uuid } from '../../platform/http/wire.js';
import { utility } from './supplier-bills.schema.js';

export const newContract = z
  .strictObject({
    site: idOrCode,
    supplier: text(100).meta({ description: 'As its bills are entered.' }),
    utility: utility.default('electricity'),
    tariff: idOrCode.nullable().meta({
      description:
        'What the supplier may bill by; its components are called as on the bill. null: from this day on nothing is checked.',
    }),
    from: civilDate.meta({ description: 'The first day on which it holds; it ends the one before it.' }),
    decision: optionalText(1000).default('').meta({ description: 'Number and date of the contract.' }),
  })
  .meta({ id: 'NewSupplierContract' });
export type NewContract = z.infer<typeof newContract>;

export const contract = z
  .object({
    id: uuid,
    site: z.object({ id: uuid, code: z.string() }),
    supplier: z.string(),
    utility: z.string(),
    tariff: z.object({ id: uuid, code: z.string() }).nullable(),
    from: civilDate,
    decision: z.string(),
  })
  .meta({ id: 'SupplierContract', description: 'By which tariff the bills of a supplier are checked.' });
export type ContractReply = z.infer<typeof contract>;
export const contractPage = page(contract);

export const contractsQuery = pageQuery.extend({ site: idOrCode.optional() });
export type ContractsQuery = z.infer<typeof contractsQuery>;
