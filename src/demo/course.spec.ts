import { epochMs, fromEpochMs } from '../domain/calendar/period.js';
import { Course, halfHours, metersRead } from './course.js';
import { sourceMeter } from './hall.js';

const course = new Course();

describe('what the hall uses after its model month', () => {
  const [from, to] = ['2026-10-24T22:17:40Z', '2026-11-02T03:05:10Z'];
  /** Over the clock change and the end of a month, at no round times. */
  const between = [
    from,
    '2026-10-25T00:30:00Z',
    '2026-10-25T01:10:50Z',
    '2026-10-31T23:59:50Z',
    '2026-11-01T00:00:10Z',
    to,
  ];

  it.each(metersRead)('%s: adds up over any instants between, and never counts back', (code) => {
    const parts = between.slice(1).map((at, i) => course.use(code, between[i] ?? '', at));
    expect(parts.reduce((sum, part) => sum + part)).toBe(course.use(code, from, to));
    expect(parts.every((part) => part >= 0n)).toBe(true);
  });

  it('comes to the source meter with what the cables keep', () => {
    const subs = metersRead
      .filter((code) => code !== sourceMeter.code)
      .reduce((sum, code) => sum + course.use(code, from, to), 0n);
    expect(course.use(sourceMeter.code, from, to) - subs).toBe(course.use('losses', from, to));
    expect(course.use('losses', from, to)).toBeGreaterThan(0n);
  });

  it('is the month of the hall by season: October is the model month as it is, and after the move the shop uses what it used', () => {
    const month = ['2026-09-30T23:00:00Z', '2026-11-01T00:00:00Z'] as const;
    expect(course.use('M-0711', ...month)).toBe(523_500n);
    expect([course.use('M-0721', ...month), course.use('M-0723', ...month)]).toEqual([127_000n, 9_000n]);
  });

  it('is told at the half-hours of the clock', () => {
    expect(halfHours('2026-10-01T10:00:00Z', '2026-10-01T11:05:00Z')).toEqual([
      '2026-10-01T10:30:00Z',
      '2026-10-01T11:00:00Z',
    ]);
    expect(halfHours('2026-10-01T10:00:00Z', fromEpochMs(epochMs('2026-10-01T10:30:00Z') - 1))).toEqual([]);
  });
});
