import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

/*
 * Tokens of people: cm_<8 characters>_<43 characters>. Keys of devices: cm_<8 characters>_<20 characters>.
 *
 *   cm_7k3q9d2x_Zy0…  the first two parts are the prefix: it names the key in lists and lets a scanner of leaked secrets find it
 *                     the last part is 32 random bytes, base64url; of a device 15, because some send no key but one of 32 characters
 *
 * Only the SHA-256 of the whole is kept. A plain hash is enough here: nobody guesses 120 random bits, however fast the hash.
 */

/** A fresh secret; `text` is shown once and kept nowhere. */
export interface Secret {
  readonly text: string;
  readonly prefix: string;
  readonly hash: Buffer;
}

/** No i, l, o and u: a prefix is read out on the telephone, and should not spell. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const wellFormed = /^cm_[0-9a-z]{8}_(?:[A-Za-z0-9_-]{20}|[A-Za-z0-9_-]{43})$/;

/** Random bytes of a secret, by who holds it. */
const lengths = { person: 32, device: 15 } as const;

export function newSecret(holder: keyof typeof lengths): Secret {
  const name = Array.from(randomBytes(8), (byte) => alphabet.charAt(byte % alphabet.length)).join('');
  const prefix = `cm_${name}`;
  const text = `${prefix}_${randomBytes(lengths[holder]).toString('base64url')}`;
  return { text, prefix, hash: hashOf(text) };
}

/** Whether a text could be one of our secrets; what could not costs no question to the database. */
export const isWellFormed = (text: string): boolean => wellFormed.test(text);

export const hashOf = (secret: string): Buffer => hash('sha256', secret, 'buffer');

/** Compares two hashes in a time that does not depend on where they differ. */
export const isSameHash = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b);
