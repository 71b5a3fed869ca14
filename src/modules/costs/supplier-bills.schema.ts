import { z } from 'zod';
import {
  civilDate,
  code,
  currency,
  idOrCode,
  instant,
  money,
  pageQuery,
  period,
  text,
  uuid,
} from '../../platform/http/wire.js';

/** What a base64 text of a document may be long: 3.5 MB of file, so that the whole request stays below 5 MB. */
export const largestDocument = 3_670_016;
const largestBase64 = Math.ceil(largestDocument / 3) * 4;

const quantity = z
  .string('must be a quantity in quotation marks like "48210.400"')
  .regex(
    /^-?\d{1,12}(\.\d{1,6})?$/,
    'must be a quantity in quotation marks like "48210.400", of at most 12 and 6 digits',
  )
  .meta({ id: 'Quantity', description: 'An exact quantity, as a string.', examples: ['48210.400'] });

const price = z
  .string('must be a price in quotation marks like "0.2345"')
  .regex(/^-?\d{1,12}(\.\d{1,9})?$/, 'must be a price in quotation marks like "0.2345", of at most 12 and 9 digits')
  .meta({ id: 'Price', description: 'An exact price per unit, as a string.', examples: ['0.234567'] });

const kind = z.enum(['energy', 'standing', 'levy', 'demand', 'late-fee', 'other']).meta({
  description: 'A late fee is held back, unless somebody decides that it is passed on.',
});
const billKind = z.enum(['actual', 'estimated', 'corrected', 'credit']).meta({
  description:
    'estimated: by readings that the supplier guessed; corrected: in place of another; credit: nothing but what is given back.',
});
export const utility = z.enum(['electricity', 'gas', 'water', 'heat']);

const newComponent = z
  .strictObject({
    description: text(),
    kind,
    band: text(40)
      .nullable()
      .default(null)
      .meta({ description: "The band of an energy component, as the key's calendar names it." }),
    quantity: quantity.nullable().default(null),
    unit: text(20).nullable().default(null),
    price: price.nullable().default(null),
    amount: money.meta({ description: 'Net of tax; negative for a credit.' }),
    tax: money.meta({ description: 'What the supplier charges on it.' }),
    taxCode: code.meta({ description: 'The tax that members pay on their share; one of the tax rates.' }),
    key: idOrCode.meta({ description: 'The key it is shared by.' }),
  })
  .refine(({ quantity: amountOf, unit }) => (amountOf === null) === (unit === null), {
    error: 'must stand beside a quantity, and a quantity beside a unit',
    path: ['unit'],
  })
  .refine(({ quantity: amountOf, price: each }) => each === null || amountOf !== null, {
    error: 'must stand beside a quantity',
    path: ['price'],
  })
  .refine((component) => component.band === null || component.kind === 'energy', {
    error: 'belongs to a component of the kind energy only',
    path: ['band'],
  })
  .meta({ id: 'NewBillComponent' });

export const mediaTypes = ['application/pdf', 'image/png', 'image/jpeg', 'text/csv', 'application/xml'] as const;

const newDocument = z
  .strictObject({
    name: text(200).refine((name) => !/[/\\"]/.test(name), 'must be a name without folders or quotation marks'),
    mediaType: z.enum(mediaTypes),
    content: z
      .base64('must be the file in base64')
      .min(4, 'must not be empty')
      .max(largestBase64, 'must not be longer than 3.5 MB; send a smaller scan'),
  })
  .meta({
    id: 'NewDocument',
    description: 'The bill as the supplier sent it. It is kept with its hash and never changes.',
  });
export type NewDocument = z.infer<typeof newDocument>;

export const newSupplierBill = z
  .strictObject({
    site: idOrCode,
    supplier: text(),
    number: text(100),
    kind: billKind.default('actual'),
    replaces: uuid.nullable().default(null).meta({
      description: 'The bill in whose place this one comes. It stays as it is, and no run shares it any more.',
    }),
    utility: utility.default('electricity'),
    period,
    currency,
    net: money,
    tax: money,
    gross: money,
    components: z.array(newComponent).min(1, 'must have at least one component').max(500),
    document: newDocument.optional(),
  })
  .refine((bill) => bill.kind !== 'corrected' || bill.replaces !== null, {
    error: 'must name the bill that it corrects',
    path: ['replaces'],
  })
  .refine((bill) => bill.kind !== 'credit' || bill.replaces === null, {
    error: 'must not stand on a credit: what it credits stays in force',
    path: ['replaces'],
  })
  .refine((bill) => bill.kind !== 'credit' || /^-|^0+(\.0*)?$/.test(bill.gross), {
    error: 'of a credit must not be above zero',
    path: ['gross'],
  })
  .meta({
    id: 'NewSupplierBill',
    description: "A supplier's bill by component; the components make its net amount and its tax exactly.",
  });
export type NewSupplierBill = z.infer<typeof newSupplierBill>;

const component = z
  .object({
    no: z.int(),
    description: z.string(),
    kind,
    band: z.string().nullable(),
    quantity: quantity.nullable(),
    unit: z.string().nullable(),
    price: price.nullable(),
    amount: money,
    tax: money,
    taxCode: z.string(),
    key: z.object({ id: uuid, code: z.string() }),
    decision: z
      .object({ choice: z.enum(['pass-on', 'hold']), reason: z.string() })
      .nullable()
      .meta({ description: 'What was decided about it last.' }),
  })
  .meta({ id: 'BillComponent' });
export type ComponentReply = z.infer<typeof component>;

const document = z
  .object({
    name: z.string(),
    mediaType: z.string(),
    bytes: z.int(),
    sha256: z.string().meta({ description: 'SHA-256 of the file, hexadecimal.' }),
    sameAs: z.array(z.object({ id: uuid, supplier: z.string(), number: z.string() })).meta({
      description: 'Other bills that came with the very same file: the bill may have been entered twice.',
    }),
  })
  .meta({ id: 'BillDocument' });

export const supplierBill = z
  .object({
    id: uuid,
    site: z.object({ id: uuid, code: z.string() }),
    supplier: z.string(),
    number: z.string(),
    kind: billKind,
    replaces: uuid.nullable(),
    replacedBy: uuid.nullable(),
    utility: z.string(),
    period,
    currency,
    net: money,
    tax: money,
    gross: money,
    components: z.array(component),
    document: document.nullable(),
    createdAt: instant,
    warnings: z
      .array(
        z.object({ code: z.literal('days-already-billed'), run: uuid, period, detail: z.string(), remedy: z.string() }),
      )
      .meta({
        description:
          'Runs that were issued for its days without it: no other run shares it, so they have to be corrected.',
      }),
  })
  .meta({ id: 'SupplierBill' });
export type SupplierBillReply = z.infer<typeof supplierBill>;

export const supplierBillsQuery = pageQuery.extend({
  site: idOrCode.optional(),
  supplier: z.string().max(300).optional(),
});
export type SupplierBillsQuery = z.infer<typeof supplierBillsQuery>;

const status = z.enum(['agrees', 'differs', 'not-checkable']);

export const billCheck = z
  .object({
    bill: uuid,
    currency,
    agrees: z.boolean().meta({ description: 'True where nothing that can be checked differs.' }),
    components: z.array(
      z.object({
        no: z.int(),
        description: z.string(),
        status,
        product: z.string().nullable().meta({ description: 'Quantity × price, exact.' }),
        rounded: money.nullable(),
        amount: money,
        difference: money.nullable().meta({ description: 'Amount less rounded product.' }),
      }),
    ),
    energy: z.array(
      z.object({
        band: z.string().nullable(),
        unit: z.string(),
        billed: z.string(),
        measured: z
          .string()
          .nullable()
          .meta({ description: 'What the source meter counted; null where it has no readings.' }),
        difference: z.string().nullable().meta({ description: 'Billed less measured.' }),
        status,
      }),
    ),
    contract: z
      .object({
        tariff: z.string().meta({ description: 'Code of the tariff that is held as the supplier’s contract.' }),
        elements: z.array(
          z.object({
            name: z.string(),
            components: z.array(z.int()).meta({ description: 'Of the bill; none where the bill does not have it.' }),
            billed: money.nullable(),
            expected: money.nullable().meta({ description: 'Null where the contract does not ask it.' }),
            difference: money.meta({ description: 'Billed less expected.' }),
            status: z.enum(['agrees', 'passes', 'differs']),
            because: z.string().meta({ description: 'How the contract comes to it.' }),
            decision: z.enum(['pass-on', 'hold']).nullable(),
          }),
        ),
      })
      .nullable()
      .meta({ description: 'The bill beside the contract of its supplier; null where none is entered.' }),
    notes: z.array(z.string()).meta({ description: 'What could not be checked, and why.' }),
  })
  .meta({ id: 'BillCheck' });
export type BillCheckReply = z.infer<typeof billCheck>;

const mark = z.object({ day: civilDate, counted: z.string() }).meta({ id: 'AccrualMark' });

export const billAccrual = z
  .object({
    bill: uuid,
    currency,
    components: z.array(
      z.object({
        no: z.int(),
        description: z.string(),
        amount: money.meta({ description: 'What is shared: with its tax where the community cannot reclaim that.' }),
        by: z.enum(['use', 'days']).nullable().meta({
          description: 'By what it belongs to days; null until a run that is shorter than the bill fixes it.',
        }),
        unit: z.string().nullable(),
        isEstimated: z.boolean().nullable(),
        marks: z.array(mark).meta({ description: 'What had been counted of the bill by the beginning of a day.' }),
        parts: z.array(z.object({ run: uuid, period, amount: money })),
        accrued: money.meta({ description: 'The parts together; runs that are not issued have none.' }),
        left: money,
      }),
    ),
  })
  .meta({
    id: 'BillAccrual',
    description: 'The parts of a bill by billing run; once all of its days are billed, nothing is left.',
  });
export type BillAccrualReply = z.infer<typeof billAccrual>;
