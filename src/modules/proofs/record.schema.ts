import { z } from 'zod';
import { instant, page, text, uuid } from '../../platform/http/wire.js';

const hash = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .meta({ id: 'Sha256', description: 'SHA-256 in hex.' });
const count = (what: string) => z.number().int().nonnegative().meta({ description: what });

export const alarm = z
  .object({
    id: uuid,
    at: instant,
    kind: z.string(),
    subject: z.string().meta({ description: 'An entry, a batch, a tree, a head, a key.' }),
    detail: z.string(),
    clearedBy: z
      .object({ id: uuid, name: z.string() })
      .nullable()
      .meta({ description: 'Who found the record right again; null while the alarm is open and nothing is signed.' }),
    clearedAt: instant.nullable(),
    clearedBecause: z.string().nullable(),
  })
  .meta({ id: 'RecordAlarm', description: 'Something that was found not to be as it was recorded.' });
export const alarmsReply = page(alarm);

export const alarmClearing = z
  .strictObject({
    alarms: z.array(uuid).min(1).max(100).meta({ description: 'The alarms that are cleared.' }),
    reason: text(300).meta({ description: 'What had happened, and how it was put right.' }),
  })
  .meta({ id: 'AlarmClearing' });
export type AlarmClearing = z.infer<typeof alarmClearing>;
export const alarmsCleared = z.object({ items: z.array(alarm) });

export const headReply = z
  .object({
    head: z
      .object({ size: count('Entries that the head speaks of.'), root: hash, note: z.string(), signedAt: instant })
      .nullable()
      .meta({ description: 'The newest signed head; `note` is a C2SP checkpoint. Null until the first is signed.' }),
    cosignatures: z
      .array(z.object({ name: z.string(), role: z.string(), at: instant }))
      .meta({ description: 'Who cosigned this head; their lines stand in `note`.' }),
    required: count('Cosignatures that the community asks for.'),
    key: z.string().nullable().meta({
      description:
        'The key to check notes with, as C2SP writes verifier keys. Keep it where this service cannot change it.',
    }),
    keyChanges: z.array(z.string()).meta({
      description: 'Notes by which earlier keys handed over to this one, each signed with both, the first first.',
    }),
    entries: count('Entries of the record; those beyond the head are signed within a minute.'),
    alarms: z.array(alarm).meta({ description: 'Alarms that are open; while one is, nothing is signed.' }),
  })
  .meta({ id: 'RecordHead', description: 'Where the record of the community stands.' });
export type HeadReply = z.infer<typeof headReply>;

export const inclusionReply = z
  .object({
    entry: z.object({ index: count('Place, from 0.'), id: uuid, type: z.string(), at: z.string(), commitment: hash }),
    note: z.string(),
    proof: z.array(hash),
  })
  .meta({
    id: 'InclusionProof',
    description: 'RFC 9162 section 2.1.3: that the entry is in the record of the head in `note`.',
  });
export type InclusionReply = z.infer<typeof inclusionReply>;

export const consistencyReply = z
  .object({
    first: count('Entries of the shorter record.'),
    second: count('Entries of the longer.'),
    proof: z.array(hash),
  })
  .meta({
    id: 'ConsistencyProof',
    description: 'RFC 9162 section 2.1.4: that the longer record begins with the shorter.',
  });
export type ConsistencyReply = z.infer<typeof consistencyReply>;

const size = z
  .string()
  .regex(/^[1-9]\d{0,14}$/, 'must be a number of entries, 1 or more')
  .transform((text) => Number.parseInt(text, 10));
export const entryParam = z.object({ id: uuid });
export type EntryParam = z.infer<typeof entryParam>;
export const consistencyQuery = z.object({ first: size, second: size });
export type ConsistencyQuery = z.infer<typeof consistencyQuery>;
