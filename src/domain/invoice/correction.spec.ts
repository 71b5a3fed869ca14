import fc from 'fast-check';
import { apportion } from '../apportionment/apportion.js';
import { Decimal, decimal, sum, zero } from '../quantity/decimal.js';
import {
  type Bearer,
  bearerId,
  byCost,
  type Delta,
  deltas,
  keepSmall,
  type Position,
  smallChanges,
} from './correction.js';

const rosa: Bearer = { kind: 'member', memberId: 'rosa' };
const lund: Bearer = { kind: 'member', memberId: 'lund' };
const common: Bearer = { kind: 'common' };
const at = (bearer: Bearer, amount: string, cost = 'night', line = ''): Position => ({
  ...{ cost, line, bearer },
  amount: decimal(amount),
});
const told = (some: readonly Delta[]): string[] =>
  some.map(({ cost, bearer, before, after, amount }) =>
    [cost, bearerId(bearer), before.toFixed(2), after.toFixed(2), amount.toFixed(2)].join(' '),
  );
const state = (some: readonly Position[]): string[] =>
  some.map(({ cost, bearer, amount }) => [cost, bearerId(bearer), amount.toFixed(2)].join(' ')).sort();
const nobody = () => false;

const bearers: readonly Bearer[] = [
  ...['a', 'b', 'c', 'd'].map((memberId): Bearer => ({ kind: 'member', memberId })),
  { kind: 'vacant', spaceId: 's4' },
  common,
  { kind: 'held', memberId: null },
];
const drawn = fc.array(
  fc.record({
    cost: fc.constantFrom('day', 'night', 'rent', 'relief'),
    line: fc.constantFrom('', 'S', 'R'),
    bearer: fc.constantFrom(...bearers),
    amount: fc.integer({ min: -1e6, max: 1e6 }).map((coins) => new Decimal(coins).times('0.01')),
  }),
  { maxLength: 30 },
);
const members = fc.subarray(['a', 'b', 'c', 'd']).map((some) => new Set(some));
const totalsOf = (some: readonly Pick<Position, 'cost' | 'amount'>[]) => byCost(some);
const at0 = (totals: ReadonlyMap<string, Decimal>, cost: string): Decimal => totals.get(cost) ?? zero;
const costs = ['day', 'night', 'rent', 'relief'];

describe('the name of a bearer', () => {
  it('tells apart whoever can bear a part: two empty spaces, and what is held for a member or for nobody', () => {
    const all: readonly Bearer[] = [
      ...[rosa, lund, common],
      ...['s4', 's5', 'rosa'].map((spaceId): Bearer => ({ kind: 'vacant', spaceId })),
      ...['rosa', 'lund', null].map((memberId): Bearer => ({ kind: 'held', memberId })),
    ];
    const names = all.map(bearerId);
    expect(new Set(names).size).toBe(all.length);
    expect(names).toEqual(expect.arrayContaining(['common', 'member:rosa', 'vacant:s5', 'held', 'held:rosa']));
  });
});

describe('what positions come to', () => {
  it('is told cost by cost', () => {
    const totals = byCost([at(rosa, '1.25'), at(rosa, '2.50', 'day'), at(lund, '-0.75'), at(common, '3', 'day')]);
    expect([...totals].map(([cost, total]) => `${cost} ${total.toFixed(2)}`)).toEqual(['night 0.50', 'day 5.50']);
  });
});

describe('the deltas of a correction', () => {
  const before = [at(rosa, '60.00'), at(lund, '40.00')];

  it('show that one reading moves everybody of the pool, and come to nothing where the bill stays', () => {
    expect(told(deltas(before, [at(rosa, '59.60'), at(lund, '40.40')]))).toEqual([
      'night member:lund 40.00 40.40 0.40',
      'night member:rosa 60.00 59.60 -0.40',
    ]);
  });

  it('set what is on one side only beside nothing', () => {
    expect(told(deltas(before, [at(rosa, '60.00'), at(common, '55.00', 'second')]))).toEqual([
      'night member:lund 40.00 0.00 -40.00',
      'second common 0.00 55.00 55.00',
    ]);
  });

  it('tell lines of one cost apart, so that a change of tax alone is seen', () => {
    const found = deltas([at(rosa, '10', 'day', 'S')], [at(rosa, '10', 'day', 'R')]);
    expect(found.map(({ line, amount }) => `${line} ${amount.toFixed()}`)).toEqual(['R 10', 'S -10']);
  });

  it('come to what each cost changed by, whatever changed', () => {
    fc.assert(
      fc.property(drawn, drawn, (was, is) => {
        const found = totalsOf(deltas(was, is));
        const [old, now] = [totalsOf(was), totalsOf(is)];
        for (const cost of costs) expect(at0(found, cost)).toEqual(at0(now, cost).minus(at0(old, cost)));
      }),
    );
  });

  it('mirror each other forth and back', () => {
    fc.assert(
      fc.property(drawn, drawn, (was, is) => {
        const [forth, back] = [deltas(was, is), deltas(is, was)];
        expect(back.map(({ amount }) => zero.minus(amount))).toEqual(forth.map(({ amount }) => amount));
      }),
    );
  });

  it('are none between a state and itself, in whatever order it is told', () => {
    fc.assert(
      fc.property(
        drawn.chain((some) => fc.tuple(fc.constant(some), fc.shuffledSubarray(some, { minLength: some.length }))),
        ([some, shuffled]) => {
          expect(deltas(some, shuffled)).toEqual([]);
        },
      ),
    );
  });

  it('of a late reading come to nothing over the exact split of any cost', () => {
    const use = fc.array(fc.integer({ min: 1, max: 9999 }), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(use, fc.integer({ min: 1, max: 9999 }), fc.integer({ min: 0, max: 1e6 }), (kwh, late, coins) => {
        const shared = (uses: readonly number[]): Position[] =>
          apportion(
            { no: 1, label: 'Units', amount: new Decimal(coins).times('0.01'), currency: 'GBP', component: 'units' },
            uses.map((quantity, i) => ({
              beneficiary: { kind: 'member', memberId: `m${i}` },
              weight: new Decimal(quantity),
              reasons: [],
            })),
            null,
            { from: '2026-10-01', to: '2026-11-01' },
          ).map(({ beneficiary, amount }) => ({ cost: 'units', line: '', bearer: beneficiary as Bearer, amount }));
        const found = deltas(shared(kwh), shared([late, ...kwh.slice(1)]));
        expect(sum(found.map(({ amount }) => amount)).isZero()).toBe(true);
      }),
    );
  });
});

describe('a change that is too small for a document', () => {
  const change = (memberId: string, net: string, gross = net) => ({
    memberId,
    net: decimal(net),
    gross: decimal(gross),
  });

  it('is one below the threshold, up or down; one of exactly that much is billed', () => {
    const found = smallChanges([change('a', '0.49'), change('b', '-0.49'), change('c', '0.50')], decimal('0.50'));
    expect([...found]).toEqual(['a', 'b']);
  });

  it('is not one where the tax changes by more, or the net does', () => {
    const found = smallChanges([change('a', '0', '1.50'), change('b', '1.50', '0')], decimal('1'));
    expect([...found]).toEqual([]);
  });

  it('is none where nothing is held', () => {
    expect([...smallChanges([change('a', '0.01')], zero)]).toEqual([]);
  });

  it('is held by name, and the cost adds up as before', () => {
    const [was, is] = [
      [at(rosa, '60.00'), at(lund, '40.00')],
      [at(rosa, '59.60'), at(lund, '40.40')],
    ];
    expect(state(keepSmall(was, is, new Set(['rosa', 'lund']), nobody))).toEqual(
      ['night member:rosa 60.00', 'night member:lund 40.00', 'night held:rosa -0.40', 'night held:lund 0.40'].sort(),
    );
    expect(state(keepSmall(was, is, new Set(['rosa']), nobody))).toEqual(
      ['night member:rosa 60.00', 'night member:lund 40.40', 'night held:rosa -0.40'].sort(),
    );
  });

  it('leaves no position of nothing behind', () => {
    const [was, is] = [
      [at(rosa, '60.00'), at(lund, '0')],
      [at(rosa, '60.00'), at(common, '0')],
    ];
    expect(state(keepSmall(was, is, new Set(['rosa', 'lund']), nobody))).toEqual(['night member:rosa 60.00']);
  });

  it('that was held before is asked for again with the next one', () => {
    const issued = [at(rosa, '60.00'), at(lund, '40.00')];
    const first = keepSmall(issued, [at(rosa, '59.60'), at(lund, '40.40')], new Set(['rosa', 'lund']), nobody);
    // The next reading takes Rosa to 59.20: 0.80 from what she was billed.
    const second = deltas(first, [at(rosa, '59.20'), at(lund, '40.80')]);
    expect(told(second)).toEqual([
      'night held:lund 0.40 0.00 -0.40',
      'night held:rosa -0.40 0.00 0.40',
      'night member:lund 40.00 40.80 0.80',
      'night member:rosa 60.00 59.20 -0.80',
    ]);
  });

  it('of a relief is not held: the fund gives what members get', () => {
    const was = [at(rosa, '-6.00', 'fund')];
    const is = [at(rosa, '-6.10', 'fund')];
    expect(state(keepSmall(was, is, new Set(['rosa']), (cost) => cost === 'fund'))).toEqual(['fund member:rosa -6.00']);
  });

  it('leaves every cost what it is and every small member what it was billed, whoever is small', () => {
    fc.assert(
      fc.property(drawn, drawn, members, (was, is, small) => {
        const kept = keepSmall(was, is, small, (cost) => cost === 'relief');
        const [now, then] = [totalsOf(kept), totalsOf(is)];
        for (const cost of ['day', 'night', 'rent']) expect(at0(now, cost)).toEqual(at0(then, cost));
        const theirs = deltas(was, kept).filter(({ bearer }) => bearer.kind === 'member' && small.has(bearer.memberId));
        expect(theirs).toEqual([]);
      }),
    );
  });
});
