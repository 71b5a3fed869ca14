import fc from 'fast-check';
import { DomainError } from '../errors.js';
import {
  addDays,
  addMonths,
  civilDate,
  daysIn,
  epochMs,
  fromEpochMs,
  instant,
  monthOf,
  monthsOf,
  overlap,
  period,
  within,
  periodsBefore,
  weekdayOf,
} from './period.js';

const code = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
  return 'none';
};
const day = fc.integer({ min: -3000, max: 6000 }).map((days) => addDays('2026-01-01', days));
const run = fc.tuple(day, fc.option(fc.integer({ min: 1, max: 500 }))).map(([from, length]) => ({
  from,
  to: length === null ? null : addDays(from, length),
}));
const closed = fc
  .tuple(day, fc.integer({ min: 1, max: 500 }))
  .map(([from, length]) => ({ from, to: addDays(from, length) }));

describe('instant', () => {
  it('writes every offset in UTC', () => {
    expect(instant('2026-10-25T01:30:00+01:00')).toBe('2026-10-25T00:30:00Z');
    expect(instant('2026-10-25T00:30:00Z')).toBe('2026-10-25T00:30:00Z');
    expect(instant('2026-10-25T00:30:00.250Z')).toBe('2026-10-25T00:30:00.25Z');
  });

  it.each(['2026-10-25T01:30:00', '2026-10-25', 'yesterday', '', '2026-02-30T00:00:00Z', '2026-01-01T00:00:00.0001Z'])(
    'refuses %p: no instant, no offset, or finer than a millisecond',
    (text) => expect(code(() => instant(text))).toBe('invalid-period'),
  );

  it('is the inverse of counting milliseconds', () => {
    fc.assert(
      fc.property(fc.integer({ min: -8e12, max: 8e12 }), (ms) => {
        expect(epochMs(fromEpochMs(ms))).toBe(ms);
        expect(instant(fromEpochMs(ms))).toBe(fromEpochMs(ms));
      }),
    );
  });
});

describe('civil dates', () => {
  it.each(['2026-02-29', '2026-13-01', '2026-1-1', '20260101', '2026-01-01T00:00:00Z'])('refuses %p', (text) =>
    expect(code(() => civilDate(text))).toBe('invalid-period'),
  );

  it('knows the leap day', () => {
    expect(civilDate('2028-02-29')).toBe('2028-02-29');
    expect(addDays('2028-02-28', 1)).toBe('2028-02-29');
    expect(addDays('2028-03-01', -1)).toBe('2028-02-29');
  });

  it('keeps to the end of a shorter month', () => {
    expect(addMonths('2026-01-31', 1)).toBe('2026-02-28');
    expect(addMonths('2028-02-29', 12)).toBe('2029-02-28');
  });

  it('finds the month of a day', () => {
    expect(monthOf('2026-12-31')).toEqual({ from: '2026-12-01', to: '2027-01-01' });
    expect(monthOf('2026-10-01')).toEqual({ from: '2026-10-01', to: '2026-11-01' });
  });
});

describe('periods', () => {
  it('refuses an empty and a backward one', () => {
    expect(code(() => period('2026-10-01', '2026-10-01'))).toBe('invalid-period');
    expect(code(() => period('2026-10-02', '2026-10-01'))).toBe('invalid-period');
  });

  // Counted on the calendar; clock changes do not change the number of civil days.
  it.each([
    ['2026-10-01', '2026-11-01', 31],
    ['2026-02-01', '2026-03-01', 28],
    ['2028-02-01', '2028-03-01', 29],
    ['2026-01-01', '2027-01-01', 365],
    ['2025-12-31', '2026-01-01', 1],
  ])('counts the days from %s to %s', (from, to, days) => expect(daysIn(period(from, to))).toBe(days));

  it('adds days over a cut', () => {
    fc.assert(
      fc.property(day, fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 400 }), (a, first, second) => {
        const b = addDays(a, first);
        expect(daysIn({ from: a, to: addDays(b, second) })).toBe(first + second);
      }),
    );
  });

  it('shares no day with its neighbour', () => {
    expect(overlap({ from: '2026-10-01', to: '2026-11-01' }, { from: '2026-11-01', to: null })).toBeNull();
    expect(within({ from: '2026-10-01', to: '2026-11-01' }, { from: '2026-10-31', to: null })).toEqual({
      from: '2026-10-31',
      to: '2026-11-01',
    });
  });

  it('overlaps the same way from both sides, and never beyond either', () => {
    fc.assert(
      fc.property(run, run, (a, b) => {
        const shared = overlap(a, b);
        expect(shared).toEqual(overlap(b, a));
        if (shared === null) return;
        expect(overlap(shared, a)).toEqual(shared);
        expect(overlap(shared, b)).toEqual(shared);
      }),
    );
  });

  it('finds a day in the overlap exactly where both hold it', () => {
    fc.assert(
      fc.property(closed, run, day, (a, b, at) => {
        const holds = (days: { from: string; to: string | null }): boolean =>
          days.from <= at && (days.to === null || at < days.to);
        const shared = within(a, b);
        expect(shared !== null && holds(shared)).toBe(holds(a) && holds(b));
      }),
    );
  });
});

describe('what is refused as a time', () => {
  const long = 'x'.repeat(60);

  it('is told in its own words, but not at any length', () => {
    expect(() => instant(long)).toThrow(`"${long.slice(0, 40)}" is not an instant with an offset`);
    expect(() => civilDate(long)).toThrow(`"${long.slice(0, 40)}" is not a date like 2026-10-01.`);
    expect(() => period('2026-10-02', '2026-10-01')).toThrow('2026-10-02 to 2026-10-01 is empty: the end is exclusive');
  });

  it.each(['+02026-01-01', '-2026-01-01', '2026-01-01[u-ca=gregory]'])(
    'is %p, which is a date but not written as one',
    (text) => expect(code(() => civilDate(text))).toBe('invalid-period'),
  );
});

describe('months', () => {
  it('of a period are each as long as it reaches', () => {
    expect(monthsOf({ from: '2026-01-20', to: '2026-03-03' })).toEqual([
      { from: '2026-01-20', to: '2026-02-01' },
      { from: '2026-02-01', to: '2026-03-01' },
      { from: '2026-03-01', to: '2026-03-03' },
    ]);
    expect(monthsOf({ from: '2026-02-01', to: '2026-03-01' })).toEqual([{ from: '2026-02-01', to: '2026-03-01' }]);
  });

  it('have days of the week, Monday first', () => {
    expect(['2026-10-26', '2026-10-28', '2026-11-01'].map(weekdayOf)).toEqual([1, 3, 7]);
  });
});

describe('the days that two runs share', () => {
  it('end never where neither ends, and where the first of both ends else', () => {
    const open = { from: '2026-10-01', to: null };
    expect(overlap(open, { from: '2026-10-05', to: null })).toEqual({ from: '2026-10-05', to: null });
    expect(overlap(open, { from: '2026-09-01', to: '2026-10-05' })).toEqual({ from: '2026-10-01', to: '2026-10-05' });
    expect(overlap({ from: '2026-09-01', to: '2026-10-05' }, open)).toEqual({ from: '2026-10-01', to: '2026-10-05' });
  });
});

describe('periodsBefore', () => {
  it.each([
    ['2026-03-01', '2026-04-01', '2026-02-01', '2026-01-01'],
    ['2026-01-01', '2026-04-01', '2025-10-01', '2025-07-01'],
    ['2026-03-15', '2026-04-15', '2026-02-15', '2026-01-15'],
    ['2026-03-02', '2026-03-30', '2026-02-02', '2026-01-05'],
    ['2028-02-29', '2028-03-01', '2028-02-28', '2028-02-27'],
  ])('goes back from %s to %s by its own length', (from, to, before, first) => {
    expect(periodsBefore({ from, to }, 2)).toEqual([
      { from: first, to: before },
      { from: before, to: from },
    ]);
  });

  it('leaves no day out and counts none twice', () => {
    fc.assert(
      fc.property(fc.nat(3000), fc.integer({ min: 1, max: 400 }), fc.nat(20), (start, length, count) => {
        const from = addDays('2024-01-01', start);
        const periods = periodsBefore({ from, to: addDays(from, length) }, count);
        expect(periods).toHaveLength(count);
        periods.forEach(({ from: begin, to }, index) => {
          expect(begin < to).toBe(true);
          expect(to).toBe(periods[index + 1]?.from ?? from);
        });
      }),
    );
  });
});
