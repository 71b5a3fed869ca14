import fc from 'fast-check';
import { DomainError } from '../errors.js';
import { addDays, epochMs, fromEpochMs } from './period.js';
import { dayOf, localMoment, shiftDays, spanOf, startOfDay, zone } from './zone.js';

const zones = ['Europe/London', 'Europe/Zurich', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC'];
const hours = (date: string, name: string): number => {
  const { from, to } = spanOf({ from: date, to: addDays(date, 1) }, name);
  return (epochMs(to) - epochMs(from)) / 3_600_000;
};

describe('zone', () => {
  it('accepts an IANA name', () => expect(zone('Europe/London')).toBe('Europe/London'));

  it.each(['Europe/Atlantis', '', 'BST ', 'London'])('refuses %p', (name) => {
    expect(() => zone(name)).toThrow(expect.objectContaining({ code: 'invalid-zone' }) as DomainError);
  });
});

it('tells a refused zone in its own words, but not at any length', () => {
  expect(() => zone('x'.repeat(90))).toThrow(`"${'x'.repeat(60)}" is not a time zone like Europe/London.`);
});

it('shows the wall clock to the minute, whatever the seconds', () => {
  expect(localMoment('2026-09-30T23:00:59.5Z', 'Europe/London')).toBe('2026-10-01T00:00');
});

describe('a day in a zone', () => {
  // Clock changes of 2026 as the tz database has them: London 29 March and 25 October; Lord Howe moves by half an hour.
  it.each([
    ['2026-03-29', 'Europe/London', 23],
    ['2026-10-25', 'Europe/London', 25],
    ['2026-10-24', 'Europe/London', 24],
    ['2026-04-05', 'Australia/Lord_Howe', 24.5],
    ['2026-10-04', 'Australia/Lord_Howe', 23.5],
  ])('%s in %s has %d hours', (date, name, expected) => expect(hours(date, name)).toBe(expected));

  it('begins an hour before midnight UTC in British summer', () => {
    expect(startOfDay('2026-07-01', 'Europe/London')).toBe('2026-06-30T23:00:00Z');
    expect(startOfDay('2026-12-01', 'Europe/London')).toBe('2026-12-01T00:00:00Z');
  });

  it('begins at the first instant that exists where the clock skips midnight', () => {
    // Cuba moves from 00:00 to 01:00 on 8 March 2026; midnight does not exist on that day.
    expect(startOfDay('2026-03-08', 'America/Havana')).toBe('2026-03-08T05:00:00Z');
  });

  it('holds an instant exactly where the instant falls on it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1.6e12, max: 1.95e12 }), fc.constantFrom(...zones), (ms, name) => {
        const at = fromEpochMs(ms);
        const date = dayOf(at, name);
        const { from, to } = spanOf({ from: date, to: addDays(date, 1) }, name);
        expect(epochMs(from) <= ms && ms < epochMs(to)).toBe(true);
      }),
    );
  });
});

describe('the same hour of another day', () => {
  it.each([
    ['2026-10-26T10:00:00Z', -1, '2026-10-25T10:00:00Z'],
    ['2026-10-26T10:00:00Z', -2, '2026-10-24T09:00:00Z'],
    ['2026-03-28T10:00:00Z', 7, '2026-04-04T09:00:00Z'],
    ['2028-02-29T10:00:00Z', -364, '2027-03-02T10:00:00Z'],
  ])('of %s, %d days away, is %s in London', (at, days, expected) => {
    expect(shiftDays(at, days, 'Europe/London')).toBe(expected);
  });

  it('shows the same on the wall, except where the clock skips it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 525_600 }), fc.integer({ min: -400, max: 400 }), (minutes, days) => {
        const at = fromEpochMs(epochMs('2026-01-01T00:00:00Z') + minutes * 60_000);
        const [then, now] = [shiftDays(at, days, 'Europe/London'), localMoment(at, 'Europe/London')];
        const skipped = localMoment(then, 'Europe/London').slice(10) !== now.slice(10);
        expect(dayOf(then, 'Europe/London')).toBe(addDays(dayOf(at, 'Europe/London'), days));
        if (skipped) expect(now.slice(11, 13)).toBe('01');
      }),
    );
  });
});
