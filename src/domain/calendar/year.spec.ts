import fc from 'fast-check';
import type { BandCalendar } from './bands.js';
import { bandWindows, checkBands } from './bands.js';
import { daysInWords, firstHoursOf, inRuns, weekdaysInWords, yearOf } from './year.js';

const day = { band: 'day', from: '07:00', to: '22:00' };
const night = { band: 'night', from: '22:00', to: '07:00' };
describe('yearOf', () => {
  it('says the year in as few days as there are different ones', () => {
    expect(yearOf({ bands: ['day', 'night'], rules: [day, night] }).map(daysInWords)).toEqual([
      'every month, every day: 00:00–07:00 night, 07:00–22:00 day, 22:00–24:00 night',
    ]);
    const seasons: BandCalendar = {
      bands: ['peak', 'rest'],
      rules: [
        { band: 'peak', months: [1, 2, 11, 12], weekdays: [1, 2, 3, 4, 5], from: '16:00', to: '19:00' },
        { band: 'rest', months: [1, 2, 11, 12], weekdays: [1, 2, 3, 4, 5], from: '00:00', to: '16:00' },
        { band: 'rest', months: [1, 2, 11, 12], weekdays: [1, 2, 3, 4, 5], from: '19:00', to: '24:00' },
        { band: 'rest', months: [1, 2, 11, 12], weekdays: [6, 7], from: '00:00', to: '24:00' },
        { band: 'rest', months: [3, 4, 5, 6, 7, 8, 9, 10], from: '00:00', to: '24:00' },
      ],
    };
    expect(yearOf(seasons).map(daysInWords)).toEqual([
      'January to February, November to December, Monday to Friday: 00:00–16:00 rest, 16:00–19:00 peak, 19:00–24:00 rest',
      'January to February, November to December, Saturday to Sunday: 00:00–24:00 rest',
      'March to October, every day: 00:00–24:00 rest',
    ]);
    expect(firstHoursOf(seasons, 'peak')).toBe('Monday 16:00–19:00 in January');
  });

  it('has every month and weekday once, with 24 hours each', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 23 }),
        fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { maxLength: 11 }),
        (hour, months) => {
          const at = `${String(hour).padStart(2, '0')}:00`;
          const others = Array.from({ length: 12 }, (_, i) => i + 1).filter((month) => !months.includes(month));
          const rules = [
            ...(months.length > 0 ? [{ band: 'a', months, from: '00:00', to: '24:00' }] : []),
            { band: 'a', months: others, from: '00:00', to: at },
            { band: 'b', months: others, from: at, to: '24:00' },
          ];
          const days = yearOf({ bands: ['a', 'b'], rules }).flatMap((group) =>
            group.months.flatMap((month) => group.weekdays.map((weekday) => `${month}-${weekday}`)),
          );
          expect([days.length, new Set(days).size]).toEqual([84, 84]);
        },
      ),
    );
  });
});

describe('days in words', () => {
  const letters = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k'];

  it('joins neighbours, in whatever order and however often they are named', () => {
    expect(inRuns([6, 2, 1, 3, 2], letters)).toBe('a to c, f');
    expect(inRuns([10, 9, 2], letters)).toBe('b, i to j');
    expect(inRuns([], letters)).toBe('');
    expect(inRuns([12], letters)).toBe('12');
  });

  it('tells holidays apart from the days of the week', () => {
    expect(weekdaysInWords([8, 3, 1, 2])).toBe('Monday to Wednesday, holidays');
    expect(weekdaysInWords([7, 8])).toBe('Sunday, holidays');
    expect(weekdaysInWords([8])).toBe('holidays');
    expect(weekdaysInWords([5])).toBe('Friday');
  });

  it('names the first hours of a band, and none where it has none', () => {
    const calendar: BandCalendar = {
      bands: ['day', 'feast'],
      rules: [
        { band: 'day', weekdays: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '24:00' },
        { band: 'feast', weekdays: [8], months: [5], from: '00:00', to: '24:00' },
      ],
    };
    expect(firstHoursOf(calendar, 'feast')).toBe('on holidays 00:00–24:00 in May');
    expect(firstHoursOf(calendar, 'dusk')).toBeNull();
  });

  it('takes a holiday as if it followed a Sunday, and a Monday as what follows one', () => {
    const sundayNight: BandCalendar = {
      bands: ['late', 'rest'],
      rules: [
        { band: 'late', weekdays: [7], from: '22:00', to: '03:00' },
        { band: 'rest', weekdays: [7], from: '00:00', to: '22:00' },
        { band: 'rest', weekdays: [1, 8], from: '03:00', to: '24:00' },
        { band: 'rest', weekdays: [2, 3, 4, 5, 6], from: '00:00', to: '24:00' },
      ],
      holidays: ['2026-12-25'],
    };
    expect(yearOf(sundayNight).map(daysInWords)).toEqual([
      'every month, Monday, holidays: 00:00–03:00 late, 03:00–24:00 rest',
      'every month, Tuesday to Saturday: 00:00–24:00 rest',
      'every month, Sunday: 00:00–22:00 rest, 22:00–24:00 late',
    ]);
  });
});

describe('holidays', () => {
  it('leave no morning after them open, where a rule of weekdays runs past midnight', () => {
    const weekdays = [1, 2, 3, 4, 5, 6, 7];
    const rules = [
      { ...day, weekdays },
      { ...night, weekdays },
      { band: 'night', weekdays: [8], from: '07:00', to: '24:00' },
    ];
    const calendar = { bands: ['day', 'night'], rules, holidays: ['2026-12-25'] };
    expect(() => checkBands(calendar)).toThrow('No band covers Monday 00:00–07:00 in January');
    expect(() => checkBands({ ...calendar, rules: [day, night] })).not.toThrow();
  });

  it('count as Sundays where the calendar says so', () => {
    const calendar: BandCalendar = {
      bands: ['day', 'night'],
      rules: [
        { band: 'night', weekdays: [1, 2, 3, 4, 5, 6], from: '00:00', to: '07:00' },
        { band: 'day', weekdays: [1, 2, 3, 4, 5, 6], from: '07:00', to: '24:00' },
        { band: 'night', weekdays: [7, 8], from: '00:00', to: '24:00' },
      ],
      holidays: ['2026-12-25'],
    };
    expect(() => checkBands(calendar)).not.toThrow();
    const span = { from: '2026-12-24T00:00:00Z', to: '2026-12-27T00:00:00Z' };
    expect(bandWindows(calendar, span, 'Europe/London').map(({ band, from }) => `${band} ${from}`)).toEqual([
      'night 2026-12-24T00:00:00Z',
      'day 2026-12-24T07:00:00Z',
      'night 2026-12-25T00:00:00Z',
      'day 2026-12-26T07:00:00Z',
    ]);
    expect(yearOf(calendar).map(daysInWords).at(-1)).toBe('every month, Sunday, holidays: 00:00–24:00 night');
    const uncovered = {
      ...calendar,
      rules: calendar.rules.map((rule) => ({ ...rule, weekdays: rule.weekdays?.filter((n) => n < 8) ?? [] })),
    };
    expect(() => checkBands(uncovered)).toThrow('on holidays 00:00–24:00 in January');
  });
});
