import { hashOf, isSameHash, isWellFormed, newSecret } from './secret.js';

describe('secrets', () => {
  it.each([
    ['people', 'person', 43],
    ['devices', 'device', 20],
  ] as const)('of %s begin with their prefix, are well formed and never the same', (_, holder, length) => {
    const secrets = Array.from({ length: 500 }, () => newSecret(holder));
    expect(new Set(secrets.map(({ text }) => text)).size).toBe(500);
    for (const { text, prefix, hash } of secrets) {
      expect(text).toMatch(/^cm_[0-9a-hjkmnp-tv-z]{8}_[A-Za-z0-9_-]+$/);
      expect(text).toHaveLength(12 + length);
      expect([text.startsWith(`${prefix}_`), prefix.length, isWellFormed(text), hash.length]).toEqual([
        true,
        11,
        true,
        32,
      ]);
    }
  });

  it('are kept as SHA-256 of the whole', () => {
    // SHA-256 of "abc", FIPS 180-4 example.
    expect(hashOf('abc').toString('hex')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    const { text, hash } = newSecret('person');
    expect([isSameHash(hashOf(text), hash), isSameHash(hashOf(`${text}x`), hash)]).toEqual([true, false]);
    expect(isSameHash(hash, hash.subarray(1))).toBe(false);
  });

  it.each([
    '',
    'cm_',
    `cm_abcdefgh_${'x'.repeat(21)}`,
    `cm_abcdefgh_${'x'.repeat(42)}`,
    `cm_abcdefgh_${'x'.repeat(44)}`,
    `CM_abcdefgh_${'x'.repeat(43)}`,
  ])('are not well formed as "%s"', (text) => expect(isWellFormed(text)).toBe(false));
});
