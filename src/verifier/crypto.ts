import { type ECDSA, ecdsa, weierstrass } from '@noble/curves/abstract/weierstrass.js';
import { ed25519 } from '@noble/curves/ed25519.js';
import { brainpoolP256r1, brainpoolP384r1, brainpoolP512r1 } from '@noble/curves/misc.js';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { fromBase64, fromHex, toHex, utf8 } from '../domain/proof/bytes.js';

/**
 * What the verifier uses of `node:crypto`, for a browser: the bundler puts this in its place. WebCrypto will not do, because it
 * answers later and the domain computes at once.
 */
interface Hashing {
  update(data: string | Uint8Array, encoding?: 'hex' | 'utf8'): Hashing;
  digest(encoding: 'hex'): string;
}

const bytesOf = (data: string | Uint8Array, encoding?: 'hex' | 'utf8'): Uint8Array =>
  typeof data !== 'string' ? data : encoding === 'hex' ? (fromHex(data) ?? new Uint8Array()) : utf8(data);

function hashing(state: { update(data: Uint8Array): unknown; digest(): Uint8Array }): Hashing {
  const self: Hashing = {
    update: (data, encoding) => {
      state.update(bytesOf(data, encoding));
      return self;
    },
    digest: () => toHex(state.digest()),
  };
  return self;
}

export const createHash = (_: 'sha256'): Hashing => hashing(sha256.create());
export const createHmac = (_: 'sha256', key: Uint8Array): Hashing => hashing(hmac.create(sha256, key));

/** A public key, with what Node tells of one. */
interface PublicKey {
  readonly asymmetricKeyType: 'ed25519' | 'ec';
  readonly asymmetricKeyDetails?: { readonly namedCurve: string };
  /** Of Ed25519 the 32 bytes, else the point. */
  readonly bytes: Uint8Array;
}

type KeyInput =
  | { readonly key: { readonly x: string }; readonly format: 'jwk' }
  | { readonly key: Uint8Array; readonly format: 'der' };

/** Reads a key from a JWK, in which its 32 bytes stand in base64 for addresses and without padding, or from SubjectPublicKeyInfo. */
export function createPublicKey(input: KeyInput): PublicKey {
  if (input.format === 'der') return keyInDer(input.key);
  const bytes = fromBase64(`${input.key.x.replace(/-/g, '+').replace(/_/g, '/')}=`) ?? new Uint8Array();
  return { asymmetricKeyType: 'ed25519', bytes };
}

/** What stands before the bytes of a key in SubjectPublicKeyInfo is the same for all keys of a curve. @source RFC 8410, RFC 5480 */
function keyInDer(der: Uint8Array): PublicKey {
  const hex = toHex(der);
  if (hex.startsWith(ed25519Head) && der.length === 44)
    return { asymmetricKeyType: 'ed25519', bytes: der.subarray(12) };
  for (const [namedCurve, { oid }] of Object.entries(curves)) {
    const at = hex.indexOf(`06072a8648ce3d0201${oid}03`) / 2;
    const bytes = der.subarray(der.length - pointLength(der, at + 9 + oid.length / 2));
    if (at > 0 && bytes[0] === 0x04) return { asymmetricKeyType: 'ec', asymmetricKeyDetails: { namedCurve }, bytes };
  }
  throw new Error('This is no key of a kind that is known here.');
}

/** Of the bit string that begins at a place: its length without the byte that counts unused bits. */
function pointLength(der: Uint8Array, at: number): number {
  const length = der[at + 1] ?? 0;
  return (length < 0x80 ? length : (der[at + 2] ?? 0)) - 1;
}

const ed25519Head = '302a300506032b6570032100';

/** Weak curves that some meters sign on all the same. @source SEC 2, sections 2.2.1 and 2.2.2 */
const weak = (p: string, a: string, b: string, n: string, gx: string, gy: string): ECDSA => {
  const [P, A, B, N, Gx, Gy] = [p, a, b, n, gx, gy].map((one) => BigInt(`0x${one}`)) as [
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
  ];
  // The curves bring a newer type of the same function; it is not called, because what is signed is hashed before.
  return ecdsa(
    weierstrass({ p: P, a: A, b: B, n: N, h: 1n, Gx, Gy }),
    sha256 as unknown as Parameters<typeof ecdsa>[1],
  );
};
const f = (times: number): string => 'f'.repeat(times);

/** By the name that OpenSSL has for it, each with its object identifier in DER. */
const curves: Readonly<Record<string, { readonly oid: string; readonly of: () => ECDSA }>> = {
  prime192v1: {
    oid: '06082a8648ce3d030101',
    of: () =>
      weak(
        `${f(31)}e${f(16)}`,
        `${f(31)}e${f(15)}c`,
        '64210519e59c80e70fa7e9ab72243049feb8deecc146b9b1',
        `${f(24)}99def836146bc9b1b4d22831`,
        '188da80eb03090f67cbf20eb43a18800f4ff0afd82ff1012',
        '07192b95ffc8da78631011ed6b24cdd573f977a11e794811',
      ),
  },
  secp192k1: {
    oid: '06052b8104001f',
    of: () =>
      weak(
        `${f(39)}effffee37`,
        '0',
        '3',
        `${f(23)}e26f2fc170f69466a74defd8d`,
        'db4ff10ec057e9ae26b07d0280b7f4341da5d1b1eae06c7d',
        '9b2f2f6d9c5628a7844163d015be86344082aa88d95e2f9d',
      ),
  },
  prime256v1: { oid: '06082a8648ce3d030107', of: () => p256 },
  secp256k1: { oid: '06052b8104000a', of: () => secp256k1 },
  secp384r1: { oid: '06052b81040022', of: () => p384 },
  secp521r1: { oid: '06052b81040023', of: () => p521 },
  brainpoolP256r1: { oid: '06092b2403030208010107', of: () => brainpoolP256r1 },
  brainpoolP384r1: { oid: '06092b240303020801010b', of: () => brainpoolP384r1 },
  brainpoolP512r1: { oid: '06092b240303020801010d', of: () => brainpoolP512r1 },
};
export const getCurves = (): string[] => Object.keys(curves);

const hashes: Readonly<Record<string, (data: Uint8Array) => Uint8Array>> = { sha256, sha384, sha512 };

/** Ed25519 as RFC 8032 has it, without the leniency of ZIP 215, which Node does not have either; ECDSA in DER, over either of two signatures. */
export function verify(
  hash: string | null,
  message: Uint8Array,
  { bytes, asymmetricKeyDetails }: PublicKey,
  signature: Uint8Array,
): boolean {
  try {
    if (hash === null) return ed25519.verify(signature, message, bytes, { zip215: false });
    const digest = hashes[hash]?.(message);
    const curve = curves[asymmetricKeyDetails?.namedCurve ?? '']?.of();
    if (digest === undefined || curve === undefined) return false;
    return curve.verify(signature, digest, bytes, { prehash: false, lowS: false, format: 'der' });
  } catch {
    return false;
  }
}
