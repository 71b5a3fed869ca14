import fc from 'fast-check';
import { Decimal, decimal, sum } from '../quantity/decimal.js';
import { toCoins, writeMoney } from '../quantity/money.js';
import { apportion, type Cost, type CostShare, type ResidualPool, tieKey } from './apportion.js';
import { beneficiaryId } from './beneficiary.js';
import { tally } from './tally.js';
import type { Weight } from './weights.js';

const october = { from: '2026-10-01', to: '2026-11-01' };
const cost = (amount: Decimal): Cost => ({ no: 1, label: 'Units', amount, currency: 'GBP', component: 'units-day' });
const weight = (memberId: string, value: Decimal | string): Weight => ({
  beneficiary: { kind: 'member', memberId },
  weight: new Decimal(value),
  reasons: [],
});
const vacant = (spaceId: string, value: string): Weight => ({
  beneficiary: { kind: 'vacant', spaceId, payerMemberId: null },
  weight: decimal(value),
  reasons: [],
});
const row = ({ part, beneficiary, amount }: CostShare): string =>
  `${part} ${beneficiaryId(beneficiary)} ${writeMoney(amount, 'GBP')}`;
const abs = (value: bigint): bigint => (value < 0n ? -value : value);

const milli = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 5_000_000 })), {
  minLength: 1,
  maxLength: 25,
});
const some = milli.filter((list) => list.some((value) => value > 0));
const weightsOf = (list: readonly number[]): Weight[] =>
  list.map((value, index) => weight(`m${index}`, new Decimal(value).times('0.001')));
const pool = fc.option(fc.tuple(fc.integer({ min: 1, max: 5_000_000 }), some), { nil: null });
const poolOf = (drawn: readonly [number, number[]] | null): ResidualPool | null =>
  drawn === null ? null : { quantity: new Decimal(drawn[0]).times('0.001'), weights: weightsOf(drawn[1]) };
const amount = fc.integer({ min: -1e10, max: 1e10 }).map((value) => new Decimal(value).times('0.01'));

describe('apportion', () => {
  // 100.00 × 500/1000, 380/1000, 120/1000; then 12.00 × 930/1860, 620/1860, 310/1860.
  it('shares by use, and what is left by its own key', () => {
    const residual = {
      quantity: decimal('120'),
      weights: [weight('rosa', '930'), weight('lund', '620'), vacant('4', '310')],
    };
    const shares = apportion(
      cost(decimal('100.00')),
      [weight('rosa', '500'), weight('lund', '380')],
      residual,
      october,
    );
    expect(shares.map(row)).toEqual([
      'own member:rosa 50.00',
      'own member:lund 38.00',
      'residual member:rosa 6.00',
      'residual member:lund 4.00',
      'residual vacant:4 2.00',
    ]);
  });

  it('keeps the figures of each formula', () => {
    const residual = { quantity: decimal('1'), weights: [weight('rosa', '2')] };
    const [own, left] = apportion(cost(decimal('10.00')), [weight('rosa', '3')], residual, october);
    expect([own?.pool, own?.weight, own?.whole, own?.amount].map(String)).toEqual(['10', '3', '4', '7.5']);
    expect([left?.pool, left?.weight, left?.whole, left?.amount].map(String)).toEqual(['2.5', '2', '2', '2.5']);
  });

  it('publishes what orders ties', () => {
    expect(tieKey(october, 'units-day', 'own')).toBe('2026-10-01/2026-11-01:units-day');
    expect(tieKey(october, 'units-day', 'residual')).toBe('2026-10-01/2026-11-01:units-day:residual');
  });

  it('orders ties by what members are called, whatever their ids are', () => {
    const pennies = (ids: readonly string[], called?: (id: string) => string): string[] =>
      apportion(
        cost(decimal('0.02')),
        ids.map((id) => weight(id, '1')),
        null,
        october,
        called,
      ).map(({ amount }) => writeMoney(amount, 'GBP'));
    const codes: Readonly<Record<string, string>> = { '01a': 'rosa', '02b': 'lund', '03c': 'adam' };
    const byCode = pennies(Object.keys(codes), (id) => codes[id] ?? id);
    expect(byCode).toEqual(pennies(Object.values(codes)));
    expect(byCode.toSorted()).toEqual(['0.00', '0.01', '0.01']);
  });

  it('charges everything to the residual where the shops used nothing', () => {
    const residual = { quantity: decimal('5'), weights: [weight('rosa', '1')] };
    const shares = apportion(cost(decimal('1.00')), [weight('rosa', '0')], residual, october);
    expect(shares.map(row)).toEqual(['own member:rosa 0.00', 'residual member:rosa 1.00']);
  });

  it('adds up to the cost exactly, at the first stage and at the second', () => {
    fc.assert(
      fc.property(amount, some, pool, (value, list, drawn) => {
        const shares = apportion(cost(value), weightsOf(list), poolOf(drawn), october);
        expect(sum(shares.map((share) => share.amount)).equals(value)).toBe(true);
        const left = shares.filter((share) => share.part === 'residual');
        for (const share of left.slice(0, 1)) expect(sum(left.map((one) => one.amount)).equals(share.pool)).toBe(true);
      }),
    );
  });

  it('stays within one coin of the ideal at each stage, and gives nothing for no weight', () => {
    const whole = (value: Decimal): bigint => BigInt(value.times(1000).toFixed(0));
    fc.assert(
      fc.property(amount, some, pool, (value, list, drawn) => {
        for (const share of apportion(cost(value), weightsOf(list), poolOf(drawn), october)) {
          const gap =
            toCoins(share.amount, 'GBP') * whole(share.whole) - toCoins(share.pool, 'GBP') * whole(share.weight);
          expect(abs(gap) < whole(share.whole)).toBe(true);
          if (share.weight.isZero()) expect(share.amount.isZero()).toBe(true);
        }
      }),
    );
  });

  it('does not depend on the order of the weights', () => {
    fc.assert(
      fc.property(amount, some, pool, (value, list, drawn) => {
        const there = apportion(cost(value), weightsOf(list), poolOf(drawn), october).map(row);
        const turned = poolOf(drawn);
        const back = apportion(
          cost(value),
          weightsOf(list).toReversed(),
          turned === null ? null : { ...turned, weights: turned.weights.toReversed() },
          october,
        ).map(row);
        expect(back.toSorted()).toEqual(there.toSorted());
      }),
    );
  });

  it('mirrors a charge in its credit', () => {
    fc.assert(
      fc.property(amount, some, pool, (value, list, drawn) => {
        const charge = apportion(cost(value), weightsOf(list), poolOf(drawn), october);
        const credit = apportion(cost(value.negated()), weightsOf(list), poolOf(drawn), october);
        expect(credit.map((share) => share.amount.toFixed())).toEqual(
          charge.map((share) => share.amount.negated()).map((one) => (one.isZero() ? '0' : one.toFixed())),
        );
      }),
    );
  });
});

describe('tally', () => {
  it('says where the amount went', () => {
    const shares = apportion(
      cost(decimal('10.00')),
      [
        weight('rosa', '5'),
        vacant('4', '2'),
        { beneficiary: { kind: 'common' }, weight: decimal('2'), reasons: [] },
        { beneficiary: { kind: 'held' }, weight: decimal('1'), reasons: [] },
      ],
      null,
      october,
    );
    const { members, common, vacant: empty, held } = tally(decimal('10.00'), shares);
    expect([members, common, empty, held].map(String)).toEqual(['5', '2', '2', '1']);
  });

  it('stops where the shares are not the amount', () => {
    expect(() =>
      tally(decimal('10.01'), apportion(cost(decimal('10.00')), [weight('rosa', '1')], null, october)),
    ).toThrow('add up to the amount');
  });
});
