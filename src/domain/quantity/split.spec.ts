import fc from 'fast-check';
import { DomainError } from '../errors.js';
import { Decimal, decimal, sum, zero } from './decimal.js';
import { toCoins, writeMoney } from './money.js';
import { type Share, split, splitCoins, splitOnGrid } from './split.js';

const refusal = (code: string): DomainError => expect.objectContaining({ code }) as DomainError;
const units = (coins: bigint): Decimal => new Decimal(coins.toString()).times('0.01');
const abs = (value: bigint): bigint => (value < 0n ? -value : value);
/** Weights in billionths, so that the oracle below can be whole numbers only. */
const weights = fc
  .array(fc.oneof(fc.constant(0n), fc.bigInt({ min: 1n, max: 10n ** 15n }), fc.bigInt({ min: 1n, max: 9n })), {
    minLength: 1,
    maxLength: 30,
  })
  .filter((list) => list.some((weight) => weight > 0n));
const total = fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n });
const key = fc.string({ maxLength: 20 });
const sharesOf = (list: readonly bigint[]): Share[] =>
  list.map((weight, index) => ({ id: `member:${index}`, weight: new Decimal(weight.toString()).times('1e-9') }));
const coinsOf = (list: readonly bigint[], coins: bigint, tie: string): bigint[] =>
  split(units(coins), 'GBP', sharesOf(list), tie).map((part) => toCoins(part.amount, 'GBP'));

describe('split', () => {
  it('gives the last coin to the largest remainder', () => {
    const parts = split(
      decimal('1.01'),
      'GBP',
      [
        { id: 'a', weight: decimal('3') },
        { id: 'b', weight: decimal('7') },
      ],
      'x',
    );
    expect(parts.map((part) => writeMoney(part.amount, 'GBP'))).toEqual(['0.30', '0.71']);
  });

  it('adds up to the total, to the last coin', () => {
    fc.assert(
      fc.property(weights, total, key, (list, coins, tie) => {
        expect(coinsOf(list, coins, tie).reduce((a, b) => a + b, 0n)).toBe(coins);
      }),
    );
  });

  it('stays within one coin of the ideal part, compared as exact fractions', () => {
    fc.assert(
      fc.property(weights, total, key, (list, coins, tie) => {
        const whole = list.reduce((a, b) => a + b, 0n);
        coinsOf(list, coins, tie).forEach((part, index) => {
          expect(abs(part * whole - coins * (list[index] ?? 0n)) < whole).toBe(true);
        });
      }),
    );
  });

  it('rounds up only those whose remainder is at least that of anyone rounded down', () => {
    fc.assert(
      fc.property(weights, total.map(abs), key, (list, coins, tie) => {
        const whole = list.reduce((a, b) => a + b, 0n);
        const parts = coinsOf(list, coins, tie);
        const remainder = (index: number): bigint => (coins * (list[index] ?? 0n)) % whole;
        const up = parts.flatMap((part, index) =>
          part * whole > coins * (list[index] ?? 0n) ? [remainder(index)] : [],
        );
        const down = parts.flatMap((part, index) =>
          part * whole <= coins * (list[index] ?? 0n) ? [remainder(index)] : [],
        );
        expect(up.every((high) => down.every((low) => high >= low))).toBe(true);
      }),
    );
  });

  it('gives nothing for no weight', () => {
    fc.assert(
      fc.property(weights, total, key, (list, coins, tie) => {
        expect(coinsOf(list, coins, tie).every((part, index) => list[index] !== 0n || part === 0n)).toBe(true);
      }),
    );
  });

  it('does not depend on the order of the shares', () => {
    fc.assert(
      fc.property(weights, total, key, fc.integer({ min: 0, max: 29 }), (list, coins, tie, cut) => {
        const shares = sharesOf(list);
        const moved = [...shares.slice(cut), ...shares.slice(0, cut)].toReversed();
        const byId = new Map(split(units(coins), 'GBP', moved, tie).map((part) => [part.id, part.amount.toFixed()]));
        for (const part of split(units(coins), 'GBP', shares, tie))
          expect(byId.get(part.id)).toBe(part.amount.toFixed());
      }),
    );
  });

  it('mirrors a charge in its credit', () => {
    fc.assert(
      fc.property(weights, total, key, (list, coins, tie) => {
        expect(coinsOf(list, -coins, tie)).toEqual(coinsOf(list, coins, tie).map((part) => -part));
      }),
    );
  });

  it('gives the heavier never less than the lighter, but for the odd coin among equals', () => {
    fc.assert(
      fc.property(weights, total.map(abs), key, (list, coins, tie) => {
        const parts = coinsOf(list, coins, tie);
        list.forEach((a, i) =>
          list.forEach((b, j) => {
            if (a > b) expect((parts[i] ?? 0n) >= (parts[j] ?? 0n)).toBe(true);
            if (a === b) expect(abs((parts[i] ?? 0n) - (parts[j] ?? 0n)) <= 1n).toBe(true);
          }),
        );
      }),
    );
  });

  it('does not care for the scale of the weights', () => {
    fc.assert(
      fc.property(weights, total, key, fc.bigInt({ min: 2n, max: 10n ** 6n }), (list, coins, tie, factor) => {
        expect(
          coinsOf(
            list.map((weight) => weight * factor),
            coins,
            tie,
          ),
        ).toEqual(coinsOf(list, coins, tie));
      }),
    );
  });

  it('lets the odd coin wander between periods', () => {
    const three: Share[] = ['a', 'b', 'c'].map((id) => ({ id, weight: decimal('1') }));
    const lucky = new Set(
      Array.from({ length: 24 }, (_, month) => split(decimal('10.00'), 'GBP', three, `month ${month}`)).map(
        (parts) => parts.find((part) => part.amount.greaterThan('3.33'))?.id,
      ),
    );
    expect([...lucky].toSorted()).toEqual(['a', 'b', 'c']);
  });

  it('counts in whole yen', () => {
    const parts = split(
      decimal('100'),
      'JPY',
      ['a', 'b', 'c'].map((id) => ({ id, weight: decimal('1') })),
      'x',
    );
    expect(sum(parts.map((part) => part.amount)).toFixed()).toBe('100');
    expect(parts.every((part) => part.amount.decimalPlaces() === 0)).toBe(true);
  });

  it.each<[string, Share[], string]>([
    ['no-weight', [], '1.00'],
    ['no-weight', [{ id: 'a', weight: zero }], '1.00'],
    [
      'negative-weight',
      [
        { id: 'a', weight: decimal('-1') },
        { id: 'b', weight: decimal('2') },
      ],
      '1.00',
    ],
    [
      'duplicate-share',
      [
        { id: 'a', weight: decimal('1') },
        { id: 'a', weight: decimal('2') },
      ],
      '1.00',
    ],
    ['off-grid-total', [{ id: 'a', weight: decimal('1') }], '1.005'],
  ])('refuses with %s', (code, shares, amount) => {
    expect(() => split(decimal(amount), 'GBP', shares, 'x')).toThrow(refusal(code));
  });
});

/*
 * Published answers, numbers only. Largest remainder: martinlackner/apportionment, tests/test_methods.py (after Balinski and
 * Young 1975). Allocation: moneyphp/money, tests/MoneyTest.php; who gets the odd cent among equals is a policy of theirs, so
 * those are compared as sets of equals. Weights: realpmsolutions.helpscoutdocs.com, article 103, with shares that add up.
 */
describe('published splits', () => {
  const first = (index: number): string => String(index).padStart(3, '0');
  const big = (list: readonly number[]): bigint[] => list.map(BigInt);

  it.each([
    [[5117, 4400, 162, 161, 160], 100, [51, 44, 2, 2, 1]],
    [[9061, 7179, 5259, 3319, 1182], 26, [9, 7, 5, 4, 1]],
    [[14, 28, 7, 35], 12, [2, 4, 1, 5]],
  ])('shares seats by %j as the literature does', (list, seats, expected) => {
    expect(splitCoins(BigInt(seats), big(list), first)).toEqual(big(expected));
  });

  it.each([
    [100, [1, 1, 1], [34, 33, 33]],
    [101, [1, 1, 1], [34, 34, 33]],
    [5, [3, 7], [2, 3]],
    [5, [7, 3, 0], [4, 1, 0]],
    [-5, [7, 3], [-3, -2]],
    [5, [0, 7, 3], [0, 4, 1]],
    [5, [7, 0, 3], [4, 0, 1]],
    [5, [0, 3, 7], [0, 2, 3]],
    [0, [0, 0, 1], [0, 0, 0]],
    [2, [1, 1, 1], [1, 1, 0]],
    [1, [1, 1], [1, 0]],
    [101, [3, 7], [30, 71]],
    [101, [7, 3], [71, 30]],
  ])('allocates %d by %j to the same sum, within a coin of the published parts', (coins, ratios, published) => {
    const parts = splitCoins(BigInt(coins), big(ratios), first);
    expect(parts.reduce((a, b) => a + b, 0n)).toBe(BigInt(coins));
    parts.forEach((part, index) => expect(abs(part - BigInt(published[index] ?? 0)) <= 1n).toBe(true));
  });

  it.each([
    ['100.00', ['1', '3'], ['25.00', '75.00']],
    ['100.00', ['1000', '2000'], ['33.33', '66.67']],
  ])('shares %s by %j', (amount, list, expected) => {
    const parts = split(
      decimal(amount),
      'USD',
      list.map((weight, index) => ({ id: first(index), weight: decimal(weight) })),
      'x',
    );
    expect(parts.map((part) => writeMoney(part.amount, 'USD'))).toEqual(expected);
  });
});

describe('a refusal to split', () => {
  const shares = (...list: [string, string][]): Share[] =>
    list.map(([id, weight]) => ({ id, weight: decimal(weight) }));

  it('says what is wrong, and with whose share', () => {
    const one = decimal('1.00');
    expect(() => split(one, 'GBP', shares(['a', '1'], ['a', '2']), 'x')).toThrow(
      expect.objectContaining({ message: 'Share a appears twice.', facts: { id: 'a' } }),
    );
    expect(() => split(one, 'GBP', shares(['a', '1'], ['b', '-2']), 'x')).toThrow(
      expect.objectContaining({ message: 'Share b has a negative weight.', facts: { id: 'b' } }),
    );
    expect(() => split(one, 'GBP', shares(['a', '0']), 'x')).toThrow('Nothing to share by: every weight is zero.');
    expect(() => split(decimal('1.005'), 'GBP', shares(['a', '1']), 'x')).toThrow(
      '1.005 has more than 2 fraction digits.',
    );
  });

  it('does not take a nought for less than nothing, whatever its sign', () => {
    const parts = split(decimal('1.00'), 'GBP', shares(['a', '-0'], ['b', '2']), 'x');
    expect(parts.map(({ amount }) => amount.toFixed(2))).toEqual(['0.00', '1.00']);
  });
});

describe('the rank among equals', () => {
  it('is asked only where equals compete for a coin, and once for each', () => {
    const asked: number[] = [];
    const rank = (index: number): string => {
      asked.push(index);
      return String(index);
    };
    splitCoins(9n, [1n, 1n, 1n], rank);
    splitCoins(10n, [3n, 7n], rank);
    splitCoins(101n, [3n, 7n], rank);
    expect(asked).toEqual([]);
    splitCoins(10n, [1n, 1n, 1n, 1n, 1n, 1n], rank);
    expect(asked.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5]);
  });
});

describe('splitOnGrid', () => {
  const rank = (index: number): string => String(index);

  it('gives the last step to the largest remainder', () => {
    const parts = splitOnGrid(decimal('1'), 3, [decimal('1'), decimal('1'), decimal('1')], rank);
    expect(parts.map((part) => part.toFixed())).toEqual(['0.334', '0.333', '0.333']);
  });

  it('refuses what is not on the grid, and a shape without weight', () => {
    expect(() => splitOnGrid(decimal('0.0001'), 3, [decimal('1')], rank)).toThrow(refusal('off-grid-total'));
    expect(() => splitOnGrid(decimal('1'), 3, [zero], rank)).toThrow(refusal('no-weight'));
  });

  it('adds up to the whole, each part within a step of its ideal, and nothing for no weight', () => {
    const total = fc.bigInt({ min: 0n, max: 10n ** 15n });
    fc.assert(
      fc.property(
        total,
        fc.array(fc.bigInt({ min: 0n, max: 10n ** 9n }), { minLength: 1, maxLength: 30 }),
        (n, given) => {
          const whole = given.reduce((a, b) => a + b, 0n);
          fc.pre(whole > 0n);
          const amount = new Decimal(n.toString()).times('0.000001');
          const parts = splitOnGrid(
            amount,
            6,
            given.map((one) => new Decimal(one.toString()).times('0.01')),
            rank,
          );
          expect(sum(parts).equals(amount)).toBe(true);
          parts.forEach((part, i) => {
            const weight = given[i] ?? 0n;
            const ideal = amount.times(weight.toString());
            expect(
              part.times(whole.toString()).minus(ideal).abs().lessThan(new Decimal(whole.toString()).times('0.000001')),
            ).toBe(true);
            if (weight === 0n) expect(part.isZero()).toBe(true);
          });
        },
      ),
    );
  });
});
