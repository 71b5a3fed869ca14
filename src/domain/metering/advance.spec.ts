import fc from 'fast-check';
import { type Decimal, decimal } from '../quantity/decimal.js';
import { advanceBetween } from './advance.js';

const day = 86_400_000;
const device = (multiplier: string, capacity: string | null, plausible: string | null) => ({
  multiplier: decimal(multiplier),
  capacity: capacity === null ? null : decimal(capacity),
  plausibleMaxPerHour: plausible === null ? null : decimal(plausible),
});
const between = (start: string, end: string, of: ReturnType<typeof device>) =>
  advanceBetween(decimal(start), decimal(end), day, of);
const used = (start: string, end: string, of: ReturnType<typeof device>): string | undefined =>
  between(start, end, of).steps?.times(of.multiplier).toFixed();

describe('advanceBetween', () => {
  it.each([
    ['G16a, transformer of 40', '1000', '1050', '40', '2000'],
    ['G16b, six digits wrap behind a transformer of 40', '999998', '12', '40', '560'],
    ['G16g, an ordinary year', '14230', '17845', '1', '3615'],
  ])('%s: %s to %s at %s is %s', (_, start, end, multiplier, expected) => {
    expect(used(start, end, device(multiplier, '1000000', '100'))).toBe(expected);
  });

  it('D13: a swapped or lower reading never bills its absolute difference', () => {
    expect(between('4821', '4801', device('1', '1000000', '100'))).toMatchObject({ kind: 'regressed', steps: null });
    expect(between('4821', '4801', device('1', null, '100'))).toMatchObject({ kind: 'regressed', steps: null });
  });

  it('D11: a large advance is kept whole, not cut to zero', () => {
    expect(used('10', '99999', device('1', null, '1'))).toBe('99989');
  });

  it('D10: readings are not rounded before they are subtracted', () => {
    expect(used('10.4', '11.6', device('1', null, null))).toBe('1.2');
  });

  it('believes a wrapped display up to what the installation can use, and not beyond', () => {
    // 240 kWh in a day are 10 kWh an hour: at the limit.
    expect(between('999900', '140', device('1', '1000000', '10')).kind).toBe('rollover');
    expect(between('999900', '141', device('1', '1000000', '10')).kind).toBe('regressed');
  });

  it('assumes no rollover where nobody declared what is plausible', () => {
    expect(between('999998', '12', device('40', '1000000', null)).kind).toBe('regressed');
  });

  it('never counts backwards', () => {
    const value = fc.integer({ min: 0, max: 2_000_000 }).map((n): Decimal => decimal(String(n)));
    fc.assert(
      fc.property(
        value,
        value,
        fc.integer({ min: 1, max: 1e9 }),
        fc.constantFrom('10', '1000000'),
        (start, end, ms, capacity) => {
          const { steps } = advanceBetween(start, end, ms, device('1', capacity, '50'));
          expect(steps?.isNegative() ?? false).toBe(false);
        },
      ),
    );
  });
});
