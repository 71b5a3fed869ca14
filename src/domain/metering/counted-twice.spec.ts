import fc from 'fast-check';
import { epochMs, fromEpochMs } from '../calendar/period.js';
import { decimal, plain } from '../quantity/decimal.js';
import { type Claim, countedTwice } from './counted-twice.js';

const start = epochMs('2026-10-01T00:00:00Z');
const hour = (index: number): string => fromEpochMs(start + index * 3_600_000);

describe('countedTwice', () => {
  const claim = (by: string, coefficient: string, from = 0, to = 10, of = 'S1'): Claim => ({
    of,
    register: { id: of, label: of },
    by,
    coefficient: decimal(coefficient),
    from: hour(from),
    to: hour(to),
  });
  const found = (...claims: Claim[]) => countedTwice(claims).map(({ from, to, detail }) => [from, to, detail]);

  it('is silent where every register is billed once, or shared out', () => {
    expect(found(claim('stall 1', '1'), claim('stall 2', '1', 0, 10, 'S2'))).toEqual([]);
    expect(found(claim('A use', '0.6'), claim('B use', '0.4'))).toEqual([]);
    expect(found(claim('A use', '1.02'))).toEqual([]);
    expect(found(claim('stall 1', '1', 0, 5), claim('A use', '1', 5, 10))).toEqual([]);
  });

  it('says when two would pay for the same energy, and for how long', () => {
    expect(found(claim('stall 1', '1'), claim('A use', '0.5', 4, 20))).toEqual([
      [hour(4), hour(10), expect.stringContaining('S1 would be billed 1.5 times over: A use, stall 1')],
    ]);
  });

  it('is silent where each has one claim, and says the same in any order', () => {
    const some = fc.array(
      fc.tuple(
        fc.constantFrom('S1', 'S2'),
        fc.integer({ min: 1, max: 2000 }),
        fc.nat(9),
        fc.integer({ min: 10, max: 20 }),
      ),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(some, (drawn) => {
        const claims = drawn.map(([of, steps, from, to], index) =>
          claim(`claim ${index}`, plain(decimal(String(steps)).dividedBy(1000)), from, to, of),
        );
        const ofOne = claims.filter((one, index) => claims.findIndex(({ of }) => of === one.of) === index);
        expect(countedTwice(ofOne)).toEqual([]);
        const told = (all: readonly Claim[]) =>
          found(...all)
            .map((one) => JSON.stringify(one))
            .sort();
        expect(told(claims.toReversed())).toEqual(told(claims));
      }),
    );
  });
});
