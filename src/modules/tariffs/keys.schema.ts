import { z } from 'zod';
import { code, days, idOrCode, instant, pageQuery, period, text, uuid } from '../../platform/http/wire.js';
import { refusal } from './previews.js';
import { adoptedVersion, newVersion } from './versions.schema.js';

const part = z
  .string('must be a decimal in quotation marks like "0.25" or "25"')
  .regex(/^\d{1,3}(\.\d{1,9})?$/, 'must be a decimal in quotation marks like "0.25" or "25", zero or more')
  .meta({ description: 'The parts of a key make exactly 1 or exactly 100.', examples: ['0.25'] });

const limitAmount = z
  .string('must be an amount in quotation marks like "40.00"')
  .regex(/^\d{1,12}(\.\d{1,9})?$/, 'must be an amount in quotation marks like "40.00", zero or more')
  .meta({ examples: ['40.00'] });

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

const simpleTerms = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('metered'),
      calendar: idOrCode.nullable().meta({ description: 'The band calendar; null where all hours count alike.' }),
      band: text(40).nullable().meta({ description: 'One band of the calendar; null for all together.' }),
      generation: idOrCode.nullable().default(null).meta({
        description:
          'In place of a calendar: a key of the kind generation, by which use is told apart into the bands local and grid.',
      }),
      deducted: z.boolean().optional().meta({
        description:
          'Without what deduction meters counted behind the meters of spaces: waste water without what the garden drank.',
      }),
      residual,
    }),
    z.strictObject({
      kind: z.literal('peak'),
      of: z.enum(['site', 'own']).meta({
        description: "Load in the interval in which the site drew most, or each space's own highest.",
      }),
    }),
    z.strictObject({ kind: z.literal('area') }),
    z.strictObject({ kind: z.literal('equal') }),
    z.strictObject({ kind: z.literal('occupied-days') }),
    z.strictObject({ kind: z.literal('occupied-hours') }),
    z.strictObject({ kind: z.literal('headcount') }),
    z.strictObject({ kind: z.literal('members') }),
    z.strictObject({
      kind: z.literal('bookings'),
      resource: idOrCode,
      by: z.enum(['minutes', 'price']).default('minutes').meta({
        description: 'By booked minutes, or by the price agreed when each booking was made.',
      }),
    }),
    z.strictObject({
      kind: z.literal('fixed'),
      parts: z.array(fixedPart).min(1, 'must have at least one part').max(2000),
    }),
    z.strictObject({ kind: z.literal('common') }),
  ])
  .meta({ id: 'SimpleKeyTerms', description: 'One thing that a cost is shared by.' });

const limit = z
  .strictObject({ per: z.enum(['share', 'day', 'month', 'year', 'unit']), amount: limitAmount })
  .nullable()
  .default(null)
  .meta({
    description:
      'For the share of a cost, however long; for its days, a month by its own days; or for each unit that the key weighs by.',
  });

const limitedTerms = z
  .strictObject({
    kind: z.literal('limited'),
    key: simpleTerms,
    cap: limit,
    floor: limit,
    rest: z
      .enum(['common', 'held'])
      .meta({ description: 'Who bears what is left where every member stands at a cap.' }),
  })
  .meta({ id: 'LimitedKeyTerms', description: 'A key with a most or a least for each member.' });

/** A key made of keys; two levels are what a meeting can follow. */
const compositeOf = <Of extends z.ZodType>(of: Of) =>
  z.strictObject({
    kind: z.literal('composite'),
    parts: z
      .array(z.strictObject({ part, key: of }))
      .min(2, 'must have at least two parts')
      .max(12),
  });

const partTerms = z.union([simpleTerms, limitedTerms]).meta({ id: 'PartKeyTerms' });
const nestedTerms = z
  .union([partTerms, compositeOf(partTerms).meta({ id: 'InnerCompositeKeyTerms' })])
  .meta({ id: 'NestedKeyTerms' });

const allHours = Array.from({ length: 24 }, (_, hour) => hour);
const holder = z.union([z.strictObject({ space: idOrCode }), z.strictObject({ member: idOrCode })]);
const coefficient = z.union([z.strictObject({ space: idOrCode, part }), z.strictObject({ member: idOrCode, part })]);
const tables = z
  .array(
    z.strictObject({
      hours: z.array(z.int().min(0).max(23)).min(1).max(24).default(allHours),
      parts: z.array(coefficient).min(1, 'must have at least one part').max(2000),
    }),
  )
  .min(1)
  .max(24)
  .meta({ description: 'Coefficients that make exactly 1, for all hours or for each hour of the day one table.' });

const generationTerms = z
  .strictObject({
    kind: z.literal('generation'),
    allotment: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('dynamic') }),
      z.strictObject({ kind: z.literal('static'), tables }),
      z.strictObject({ kind: z.literal('hybrid'), tables }),
      z.strictObject({
        kind: z.literal('priority'),
        order: z.array(z.array(holder).min(1)).min(1).max(100),
      }),
    ]),
  })
  .meta({
    id: 'GenerationKeyTerms',
    description:
      'How what is made on the site is allotted to those who use energy, interval by interval: in proportion to use (dynamic), by agreed ' +
      'coefficients (static), by them first and the rest in proportion (hybrid), or in order of precedence (priority). A cost that is shared ' +
      'by this key goes by what each got; metered keys and tariffs that name it tell local use from that of the grid.',
  });
export type GenerationTerms = z.infer<typeof generationTerms>;

export const keyTerms = z
  .union([
    simpleTerms,
    generationTerms,
    limitedTerms,
    compositeOf(nestedTerms).meta({
      id: 'CompositeKeyTerms',
      description:
        'Parts of a cost, each by a key of its own: 70 metered, 30 by area. They make exactly 1 or exactly 100.',
    }),
  ])
  .meta({ id: 'KeyTerms', description: 'By what a cost is shared.' });
export type KeyTerms = z.infer<typeof keyTerms>;
export type SimpleTerms = z.infer<typeof simpleTerms>;
export type LimitedTerms = z.infer<typeof limitedTerms>;
export type CompositeTerms = Extract<KeyTerms, { kind: 'composite' }>;

const votes = z.int().min(0).max(100_000);
export const vote = z
  .strictObject({ for: votes, against: votes, abstained: votes })
  .meta({ id: 'Vote', description: 'How members voted; a version is carried by more votes for it than against.' });

export const newKeyVersion = newVersion(keyTerms)
  .extend({
    vote: vote.optional().meta({ description: 'Needed where the policy `adoption` asks for a recorded vote.' }),
  })
  .meta({ id: 'NewKeyVersion' });
export type NewKeyVersion = z.infer<typeof newKeyVersion>;

export const newKey = z
  .strictObject({ code, name: text(), version: newKeyVersion.optional() })
  .meta({ id: 'NewKey', description: 'A key, and its first version where it is known already.' });
export type NewKey = z.infer<typeof newKey>;

export const keyDraft = z
  .strictObject({
    key: idOrCode.nullable().meta({ description: 'Whose version it would be; null for a key that is not made yet.' }),
    days,
    terms: keyTerms,
  })
  .meta({ id: 'KeyDraft', description: 'A version of a key before anybody has adopted it.' });
export type KeyDraft = z.infer<typeof keyDraft>;

export const keyPreview = z
  .object({
    sentence: z.string().nullable().meta({ description: 'The terms in words; null where they are refused.' }),
    refused: refusal.nullable(),
  })
  .meta({ id: 'KeyPreview' });
export type KeyPreview = z.infer<typeof keyPreview>;

export const daysBilled = z.object({
  code: z.literal('days-already-billed'),
  run: uuid,
  period,
  detail: z.string(),
  remedy: z.string(),
});
export type DaysBilled = z.infer<typeof daysBilled>;

export const keyVersion = adoptedVersion(keyTerms)
  .extend({
    vote: vote.nullable().meta({ description: 'How members voted, where a vote was recorded.' }),
    proposal: uuid.nullable().meta({
      description: 'The proposal that a second person confirmed, where the policy `adoption` asked for one.',
    }),
    warnings: z.array(daysBilled).optional().meta({
      description:
        'Of a version that was just adopted: issued runs that shared some of its days by another; they stay unless they are corrected.',
    }),
  })
  .meta({ id: 'KeyVersion' });
export type KeyVersionReply = z.infer<typeof keyVersion>;

export const key = z
  .object({
    id: uuid,
    code: idOrCode,
    name: z.string(),
    versions: z.array(keyVersion).meta({ description: 'From the first to the last.' }),
    proposed: z.array(uuid).meta({
      description:
        'Proposals that wait for a second person, the oldest first (`key-proposals`); none of them is in force.',
    }),
    createdAt: instant,
  })
  .meta({ id: 'Key' });
export type KeyReply = z.infer<typeof key>;

export const keysQuery = pageQuery;
