import { z } from 'zod';
import { DomainError } from '../../domain/errors.js';
import { instant, uuid } from '../../platform/http/wire.js';

/** What an archive says of itself, in `archive.json`. */
export const archiveFormat = 'commonmeter.archive/1';

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const rows = z.number().int().nonnegative();

export const description = z.strictObject({
  format: z.literal(archiveFormat),
  archive: uuid,
  madeAt: instant,
  /** Version of the program that made it; where the schema is another here, that version restores it. */
  program: z.string().max(100),
  /** Migrations that its tables have seen, in order. */
  schema: z.array(z.string().max(200)).min(1).max(10_000),
  community: z.strictObject({ id: uuid, code: z.string().max(100), name: z.string().max(1_000) }),
  /** In the order in which they are restored. */
  tables: z.array(z.strictObject({ table: z.string().regex(/^[a-z_]{1,63}$/), rows })).max(1_000),
  /** Months of readings, each in a file of its own. */
  readings: z.array(z.strictObject({ month: z.string().regex(/^(\d{4}-\d{2}|before-2000)$/), rows })).max(5_000),
  record: z.strictObject({
    entries: rows,
    /** Over all entries; of none it is the hash of nothing. */
    root: hash,
    heads: rows,
    /** The newest head, as it was signed; null where none was. */
    head: z.string().max(20_000).nullable(),
    /** Keys that heads are signed with, oldest first, as C2SP writes them. */
    keys: z.array(z.string().max(1_000)).max(1_000),
  }),
  balances: z.record(z.string(), z.array(z.record(z.string(), z.string().nullable()))),
  leftOut: z.record(z.string(), z.string()),
});
export type Description = z.infer<typeof description>;

/** Reads `archive.json`. @throws DomainError `invalid-input` that names the first place that is not as it should be */
export function readDescription(text: string): Description {
  const { success, data, error } = description.safeParse(parsed(text));
  if (success) return data;
  const [issue] = error.issues;
  throw new DomainError(
    'invalid-input',
    `archive.json, ${issue?.path.join('/') ?? ''}: ${issue?.message ?? 'is no description of an archive'}. This program restores archives of the format ${archiveFormat}.`,
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new DomainError('invalid-input', 'archive.json is no JSON.');
  }
}
