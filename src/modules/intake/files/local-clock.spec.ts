import fc from 'fast-check';
import { fromEpochMs } from '../../../domain/calendar/period.js';
import { LocalClock } from './local-clock.js';

const wall = (text: string): number => Date.parse(`${text}Z`);
const instants = (zone: string, text: string): string[] => new LocalClock(zone).instantsOf(wall(text)).map(fromEpochMs);

describe('LocalClock', () => {
  // Clock changes as the tz database has them: Amsterdam 29 March and 25 October 2026, Lord Howe by half an hour on 5 April.
  it.each<[string, string, string[]]>([
    ['Europe/Amsterdam', '2026-07-01T12:00:00', ['2026-07-01T10:00:00Z']],
    ['Europe/Amsterdam', '2026-10-25T01:59:59', ['2026-10-24T23:59:59Z']],
    ['Europe/Amsterdam', '2026-10-25T02:30:00', ['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z']],
    ['Europe/Amsterdam', '2026-10-25T03:00:00', ['2026-10-25T02:00:00Z']],
    ['Europe/Amsterdam', '2026-03-29T02:30:00', []],
    ['Europe/Amsterdam', '2026-03-29T03:00:00', ['2026-03-29T01:00:00Z']],
    ['Australia/Lord_Howe', '2026-04-05T01:45:00', ['2026-04-04T14:45:00Z', '2026-04-04T15:15:00Z']],
    ['Asia/Kathmandu', '2026-04-05T01:45:00', ['2026-04-04T20:00:00Z']],
  ])('%s shows %s at %j', (zone, text, expected) => expect(instants(zone, text)).toEqual(expected));

  it('tells the two hours apart where the clock says its season', () => {
    const clock = new LocalClock('Europe/Amsterdam');
    const at = (season: 'summer' | 'winter'): string =>
      fromEpochMs(clock.instantIn(season, wall('2026-10-25T02:30:00')).at);
    expect([at('summer'), at('winter')]).toEqual(['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z']);
  });

  it('believes a clock that keeps winter time in summer, and says that the zone does not', () => {
    const clock = new LocalClock('Europe/Stockholm');
    const { at, lawful } = clock.instantIn('winter', wall('2026-07-01T12:00:00'));
    expect([fromEpochMs(at), lawful]).toEqual(['2026-07-01T11:00:00Z', false]);
  });

  it('knows the seasons of Dublin, where the tz database calls winter the exception', () => {
    const clock = new LocalClock('Europe/Dublin');
    const at = (season: 'summer' | 'winter', text: string): string =>
      fromEpochMs(clock.instantIn(season, wall(text)).at);
    expect(at('summer', '2026-07-01T12:00:00')).toBe('2026-07-01T11:00:00Z');
    expect(at('winter', '2026-01-01T12:00:00')).toBe('2026-01-01T12:00:00Z');
  });

  it('gives back every instant whose time on the wall it is asked for', () => {
    const zones = ['Europe/Amsterdam', 'Europe/London', 'America/New_York', 'Australia/Lord_Howe', 'UTC'];
    const from = Date.UTC(2015, 0, 1) / 1000;
    fc.assert(
      fc.property(fc.constantFrom(...zones), fc.integer({ min: from, max: from + 400_000_000 }), (zone, seconds) => {
        const at = seconds * 1000;
        const parts = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
        const shown = wall(parts.format(at).replace(' ', 'T'));
        expect(new LocalClock(zone).instantsOf(shown)).toContain(at);
      }),
    );
  });
});
