import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { DomainError } from '../errors.js';
import { type BandCalendar, type BandRule, bandWindows, checkBands } from './bands.js';
import { epochMs, fromEpochMs, instant } from './period.js';
import { spanOf } from './zone.js';

const dayAndNight: BandCalendar = {
  bands: ['day', 'night'],
  rules: [
    { band: 'night', from: '00:00', to: '07:00' },
    { band: 'day', from: '07:00', to: '24:00' },
  ],
};

/** The south-east Queensland peak and shoulder hours, as the file of public tariffs states them, in rules of ours. */
const queensland: BandCalendar = {
  bands: ['peak', 'shoulder', 'off-peak'],
  rules: [
    { band: 'peak', weekdays: [1, 2, 3, 4, 5], from: '16:00', to: '20:00' },
    { band: 'shoulder', weekdays: [1, 2, 3, 4, 5], from: '07:00', to: '16:00' },
    { band: 'shoulder', weekdays: [1, 2, 3, 4, 5], from: '20:00', to: '22:00' },
    { band: 'shoulder', weekdays: [6, 7], from: '07:00', to: '22:00' },
    { band: 'off-peak', from: '22:00', to: '07:00' },
  ],
};

const winterPeak: BandCalendar = {
  bands: ['peak', 'rest'],
  rules: [
    { band: 'peak', months: [11, 12, 1, 2], weekdays: [1, 2, 3, 4, 5], from: '16:00', to: '19:00' },
    { band: 'rest', months: [11, 12, 1, 2], weekdays: [1, 2, 3, 4, 5], from: '00:00', to: '16:00' },
    { band: 'rest', months: [11, 12, 1, 2], weekdays: [1, 2, 3, 4, 5], from: '19:00', to: '24:00' },
    { band: 'rest', months: [11, 12, 1, 2], weekdays: [6, 7], from: '00:00', to: '24:00' },
    { band: 'rest', months: [3, 4, 5, 6, 7, 8, 9, 10], from: '00:00', to: '24:00' },
  ],
};

const zones = [
  'Europe/London',
  'Europe/Dublin',
  'Europe/Zurich',
  'Australia/Lord_Howe',
  'Australia/Brisbane',
  'America/St_Johns',
  'America/Havana',
  'Asia/Kathmandu',
  'Asia/Beirut',
  'Pacific/Apia',
];

/** The band of one instant, looked up the slow way: by the time that a wall clock in the zone shows. */
function bandOnTheWall(calendar: BandCalendar, at: string, zone: string): string[] {
  const wall = Temporal.Instant.from(at).toZonedDateTimeISO(zone);
  const minute = wall.hour * 60 + wall.minute;
  const minutes = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
  const applies = (rule: BandRule, date: Temporal.PlainDate): boolean =>
    (rule.months ?? [date.month]).includes(date.month) && (rule.weekdays ?? [date.dayOfWeek]).includes(date.dayOfWeek);
  const today = wall.toPlainDate();
  const yesterday = today.subtract({ days: 1 });
  return calendar.rules
    .filter((rule) => {
      const [from, to] = [minutes(rule.from), minutes(rule.to)];
      if (from < to) return applies(rule, today) && from <= minute && minute < to;
      return (applies(rule, today) && minute >= from) || (applies(rule, yesterday) && minute < to);
    })
    .map((rule) => rule.band);
}

const hours = (from: string, to: string): number => (epochMs(to) - epochMs(from)) / 3_600_000;

describe('bandWindows', () => {
  it('gives the night its extra hour where the clock goes back', () => {
    const span = spanOf({ from: '2026-10-25', to: '2026-10-26' }, 'Europe/London');
    expect(bandWindows(dayAndNight, span, 'Europe/London')).toEqual([
      { band: 'night', from: '2026-10-24T23:00:00Z', to: '2026-10-25T07:00:00Z' },
      { band: 'day', from: '2026-10-25T07:00:00Z', to: '2026-10-26T00:00:00Z' },
    ]);
  });

  it('takes an hour from the night where the clock goes forward', () => {
    const span = spanOf({ from: '2026-03-29', to: '2026-03-30' }, 'Europe/London');
    expect(bandWindows(dayAndNight, span, 'Europe/London')).toEqual([
      { band: 'night', from: '2026-03-29T00:00:00Z', to: '2026-03-29T06:00:00Z' },
      { band: 'day', from: '2026-03-29T06:00:00Z', to: '2026-03-29T23:00:00Z' },
    ]);
  });

  // Hand calculation: the night is 7 wall hours; the change at 02:00 or so adds or takes what the clock moves.
  it.each([
    ['Europe/Dublin', '2026-10-25', 8, 17],
    ['Europe/Dublin', '2026-03-29', 6, 17],
    ['Australia/Lord_Howe', '2026-04-05', 7.5, 17],
    ['Australia/Lord_Howe', '2026-10-04', 6.5, 17],
    ['America/St_Johns', '2026-11-01', 8, 17],
    ['America/St_Johns', '2026-03-08', 6, 17],
    ['Asia/Kathmandu', '2026-10-25', 7, 17],
    ['Europe/London', '2028-02-29', 7, 17],
    ['America/Havana', '2026-03-08', 6, 17],
  ])('in %s on %s the night has %d hours and the day %d', (zone, date, night, day) => {
    const next = Temporal.PlainDate.from(date).add({ days: 1 }).toString();
    const windows = bandWindows(dayAndNight, spanOf({ from: date, to: next }, zone), zone);
    expect(windows.map(({ band, from, to }) => [band, hours(from, to)])).toEqual([
      ['night', night],
      ['day', day],
    ]);
  });

  it('shows an hour in its band twice when the wall shows it twice', () => {
    const calendar: BandCalendar = {
      bands: ['odd', 'rest'],
      rules: [
        { band: 'odd', from: '01:15', to: '01:45' },
        { band: 'rest', from: '01:45', to: '01:15' },
      ],
    };
    const odd = bandWindows(
      calendar,
      spanOf({ from: '2026-10-25', to: '2026-10-26' }, 'Europe/London'),
      'Europe/London',
    ).filter(({ band }) => band === 'odd');
    expect(odd.map(({ from }) => from)).toEqual(['2026-10-25T00:15:00Z', '2026-10-25T01:15:00Z']);
  });

  it('lets a rule past midnight belong to the day on which it starts', () => {
    const friday: BandCalendar = {
      bands: ['late', 'rest'],
      rules: [
        { band: 'late', weekdays: [5], from: '22:00', to: '03:00' },
        { band: 'rest', weekdays: [1, 2, 3, 4, 7], from: '00:00', to: '24:00' },
        { band: 'rest', weekdays: [5], from: '00:00', to: '22:00' },
        { band: 'rest', weekdays: [6], from: '03:00', to: '24:00' },
      ],
    };
    expect(() => checkBands(friday)).not.toThrow();
    const windows = bandWindows(friday, { from: '2026-10-30T12:00:00Z', to: '2026-11-01T00:00:00Z' }, 'Europe/London');
    expect(windows.map(({ band, from }) => [band, from])).toEqual([
      ['rest', '2026-10-30T12:00:00Z'],
      ['late', '2026-10-30T22:00:00Z'],
      ['rest', '2026-10-31T03:00:00Z'],
    ]);
  });

  const anySpan = fc
    .tuple(
      fc.integer({ min: epochMs('2010-01-01T00:00:00Z'), max: epochMs('2035-01-01T00:00:00Z') }),
      fc.integer({ min: 1, max: 40 * 86_400_000 }),
    )
    .map(([start, length]) => ({ from: fromEpochMs(start), to: fromEpochMs(start + length) }));
  const anyCalendar = fc.constantFrom(dayAndNight, queensland, winterPeak);

  it('tiles the span exactly and merges equal neighbours', () => {
    fc.assert(
      fc.property(anyCalendar, anySpan, fc.constantFrom(...zones), (calendar, span, zone) => {
        const windows = bandWindows(calendar, span, zone);
        expect(windows[0]?.from).toBe(span.from);
        expect(windows.at(-1)?.to).toBe(span.to);
        windows.forEach((window, i) => {
          expect(epochMs(window.from)).toBeLessThan(epochMs(window.to));
          const next = windows[i + 1];
          if (next) {
            expect(next.from).toBe(window.to);
            expect(next.band).not.toBe(window.band);
          }
        });
      }),
    );
  });

  it('gives every instant the band of its wall time', () => {
    fc.assert(
      fc.property(
        anyCalendar,
        anySpan,
        fc.constantFrom(...zones),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (calendar, span, zone, part) => {
          const [from, to] = [epochMs(span.from), epochMs(span.to)];
          const at = from + Math.floor((to - from) * part);
          const window = bandWindows(calendar, span, zone).find((w) => epochMs(w.from) <= at && at < epochMs(w.to));
          expect([window?.band]).toEqual(bandOnTheWall(calendar, fromEpochMs(at), zone));
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('checkBands', () => {
  it.each([dayAndNight, queensland, winterPeak])('accepts a calendar that covers every hour once', (calendar) => {
    expect(() => checkBands(calendar)).not.toThrow();
  });

  it('names the first hours that no band covers', () => {
    const calendar = { bands: ['day'], rules: [{ band: 'day', from: '07:00', to: '22:00' }] };
    expect(() => checkBands(calendar)).toThrow('No band covers Monday 00:00–07:00 in January');
  });

  it('names the first hours that two bands cover', () => {
    const calendar = {
      ...dayAndNight,
      rules: [...dayAndNight.rules, { band: 'night', months: [6], weekdays: [3], from: '23:00', to: '24:00' }],
    };
    expect(() => checkBands(calendar)).toThrow('day and night both cover Wednesday 23:00–24:00 in June');
  });

  it('finds the gap after midnight on the first of a month', () => {
    const calendar: BandCalendar = {
      bands: ['a'],
      rules: [
        { band: 'a', months: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], from: '06:00', to: '24:00' },
        { band: 'a', months: [1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], from: '00:00', to: '06:00' },
        { band: 'a', months: [2], from: '22:00', to: '06:00' },
      ],
    };
    expect(() => checkBands(calendar)).toThrow('No band covers Monday 00:00–06:00 in February');
  });

  it.each([
    ['a rule without band', { bands: ['day'], rules: [{ band: 'night', from: '00:00', to: '24:00' }] }],
    ['an hour that does not exist', { bands: ['day'], rules: [{ band: 'day', from: '00:00', to: '24:30' }] }],
    ['an empty rule', { bands: ['day'], rules: [{ band: 'day', from: '07:00', to: '07:00' }] }],
    [
      'a month that does not exist',
      { bands: ['day'], rules: [{ band: 'day', months: [13], from: '00:00', to: '24:00' }] },
    ],
    ['a band twice', { bands: ['day', 'day'], rules: [{ band: 'day', from: '00:00', to: '24:00' }] }],
    ['a band without rule', { bands: ['day', 'dusk'], rules: [{ band: 'day', from: '00:00', to: '24:00' }] }],
  ])('refuses %s', (_, calendar) => {
    expect(() => checkBands(calendar)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
  });
});

describe('what a calendar is refused for', () => {
  const refused = (calendar: BandCalendar): { code: string; message: string; facts: unknown } => {
    try {
      checkBands(calendar);
    } catch (error) {
      if (error instanceof DomainError) return error;
      throw error;
    }
    throw new Error('It was taken.');
  };
  const whole = { band: 'day', from: '00:00', to: '24:00' };
  const monthsOrDays = 'A rule of band day names a month outside 1..12 or a weekday outside 1..7 and 8 for holidays.';

  it.each<[string, BandCalendar, string]>([
    ['a band named twice', { bands: ['day', 'day'], rules: [whole] }, 'A band is named twice.'],
    [
      'a rule of no band of its own',
      { bands: ['day', 'dusk'], rules: [whole, { ...whole, band: 'night' }] },
      'A rule points to band night, which is not among day, dusk.',
    ],
    [
      'a band without a rule',
      { bands: ['day', 'dusk'], rules: [whole] },
      'No rule points to band dusk: remove it or say when it applies.',
    ],
    ...['7:00', '107:00', '07:000', '24:01', '07:60', 'noon'].map((from): [string, BandCalendar, string] => [
      `the hour ${from}`,
      { bands: ['day'], rules: [{ ...whole, from }] },
      `"${from}" in a rule of band day is not a wall time like 07:00 or 24:00.`,
    ]),
    ...['07:00', '24:00'].map((from): [string, BandCalendar, string] => [
      `the empty rule from ${from}`,
      { bands: ['day'], rules: [{ ...whole, from, to: from }] },
      `The rule ${from}–${from} of band day is empty; a whole day is 00:00–24:00.`,
    ]),
    [
      'a rule that begins when the day ends',
      { bands: ['day'], rules: [whole, { ...whole, from: '24:00', to: '06:00' }] },
      'The rule 24:00–06:00 of band day is empty; a whole day is 00:00–24:00.',
    ],
    ...[[0], [13], [1.5], [1, 13]].map((months): [string, BandCalendar, string] => [
      `the months ${months.join(', ')}`,
      { bands: ['day'], rules: [whole, { ...whole, months }] },
      monthsOrDays,
    ]),
    ...[[0], [9], [2.5], [1, 9]].map((weekdays): [string, BandCalendar, string] => [
      `the weekdays ${weekdays.join(', ')}`,
      { bands: ['day'], rules: [whole, { ...whole, weekdays }] },
      monthsOrDays,
    ]),
  ])('is %s', (_, calendar, message) => {
    expect(refused(calendar)).toMatchObject({ code: 'invalid-input', message });
  });

  it('is a gap or an overlap, with the hours as a fact', () => {
    const gap = { bands: ['day'], rules: [{ ...whole, to: '22:00' }] };
    expect(refused(gap)).toMatchObject({ code: 'tariff-gap', facts: { when: 'Monday 22:00–24:00 in January' } });
    const twice = { bands: ['day', 'dusk'], rules: [whole, { ...whole, band: 'dusk', from: '18:00', months: [12] }] };
    expect(refused(twice)).toMatchObject({
      code: 'tariff-overlap',
      facts: { when: 'Monday 18:00–24:00 in December' },
    });
  });
});

describe('a calendar that nobody checked', () => {
  const london = (rules: readonly BandRule[], holidays: readonly string[] = []): (() => unknown) => {
    const span = { from: '2026-12-24T00:00:00Z', to: '2026-12-27T00:00:00Z' };
    return () => bandWindows({ bands: ['day', 'night'], rules, holidays }, span, 'Europe/London');
  };

  it('stops at the first hour of the span without a band, or with two, and names its date', () => {
    const open = [{ band: 'day', from: '00:00', to: '22:00' }];
    expect(london(open)).toThrow(
      expect.objectContaining({ code: 'tariff-gap', facts: { when: '2026-12-24 22:00–24:00' } }),
    );
    const twice = [
      { band: 'day', from: '00:00', to: '24:00' },
      { band: 'night', weekdays: [5], from: '23:00', to: '24:00' },
    ];
    expect(london(twice)).toThrow('day and night both cover 2026-12-25 23:00–24:00.');
  });

  it('knows the day before a holiday, and the day after it, by what they are', () => {
    const late = [
      { band: 'night', weekdays: [8], from: '22:00', to: '05:00' },
      { band: 'day', weekdays: [8], from: '00:00', to: '22:00' },
      { band: 'day', weekdays: [4], from: '00:00', to: '24:00' },
      { band: 'day', weekdays: [6], from: '05:00', to: '24:00' },
    ];
    expect(london(late, ['2026-12-25'])()).toEqual([
      { band: 'day', from: '2026-12-24T00:00:00Z', to: '2026-12-25T22:00:00Z' },
      { band: 'night', from: '2026-12-25T22:00:00Z', to: '2026-12-26T05:00:00Z' },
      { band: 'day', from: '2026-12-26T05:00:00Z', to: '2026-12-27T00:00:00Z' },
    ]);
  });
});

it('writes instants as `instant` would', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4e12 }), (ms) => expect(instant(fromEpochMs(ms))).toBe(fromEpochMs(ms))),
  );
});
