import * as fc from 'fast-check';
import { fromEpochMs } from '../calendar/period.js';
import { type Decimal, decimal, plain } from '../quantity/decimal.js';
import { digitsOf, type ExpectedRange, expectedRange, leastDays, type Shown } from './expected-range.js';

const dayMs = 86_400_000;
const begin = Date.parse('2026-10-01T00:00:00Z');
const shown = (day: number, value: string): Shown => ({ at: fromEpochMs(begin + day * dayMs), value: decimal(value) });
const dayAt = (day: number) => ({ from: fromEpochMs(begin + day * dayMs), to: fromEpochMs(begin + (day + 1) * dayMs) });
const direct = { multiplier: decimal('1'), capacity: decimal('1000000'), plausibleMaxPerHour: decimal('100') };
const odd = { lowPercent: decimal('50'), highPercent: decimal('200') };

const told = (range: ReturnType<typeof expectedRange>) =>
  'because' in range
    ? range.because
    : [plain(range.low), plain(range.high), plain(range.perDay), ...(range.mayWrap ? ['may wrap'] : [])];

describe('the range that a display should show', () => {
  it('grows with half and with twice the use of the last period', () => {
    expect(told(expectedRange(shown(0, '4200'), shown(30, '4500'), dayAt(40), direct, odd, 0))).toEqual([
      '4550',
      '4720',
      '10',
    ]);
  });

  it('is rounded outwards to what the display can show, and the average for people half to even', () => {
    // 1 step in 30 days: 0.0333… a day; after 10 and 11 days 0.1666… at the least and 0.7333… at the most.
    const range = (scale: number) => told(expectedRange(shown(0, '7'), shown(30, '8'), dayAt(40), direct, odd, scale));
    expect(range(0)).toEqual(['8', '9', '0.033']);
    expect(range(3)).toEqual(['8.166', '8.734', '0.033']);
  });

  it('counts in steps of the display, and says the use in units', () => {
    const behind = { ...direct, multiplier: decimal('40'), plausibleMaxPerHour: decimal('1000') };
    expect(told(expectedRange(shown(0, '4200'), shown(30, '4500'), dayAt(40), behind, odd, 0))).toEqual([
      '4550',
      '4720',
      '400',
    ]);
  });

  it('goes on over a display that wraps, in the past and on the day', () => {
    expect(told(expectedRange(shown(0, '999900'), shown(30, '200'), dayAt(40), direct, odd, 0))).toEqual([
      '250',
      '420',
      '10',
    ]);
    expect(told(expectedRange(shown(0, '999600'), shown(30, '999900'), dayAt(40), direct, odd, 0))).toEqual([
      '999950',
      '120',
      '10',
      'may wrap',
    ]);
  });

  it.each([
    ['no reading at all', null, null, 'no-reading'],
    ['one reading', null, shown(30, '1'), 'no-reading'],
    ['two readings of one week', shown(30 - leastDays + 1, '0'), shown(30, '1'), 'too-short'],
    ['a display that fell', shown(0, '500'), shown(30, '400'), 'regressed'],
  ])('is not there with %s', (_, earlier, later, because) => {
    const unlimited = { ...direct, plausibleMaxPerHour: null };
    expect(told(expectedRange(earlier, later, dayAt(40), unlimited, odd, 0))).toBe(because);
  });

  it('is not there where the display could show anything', () => {
    const small = { ...direct, capacity: decimal('1000') };
    expect(told(expectedRange(shown(0, '0'), shown(30, '900'), dayAt(90), small, odd, 0))).toBe('too-wide');
  });

  it('holds whatever even use at the average comes to, at any moment of the day', () => {
    fc.assert(
      fc.property(
        fc.record({
          first: fc.integer({ min: 0, max: 100_000 }),
          used: fc.integer({ min: 0, max: 10_000 }),
          days: fc.integer({ min: leastDays, max: 400 }),
          later: fc.integer({ min: 0, max: 60 }),
          hour: fc.integer({ min: 0, max: 23 }),
          scale: fc.integer({ min: 0, max: 3 }),
        }),
        ({ first, used, days, later, hour, scale }) => {
          const last = shown(days, String(first + used));
          const day = dayAt(days + later);
          const range = expectedRange(
            shown(0, String(first)),
            last,
            day,
            { ...direct, capacity: null },
            odd,
            scale,
          ) as ExpectedRange;
          const hours = later * 24 + hour;
          // last + used × hours ÷ (days × 24), compared without dividing.
          const beyond = (value: Decimal) =>
            value
              .minus(last.value)
              .times(decimal(String(days * 24)))
              .minus(decimal(String(used * hours)));
          expect(beyond(range.low).greaterThan(0)).toBe(false);
          expect(beyond(range.high).isNegative() && !beyond(range.high).isZero()).toBe(false);
          expect(range.low.greaterThanOrEqualTo(last.value)).toBe(true);
          expect(range.low.decimalPlaces() <= scale && range.high.decimalPlaces() <= scale).toBe(true);
        },
      ),
    );
  });

  it('is never narrower where more is taken for usual', () => {
    fc.assert(
      fc.property(
        fc.tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 })),
        fc.tuple(fc.integer({ min: 100, max: 400 }), fc.integer({ min: 100, max: 400 })),
        (lows, highs) => {
          const range = (low: number, high: number) =>
            expectedRange(
              shown(0, '10'),
              shown(30, '500'),
              dayAt(37),
              { ...direct, capacity: null },
              {
                lowPercent: decimal(String(low)),
                highPercent: decimal(String(high)),
              },
              2,
            ) as ExpectedRange;
          const wide = range(Math.min(...lows), Math.max(...highs));
          const narrow = range(Math.max(...lows), Math.min(...highs));
          expect(wide.low.lessThanOrEqualTo(narrow.low)).toBe(true);
          expect(wide.high.greaterThanOrEqualTo(narrow.high)).toBe(true);
        },
      ),
    );
  });
});

describe('the digits of a display', () => {
  it.each([
    ['1000000', 6],
    ['999999', 6],
    ['100000', 5],
    ['99999.9', 5],
    ['10', 1],
    ['1', 1],
  ])('of %s are %d', (capacity, digits) => {
    expect(digitsOf(decimal(capacity))).toBe(digits);
  });

  it('are not known where no capacity is declared', () => {
    expect(digitsOf(null)).toBeNull();
  });
});
