import fc from 'fast-check';
import { Decimal, decimal, plain, sum, zero } from '../quantity/decimal.js';
import { drawFund, type FundCase, type FundRate } from './fund.js';

const of = (id: string, charged: string, more: Partial<FundCase> = {}): FundCase => ({
  id,
  charged: decimal(charged),
  days: 31,
  quantity: zero,
  left: null,
  ...more,
});
const all: FundRate = { kind: 'percent', percent: decimal('100') };
const drawn = (rate: FundRate, left: string, cases: readonly FundCase[]) =>
  drawFund(rate, decimal(left), cases, 'GBP', 'example').map(({ id, amount }) => [id, plain(amount)]);

describe('a fund', () => {
  const three = [of('rosa', '150.00'), of('lund', '100.00'), of('adam', '50.00')];

  it('meets every claim while it can', () => {
    expect(drawn(all, '300.00', three)).toEqual([
      ['rosa', '150'],
      ['lund', '100'],
      ['adam', '50'],
    ]);
  });

  it('shares its last coins by the claims when it cannot', () => {
    expect(drawn(all, '250.00', three)).toEqual([
      ['rosa', '125'],
      ['lund', '83.33'],
      ['adam', '41.67'],
    ]);
    expect(drawn(all, '0', three).map(([, amount]) => amount)).toEqual(['0', '0', '0']);
  });

  it('gives by rate, by amount, by day and by unit, rounded down', () => {
    expect(drawn({ kind: 'percent', percent: decimal('33') }, '100', [of('a', '10.05')])).toEqual([['a', '3.31']]);
    expect(drawn({ kind: 'amount', amount: decimal('5.00'), per: 'run' }, '100', [of('a', '10')])).toEqual([
      ['a', '5'],
    ]);
    expect(drawn({ kind: 'amount', amount: decimal('0.10'), per: 'day' }, '100', [of('a', '10')])).toEqual([
      ['a', '3.1'],
    ]);
    const unit = of('a', '100', { quantity: decimal('745') });
    expect(drawn({ kind: 'per-unit', perUnit: decimal('0.021') }, '100', [unit])).toEqual([['a', '15.64']]);
  });

  it('gives no more than is charged, no more than the member may have, and nothing on a credit', () => {
    expect(drawn({ kind: 'amount', amount: decimal('50'), per: 'run' }, '100', [of('a', '10')])).toEqual([['a', '10']]);
    expect(drawn(all, '100', [of('a', '10', { left: decimal('4.00') })])).toEqual([['a', '4']]);
    expect(drawn(all, '100', [of('a', '-10'), of('b', '0')])).toEqual([]);
  });

  it('never gives more than it has, nor to anybody more than the claim, in whatever order', () => {
    const cases = fc.uniqueArray(fc.tuple(fc.nat(30), fc.integer({ min: -500, max: 50_000 })), {
      selector: ([id]) => id,
      maxLength: 12,
    });
    fc.assert(
      fc.property(cases, fc.nat(300_000), fc.integer({ min: 1, max: 100 }), (given, pence, percent) => {
        const asked = given.map(([id, charged]) => of(String(id), new Decimal(charged).times('0.01').toFixed(2)));
        const left = new Decimal(pence).times('0.01');
        const rate: FundRate = { kind: 'percent', percent: new Decimal(percent) };
        const draws = drawFund(rate, left, asked, 'GBP', 'example');
        const claims = sum(draws.map(({ claim }) => claim));
        expect(sum(draws.map(({ amount }) => amount)).equals(Decimal.min(left, claims))).toBe(true);
        for (const { amount, claim } of draws) expect(amount.lessThanOrEqualTo(claim)).toBe(true);
        const again = drawFund(rate, left, asked.toReversed(), 'GBP', 'example');
        expect(new Map(again.map(({ id, amount }) => [id, plain(amount)]))).toEqual(
          new Map(draws.map(({ id, amount }) => [id, plain(amount)])),
        );
      }),
    );
  });
});
