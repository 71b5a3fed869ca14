import { z } from 'zod';
import { code, page, pageQuery, text, zone } from '../../platform/http/wire.js';
import { importStates } from './imports/import-row.js';

const formats = ['auto', 'nem12', 'nem13', 'greenbutton', 'p1', 'mscons', 'd0010', 'csv', 'xlsx'] as const;
const offsetSentence = 'must be an offset from UTC like +10:00';

export const importQuery = z.strictObject({
  format: z
    .enum(formats, `must be one of ${formats.join(', ')}`)
    .default('auto')
    .meta({ description: 'auto: what the file says it is.' }),
  zone: zone.optional().meta({
    description:
      "Zone of times without an offset; left out, the rule of the format, and for tables and P1 the community's zone.",
  }),
  offset: z
    .string(offsetSentence)
    .regex(/^[+-](0\d|1[0-8]):[0-5]\d$/, offsetSentence)
    .optional()
    .meta({ description: 'Fixed offset of times that come without one, for formats that leave it to an agreement.' }),
  mapping: code
    .optional()
    .meta({ description: 'Code of a stored mapping by which a table is read; its last version counts.' }),
  dryRun: z
    .enum(['true', 'false'], 'must be true or false')
    .default('false')
    .meta({ description: 'true: say what would happen, and store nothing.' }),
  name: text(200).optional().meta({ description: 'Name of the file, for the list of imports.' }),
});
export type ImportQuery = z.infer<typeof importQuery>;

/** The bytes of the file; their reading has its own words for what is wrong. */
export const importBody = z.unknown().meta({
  type: 'string',
  format: 'binary',
  description: 'The file as it is, or packed with gzip; at most 1 GB unless configured otherwise.',
});

export const importsQuery = pageQuery.extend({
  state: z.enum(importStates, `must be one of ${importStates.join(', ')}`).optional(),
});
export type ImportsQuery = z.infer<typeof importsQuery>;

const count = z.int();

const progress = z.object({
  phase: z.enum(['waiting', 'looking', 'taking', 'undoing', 'ended']).meta({
    description: 'A file is looked through before anything of it is taken.',
  }),
  bytes: count.meta({ description: 'Bytes that were looked through, of as many as the file has.' }),
  readings: count.nullable().meta({ description: 'Readings in the file; null until all of it was looked through.' }),
  taken: count.meta({ description: 'Readings that were answered.' }),
});

/** How far an import is, as its events say it. */
export const importSummary = z.object({
  id: z.string().nullable().meta({ description: 'Null for a dry run that was answered at once.' }),
  state: z.enum(importStates),
  name: z.string().nullable(),
  source: z.string().meta({ description: 'As its readings name it.' }),
  format: z.string().nullable(),
  dryRun: z.boolean(),
  sha256: z.string(),
  bytes: count.meta({ description: 'Length of the file as it came.' }),
  zone: z.string().nullable().meta({ description: 'Zone in which times without an offset were read.' }),
  offset: z.string().nullable(),
  mapping: z.object({ code: z.string(), version: count }).nullable(),
  receivedAt: z.string(),
  endedAt: z.string().nullable(),
  progress,
  read: count.meta({ description: 'Readings of the file that were answered.' }),
  created: count,
  duplicate: count,
  conflict: count,
  held: count,
  unclaimed: count,
  rejected: count,
  problemCounts: z
    .object({ 'refuses-file': count, 'loses-record': count, note: count })
    .meta({ description: 'How many lines could not be read, or only with care, by what they cost.' }),
  refusal: z.object({ code: z.string(), detail: z.string() }).nullable(),
  undone: z.object({ at: z.string(), by: z.string(), reason: z.string() }).nullable(),
  undoRefusal: z
    .string()
    .nullable()
    .meta({ description: 'Why it was not undone in the end, though that was asked for.' }),
});
export type ImportSummary = z.infer<typeof importSummary>;

export const importReply = importSummary.extend({
  channels: z.array(
    z.object({
      meter: z.string(),
      register: z.string(),
      unit: z.string(),
      count,
      total: z.string().meta({ description: 'Sum of its values, exact, of as many digits as it takes.' }),
    }),
  ),
  problems: z
    .array(
      z.object({
        severity: z.string(),
        line: z.int(),
        record: z.string().nullable(),
        column: z.int().nullable(),
        detail: z.string(),
        remedy: z.string(),
      }),
    )
    .meta({ description: 'Lines that could not be read, or only with care; of very many, the first thousand.' }),
  reasons: z
    .array(
      z.object({
        status: z.string(),
        meter: z.string(),
        register: z.string(),
        from: z.string(),
        count,
        detail: z.string(),
      }),
    )
    .meta({
      description:
        'Why readings were not simply stored: one line for each channel and kind, with the first of them; of very many, the first thousand.',
    }),
});
export type ImportReply = z.infer<typeof importReply>;

export const importsReply = page(importSummary);

export const undoBody = z.strictObject({
  reason: text(300).meta({ description: 'Why, for the record.' }),
});
export type UndoBody = z.infer<typeof undoBody>;
