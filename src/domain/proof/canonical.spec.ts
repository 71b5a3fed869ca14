import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { canonicalJson, canonicalSha256 } from './canonical.js';

const leaf = fc.oneof(fc.string({ unit: 'binary' }), fc.boolean(), fc.constant(null), fc.maxSafeInteger());
const json = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('value')), fc.dictionary(fc.string(), tie('value'))),
})).value;

const shuffled = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, shuffled(item)]),
  );
};

describe('canonicalJson', () => {
  it('writes a value and reads it back', () => {
    fc.assert(
      fc.property(json, (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
  });

  it('does not depend on the order of keys', () => {
    fc.assert(fc.property(json, (value) => canonicalJson(shuffled(value)) === canonicalJson(value)));
  });

  it('sorts keys by UTF-16 code units, as RFC 8785 section 3.2.3 shows', () => {
    const value = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Dalet',
      '1': 'One',
      '\u{1f600}': 'Smile',
      '\u0080': 'Control',
      '\u00f6': 'o',
    };
    expect(Object.values(JSON.parse(canonicalJson(value)) as object).sort()).toEqual(Object.values(value).sort());
    expect([...canonicalJson(value).matchAll(/:"([^"]+)"/g)].map(([, name]) => name)).toEqual([
      ...['Carriage Return', 'One', 'Control', 'o', 'Euro Sign', 'Smile', 'Dalet'],
    ]);
  });

  it('leaves absent keys out and escapes no more than it must', () => {
    expect(canonicalJson({ b: undefined, a: '£ "quoted" \n </script>' })).toBe('{"a":"£ \\"quoted\\" \\n </script>"}');
  });

  it.each([
    ['a float', { total: 1.5 }, '/total'],
    ['an unsafe integer', [2 ** 53], '/0'],
    ['not a number', { a: { b: Number.NaN } }, '/a/b'],
    ['half a surrogate pair', { name: '\ud800' }, '/name'],
    ['a date', { at: new Date(0) }, '/at'],
    ['a function', { f: () => 1 }, '/f'],
  ])('refuses %s and names the place', (_, value, place) => {
    expect(() => canonicalJson(value)).toThrow(
      expect.objectContaining({ code: 'invalid-input', facts: { pointer: place } }),
    );
  });
});

describe('canonicalSha256', () => {
  it('hashes the canonical text in UTF-8', () => {
    expect(canonicalSha256({})).toBe('44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a');
    expect(canonicalSha256({ b: '£', a: 1 })).toBe(createHash('sha256').update('{"a":1,"b":"£"}').digest('hex'));
  });
});
