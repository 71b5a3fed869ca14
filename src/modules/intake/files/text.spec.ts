import fc from 'fast-check';
import { encodingOf, TextOfBytes } from './text.js';

/** Reads bytes in pieces of one length, as the encoding of their beginning says. */
const read = (bytes: Uint8Array, length = bytes.length || 1) => {
  const { encoding, markBytes } = encodingOf(bytes);
  const text = new TextOfBytes(encoding);
  let whole = '';
  for (let at = markBytes; at < bytes.length; at += length) whole += text.write(bytes.subarray(at, at + length));
  return [whole + text.end(), text.encoding];
};
const swapped = (bytes: Buffer): Buffer => Buffer.from(bytes).swap16();
const words = 'Zähler Nº 7: 12,5 kWh – 3 €';

describe('the text of a file', () => {
  it.each([
    ['UTF-8', Buffer.from(words), 'UTF-8'],
    ['UTF-8 with its mark', Buffer.from(`\uFEFF${words}`), 'UTF-8'],
    ['UTF-16 with its mark', Buffer.from(`\uFEFF${words}`, 'utf16le'), 'UTF-16LE'],
    ['UTF-16 the other way round', swapped(Buffer.from(`\uFEFF${words}`, 'utf16le')), 'UTF-16BE'],
    ['UTF-16 without its mark', Buffer.from(words, 'utf16le'), 'UTF-16LE'],
    ['UTF-16 the other way round without its mark', swapped(Buffer.from(words, 'utf16le')), 'UTF-16BE'],
    ['windows-1252', Buffer.from('Z\xe4hler N\xba 7: 12,5 kWh \x96 3 \x80', 'latin1'), 'windows-1252'],
  ])('is read from %s, wherever it is cut', (_, bytes, encoding) => {
    for (const length of [1, 2, 3, 5, bytes.length]) expect(read(bytes, length)).toEqual([words, encoding]);
  });

  it('is windows-1252 from the first byte on that is no UTF-8', () => {
    const bytes = Buffer.concat([Buffer.from('a€b'), Buffer.from([0xe4, 0x20, 0xe4])]);
    for (const length of [1, 2, 3, 9]) expect(read(bytes, length)).toEqual(['a€bä ä', 'windows-1252']);
  });

  it('is windows-1252 where it ends within a character', () => {
    expect(read(Buffer.from([0x61, 0xc3]))).toEqual(['aÃ', 'windows-1252']);
  });

  it('is none where there are no bytes', () => {
    expect(read(Buffer.alloc(0))).toEqual(['', 'UTF-8']);
  });

  it('is the same however its bytes are cut', () => {
    const bytes = fc.uint8Array({ maxLength: 40 });
    fc.assert(
      fc.property(bytes, fc.integer({ min: 1, max: 7 }), (some, length) => {
        expect(read(some, length)).toEqual(read(some));
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const known = new TextOfBytes('UTF-8');
        const encoded = Buffer.from(text);
        expect(known.write(encoded) + known.end()).toBe(encoded.toString());
        expect(known.encoding).toBe('UTF-8');
      }),
    );
  });
});
