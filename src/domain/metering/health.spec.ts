import fc from 'fast-check';
import { adviceOn, healthOf, healthStates, lengthOf, type RegisterHealth, silentSince } from './health.js';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const now = Date.parse('2026-11-20T09:00:00Z');
const today = '2026-11-20';
const terms = { stillDays: 14, evenDays: 2 };
const well: RegisterHealth = {
  since: now - 300 * day,
  lastReading: now - 40 * minute,
  rhythmMs: 30 * minute,
  skewMs: 20_000,
  unchangedSince: null,
  isEven: false,
  othersMove: true,
  verifiedUntil: '2031-12-31',
  held: 0,
};
const state = (
  change: Partial<RegisterHealth>,
  some = terms as { stillDays: number | null; evenDays: number | null },
) => healthOf({ ...well, ...change }, now, today, some);

describe('the state of a register', () => {
  it.each<[string, Partial<RegisterHealth>, string]>([
    ['a logger that sends', {}, 'ok'],
    ['a logger that missed two half-hours', { lastReading: now - 2 * hour }, 'ok'],
    ['a logger that missed a few more', { lastReading: now - 2 * hour - minute }, 'late'],
    ['a logger that says nothing for a day', { lastReading: now - day - minute }, 'silent'],
    ['a display that is read every month', { rhythmMs: 30 * day, lastReading: now - 50 * day, skewMs: null }, 'ok'],
    [
      'one that nobody read for two months',
      { rhythmMs: 30 * day, lastReading: now - 61 * day, skewMs: null },
      'silent',
    ],
    ['one with a single reading a month ago', { rhythmMs: null, lastReading: now - 30 * day, skewMs: null }, 'ok'],
    ['one with a single reading, long ago', { rhythmMs: null, lastReading: now - 100 * day, skewMs: null }, 'silent'],
    ['a device that never said anything', { lastReading: null, rhythmMs: 30 * minute }, 'never-seen'],
    ['the same for thirteen days', { unchangedSince: now - 13 * day }, 'ok'],
    ['the same for three weeks', { unchangedSince: now - 21 * day }, 'stuck'],
    ['the same for three weeks in an empty hall', { unchangedSince: now - 21 * day, othersMove: false }, 'ok'],
    ['even intervals for three days', { unchangedSince: now - 3 * day, isEven: true }, 'stuck'],
    ['a clock two minutes ahead', { skewMs: -2 * minute }, 'skewed'],
    ['a clock half a minute ahead', { skewMs: -30_000 }, 'ok'],
    ['readings an hour after their time', { skewMs: hour }, 'skewed'],
    ['a verification that ended yesterday', { verifiedUntil: '2026-11-19' }, 'expired'],
    ['a verification that ends today', { verifiedUntil: '2026-11-20' }, 'ok'],
    ['no verification at all', { verifiedUntil: null }, 'ok'],
    ['silent and expired', { lastReading: now - 3 * day, verifiedUntil: '2020-01-01' }, 'silent'],
  ])('%s: %j is %s', (_, change, expected) => {
    expect(state(change)).toBe(expected);
  });

  it('does not ask what the community does not ask', () => {
    const still = { unchangedSince: now - 100 * day };
    expect(state(still, { stillDays: null, evenDays: 2 })).toBe('ok');
    expect(state({ ...still, isEven: true }, { stillDays: 14, evenDays: null })).toBe('ok');
  });

  it('is never less urgent after more time without a reading', () => {
    const urgency = (silence: number, rhythm: number | null) =>
      healthStates.indexOf(state({ lastReading: now - silence, rhythmMs: rhythm, skewMs: null }));
    fc.assert(
      fc.property(
        fc.nat({ max: 400 * day }),
        fc.nat({ max: 400 * day }),
        fc.option(fc.constantFrom(5 * minute, 30 * minute, day, 30 * day)),
        (one, other, rhythm) => {
          expect(urgency(Math.max(one, other), rhythm)).toBeLessThanOrEqual(urgency(Math.min(one, other), rhythm));
        },
      ),
    );
  });

  it('says since when, exactly where it is late or silent for its time', () => {
    fc.assert(
      fc.property(fc.nat({ max: 100 * day }), (silence) => {
        const register = { ...well, lastReading: now - silence };
        const since = silentSince(register, now);
        const isBehind = ['late', 'silent'].includes(healthOf(register, now, today, terms));
        expect(since).toBe(isBehind ? now - silence + 30 * minute : null);
      }),
    );
  });
});

describe('what to do', () => {
  const when = (ms: number) => new Date(ms).toISOString().slice(0, 16);
  const advice = (change: Partial<RegisterHealth>) => {
    const register = { ...well, ...change };
    return adviceOn(healthOf(register, now, today, terms), register, when);
  };

  it.each<[Partial<RegisterHealth>, string]>([
    [{}, 'Nothing need be done.'],
    [
      { lastReading: now - 2 * day },
      'Nothing has come since 2026-11-18T09:00, and it sends every 30 minutes as a rule: go and look at its power and its network, or read it.',
    ],
    [
      { lastReading: null, held: 2 },
      'Nothing has come since its device went in on 2026-01-24T09:00: check its power, its key and the names it sends, or read it by hand. 2 readings of it are held: decide about them first.',
    ],
    [{ skewMs: -2 * minute }, 'Its clock runs 2 minutes ahead: set it.'],
    [{ skewMs: 3 * hour }, 'Its readings come 3 hours after their time: set its clock, or let it send more often.'],
    [{ verifiedUntil: '2026-06-30' }, 'Its verification ended on 2026-06-30: have it verified, or exchange it.'],
  ])('%j', (change, sentence) => {
    expect(advice(change)).toBe(sentence);
  });

  it('is one sentence or two for every state', () => {
    for (const one of healthStates) expect(adviceOn(one, well, when)).toMatch(/^[A-Z].+\.$/);
  });
});

describe('a length of time', () => {
  it.each([
    [1_000, '1 second'],
    [90_000, '90 seconds'],
    [30 * minute, '30 minutes'],
    [hour, '1 hour'],
    [90 * minute, '90 minutes'],
    [2 * hour, '2 hours'],
    [day, '1 day'],
    [36 * hour, '36 hours'],
    [30 * day, '30 days'],
    [10, '0 seconds'],
  ])('of %d ms is %s', (ms, text) => {
    expect(lengthOf(ms)).toBe(text);
  });
});
