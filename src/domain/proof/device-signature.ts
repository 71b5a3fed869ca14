import { createHash, createPublicKey, getCurves, verify } from 'node:crypto';
import { DomainError } from '../errors.js';
import { fromBase64, fromHex, toBase64, toHex, utf8 } from './bytes.js';

/**
 * Whether a device signed a text, with the text, the signature and the public key of the device and nothing else.
 *
 * A gateway signs the digest of what it pushes, in the form of RFC 9421 with that one thing signed, by Ed25519:
 *
 *     "content-digest": sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:
 *     "@signature-params": ("content-digest");created=1790811000;keyid="9f2c0d1e4b5a6978"
 *
 * A meter that writes OCMF signs the bytes between its pipes, by ECDSA on the curve and with the hash that the record names:
 *
 *     {"SA": "ECDSA-secp256r1-SHA256", "SE": "hex", "SM": "application/x-der", "SD": "3045…"}     all but SD may be left out
 */
export type DeviceKind = 'ed25519' | 'ocmf';

/** How a text was signed, in one form, so that one signature is written in one way. */
export interface DeviceSignature {
  readonly kind: DeviceKind;
  /** `ed25519`: the parameters of RFC 9421, as they were signed; `ocmf`: curve as OpenSSL calls it, a space, hash: `prime256v1 sha256`. */
  readonly parameters: string;
  /** Hex; of ECDSA in DER. */
  readonly signature: string;
}

/** The first eight bytes of the SHA-256 of a key (SubjectPublicKeyInfo, DER), in hex: what people and `keyid` call it. */
export const deviceKeyId = (der: Uint8Array): string => createHash('sha256').update(der).digest('hex').slice(0, 16);

/** The lines that the signature of a gateway is of. @param sha256 of what was pushed, hex @source RFC 9421 section 2.5 */
export const signatureBase = (sha256: string, parameters: string): string =>
  `"content-digest": sha-256=:${toBase64(fromHex(sha256) ?? new Uint8Array())}:\n"@signature-params": ${parameters}`;

/** @source OCMF 1.2, tables 8 and 22; names of the curves beside those of OpenSSL */
const curves: Readonly<Record<string, string>> = {
  secp192r1: 'prime192v1',
  secp256r1: 'prime256v1',
  brainpool256r1: 'brainpoolP256r1',
  brainpool384r1: 'brainpoolP384r1',
  brainpool512r1: 'brainpoolP512r1',
};
const known = new Set(getCurves());

/** What the section of a record says of its signature. */
export interface OcmfSection {
  readonly algorithm: string;
  /** Null where this program cannot check by it. */
  readonly parameters: string | null;
  /** Hex; null where it cannot be read. */
  readonly signature: string | null;
}

/** Reads the section of a signature, with what holds where it says nothing. */
export function readOcmfSection(section: string): OcmfSection {
  let said: Readonly<Record<string, unknown>> = {};
  try {
    said = (JSON.parse(section) ?? {}) as typeof said;
  } catch {
    // It is then a signature that cannot be read.
  }
  const { SA = 'ECDSA-secp256r1-SHA256', SE = 'hex', SM = 'application/x-der', SD = '' } = said;
  const algorithm = String(SA);
  const [, named = '', bits = ''] = /^ECDSA-([A-Za-z0-9]+)-SHA(256|384|512)$/.exec(algorithm) ?? [];
  const curve = curves[named.replace('brainpoolP', 'brainpool')] ?? named;
  return {
    algorithm,
    parameters: known.has(curve) ? `${curve} sha${bits}` : null,
    signature: typeof SD === 'string' && SM === 'application/x-der' ? hexOf(SD, SE) : null,
  };
}

function hexOf(data: string, encoding: unknown): string | null {
  if (encoding === 'hex') return /^(?:[0-9a-f]{2})+$/i.test(data) ? data.toLowerCase() : null;
  if (encoding !== 'base64') return null;
  // Some leave out the padding.
  const bytes = fromBase64(data + '='.repeat((4 - (data.length % 4)) % 4));
  return bytes === null ? null : toHex(bytes);
}

/**
 * Whether a text was signed with a key.
 *
 * @param der the public key, SubjectPublicKeyInfo
 * @throws DomainError `invalid-input` where these bytes are no key
 * @law false with any byte of text, parameters, signature or key changed
 */
export function isSignedByDevice(
  payload: Uint8Array,
  { kind, parameters, signature }: DeviceSignature,
  der: Uint8Array,
): boolean {
  const [key, bytes] = [keyOf(der), fromHex(signature)];
  if (bytes === null) return false;
  if (kind === 'ed25519') {
    const base = signatureBase(createHash('sha256').update(payload).digest('hex'), parameters);
    return key.asymmetricKeyType === 'ed25519' && bytes.length === 64 && verify(null, utf8(base), key, bytes);
  }
  const [, curve, hash = ''] = /^([A-Za-z0-9]+) (sha256|sha384|sha512)$/.exec(parameters) ?? [];
  return curve !== undefined && key.asymmetricKeyDetails?.namedCurve === curve && verify(hash, payload, key, bytes);
}

function keyOf(der: Uint8Array) {
  try {
    return createPublicKey({ key: der as Buffer, format: 'der', type: 'spki' });
  } catch {
    throw new DomainError('invalid-input', 'The key of a device is no public key that this program knows.', {});
  }
}
