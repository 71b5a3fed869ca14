import fc from 'fast-check';
import { fromEpochMs } from '../../../domain/calendar/period.js';
import { one } from '../../../domain/quantity/decimal.js';
import { Coverage } from './coverage.js';

const start = Date.UTC(2026, 9, 1);
const at = (minute: number) => fromEpochMs(start + minute * 60_000);
const interval = (from: number, to: number) => ({
  from: at(from),
  to: at(to),
  quantity: one,
  quality: 'actual' as const,
});
const reachOf = (intervals: readonly (readonly [number, number])[], budget = { left: 1_000 }) => {
  const coverage = new Coverage('interval', budget);
  for (const [from, to] of intervals) coverage.add(interval(from, to));
  return coverage.read();
};

describe('the coverage of a channel', () => {
  it('has no gap where each interval begins where one ends', () => {
    expect(
      reachOf([
        [0, 30],
        [30, 60],
        [60, 90],
      ]),
    ).toEqual({ first: at(0), last: at(90), missing: 0, gaps: [], overlapping: 0 });
  });

  it('counts what is missing in intervals as long as the one before', () => {
    expect(
      reachOf([
        [0, 15],
        [15, 30],
        [60, 90],
        [150, 180],
      ]),
    ).toEqual({
      first: at(0),
      last: at(180),
      missing: 4,
      gaps: [
        { from: at(30), to: at(60), missing: 2 },
        { from: at(90), to: at(150), missing: 2 },
      ],
      overlapping: 0,
    });
  });

  it('counts intervals that came before', () => {
    expect(
      reachOf([
        [0, 30],
        [30, 60],
        [60, 90],
        [30, 60],
        [60, 90],
        [75, 105],
      ]),
    ).toMatchObject({ missing: 0, overlapping: 3 });
  });

  it('says nothing of gaps where there are too many to keep', () => {
    const scattered = Array.from({ length: 20 }, (_, i) => [i * 60, i * 60 + 30] as const);
    expect(reachOf(scattered, { left: 19 })).toEqual({
      first: at(0),
      last: at(1170),
      missing: null,
      gaps: [],
      overlapping: null,
    });
    expect(reachOf(scattered, { left: 20 })).toMatchObject({ missing: 19 });
  });

  it('leaves what one channel gives back to the others', () => {
    const budget = { left: 3 };
    reachOf(
      [
        [0, 30],
        [60, 90],
        [120, 150],
        [30, 60],
        [90, 120],
      ],
      budget,
    );
    expect(budget.left).toBe(2);
  });

  it('knows of a register only from when to when it was read', () => {
    const coverage = new Coverage('cumulative', { left: 1 });
    for (const minute of [60, 0, 30]) coverage.add({ at: at(minute), value: one, quality: 'actual' });
    expect(coverage.read()).toEqual({ first: at(0), last: at(60), missing: null, gaps: [], overlapping: null });
    expect(new Coverage('interval', { left: 1 }).read()).toMatchObject({ first: null, last: null, missing: 0 });
  });

  it('agrees with a list of all intervals, in whatever order they come', () => {
    // On a grid of half-hours, kept in a set: every slot is there once, again, or missing.
    const slots = fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(slots, (order) => {
        const known = new Set(order);
        const span = Math.max(...order) - Math.min(...order) + 1;
        expect(reachOf(order.map((slot) => [slot * 30, slot * 30 + 30] as const))).toMatchObject({
          first: at(Math.min(...order) * 30),
          last: at(Math.max(...order) * 30 + 30),
          missing: span - known.size,
          overlapping: order.length - known.size,
        });
      }),
    );
  });
});
