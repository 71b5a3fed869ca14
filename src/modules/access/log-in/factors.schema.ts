import { z } from 'zod';
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { instant, text, uuid } from '../../../platform/http/wire.js';
import { session } from './log-in.schema.js';

/** What browsers make of a passkey: base64url throughout, and never long. */
const bytes = (most: number) =>
  z
    .string('must be base64url')
    .max(most, 'is longer than any passkey')
    .regex(/^[A-Za-z0-9_-]*$/, 'must be base64url');

const answered = {
  id: bytes(1400),
  rawId: bytes(1400),
  type: z.literal('public-key'),
  authenticatorAttachment: z.enum(['cross-platform', 'platform']).optional(),
  clientExtensionResults: z.looseObject({}).transform(() => ({})),
};

/** `PublicKeyCredential.toJSON()` after `navigator.credentials.get()`. */
const passkeyAnswer = z
  .object({
    ...answered,
    response: z.object({
      clientDataJSON: bytes(8_000),
      authenticatorData: bytes(8_000),
      signature: bytes(4_000),
      userHandle: bytes(200).optional(),
    }),
  })
  .transform((value) => value as AuthenticationResponseJSON)
  .meta({ id: 'PasskeyAnswer', description: 'What navigator.credentials.get() gave, as its toJSON() writes it.' });

/** The same after `navigator.credentials.create()`. */
const newPasskeyAnswer = z
  .object({
    ...answered,
    response: z.object({
      clientDataJSON: bytes(8_000),
      attestationObject: bytes(40_000),
      authenticatorData: bytes(8_000).optional(),
      transports: z.array(z.string().max(40)).max(10).optional(),
      publicKeyAlgorithm: z.number().optional(),
      publicKey: bytes(8_000).optional(),
    }),
  })
  .transform((value) => value as RegistrationResponseJSON)
  .meta({
    id: 'NewPasskeyAnswer',
    description: 'What navigator.credentials.create() gave, as its toJSON() writes it.',
  });

export const passkeyLogIn = z.strictObject({ response: passkeyAnswer });
export type PasskeyLogIn = z.infer<typeof passkeyLogIn>;

const codeSentence = 'must be the six digits of your app';
const code = z.string(codeSentence).regex(/^\d{6}$/, codeSentence);
const recoverySentence = 'must be a recovery code like 7K3Q-9D2X-ZB0M-4T8V';
const recovery = z.string(recoverySentence).regex(/^[0-9A-Za-z -]{16,40}$/, recoverySentence);

export const proof = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('authenticator'), code }),
  z.strictObject({ kind: z.literal('recovery'), code: recovery }),
  z.strictObject({ kind: z.literal('passkey'), response: passkeyAnswer }),
]);
export type Proof = z.infer<typeof proof>;

export const newPasskey = z.strictObject({
  name: text(60).meta({ description: 'What it is, as its owner will recognise it.', examples: ['My telephone'] }),
  response: newPasskeyAnswer,
});
export type NewPasskeyBody = z.infer<typeof newPasskey>;

export const firstCode = z.strictObject({ code });
export type FirstCode = z.infer<typeof firstCode>;

/** Options as browsers read them: `PublicKeyCredential.parseRequestOptionsFromJSON()` and its like. */
export const passkeyOptions = z.looseObject({ challenge: z.string() }).meta({
  id: 'PasskeyOptions',
  description: 'For navigator.credentials.get or create, through parse…OptionsFromJSON().',
});

const passkey = z
  .object({
    id: uuid,
    name: z.string(),
    isBackedUp: z.boolean().meta({ description: 'Whether its owner has it on other devices too.' }),
    createdAt: instant,
    lastUsedAt: instant.nullable(),
  })
  .meta({ id: 'Passkey' });

export const secondFactors = z
  .object({
    passkeys: z.array(passkey),
    authenticator: z.boolean(),
    recoveryCodes: z.int().meta({ description: 'How many are left.' }),
  })
  .meta({ id: 'SecondFactors' });
export type SecondFactors = z.infer<typeof secondFactors>;

const recoveryCodes = z
  .array(z.string())
  .nullable()
  .meta({ description: 'Shown now and never again; null where there were some before.' });

export const passkeyAdded = z.object({ passkey, recoveryCodes, session }).meta({ id: 'PasskeyAdded' });
export const authenticatorBegun = z
  .object({
    secret: z.string().meta({ description: 'To type in where no code can be photographed.' }),
    address: z.string().meta({ description: 'otpauth://…, to be drawn as a QR code.' }),
  })
  .meta({ id: 'AuthenticatorBegun' });
export const authenticatorAdded = z.object({ recoveryCodes, session }).meta({ id: 'AuthenticatorAdded' });
export const newCodes = z.object({ recoveryCodes: z.array(z.string()) }).meta({ id: 'NewRecoveryCodes' });
