import { createPublicKey as nodeKey, generateKeyPairSync, sign, verify as nodeVerify } from 'node:crypto';
import { createPublicKey, getCurves, verify } from './crypto.js';

/* What the page of the verifier has in the place of `node:crypto` comes to the same as Node, curve by curve. */

const message = Buffer.from('{"RD":[]}');

it.each(getCurves().flatMap((curve) => ['sha256', 'sha384', 'sha512'].map((hash) => [curve, hash] as const)))(
  'on %s with %s a signature of Node holds, and with one bit changed it does not',
  (curve, hash) => {
    const pair = generateKeyPairSync('ec', { namedCurve: curve });
    const der = pair.publicKey.export({ format: 'der', type: 'spki' });
    const key = createPublicKey({ key: der, format: 'der' });
    expect(key).toMatchObject({
      asymmetricKeyType: 'ec',
      asymmetricKeyDetails: nodeKey({ key: der, format: 'der', type: 'spki' }).asymmetricKeyDetails,
    });
    for (let i = 0; i < 4; i += 1) {
      const signature = sign(hash, message, pair.privateKey);
      expect(verify(hash, message, key, signature)).toBe(true);
      for (const at of [0, 1, 5, signature.length - 1]) {
        const other = Buffer.from(signature);
        other[at] = (other[at] ?? 0) ^ 1;
        expect(verify(hash, message, key, other)).toBe(nodeVerify(hash, message, pair.publicKey, other));
      }
      expect(verify(hash, Buffer.from('{"RD":[1]}'), key, signature)).toBe(false);
    }
  },
);

it('reads a key of Ed25519 in both its forms, and none of another kind', () => {
  const pair = generateKeyPairSync('ed25519');
  const der = pair.publicKey.export({ format: 'der', type: 'spki' });
  const { x = '' } = pair.publicKey.export({ format: 'jwk' });
  for (const key of [createPublicKey({ key: der, format: 'der' }), createPublicKey({ key: { x }, format: 'jwk' })])
    expect(verify(null, message, key, sign(null, message, pair.privateKey))).toBe(true);
  const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'der', type: 'spki' });
  expect(() => createPublicKey({ key: rsa, format: 'der' })).toThrow();
});
