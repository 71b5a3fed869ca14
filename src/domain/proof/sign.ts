import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { assert } from '../errors.js';
import { cosignedMessage } from './checkpoint.js';
import { eightBytes, fromBase64, toHex, utf8 } from './bytes.js';
import { keyIdOf, type NoteKey, type NoteSignature } from './note.js';

/**
 * Signing, which only those do who hold a secret: a community and its cosigners. The verifier has no part in it.
 *
 * Ed25519 asks for no chance: one key and one text have one signature, so what is signed again is the same to the byte.
 */

/**
 * Signs the text of a note.
 *
 * @param seed the 32 secret bytes of the key, in hex
 * @law isSignedBy({ text, signatures: [signText(text, key, seed)] }, key)
 */
export const signText = (text: string, key: NoteKey, seed: string): NoteSignature => ({
  name: key.name,
  keyId: keyIdOf(key),
  bytes: signature(text, seed),
});

/**
 * Cosigns a checkpoint.
 *
 * @param text of the checkpoint
 * @param at seconds since 1970, UTC: when it was the longest that the signer saw
 * @source C2SP tlog-cosignature, "Ed25519 signed message"
 */
export const cosign = (text: string, key: NoteKey, seed: string, at: number): NoteSignature => ({
  name: key.name,
  keyId: keyIdOf(key),
  bytes: toHex(eightBytes(BigInt(at))) + signature(cosignedMessage(text, BigInt(at)), seed),
});

/** An Ed25519 signature over text in UTF-8, in hex. @source RFC 8032 section 5.1.6 */
export const signature = (message: string, seed: string): string => toHex(sign(null, utf8(message), secretKey(seed)));

/** The public key, in hex, that belongs to a seed. @source RFC 8032 section 5.1.5 */
export function publicKeyOf(seed: string): string {
  const { x = '' } = createPublicKey(secretKey(seed)).export({ format: 'jwk' });
  return toHex(fromBase64(`${x.replace(/-/g, '+').replace(/_/g, '/')}=`) ?? new Uint8Array());
}

/** What stands before the seed of an Ed25519 key in PKCS #8. @source RFC 8410 section 7 */
const pkcs8 = '302e020100300506032b657004220420';

function secretKey(seed: string) {
  assert(/^[0-9a-f]{64}$/.test(seed), 'An Ed25519 seed is 32 bytes in hex.');
  return createPrivateKey({ key: Buffer.from(pkcs8 + seed, 'hex'), format: 'der', type: 'pkcs8' });
}
