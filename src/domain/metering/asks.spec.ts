import fc from 'fast-check';
import type { Issue, Subject } from '../errors.js';
import { decimal } from '../quantity/decimal.js';
import { type Answered, type Ask, asksReaching, bandsUnknown, calendarsOf } from './asks.js';

const october = { from: '2026-10-01', to: '2026-11-01' };
const late = { from: '2026-10-16', to: '2026-11-01' };
const ask = (more: Partial<Ask> = {}): Ask => ({
  utility: 'electricity',
  of: 'site',
  days: october,
  calendar: 'DN',
  by: 'the key "night"',
  ...more,
});
const gas = ask({ utility: 'gas', calendar: null, by: 'the key "gas"' });
const kiln = ask({ of: 'let', days: late, calendar: 'PEAK', by: 'the tariff "kiln"' });

describe('asksReaching', () => {
  const reaching = (utility: string, isInLetSpace: boolean, days = october) =>
    calendarsOf(asksReaching([ask(), gas, kiln], { utility, isInLetSpace }, days));

  it('asks no register for a calendar of another utility', () => {
    expect(reaching('gas', true)).toEqual([]);
    expect(reaching('water', true)).toEqual([]);
    expect(reaching('electricity', true)).toEqual(['DN', 'PEAK']);
  });

  it('asks for what members are priced by only where a member can be', () => {
    expect(reaching('electricity', false)).toEqual(['DN']);
  });

  it('asks over the days of the cost', () => {
    expect(reaching('electricity', true, { from: '2026-10-01', to: '2026-10-16' })).toEqual(['DN']);
  });

  it('reaches no more on fewer days, and nothing of another utility', () => {
    const day = fc.integer({ min: 1, max: 30 });
    const days = fc.tuple(day, day).map(([a, b]) => {
      const written = (n: number) => `2026-10-${String(n).padStart(2, '0')}`;
      return { from: written(Math.min(a, b)), to: written(Math.max(a, b) + 1) };
    });
    const utility = fc.constantFrom('electricity', 'gas', 'water');
    const some = fc.array(
      fc
        .tuple(utility, fc.constantFrom('site' as const, 'let' as const), days, fc.constantFrom(null, 'DN', 'PEAK'))
        .map(([of, reach, when, calendar]) => ask({ utility: of, of: reach, days: when, calendar })),
    );
    fc.assert(
      fc.property(some, utility, fc.boolean(), days, (asks, of, isInLetSpace, when) => {
        const reach = { utility: of, isInLetSpace };
        const all = asksReaching(asks, reach, october);
        const fewer = asksReaching(asks, reach, when);
        expect(fewer.filter((one) => !all.includes(one))).toEqual([]);
        expect(all.filter((one) => one.utility !== of)).toEqual([]);
      }),
    );
  });
});

describe('bandsUnknown', () => {
  const register: Subject = { kind: 'register', id: 'r', label: 'SHOP-3 import' };
  const [from, to] = ['2026-09-30T23:00:00Z', '2026-11-01T00:00:00Z'];
  const gap = (id = 'r'): Issue => ({
    code: 'missing-reading',
    severity: 'blocking',
    subject: { ...register, id },
    from,
    to,
    detail: 'SHOP-3 import has two readings too far apart to estimate between.',
    remedy: 'Enter a reading.',
  });
  const answer = (calendar: string | null, band: string | null, quantity: string | null): Answered => ({
    calendar,
    band,
    quantity: quantity === null ? null : decimal(quantity),
  });
  const all = answer(null, null, '310');
  const [day, night] = [answer('DN', 'day', null), answer('DN', 'night', null)];

  it('says of a display that passed over both bands that neither is known, and who asks', () => {
    expect(bandsUnknown(register, [gap(), gap('another')], [all, day, night], [ask(), kiln, gas])).toEqual([
      expect.objectContaining({ code: 'bands-unknown', severity: 'blocking', subject: register, from, to }),
    ]);
    const [found] = bandsUnknown(register, [gap()], [all, day, night], [ask(), kiln]);
    expect(found?.detail).toBe(
      `SHOP-3 import was not read between ${from} and ${to}, so nobody knows how much of it was day and how much night by the calendar DN: the key "night" asks for that.`,
    );
  });

  it('says nothing where every band is known, and leaves it to others where not even the whole is', () => {
    expect(
      bandsUnknown(register, [], [all, answer('DN', 'day', '200'), answer('DN', 'night', '110')], [ask()]),
    ).toEqual([]);
    expect(bandsUnknown(register, [gap()], [answer(null, null, null), day, night], [ask()])).toEqual([]);
  });
});
