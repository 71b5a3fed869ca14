import { z } from 'zod';
import { taxCategories } from '../../domain/invoice/tax.js';
import {
  civilDate,
  currency,
  decimal,
  idOrCode,
  instant,
  money,
  page,
  pageQuery,
  period,
  text,
  uuid,
} from '../../platform/http/wire.js';

const number = z
  .string()
  .meta({ description: 'The legal number, without gap in its series.', examples: ['MH-2026-00042'] });

const documentKind = z
  .enum(['invoice', 'credit-note', 'advance'])
  .meta({ description: 'An advance asks for an advance payment; it is no final bill.' });

export const invoiceSummary = z
  .object({
    id: uuid,
    number,
    kind: documentKind,
    memberId: uuid,
    memberCode: z.string(),
    runId: uuid.nullable().meta({ description: 'Null of what asks for an advance payment.' }),
    period,
    issuedOn: civilDate,
    dueOn: civilDate,
    currency,
    net: money,
    tax: money,
    gross: money,
    code: z.string().meta({ description: 'What to type at /verify.', examples: ['5ABM-10ZK-Q2W3'] }),
    creditedBy: number.nullable().meta({ description: 'The credit note that takes this invoice back.' }),
    credits: number.nullable().meta({ description: 'The invoice that this credit note takes back.' }),
    reason: z.string().nullable(),
    document: z
      .enum(['pending', 'done', 'erased'])
      .meta({ description: 'Whether the PDF has been made, or is gone with its member after its years.' }),
  })
  .meta({ id: 'InvoiceSummary' });
export type InvoiceSummary = z.infer<typeof invoiceSummary>;

export const why = z.object({
  sentence: z.string().meta({ description: 'The formula with its figures.' }),
  reason: z.record(z.string(), z.unknown()),
  figures: z.array(z.record(z.string(), z.unknown())).optional(),
});

export const invoiceLine = z
  .object({
    no: z.int(),
    section: z.string(),
    description: z.string(),
    quantity: decimal.nullable(),
    unit: z.string().nullable(),
    price: decimal.nullable(),
    net: money,
    taxCode: z.string(),
    taxRate: decimal.meta({ description: 'As a fraction: 20 % is "0.2".' }),
    why,
  })
  .meta({ id: 'InvoiceLine' });

export const invoice = invoiceSummary
  .extend({
    lines: z.array(invoiceLine),
    taxes: z.array(
      z.object({
        code: z.string(),
        label: z.string(),
        category: z.enum(taxCategories).nullable().meta({
          description: 'As EN 16931 has it: S, Z, E, O or AE; null on what was issued before there were categories.',
        }),
        reason: z.string().meta({ description: 'Why nothing is charged, where nothing is.' }),
        rate: decimal,
        net: money,
        tax: money,
      }),
    ),
  })
  .meta({ id: 'Invoice' });
export type InvoiceReply = z.infer<typeof invoice>;

export const invoicePage = page(invoiceSummary);

export const invoicesQuery = pageQuery.extend({
  run: uuid.meta({ description: 'Only those of one run.' }).optional(),
  member: idOrCode.meta({ description: 'Only those of one member.' }).optional(),
});
export type InvoicesQuery = z.infer<typeof invoicesQuery>;

export const newCreditNote = z
  .strictObject({ reason: text() })
  .meta({ id: 'NewCreditNote', description: 'Takes a whole invoice back. The member reads the reason.' });
export type NewCreditNote = z.infer<typeof newCreditNote>;

export const codeParam = z.strictObject({ code: z.string().max(40) });
export type CodeParam = z.infer<typeof codeParam>;

export const verified = z
  .object({
    code: z.string(),
    kind: documentKind,
    number,
    issuedOn: civilDate,
    issuedAt: instant,
    period,
    currency,
    gross: money,
    sha256: z.string().meta({ description: 'Of the canonical statement as it was issued.' }),
    state: z.enum(['issued', 'credited']),
  })
  .meta({ id: 'Verified', description: 'What was issued under a code. Nothing about whom it was issued to.' });
export type Verified = z.infer<typeof verified>;
