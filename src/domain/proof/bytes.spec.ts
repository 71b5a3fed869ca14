import fc from 'fast-check';
import { counted, eightBytes, fromBase64, fromHex, joined, toBase64, toHex, utf8 } from './bytes.js';

describe('bytes as text', () => {
  it('come back from hex and base64', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(fromHex(toHex(bytes))).toEqual(bytes);
        expect(fromBase64(toBase64(bytes))).toEqual(bytes);
        expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
      }),
    );
  });

  it.each(['A', 'AB', 'zz', '0x00', ' 00', '00\n', 'ABCD'])('does not read %j as hex', (text) => {
    expect(fromHex(text)).toBeNull();
  });

  it.each(['A', 'AA', 'AA=', 'AB==', 'AAE=A', 'A===', 'AA==\n', ' AAA', 'AA-_', '===='])(
    'does not read %j as base64, which we would write in another way',
    (text) => {
      expect(fromBase64(text)).toBeNull();
    },
  );
});

describe('bytes behind one another', () => {
  it('stand in their order, each text behind its length', () => {
    expect(toHex(joined(utf8('£'), new Uint8Array(), eightBytes(258n)))).toBe('c2a30000000000000102');
    expect(toHex(counted('ab'))).toBe('00000000000000026162');
  });

  it('tell two texts from the same letters cut elsewhere', () => {
    expect(toHex(joined(counted('ab'), counted('c')))).not.toBe(toHex(joined(counted('a'), counted('bc'))));
  });
});
