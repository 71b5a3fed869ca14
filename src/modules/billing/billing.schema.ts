import { z } from 'zod';
import { taxCategories } from '../../domain/invoice/tax.js';
import {
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

export const newRun = z
  .strictObject({
    site: idOrCode,
    period,
    leaver: idOrCode.optional().meta({
      description:
        'A member who leaves by the end of the period: the run is its final statement, bills nobody else, and is settled by the run of the whole period.',
    }),
  })
  .meta({ id: 'NewBillingRun', description: 'A site and the days to bill. One live run covers a day of a site.' });
export type NewRun = z.infer<typeof newRun>;

const way = z.enum(['credit-and-reissue', 'next-run']).meta({
  description:
    'How a correction reaches the members: a credit note for each invoice that changes and another invoice in its place, or lines of their own in the next run of the site.',
});

export const newCorrection = z
  .strictObject({ way, cause: text().meta({ description: 'Why, in words that members read on their documents.' }) })
  .meta({ id: 'NewCorrection', description: 'A correction of an issued run, over the same days.' });
export type NewCorrection = z.infer<typeof newCorrection>;

const hash = z
  .string('must be the hash that calculate answered')
  .regex(/^[0-9a-f]{64}$/, 'must be the hash that calculate answered: 64 hexadecimal digits')
  .meta({ description: 'Fingerprint of everything the run was computed from.' });

export const approval = z
  .strictObject({ inputHash: hash })
  .meta({ id: 'RunApproval', description: 'The hash of the inputs as the approver saw them.' });
export type ApprovalBody = z.infer<typeof approval>;

export const reasonBody = z
  .strictObject({ reason: text() })
  .meta({ id: 'Reason', description: 'A reason that others can read later.' });
export type ReasonBody = z.infer<typeof reasonBody>;

const documents = z.object({ done: z.int(), total: z.int() }).meta({ description: 'PDFs that are made, of how many.' });

export const run = z
  .object({
    id: uuid,
    site: z.object({ id: uuid, code: z.string() }),
    period,
    currency,
    status: z.enum(['open', 'validated', 'previewed', 'approved', 'issued', 'closed', 'cancelled']),
    inputHash: hash.nullable(),
    issues: z.object({ blocking: z.int(), overridden: z.int(), warning: z.int(), info: z.int() }),
    totals: z
      .object({ costs: money, members: money, common: money, vacant: money, held: money, difference: money })
      .nullable()
      .meta({ description: 'Null where nothing has been calculated.' }),
    documents,
    actions: z.array(z.string()).meta({ description: 'What may be done with the run now.' }),
    createdBy: uuid,
    createdAt: instant,
    proposedBy: uuid.nullable(),
    proposedAt: instant.nullable(),
    approvedBy: uuid.nullable(),
    approvedAt: instant.nullable(),
    issuedBy: uuid.nullable(),
    issuedAt: instant.nullable(),
    cancelledAt: instant.nullable(),
    correction: z
      .object({ of: uuid, way, cause: z.string() })
      .nullable()
      .meta({ description: 'Which issued run it puts right, how and why; null where it corrects nothing.' }),
    leaver: z
      .object({ id: uuid, code: z.string() })
      .nullable()
      .meta({ description: 'Whose final statement it is; null where it bills all members.' }),
  })
  .meta({ id: 'BillingRun' });
export type RunReply = z.infer<typeof run>;
export const runPage = page(run);

export const runsQuery = pageQuery.extend({ site: idOrCode.optional() });
export type RunsQuery = z.infer<typeof runsQuery>;

export const runIssue = z
  .object({
    no: z.int(),
    fingerprint: z.string(),
    code: z.string(),
    severity: z.enum(['blocking', 'warning', 'info']),
    subject: z.object({ kind: z.string(), id: z.string(), label: z.string() }),
    from: z.string().nullable(),
    to: z.string().nullable(),
    detail: z.string(),
    remedy: z.string(),
    facts: z.record(z.string(), z.string()).nullable().meta({ description: 'The figures of the finding, by name.' }),
    overridable: z.boolean(),
    override: z.object({ reason: z.string(), by: uuid, at: instant }).nullable(),
  })
  .meta({ id: 'RunIssue' });
export type RunIssueReply = z.infer<typeof runIssue>;
export const runIssues = z.object({ items: z.array(runIssue) });

export const issueParam = z.strictObject({
  id: uuid,
  no: z.string().regex(/^\d{1,6}$/, 'must be the number of a finding'),
});
export type IssueParam = z.infer<typeof issueParam>;

const division = { amount: money, members: money, common: money, vacant: money, held: money, difference: money };

export const reconciliation = z
  .object({
    currency,
    lines: z.array(
      z.object({
        costNo: z.int(),
        description: z.string(),
        source: z.string().meta({ description: 'Supplier and number of the bill, or code of the charge.' }),
        ...division,
      }),
    ),
    total: z.object(division),
    sentence: z.string(),
  })
  .meta({ id: 'Reconciliation', description: 'For every cost: amount = members + common + vacant + held.' });
export type Reconciliation = z.infer<typeof reconciliation>;

export const shares = z.object({
  items: z.array(
    z
      .object({
        costNo: z.int(),
        no: z.int(),
        description: z.string(),
        kind: z.enum(['member', 'vacant', 'common', 'held']),
        part: z.enum(['own', 'residual']),
        member: z.string().nullable(),
        space: z.string().nullable(),
        weight: z.string(),
        amount: money,
        reasons: z.record(z.string(), z.unknown()),
      })
      .meta({ id: 'RunShare' }),
  ),
});
export type Shares = z.infer<typeof shares>;

const previewLine = z.object({
  no: z.int(),
  section: z.string(),
  description: z.string(),
  quantity: decimal.nullable(),
  unit: z.string().nullable(),
  price: decimal.nullable(),
  net: money,
  taxCode: z.string(),
  taxRate: decimal,
  taxCategory: z
    .enum(taxCategories)
    .nullable()
    .meta({ description: 'As EN 16931 has it; null where no tax is charged.' }),
  taxBecause: z
    .string()
    .meta({ description: 'Which rule chose the tax code; empty where there was nothing to choose.' }),
  sentence: z.string(),
});

export const preview = z
  .object({
    currency,
    members: z.array(
      z.object({
        member: z.object({ id: uuid, code: z.string(), name: z.string() }),
        net: money,
        tax: money,
        gross: money,
        lines: z.array(previewLine),
      }),
    ),
  })
  .meta({ id: 'RunPreview', description: 'What each member would be billed, with the reason of every line.' });
export type Preview = z.infer<typeof preview>;

export const changes = z
  .object({
    currency,
    items: z.array(
      z.object({
        member: z.object({ id: uuid, code: z.string(), name: z.string() }),
        net: money,
        before: z
          .object({ net: money, period })
          .nullable()
          .meta({ description: "The member's invoice of the run before." }),
        difference: money,
      }),
    ),
  })
  .meta({ id: 'RunChanges' });
export type Changes = z.infer<typeof changes>;

const deltaReason = z.object({
  what: z.enum(['late-reading', 'corrected-reading', 'occupancy', 'cost', 'tax', 'fund', 'held', 'pool']),
  sentence: z.string(),
  figures: z.record(z.string(), z.string()),
});

export const correctionDeltas = z
  .object({
    currency,
    costs: z.object({ before: money, after: money, change: money }),
    members: z.array(
      z.object({
        member: z.object({ id: uuid, code: z.string(), name: z.string() }),
        change: money.meta({ description: 'Net of tax, of what is billed.' }),
        held: money.meta({
          description: 'A change that is too small to be billed, or one that was and is billed now.',
        }),
        document: z.string().nullable().meta({ description: 'The invoice that would be taken back.' }),
      }),
    ),
    items: z.array(
      z.object({
        costNo: z.int(),
        description: z.string(),
        source: z.string(),
        kind: z.enum(['member', 'vacant', 'common', 'held']),
        member: z.object({ id: uuid, code: z.string(), name: z.string() }).nullable(),
        space: z.string().nullable(),
        section: z.string(),
        taxCode: z.string(),
        before: money,
        after: money,
        amount: money,
        reasons: z.array(deltaReason),
      }),
    ),
    difference: money.meta({ description: 'The change of the costs less all deltas: 0.00.' }),
    sentence: z.string(),
  })
  .meta({ id: 'CorrectionDeltas', description: 'What a correction changes for whom in which cost, and why.' });
export type CorrectionDeltas = z.infer<typeof correctionDeltas>;
