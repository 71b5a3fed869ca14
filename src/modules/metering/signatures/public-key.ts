import { createPublicKey, type KeyObject } from 'node:crypto';
import { DomainError } from '../../../domain/errors.js';
import { deviceKeyId } from '../../../domain/proof/device-signature.js';

/** A public key that a device signs with. */
export interface PublicKey {
  /** `ed25519`, or the curve of an ECDSA key as OpenSSL calls it. */
  readonly algorithm: string;
  /** SubjectPublicKeyInfo, DER. */
  readonly der: Buffer;
  /** The first eight bytes of the SHA-256 of `der`, in hex. */
  readonly keyId: string;
}

/** What stands before the 32 bytes of an Ed25519 key. @source RFC 8410 section 4 */
const ed25519Head = Buffer.from('302a300506032b6570032100', 'hex');

/**
 * Reads a public key as people have it: PEM, or its bytes in base64 or hex; of Ed25519 the bare 32 bytes too.
 *
 * @throws DomainError `invalid-input` where it is none, is secret, or is of a kind or curve that this program cannot check
 */
export function readPublicKey(text: string): PublicKey {
  if (/PRIVATE KEY/.test(text)) throw refused('This is a secret key. Keep it on the device, and send the public one.');
  const der = bytesOf(text.trim());
  const key = keyOf(der.length === 32 ? Buffer.concat([ed25519Head, der]) : der);
  const algorithm = algorithmOf(key);
  if (algorithm === null) throw refused('Keys are Ed25519 for gateways, or ECDSA for meters that write OCMF.');
  const written = key.export({ format: 'der', type: 'spki' });
  return { algorithm, der: written, keyId: deviceKeyId(written) };
}

function bytesOf(text: string): Buffer {
  const pem = /^-----BEGIN PUBLIC KEY-----\s([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----$/.exec(text)?.[1];
  const plain = (pem ?? text).replace(/\s/g, '');
  if (pem === undefined && /^(?:[0-9a-f]{2}){32,}$/i.test(plain)) return Buffer.from(plain, 'hex');
  if (/^[A-Za-z0-9+/]{40,}={0,2}$/.test(plain)) return Buffer.from(plain, 'base64');
  throw refused('Send the key as PEM, or its bytes (SubjectPublicKeyInfo) in base64 or hex.');
}

/** @throws DomainError `invalid-input` */
function keyOf(der: Buffer): KeyObject {
  try {
    return createPublicKey({ key: der, format: 'der', type: 'spki' });
  } catch {
    throw refused('These bytes are no public key, or one on a curve that this program does not know.');
  }
}

/** Null for kinds of keys that no device here signs with. */
function algorithmOf(key: KeyObject): string | null {
  if (key.asymmetricKeyType === 'ed25519') return 'ed25519';
  return key.asymmetricKeyType === 'ec' ? (key.asymmetricKeyDetails?.namedCurve ?? null) : null;
}

const refused = (sentence: string): DomainError => new DomainError('invalid-input', sentence);
