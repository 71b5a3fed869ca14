import fc from 'fast-check';
import { DomainError } from '../errors.js';
import { Decimal, decimal, sum } from '../quantity/decimal.js';
import { addUp, type Allotment, allot, type Allotted, checkAllotment, type Interval } from './generation.js';
import { priceAllotted } from './generation-price.js';

const refusal = (code: string): DomainError => expect.objectContaining({ code }) as DomainError;
const allHours = Array.from({ length: 24 }, (_, hour) => hour);
const of = (list: Readonly<Record<string, string>>) =>
  Object.entries(list).map(([id, quantity]) => ({ id, quantity: decimal(quantity) }));
const interval = (made: Readonly<Record<string, string>>, used: Readonly<Record<string, string>>): Interval => ({
  at: '2026-06-01T10:00:00Z',
  hour: 11,
  made: of(made),
  used: of(used),
});
const parts = (list: Readonly<Record<string, string>>) =>
  Object.entries(list).map(([id, part]) => ({ id, part: decimal(part) }));
const halves: Allotment = { kind: 'static', tables: [{ hours: allHours, parts: parts({ rosa: '0.5', lund: '0.5' }) }] };
const hybrid: Allotment = { ...halves, kind: 'hybrid' };
const lundFirst: Allotment = { kind: 'priority', order: [['lund']] };
const locals = ({ users }: Allotted): Record<string, string> =>
  Object.fromEntries(users.map(({ id, local }) => [id, local.toFixed()]));

/** Quantities in whole steps of the energy grid: some nothing, some tiny, some large. */
const steps = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 50_000_000 }));
const list = (prefix: string, max: number) =>
  fc
    .array(steps, { minLength: 1, maxLength: max })
    .map((all) => all.map((value, index) => ({ id: `${prefix}${index}`, quantity: new Decimal(value).times('1e-6') })));
const intervals = fc
  .tuple(list('p', 4), list('u', 9))
  .map(([made, used]): Interval => ({ at: '2026-06-01T10:00:00Z', hour: 11, made, used }));
const coefficients = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 8, maxLength: 8 }).map((drawn) => {
  const own = drawn.map((value) => new Decimal(value).times('0.00125'));
  const rest = new Decimal(1).minus(sum(own));
  return [...own, rest].map((part, index) => ({ id: `u${index}`, part }));
});
const whole: fc.Arbitrary<Allotment> = fc.oneof(
  fc.constant<Allotment>({ kind: 'dynamic' }),
  coefficients.map((table): Allotment => ({ kind: 'hybrid', tables: [{ hours: allHours, parts: table }] })),
  fc.constant<Allotment>({ kind: 'priority', order: [['u3', 'u1'], ['u0']] }),
);
const fixed = coefficients.map((table): Allotment => ({ kind: 'static', tables: [{ hours: allHours, parts: table }] }));
const total = (list: readonly { readonly quantity: Decimal }[]): Decimal => sum(list.map(({ quantity }) => quantity));

describe('allot', () => {
  const noon = interval({ roof: '6' }, { rosa: '7', lund: '3' });
  it.each<[string, Allotment, Record<string, string>]>([
    ['in proportion to use', { kind: 'dynamic' }, { rosa: '4.2', lund: '1.8' }],
    ['by agreed parts', halves, { rosa: '3', lund: '3' }],
    ['by agreed parts, then by what is lacking', hybrid, { rosa: '3', lund: '3' }],
    ['in an order', lundFirst, { rosa: '3', lund: '3' }],
  ])('shares %s', (_, allotment, expected) => expect(locals(allot(noon, allotment))).toEqual(expected));

  it('exports what the holder of a static part does not use, and gives it to the others under a hybrid', () => {
    const little = interval({ roof: '6' }, { rosa: '7', lund: '1' });
    expect(allot(little, halves)).toMatchObject({
      users: [{ local: decimal('3'), grid: decimal('4') }, { local: decimal('1') }],
      producers: [{ local: decimal('4'), exported: decimal('2') }],
    });
    expect(locals(allot(little, hybrid))).toEqual({ rosa: '5', lund: '1' });
  });

  it('never loses or makes up the last step of the grid', () => {
    const thirds = allot(interval({ roof: '1' }, { a: '2', b: '2', c: '2' }), { kind: 'dynamic' });
    expect(thirds.users.map(({ local }) => local.toFixed()).toSorted()).toEqual(['0.333333', '0.333333', '0.333334']);
  });

  it('gives nothing at night and from no panels', () => {
    expect(locals(allot(interval({ roof: '0' }, { rosa: '1' }), { kind: 'dynamic' }))).toEqual({ rosa: '0' });
    expect(locals(allot(interval({}, { rosa: '1' }), halves))).toEqual({ rosa: '0' });
    expect(allot(interval({ roof: '2' }, {}), { kind: 'dynamic' }).producers).toMatchObject([
      { exported: decimal('2') },
    ]);
  });

  it('gives users together exactly min(made, used), each at most the own use', () => {
    fc.assert(
      fc.property(intervals, whole, (one, allotment) => {
        const { users, producers } = allot(one, allotment);
        const shared = Decimal.min(total(one.made), total(one.used));
        expect(sum(users.map(({ local }) => local)).equals(shared)).toBe(true);
        expect(sum(producers.map(({ local }) => local)).equals(shared)).toBe(true);
        for (const { local, grid } of users) expect(local.isNegative() || grid.lessThan(0)).toBe(false);
        for (const { local, exported } of producers) expect(local.isNegative() || exported.lessThan(0)).toBe(false);
      }),
    );
  });

  it('under static coefficients gives each at most the own part and the own use, and exports the rest', () => {
    fc.assert(
      fc.property(intervals, fixed, (one, allotment) => {
        const { users, producers } = allot(one, allotment);
        const shared = sum(users.map(({ local }) => local));
        expect(shared.lessThanOrEqualTo(Decimal.min(total(one.made), total(one.used)))).toBe(true);
        expect(sum(producers.map(({ exported }) => exported)).equals(total(one.made).minus(shared))).toBe(true);
        for (const { grid } of users) expect(grid.lessThan(0)).toBe(false);
      }),
    );
  });

  it('does not depend on the order of the meters', () => {
    fc.assert(
      fc.property(intervals, whole, (one, allotment) => {
        const turned = { ...one, made: one.made.toReversed(), used: one.used.toReversed() };
        expect(addUp([allot(turned, allotment)])).toEqual(addUp([allot(one, allotment)]));
      }),
    );
  });

  it('lies within one step of the exact proportion', () => {
    fc.assert(
      fc.property(intervals, (one) => {
        const used = total(one.used);
        const shared = Decimal.min(total(one.made), used);
        allot(one, { kind: 'dynamic' }).users.forEach(({ local }, index) => {
          const gap = local
            .times(used)
            .minus((one.used[index]?.quantity ?? used).times(shared))
            .abs();
          expect(gap.isZero() || gap.lessThan(used.times('1e-6'))).toBe(true);
        });
      }),
    );
  });

  it.each([
    ['a meter named twice', { ...noon, used: [...noon.used, ...noon.used] }, 'duplicate-share'],
    ['less than nothing', interval({ roof: '-1' }, { rosa: '1' }), 'negative-weight'],
    ['finer than the grid', interval({ roof: '0.0000001' }, { rosa: '1' }), 'off-grid-total'],
  ])('refuses %s', (_, one, code) => {
    expect(() => allot(one, { kind: 'dynamic' })).toThrow(refusal(code));
  });
});

describe('checkAllotment', () => {
  const table = (hours: readonly number[], list: Readonly<Record<string, string>>) => ({ hours, parts: parts(list) });
  it('takes coefficients that differ by the hour', () => {
    const day = table(allHours.slice(6, 20), { rosa: '0.7', lund: '0.3' });
    const night = table([...allHours.slice(0, 6), ...allHours.slice(20)], { rosa: '1' });
    expect(() => {
      checkAllotment({ kind: 'static', tables: [day, night] });
    }).not.toThrow();
  });

  it.each([
    ['coefficients of 0.999999999', [table(allHours, { rosa: '0.333333333', lund: '0.666666666' })], 'key-incomplete'],
    ['coefficients of 100', [table(allHours, { rosa: '100' })], 'key-incomplete'],
    ['an hour without', [table(allHours.slice(1), { rosa: '1' })], 'key-incomplete'],
    ['an hour with two', [table(allHours, { rosa: '1' }), table([7], { lund: '1' })], 'key-incomplete'],
    ['a coefficient below zero', [table(allHours, { rosa: '1.5', lund: '-0.5' })], 'negative-weight'],
  ])('refuses %s', (_, tables, code) => {
    expect(() => {
      checkAllotment({ kind: 'static', tables });
    }).toThrow(refusal(code));
  });

  it('refuses somebody in two places of an order', () => {
    expect(() => {
      checkAllotment({ kind: 'priority', order: [['rosa'], ['lund', 'rosa']] });
    }).toThrow(refusal('duplicate-share'));
  });
});

describe('priceAllotted', () => {
  const prices = { local: decimal('0.15'), grid: decimal('0.25'), feedIn: decimal('0.08') };
  it('pays producers exactly what users pay for local energy', () => {
    fc.assert(
      fc.property(fc.array(intervals, { maxLength: 5 }), whole, (all, allotment) => {
        const sums = addUp(all.map((one) => allot(one, allotment)));
        const accounts = priceAllotted(sums, prices, 'EUR', 'june:local');
        const net = sum(accounts.flatMap(({ local, soldLocally }) => [local, soldLocally]));
        expect(net.isZero()).toBe(true);
      }),
    );
  });

  it('credits what is fed in', () => {
    const sums = addUp([allot(interval({ roof: '10' }, { rosa: '4' }), { kind: 'dynamic' })]);
    const accounts = priceAllotted(sums, prices, 'EUR', 'june:local').map(({ id, total: sumOf }) => [
      id,
      sumOf.toFixed(2),
    ]);
    expect(accounts).toEqual([
      ['roof', '-1.08'],
      ['rosa', '0.60'],
    ]);
  });
});
