import { z } from 'zod';
import { instant, text, uuid } from '../../../platform/http/wire.js';

const publicKey = z
  .string()
  .min(32)
  .max(2_000)
  .meta({
    description: 'PEM, or the bytes of SubjectPublicKeyInfo in base64 or hex; of Ed25519 the bare 32 bytes too.',
    examples: ['MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE='],
  });
export const newSigningKey = z.strictObject({ publicKey }).meta({ id: 'NewSigningKey' });
export type NewSigningKey = z.infer<typeof newSigningKey>;

export const signingKeyRevocation = z
  .strictObject({ reason: text(300).meta({ description: 'Why what it signs counts no more.' }) })
  .meta({ id: 'SigningKeyRevocation' });
export type SigningKeyRevocation = z.infer<typeof signingKeyRevocation>;

export const signatureDemand = z
  .strictObject({
    signatures: z.enum(['required', 'optional']).meta({
      description: 'required: what the device sends counts only when it is signed, by whatever way it comes.',
    }),
  })
  .meta({ id: 'SignatureDemand' });
export type SignatureDemand = z.infer<typeof signatureDemand>;

const person = z.object({ id: uuid, name: z.string() });
export const signingKey = z
  .object({
    id: uuid,
    keyId: z.string().meta({
      description: 'The first eight bytes of the SHA-256 of the key, in hex; `keyid` of a signature.',
      examples: ['9f2c0d1e4b5a6978'],
    }),
    algorithm: z.string().meta({ description: '`ed25519`, or the curve of an ECDSA key.', examples: ['prime256v1'] }),
    publicKey: z.string().meta({ description: 'SubjectPublicKeyInfo, base64.' }),
    deviceKey: uuid.nullable(),
    meter: uuid.nullable(),
    since: instant,
    registeredBy: person,
    revokedAt: instant.nullable(),
    revokedBy: person.nullable(),
    revokedBecause: z.string().nullable(),
  })
  .meta({ id: 'SigningKey', description: 'A public key that a gateway or a meter signs with.' });
export type SigningKeyReply = z.infer<typeof signingKey>;
export const signingKeys = z.object({ items: z.array(signingKey) });

export const batchSignature = z
  .object({
    id: uuid,
    batch: z.string(),
    kind: z.enum(['ed25519', 'ocmf']),
    verdict: z.enum(['verified', 'unknown-key', 'wrong', 'unsupported']),
    detail: z.string(),
    key: signingKey.nullable(),
    sha256: z.string().meta({ description: 'Of what was signed.' }),
    signature: z.string().meta({
      description:
        'ed25519: the parameters of RFC 9421, a space, the signature in base64. ocmf: the signature section.',
    }),
    payload: z
      .string()
      .nullable()
      .meta({ description: 'Where what was signed is given out; null where it was erased.' }),
    source: z.string(),
    receivedAt: instant,
    readings: z.int().meta({ description: 'Readings that came in with it and are stored.' }),
  })
  .meta({ id: 'SignedBatch', description: 'A batch that came signed, with all that it takes to check that.' });
export type SignedBatchReply = z.infer<typeof batchSignature>;
