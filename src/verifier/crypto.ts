import { ed25519 } from '@noble/curves/ed25519.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
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

/** @returns the 32 bytes of an Ed25519 key, which stand in a JWK in base64 for addresses and without padding */
export const createPublicKey = ({ key }: { readonly key: { readonly x: string } }): Uint8Array =>
  fromBase64(`${key.x.replace(/-/g, '+').replace(/_/g, '/')}=`) ?? new Uint8Array();

/** As RFC 8032 has it, without the leniency of ZIP 215, which Node does not have either. */
export function verify(_: null, message: Uint8Array, key: Uint8Array, signature: Uint8Array): boolean {
  try {
    return ed25519.verify(signature, message, key, { zip215: false });
  } catch {
    return false;
  }
}
