import { describe, expect, it } from 'vitest';
import { dayBefore, isMonth, makeFigures, monthsBefore, nextMonth } from './figures';

const british = makeFigures('en-GB', 'Europe/London');
const swiss = makeFigures('de-CH', 'Europe/Zurich');

describe('figures of a community', () => {
  it('keep every digit of an amount, and have a real minus', () => {
    expect(british.money('9007199254740993.05', 'GBP')).toBe('£9,007,199,254,740,993.05');
    expect(british.money('-0.30', 'GBP')).toBe('−£0.30');
    expect([british.change('1.00', 'GBP'), british.change('0.00', 'GBP'), british.change('-1.00', 'GBP')]).toEqual([
      '+£1.00',
      '£0.00',
      '−£1.00',
    ]);
    expect(swiss.money('1234.5', 'CHF').replaceAll(/[\s\u00a0]/g, ' ')).toMatch(/^CHF 1[’']234\.50$/);
  });

  it('are read as they are written', () => {
    const german = makeFigures('de-DE', 'Europe/Berlin');
    expect([german.read('1.234,56'), swiss.read('1’234.56'), british.read('1,234.56')]).toEqual(
      Array(3).fill('1234.56'),
    );
    for (const value of ['1.250', '0.125', '1250', '-3.5']) expect(german.read(german.typed(value))).toBe(value);
  });

  it('leave out digits that say nothing', () => {
    expect([british.number('409.450'), british.number('0.00801'), british.number('1430.24')]).toEqual([
      '409.45',
      '0.00801',
      '1,430.24',
    ]);
  });

  it('name a month as a month, and other days by the first and the last', () => {
    expect(british.period({ from: '2026-10-01', to: '2026-11-01' })).toBe('October 2026');
    expect(british.period({ from: '2026-10-01', to: '2026-10-16' })).toBe('1 Oct 2026 – 15 Oct 2026');
    expect(isMonth({ from: '2026-02-01', to: '2026-03-01' })).toBe(true);
    expect(isMonth({ from: '2026-02-02', to: '2026-03-02' })).toBe(false);
  });

  it('tell an instant on the clock of the place', () => {
    expect(british.moment('2026-07-01T11:30:00Z')).toBe('1 Jul 2026, 12:30');
    expect(british.dueDay('2026-11-30').replace(',', '')).toBe('Monday 30 November 2026');
  });
});

it('puts the instants of a sentence on the clock of the place, and leaves its other figures alone', () => {
  const told = 'From 2026-07-01T08:00:00Z to 2026-12-01T08:00:00.5Z the display rose by 3.5 on 2026-07-01, 08:00.';
  expect(british.sentence(told)).toBe(
    'From 1 Jul 2026, 09:00 to 1 Dec 2026, 08:00 the display rose by 3.5 on 2026-07-01, 08:00.',
  );
});

it('counts the months back that are over', () => {
  expect(monthsBefore('2026-02-28', 3)).toEqual([
    { from: '2026-01-01', to: '2026-02-01' },
    { from: '2025-12-01', to: '2026-01-01' },
    { from: '2025-11-01', to: '2025-12-01' },
  ]);
});

it('finds the next month and the day before across the year', () => {
  expect(nextMonth({ to: '2026-12-01' })).toEqual({ from: '2026-12-01', to: '2027-01-01' });
  expect([dayBefore('2026-03-01'), dayBefore('2027-01-01')]).toEqual(['2026-02-28', '2026-12-31']);
});
