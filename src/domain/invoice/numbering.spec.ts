import fc from 'fast-check';
import type { DomainError } from '../errors.js';
import { checkSequence, nextNumbers, readNumber, seriesOf, writeNumber } from './numbering.js';

const refusal = (code: string): DomainError => expect.objectContaining({ code }) as DomainError;

describe('legal numbers', () => {
  it('look like MH-2026-00042, and grow beyond five digits', () => {
    expect(writeNumber({ series: seriesOf('MH', 2026), no: 42 })).toBe('MH-2026-00042');
    expect(writeNumber({ series: 'MH-C-2026', no: 123456 })).toBe('MH-C-2026-123456');
  });

  it('are read as they were written', () => {
    fc.assert(
      fc.property(fc.constantFrom('MH', 'MH-C', 'A1'), fc.integer({ min: 1, max: 1e12 }), (prefix, no) => {
        const number = { series: seriesOf(prefix, 2026), no };
        expect(readNumber(writeNumber(number))).toEqual(number);
      }),
    );
  });

  it.each(['MH-2026-42', 'MH-2026-000042', 'mh-2026-00042', 'MH-2026-00000', '00042', 'MH--2026-00042', ''])(
    'are not read from %p',
    (text) => expect(() => readNumber(text)).toThrow(refusal('invalid-input')),
  );

  it('are refused for a prefix that others could misread', () => {
    for (const prefix of ['mh', '', 'M H', 'MH-', 'MÜ'])
      expect(() => seriesOf(prefix, 2026)).toThrow(refusal('invalid-input'));
  });

  it('follow each other without gap', () => {
    expect(nextNumbers('MH-2026', 41, 3).map(writeNumber)).toEqual(['MH-2026-00042', 'MH-2026-00043', 'MH-2026-00044']);
    expect(nextNumbers('MH-2026', 0, 0)).toEqual([]);
    expect(() => checkSequence('MH-2026', [3, 1, 2])).not.toThrow();
    expect(() => checkSequence('MH-2026', [1, 3])).toThrow(refusal('number-out-of-sequence'));
    expect(() => checkSequence('MH-2026', [1, 2, 2])).toThrow(refusal('number-out-of-sequence'));
    expect(() => checkSequence('MH-2026', [2])).toThrow(refusal('number-out-of-sequence'));
  });

  it('are refused in words that name the prefix, the number or the text, but not at any length', () => {
    const long = 'x'.repeat(90);
    expect(() => seriesOf(long, 2026)).toThrow(
      `"${long.slice(0, 40)}" is no prefix for numbers: use capitals and digits, like MH.`,
    );
    expect(() => writeNumber({ series: 'MH-2026', no: 0 })).toThrow(
      '0 in the series "MH-2026" is no legal number; they count from 1.',
    );
    expect(() => writeNumber({ series: long, no: 1 })).toThrow(`"${long.slice(0, 60)}" is no legal number`);
    // It can be taken apart, but is not how it would be written.
    expect(() => readNumber('MH-2026-000042')).toThrow('"MH-2026-000042" is no legal number like MH-2026-00042.');
    expect(() => readNumber(`${'A'.repeat(12)}-000001`.repeat(4))).toThrow('is no legal number');
  });

  it.each([0.5, -1, 2 ** 53, Number.NaN])('do not write %d', (no) => {
    expect(() => writeNumber({ series: 'MH-2026', no })).toThrow(refusal('invalid-input'));
  });

  it('may have a series of four parts of twelve signs, and no more', () => {
    expect(writeNumber({ series: 'ABCDEFGHIJ12-B-C-2026', no: 1 })).toBe('ABCDEFGHIJ12-B-C-2026-00001');
    for (const series of ['ABCDEFGHIJ123-2026', 'A-B-C-D-2026', '-2026', ' MH-2026', 'MH-2026 ', 'MH-2026-']) {
      expect(() => writeNumber({ series, no: 1 })).toThrow(refusal('invalid-input'));
    }
  });

  it('name the number that is missing, and the one in its place', () => {
    expect(() => checkSequence('MH-2026', [12, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])).toThrow(
      expect.objectContaining({
        message: 'The series MH-2026 should have the number 11 where it has 12; look for a lost or doubled document.',
        facts: { series: 'MH-2026', expected: 11, found: 12 },
      }),
    );
    expect(() => checkSequence('MH-2026', [10, 9, 8, 7, 6, 5, 4, 3, 2, 1])).not.toThrow();
  });
});
