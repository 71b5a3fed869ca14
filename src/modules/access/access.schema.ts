import { z } from 'zod';
import {
  code,
  currency,
  emailOrNone,
  idOrCode,
  instant,
  locale,
  optionalText,
  page,
  text,
  uuid,
  zone,
} from '../../platform/http/wire.js';

/** What the operator gives to found a community; not a route. */
export const newCommunity = z.strictObject({
  code,
  name: text(),
  address: optionalText(500).default(''),
  currency,
  zone,
  locale: locale.default('en-GB'),
  registrationNo: optionalText(60).default(''),
  contactEmail: emailOrNone.default(''),
  contactPhone: optionalText(60).default(''),
  demo: z.boolean().default(false),
  /** Of treasurer, approver and auditor. Only a demo may be relaxed. */
  secondFactor: z.enum(['compulsory', 'relaxed']).default('compulsory'),
  treasurer: z.strictObject({ name: text(), email: emailOrNone.default('') }),
  /** Terms that differ from the usual ones, by name of the policy. */
  policies: z.record(z.string(), z.unknown()).default({}),
});
export type NewCommunity = z.input<typeof newCommunity>;

export const personRoles = ['treasurer', 'approver', 'auditor', 'installer', 'member'] as const;
export type PersonRole = (typeof personRoles)[number];

const grantBody = z.discriminatedUnion('role', [
  z.strictObject({ role: z.enum(['treasurer', 'approver', 'auditor', 'installer']) }),
  z.strictObject({ role: z.literal('member'), member: idOrCode }),
]);
export type GrantBody = z.infer<typeof grantBody>;
const grants = z.array(grantBody).max(50, 'must not be more than 50 roles');

export const newPerson = z.strictObject({ name: text(), email: emailOrNone.default(''), roles: grants });
export type NewPersonBody = z.infer<typeof newPerson>;

/** `roles`, where given, are all that the person has from now on. */
export const personPatch = newPerson.extend({ email: emailOrNone }).partial();
export type PersonPatchBody = z.infer<typeof personPatch>;

export const person = z
  .object({
    id: uuid,
    name: z.string(),
    email: z.string(),
    roles: z.array(z.object({ role: z.enum(personRoles), memberId: uuid.nullable() })),
    createdAt: instant,
  })
  .meta({ id: 'Person' });
export type Person = z.infer<typeof person>;
export const personPage = page(person);

const expiresAt = instant.nullable().default(null).meta({ description: 'When it stops working; null for never.' });
const keyName = text(100).meta({ description: 'What it is for, as its owner will recognise it.' });

export const newToken = z.strictObject({
  name: keyName,
  personId: uuid.meta({ description: 'Whose token; your own where it is not given.' }).optional(),
  expiresAt,
});
export type NewTokenBody = z.infer<typeof newToken>;

/** A key reaches one site, or named meters. */
export const newDeviceKey = z
  .strictObject({
    name: keyName,
    site: idOrCode.optional(),
    meters: z.array(idOrCode).min(1, 'must name at least one meter').max(1000, 'must not be more than 1000').optional(),
    expiresAt,
  })
  .refine((body) => (body.site === undefined) !== (body.meters === undefined), {
    error: 'must name either the site or the meters that the device may send for',
    path: ['site'],
  });
export type NewDeviceKeyBody = z.infer<typeof newDeviceKey>;

export const rotation = z.strictObject({
  overlapHours: z
    .int('must be a whole number of hours')
    .min(0, 'must be 0 or more')
    .max(2160, 'must not be more than 2160 hours, that is 90 days')
    .default(168)
    .meta({ description: 'For how long the old one keeps working beside the new one.' }),
});
export type RotationBody = z.infer<typeof rotation>;

const shown = {
  id: uuid,
  prefix: z.string().meta({ description: 'The part of it that is no secret.', examples: ['cm_7k3q9d2x'] }),
  name: z.string(),
  expiresAt: instant.nullable(),
};
const listed = {
  ...shown,
  createdAt: instant,
  revokedAt: instant.nullable(),
  lastUsedAt: instant.nullable().meta({ description: 'To within ten minutes.' }),
  replacesId: uuid.nullable().meta({ description: 'The one it was rotated from.' }),
};

export const token = z.object({ ...listed, personId: uuid }).meta({ id: 'Token' });
export const tokenPage = page(token);

export const deviceKey = z
  .object({
    ...listed,
    siteId: uuid.nullable(),
    meterIds: z.array(uuid),
    mustSign: z.boolean().meta({ description: 'Whether what it sends counts only when it is signed.' }),
  })
  .meta({ id: 'DeviceKey' });
export const deviceKeyPage = page(deviceKey);

/** The one reply that holds the secret. */
export const issuedKey = z
  .object({
    ...shown,
    token: z.string().nullable().meta({
      description: 'The secret. Shown now and never again; null where this answer is a repeated one.',
    }),
    replaces: z
      .object({ id: uuid, expiresAt: instant })
      .nullable()
      .meta({ description: 'The one it takes over from, and until when that still works.' }),
  })
  .meta({ id: 'IssuedKey' });

export const keyParam = z.strictObject({ id: uuid });
export type KeyParam = z.infer<typeof keyParam>;

export const me = z
  .object({
    person: z.object({ id: uuid, name: z.string(), email: z.string() }),
    community: z.object({
      id: uuid,
      code,
      name: z.string(),
      currency: z.string(),
      zone: z.string(),
      locale: z.string(),
      demo: z.boolean(),
    }),
    roles: z.array(z.enum(personRoles)),
    memberIds: z.array(uuid),
    token: z
      .object({ id: uuid, prefix: z.string(), name: z.string(), expiresAt: instant.nullable() })
      .nullable()
      .meta({ description: 'null where this was asked with a session, which `GET /session` describes.' }),
  })
  .meta({ id: 'Me' });
export type Me = z.infer<typeof me>;
