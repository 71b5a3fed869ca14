import fc from 'fast-check';
import { DomainError } from '../errors.js';
import { Decimal, decimal, sum, zero } from '../quantity/decimal.js';
import { split } from '../quantity/split.js';
import { type Bounded, checkLimits, limitInCoins, splitWithin, sumOfFloors } from './limits.js';

const refusal = (code: string): DomainError => expect.objectContaining({ code }) as DomainError;
const claim = (id: string, weight: string, cap: string | null = null, floor: string | null = null): Bounded => ({
  id,
  weight: decimal(weight),
  cap: cap === null ? null : decimal(cap),
  floor: floor === null ? null : decimal(floor),
});
const amounts = (total: string, claims: readonly Bounded[]): string[] => {
  const { parts, rest } = splitWithin(decimal(total), 'GBP', claims, 'tie');
  return [...parts.map((part) => part.amount.toFixed(2)), rest.toFixed(2)];
};
const coins = (value: number): Decimal => new Decimal(value).times('0.01');
const bounded = fc
  .array(
    fc.record({
      weight: fc.integer({ min: 0, max: 5000 }),
      cap: fc.option(fc.integer({ min: 0, max: 60_000 }), { nil: null }),
      floor: fc.option(fc.integer({ min: 0, max: 9_000 }), { nil: null }),
    }),
    { minLength: 1, maxLength: 14 },
  )
  .filter((list) => list.some(({ weight }) => weight > 0))
  .map((list) =>
    list.map(({ weight, cap, floor }, index): Bounded => ({
      id: `m${index}`,
      weight: new Decimal(weight).times('0.1'),
      cap: cap === null ? null : coins(cap),
      floor: floor === null ? null : coins(cap === null ? floor : Math.min(cap, floor)),
    })),
  );
const total = fc.integer({ min: -200_000, max: 200_000 }).map(coins);
/** Totals that the floors leave room for. */
const cases = fc.tuple(bounded, total).filter(([claims, amount]) => !sumOfFloors(claims).greaterThan(amount.abs()));

describe('splitWithin', () => {
  it('shares again what is above a cap, until nobody is', () => {
    expect(amounts('100.00', [claim('a', '6', '40'), claim('b', '3', '40'), claim('c', '1', '40')])).toEqual([
      '40.00',
      '40.00',
      '20.00',
      '0.00',
    ]);
  });

  it('tells the round in which each was settled, and what it would have been without its limit', () => {
    const { parts } = splitWithin(
      decimal('100.00'),
      'GBP',
      [claim('a', '6', '40'), claim('b', '3', '40'), claim('c', '1', '40')],
      'tie',
    );
    expect(parts.map(({ at, round, without }) => [at, round, without.toFixed()])).toEqual([
      ['cap', 1, '60'],
      ['cap', 2, '45'],
      [null, 3, '20'],
    ]);
  });

  it('gives a least to the small, and takes it from the others', () => {
    expect(amounts('100.00', [claim('a', '97'), claim('b', '2', null, '5'), claim('c', '1', null, '5')])).toEqual([
      '90.00',
      '5.00',
      '5.00',
      '0.00',
    ]);
  });

  // Fixing both sides at once would keep b at its floor of 30, though with a at 40 its own part comes to 36.
  it('fixes the larger side only, so that a floor which a cap makes needless is not applied', () => {
    expect(amounts('100.00', [claim('a', '70', '40'), claim('b', '18', null, '30'), claim('c', '12')])).toEqual([
      '40.00',
      '36.00',
      '24.00',
      '0.00',
    ]);
  });

  it('leaves to the named bearer what all caps together leave over', () => {
    expect(amounts('100.00', [claim('a', '6', '40'), claim('b', '3', '30')])).toEqual(['40.00', '30.00', '30.00']);
    expect(amounts('-100.00', [claim('a', '6', '40'), claim('b', '3', '30')])).toEqual(['-40.00', '-30.00', '-30.00']);
  });

  it('refuses floors that come to more than there is', () => {
    expect(() => amounts('9.99', [claim('a', '1', null, '5'), claim('b', '1', null, '5')])).toThrow(
      refusal('invalid-input'),
    );
  });

  it('adds up to the total with its rest, and every cap and floor holds', () => {
    fc.assert(
      fc.property(cases, ([claims, amount]) => {
        const { parts, rest } = splitWithin(amount, 'GBP', claims, 'tie');
        expect(
          sum(parts.map((part) => part.amount))
            .plus(rest)
            .equals(amount),
        ).toBe(true);
        claims.forEach(({ weight, cap, floor }, index) => {
          const size = parts[index]?.amount.abs() ?? zero;
          expect(cap === null || size.lessThanOrEqualTo(cap)).toBe(true);
          expect(floor === null || weight.isZero() || size.greaterThanOrEqualTo(floor)).toBe(true);
          expect(!weight.isZero() || size.isZero()).toBe(true);
        });
      }),
    );
  });

  it('leaves a rest only where everybody with a weight stands at a cap', () => {
    fc.assert(
      fc.property(cases, ([claims, amount]) => {
        const { parts, rest } = splitWithin(amount, 'GBP', claims, 'tie');
        if (!rest.isZero()) {
          claims.forEach(({ weight, cap }, index) => {
            if (!weight.isZero()) expect(parts[index]?.amount.abs().toFixed()).toBe(cap?.toFixed());
          });
        }
        expect(rest.isZero() || rest.isNegative() === amount.isNegative()).toBe(true);
      }),
    );
  });

  it('ends after as many rounds as there are claims, and one', () => {
    fc.assert(
      fc.property(cases, ([claims, amount]) => {
        const { parts } = splitWithin(amount, 'GBP', claims, 'tie');
        expect(Math.max(...parts.map((part) => part.round))).toBeLessThanOrEqual(claims.length + 1);
      }),
    );
  });

  it('is a plain split where nobody has a limit', () => {
    fc.assert(
      fc.property(bounded, total, (claims, amount) => {
        const free = claims.map((one) => ({ ...one, cap: null, floor: null }));
        const { parts } = splitWithin(amount, 'GBP', free, 'tie');
        expect(parts.map((part) => part.amount.toFixed())).toEqual(
          split(amount, 'GBP', free, 'tie').map((part) => part.amount.toFixed()),
        );
      }),
    );
  });

  it('does not depend on the order of the claims', () => {
    fc.assert(
      fc.property(cases, ([claims, amount]) => {
        const byId = (list: readonly Bounded[]) =>
          new Map(
            splitWithin(amount, 'GBP', list, 'tie').parts.map((part, index) => [
              list[index]?.id,
              part.amount.toFixed(),
            ]),
          );
        const there = byId(claims);
        byId(claims.toReversed()).forEach((amountOf, id) => expect(there.get(id)).toBe(amountOf));
      }),
    );
  });

  it('mirrors a charge in its credit', () => {
    fc.assert(
      fc.property(cases, ([claims, amount]) => {
        const there = splitWithin(amount, 'GBP', claims, 'tie');
        const back = splitWithin(amount.negated(), 'GBP', claims, 'tie');
        expect(back.rest.equals(there.rest.negated())).toBe(true);
        back.parts.forEach((part, index) =>
          expect(part.amount.negated().equals(there.parts[index]?.amount ?? zero)).toBe(true),
        );
      }),
    );
  });
});

describe('a limit', () => {
  const half = { from: '2026-11-01', to: '2026-11-16' };
  it.each([
    ['share', '30', '30'],
    ['day', '2', '30'],
    ['month', '30', '15'],
    ['year', '365', '15'],
    ['unit', '0.25', '2.5'],
  ] as const)('per %s of %s comes to %s', (per, amount, expected) => {
    expect(limitInCoins({ per, amount: decimal(amount) }, 'cap', decimal('10'), half, 'GBP').toFixed()).toBe(expected);
  });

  it('holds to the coin: a cap is rounded down and a floor up', () => {
    const limit = { per: 'month' as const, amount: decimal('10') };
    const days = { from: '2026-10-01', to: '2026-10-02' };
    expect(limitInCoins(limit, 'cap', decimal('1'), days, 'GBP').toFixed()).toBe('0.32');
    expect(limitInCoins(limit, 'floor', decimal('1'), days, 'GBP').toFixed()).toBe('0.33');
  });

  it.each([
    ['neither cap nor floor', null, null, 'key-incomplete'],
    ['a floor above the cap', '1', '2', 'key-incomplete'],
    ['a cap below zero', '-1', null, 'negative-weight'],
  ])('is refused with %s', (_, cap, floor, code) => {
    const of = (amount: string | null) => (amount === null ? null : { per: 'share' as const, amount: decimal(amount) });
    expect(() => {
      checkLimits({ cap: of(cap), floor: of(floor), rest: 'common' });
    }).toThrow(refusal(code));
  });
});
