import fc from 'fast-check';
import { epochMs } from '../../../../domain/calendar/period.js';
import { localMoment } from '../../../../domain/calendar/zone.js';
import { WallClock } from './clock.js';

const zones = ['Europe/London', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', 'America/Santiago', 'UTC'];
const instants = (zone: string, wall: string): string[] =>
  WallClock.of(zone)
    .instantsOf(Date.parse(`${wall}Z`))
    .map((at) => new Date(at).toISOString().slice(0, 16));

describe('WallClock', () => {
  it('knows one instant as a rule, none in the hour that is left out, two in the one that comes twice', () => {
    expect(instants('Europe/London', '2026-07-01T12:00')).toEqual(['2026-07-01T11:00']);
    expect(instants('Europe/London', '2026-03-29T01:30')).toEqual([]);
    expect(instants('Europe/London', '2026-10-25T01:30')).toEqual(['2026-10-25T00:30', '2026-10-25T01:30']);
    expect(instants('Europe/London', '2026-10-25T02:00')).toEqual(['2026-10-25T02:00']);
  });

  it('knows zones whose clock changes at midnight, or by half an hour', () => {
    expect(instants('America/Santiago', '2026-09-06T00:30')).toEqual([]);
    expect(instants('America/Santiago', '2026-09-06T01:00')).toEqual(['2026-09-06T04:00']);
    expect(instants('Australia/Lord_Howe', '2026-04-05T01:45')).toHaveLength(2);
    expect(instants('Australia/Lord_Howe', '2026-04-05T01:15')).toHaveLength(1);
  });

  it('takes an offset for a zone, and refuses what is neither', () => {
    expect(instants('+10:00', '2026-07-01T12:00')).toEqual(['2026-07-01T02:00']);
    expect(() => WallClock.of('Mars/Olympus')).toThrow('is not a time zone like Europe/London');
  });

  it('has days of 23, 24 and 25 hours', () => {
    const hours = (date: string): number => {
      const day = WallClock.of('Europe/Berlin').dayOf(Date.parse(`${date}T15:00Z`));
      return (day.to - day.from) / 3_600_000;
    };
    expect(['2026-03-29', '2026-10-25', '2026-10-26'].map(hours)).toEqual([23, 25, 24]);
  });

  it('finds every instant again by what the wall showed at it', () => {
    const minute = fc.integer({ min: Date.UTC(2020, 0, 1) / 60_000, max: Date.UTC(2030, 0, 1) / 60_000 });
    const nearChange = fc.integer({ min: -180, max: 180 }).map((n) => epochMs('2026-10-25T01:00:00Z') / 60_000 + n);
    const clocks = new Map(zones.map((zone) => [zone, WallClock.of(zone)]));
    fc.assert(
      fc.property(fc.oneof(minute, nearChange), fc.constantFrom(...zones), (minutes, zone) => {
        const at = minutes * 60_000;
        const wall = Date.parse(`${localMoment(new Date(at).toISOString(), zone)}Z`);
        const found = clocks.get(zone)?.instantsOf(wall) ?? [];
        expect(found).toContain(at);
        expect(found.length).toBeLessThanOrEqual(2);
      }),
      { numRuns: 300 },
    );
  });
});
