import { z } from 'zod';
import { decimal, page, text } from '../../platform/http/wire.js';

export const importQuery = z.strictObject({
  format: z
    .enum(['auto', 'nem12', 'nem13'], 'must be nem12, nem13 or auto')
    .default('auto')
    .meta({ description: 'auto: what the file says it is.' }),
  dryRun: z
    .enum(['true', 'false'], 'must be true or false')
    .default('false')
    .meta({ description: 'true: say what would happen, and store nothing.' }),
  name: text(200).optional().meta({ description: 'Name of the file, for the list of imports.' }),
});
export type ImportQuery = z.infer<typeof importQuery>;

/** The bytes of the file; their reading has its own words for what is wrong. */
export const importBody = z
  .unknown()
  .meta({ type: 'string', format: 'binary', description: 'The file as it is, at most 5 MB.' });

const count = z.int();
export const importReply = z.object({
  format: z.string(),
  dryRun: z.boolean(),
  sha256: z.string(),
  read: count.meta({ description: 'Readings in the file.' }),
  created: count,
  duplicate: count,
  conflict: count,
  held: count,
  unclaimed: count,
  rejected: count,
  channels: z.array(z.object({ meter: z.string(), register: z.string(), unit: z.string(), count, total: decimal })),
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
    .meta({ description: 'Lines that could not be read, or only with care.' }),
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
      description: 'Why readings were not simply stored: one line for each channel and kind, with the first of them.',
    }),
});

export const importsReply = page(
  z.object({
    source: z.string(),
    sha256: z.string(),
    readings: count,
    firstBatch: z.string(),
    firstReceived: z.string(),
    lastReceived: z.string(),
  }),
);
