import { z } from 'zod';
import { instant, page, pageQuery, text, uuid } from '../../platform/http/wire.js';

export const entriesQuery = pageQuery.extend({
  subjectKind: text(100).optional(),
  subjectId: text(100).optional(),
  type: text(100).optional(),
});
export type EntriesQuery = z.infer<typeof entriesQuery>;

export const entry = z
  .object({
    id: uuid,
    at: instant,
    actor: z.object({ kind: z.enum(['person', 'device', 'system']), id: uuid.nullable() }),
    type: z.string(),
    subject: z.object({ kind: z.string(), id: z.string() }),
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'LogEntry', description: 'Who did what to what, and when. Never changed, never deleted.' });
export type Entry = z.infer<typeof entry>;
export const entryPage = page(entry);
