import { z } from 'zod';
import { civilDate, instant, uuid } from '../../platform/http/wire.js';

export const erasureRequest = z.strictObject({
  dryRun: z.boolean().meta({ description: 'Only says what would go, and what stays until when.' }),
});
export type ErasureRequest = z.infer<typeof erasureRequest>;

const counted = z.object({ what: z.string(), count: z.int() });

export const erasureReply = z
  .object({
    member: z.object({ id: uuid, code: z.string() }),
    at: instant,
    done: z.boolean().meta({ description: 'False of a dry run, and where something stands in the way.' }),
    obstacles: z.array(z.string()).meta({ description: 'What has to be settled before; empty where nothing has.' }),
    removed: z.array(counted).meta({ description: 'What is gone, or would go at once.' }),
    kept: z.array(
      counted.extend({
        until: civilDate
          .nullable()
          .meta({ description: 'The first day on which it need not be kept; null: it stays.' }),
        why: z.string(),
      }),
    ),
    entries: z.int().meta({ description: 'Entries of the record that nothing opens any more.' }),
  })
  .meta({ id: 'Erasure', description: 'What of a member goes at once, and what is kept until when and why.' });
export type ErasureReply = z.infer<typeof erasureReply>;
