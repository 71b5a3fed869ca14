import { z } from 'zod';
import { code, idOrCode, instant, pageQuery, text, uuid } from '../../platform/http/wire.js';
import { adoptedVersion, newVersion } from './versions.schema.js';

const part = z
  .string('must be a decimal in quotation marks like "0.25" or "25"')
  .regex(/^\d{1,3}(\.\d{1,9})?$/, 'must be a decimal in quotation marks like "0.25" or "25", zero or more')
  .meta({ description: 'The parts of a key make exactly 1 or exactly 100.', examples: ['0.25'] });

const fixedPart = z.union([
  z.strictObject({ space: idOrCode, part }),
  z.strictObject({ member: idOrCode, part }),
  z.strictObject({ common: z.literal(true), part }),
]);

const residual = z
  .discriminatedUnion('policy', [
    z.strictObject({ policy: z.literal('to-common'), key: idOrCode }),
    z.strictObject({ policy: z.literal('pro-rata'), key: z.null().default(null) }),
    z.strictObject({ policy: z.literal('by-area'), key: z.null().default(null) }),
    z.strictObject({ policy: z.literal('landlord-bears'), key: z.null().default(null) }),
  ])
  .meta({
    description:
      'Where the use goes that the source meter saw and no sub-meter of a let space did: shared by a pool key (`to-common`), ' +
      'in proportion to metered use, by floor area, or borne by the community.',
  });

export const keyTerms = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('metered'),
      calendar: idOrCode.nullable().meta({ description: 'The band calendar; null where all hours count alike.' }),
      band: text(40).nullable().meta({ description: 'One band of the calendar; null for all together.' }),
      residual,
    }),
    z.strictObject({ kind: z.literal('area') }),
    z.strictObject({ kind: z.literal('equal') }),
    z.strictObject({
      kind: z.literal('fixed'),
      parts: z.array(fixedPart).min(1, 'must have at least one part').max(2000),
    }),
    z.strictObject({ kind: z.literal('common') }),
  ])
  .meta({ id: 'KeyTerms', description: 'By what a cost is shared.' });
export type KeyTerms = z.infer<typeof keyTerms>;

export const newKeyVersion = newVersion(keyTerms).meta({ id: 'NewKeyVersion' });
export type NewKeyVersion = z.infer<typeof newKeyVersion>;

export const newKey = z
  .strictObject({ code, name: text(), version: newKeyVersion.optional() })
  .meta({ id: 'NewKey', description: 'A key, and its first version where it is known already.' });
export type NewKey = z.infer<typeof newKey>;

export const keyVersion = adoptedVersion(keyTerms).meta({ id: 'KeyVersion' });
export type KeyVersionReply = z.infer<typeof keyVersion>;

export const key = z
  .object({
    id: uuid,
    code: idOrCode,
    name: z.string(),
    versions: z.array(keyVersion).meta({ description: 'From the first to the last.' }),
    createdAt: instant,
  })
  .meta({ id: 'Key' });
export type KeyReply = z.infer<typeof key>;

export const keysQuery = pageQuery;
