import fc from 'fast-check';
import { decimal, Decimal } from '../../../domain/quantity/decimal.js';
import { readingOf } from './device-reading.js';
import { inUnitOfRegisters } from './device-units.js';
import { exactly } from './exact-digits.js';

const place = { meter: 'M', register: 'r', at: '2026-10-01T00:00:00Z' };

describe('the unit of a device', () => {
  it.each([
    ['2589773.39', 'Wh', '2589.77339', 'kWh'],
    ['0', 'Wh', '0', 'kWh'],
    ['-0.0', 'Wh', '0', 'kWh'],
    ['1.5', 'MWh', '1500', 'kWh'],
    ['60000', 'Wmin', '1', 'kWh'],
    // 1/60000 = 0.00001666…
    ['1', 'Wmin', '0.000017', 'kWh'],
    // 1/3.6 = 0.2777…
    ['1', 'GJ', '277.777778', 'kWh'],
    ['3600000', 'J', '1', 'kWh'],
    ['12', 'VArh', '0.012', 'kVArh'],
    ['1250', 'l', '1.25', 'm3'],
    ['25.399993896484375', 'kWh', '25.399994', 'kWh'],
    ['312.5', 'W', '312.5', 'W'],
    ['4711', 'pulses', '4711', 'pulses'],
  ])('%s %s is %s %s', (digits, unit, value, registers) => {
    expect(readingOf(place, digits, unit)).toEqual({ ...place, value, unit: registers });
  });

  // Half to even: 0.0000005 kWh lies between 0 and 0.000001, 0.0000015 between 0.000001 and 0.000002.
  it.each([
    ['0.0005', '0'],
    ['0.0015', '0.000002'],
    ['0.0025', '0.000002'],
  ])('rounds %s Wh half to even, once', (digits, value) => {
    expect(readingOf(place, digits, 'Wh')).toMatchObject({ value });
  });

  it('moves the point of watt-hours and changes no digit', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 999_999_999_999_999n }), (thousandths) => {
        const digits = decimal(String(thousandths)).dividedBy(1000).toFixed(3);
        const { value } = inUnitOfRegisters(new Decimal(digits), 'Wh');
        expect(new Decimal(value).times(1000).toFixed(3)).toBe(digits);
      }),
    );
  });

  it('never makes more of a later total than of an earlier one', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(1_000), (total, more) => {
        const of = (minutes: number) => new Decimal(inUnitOfRegisters(new Decimal(minutes), 'Wmin').value);
        expect(of(total + more).greaterThanOrEqualTo(of(total))).toBe(true);
      }),
    );
  });
});

describe('digits', () => {
  it.each([
    ['1e3', '1000'],
    ['1.5E-3', '0.0015'],
    ['+7', '7'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['007', '7'],
    ['123456789012345678.123456789', '123456789012345678.123456789'],
  ])('%s are %s', (digits, value) => {
    expect(exactly(digits)?.toFixed()).toBe(value);
  });

  it.each(['', ' ', '.', '-', '1,5', '1e', '1e999', 'NaN', 'Infinity', 'undefined', '0x1F', '1 2', '9'.repeat(21)])(
    '"%s" are no number',
    (digits) => {
      expect(exactly(digits)).toBeNull();
      expect(readingOf(place, digits, 'Wh')).toMatchObject({ unread: expect.stringContaining('not a number') });
    },
  );
});
