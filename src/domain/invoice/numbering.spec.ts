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
});
