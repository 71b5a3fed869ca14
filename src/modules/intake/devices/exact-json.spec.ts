import fc from 'fast-check';
import { at, Digits, digitsAt, readJson, textAt } from './exact-json.js';

describe('exact JSON', () => {
  it.each(['48210.400000000001', '12345678901234567.89', '-0', '1e-7', '0.10'])('keeps the digits of %s', (digits) => {
    expect(readJson(`{"a": ${digits}}`)).toEqual({ a: new Digits(digits) });
    expect(digitsAt(readJson(`[{"a": ${digits}}]`), 'a')).toBeUndefined();
  });

  it('reads what JSON.parse reads, but for the numbers', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), (text) => {
        const withoutDigits = JSON.stringify(readJson(text), (_, value: unknown) =>
          value instanceof Object && 'text' in value && Object.keys(value).length === 1 ? 0 : value,
        );
        const withoutNumbers = JSON.stringify(JSON.parse(text), (_, value: unknown) => {
          if (typeof value === 'number') return 0;
          return value instanceof Object && 'text' in value && Object.keys(value).length === 1 ? 0 : value;
        });
        expect(withoutDigits).toBe(withoutNumbers);
      }),
    );
  });

  it('takes a byte order mark for nothing', () => {
    expect(readJson('\uFEFF[]')).toEqual([]);
  });

  it.each(['', '{', '{"a":}', '[1,]', 'NaN', '{"a":1}x', '{"a":1,"a":2}', "{'a':1}"])('refuses %s', (text) => {
    expect(() => readJson(text)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
  });

  it('refuses what is nested too deeply, or too long, in a sentence', () => {
    expect(() => readJson('['.repeat(1_000_000))).toThrow(/nested too deeply/);
    expect(() => readJson(`[${'1,'.repeat(100_001)}1]`)).toThrow(expect.objectContaining({ code: 'too-large' }));
  });

  it('finds only what an object says itself', () => {
    const json = readJson('{"__proto__": {"x": "1"}, "a": {"b": "c", "n": 5}}');
    expect(at(json, 'constructor')).toBeUndefined();
    expect(textAt(json, '__proto__', 'x')).toBe('1');
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
    expect([
      textAt(json, 'a', 'b'),
      textAt(json, 'a', 'n'),
      digitsAt(json, 'a', 'n'),
      digitsAt(json, 'a', 'b'),
    ]).toEqual(['c', undefined, '5', undefined]);
  });
});
