import fc from 'fast-check';
import { epochMs, fromEpochMs, instant } from '../../../domain/calendar/period.js';
import { decimal } from '../../../domain/quantity/decimal.js';
import { energy, instantMs, type ItemProblem, readItem, type ReadingItem } from './reading-item.js';

const good = { meter: 'SHOP-07', register: 'import', at: '2026-10-01T00:30:00+01:00', value: '48210.400', unit: 'kWh' };
const problem = (item: unknown): ItemProblem => {
  const read = readItem(item);
  if (!('code' in read)) throw new Error('The item was taken.');
  return read;
};

describe('readItem', () => {
  it('takes a register reading and writes its value in one form', () => {
    expect(readItem(good)).toEqual({
      meter: 'SHOP-07',
      register: 'import',
      unit: 'kWh',
      quality: null,
      at: '2026-10-01T00:30:00+01:00',
      ms: Date.UTC(2026, 8, 30, 23, 30),
      until: null,
      untilMs: null,
      value: '48210.4',
    });
  });

  it('takes an interval', () => {
    const { at: from, value: quantity, ...rest } = good;
    const read = readItem({ ...rest, from, to: '2026-10-01T01:00:00+01:00', quantity }) as ReadingItem;
    expect([read.at, read.until, read.value]).toEqual([from, '2026-10-01T01:00:00+01:00', '48210.4']);
  });

  it.each([
    ['a JSON number', { ...good, value: 48210.4 }, '/value', 'invalid-decimal', /quotation marks/],
    ['NaN', { ...good, value: 'NaN' }, '/value', 'invalid-decimal', /at most 12/],
    ['an exponent', { ...good, value: '1e5' }, '/value', 'invalid-decimal', /no exponent/],
    ['seven decimals', { ...good, value: '1.0000001' }, '/value', 'invalid-decimal', /6 after/],
    ['thirteen digits', { ...good, value: '1234567890123' }, '/value', 'invalid-decimal', /12 digits/],
    ['a negative value', { ...good, value: '-1' }, '/value', 'invalid-decimal', /export has a register/],
    ['no value', { ...good, value: undefined }, '/value', 'invalid-input', /missing/],
    ['an instant without an offset', { ...good, at: '2026-10-01T00:30:00' }, '/at', 'invalid-period', /offset/],
    ['the 30th of February', { ...good, at: '2026-02-30T00:30:00Z' }, '/at', 'invalid-period', /instant/],
    ['no time', { ...good, at: undefined }, '/at', 'invalid-input', /missing/],
    ['both kinds of time', { ...good, from: good.at }, '/at', 'invalid-input', /mixes/],
    ['an unknown field', { ...good, vlaue: '1' }, '/vlaue', 'invalid-input', /not a field/],
    ['an unknown quality', { ...good, quality: 'perfect' }, '/quality', 'invalid-input', /one of actual/],
    ['a meter that is no text', { ...good, meter: 7 }, '/meter', 'invalid-input', /code or id/],
    ['a meter with a zero character', { ...good, meter: 'A\u0000' }, '/meter', 'invalid-input', /code or id/],
    ['half a character', { ...good, meter: 'A\ud800' }, '/meter', 'invalid-input', /code or id/],
    ['no unit', { ...good, unit: '' }, '/unit', 'invalid-input', /like kWh/],
  ])('refuses %s and names the place and the remedy', (_, item, pointer, code, detail) => {
    expect(problem(item)).toEqual({ pointer, code, detail: expect.stringMatching(detail) });
  });

  it.each([[null], [7], ['text'], [[good]]])('refuses %p, which is no object', (item) => {
    expect(problem(item).code).toBe('invalid-input');
  });

  it('refuses an interval that ends before it begins', () => {
    const { at: from, value: quantity, ...rest } = good;
    expect(problem({ ...rest, from, to: from, quantity })).toMatchObject({ pointer: '/to', code: 'invalid-period' });
  });

  it('never throws, whatever it is given', () => {
    fc.assert(fc.property(fc.anything(), (item) => expect(typeof readItem(item)).toBe('object')));
  });
});

describe('instantMs', () => {
  it('reads what the domain reads, to the millisecond', () => {
    const offsets = fc.constantFrom('Z', '+01:00', '-03:30', '+05:45', '+14:00');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), offsets, (ms, offset) => {
        const text = fromEpochMs(ms).replace('Z', offset);
        expect(instantMs(text)).toBe(epochMs(instant(text)));
      }),
    );
  });

  it('agrees with the domain about which days exist', () => {
    const parts = fc.tuple(
      fc.integer({ min: 1900, max: 2100 }),
      fc.integer({ min: 0, max: 13 }),
      fc.integer({ min: 0, max: 32 }),
    );
    const two = (n: number): string => String(n).padStart(2, '0');
    const exists = (text: string): boolean => {
      try {
        return instant(text) !== '';
      } catch {
        return false;
      }
    };
    fc.assert(
      fc.property(parts, ([year, month, day]) => {
        const text = `${year}-${two(month)}-${two(day)}T12:00:00Z`;
        expect(instantMs(text) !== null).toBe(exists(text));
      }),
    );
  });
});

describe('energy', () => {
  it('writes equal values as equal texts', () => {
    const digits = fc.tuple(fc.stringMatching(/^\d{1,12}$/), fc.stringMatching(/^\d{0,6}$/));
    fc.assert(
      fc.property(digits, ([whole, fraction]) => {
        const text = fraction === '' ? whole : `${whole}.${fraction}`;
        expect(energy(text)).toBe(decimal(text).toFixed());
      }),
    );
  });
});
