import fc from 'fast-check';
import { DomainError } from '../errors.js';
import { Decimal, decimal, sum } from '../quantity/decimal.js';
import { toCoins } from '../quantity/money.js';
import type { Cost, CostShare } from './apportion.js';
import { beneficiaryId } from './beneficiary.js';
import { checkKey, type Key, type SimpleKey } from './key.js';
import type { Limits } from './limits.js';
import { occupancyPieces, type Space } from './pieces.js';
import { suggestedThresholds } from './residual.js';
import { type Basis, keyOfShare, shareOut } from './share-out.js';

const refusal = (code: string): DomainError => expect.objectContaining({ code }) as DomainError;
const period = { from: '2026-10-01', to: '2026-11-01' };
const stall = (id: string, area: string): Space => ({
  id,
  label: `Stall ${id}`,
  area: decimal(area),
  weight: decimal('1'),
  vacantPayerMemberId: null,
  kind: 'let',
});
const use = (spaceId: string, memberId: string | null, quantity: string) => ({
  spaceId,
  memberId,
  band: 'all',
  quantity: decimal(quantity),
  unit: 'kWh',
});
const basis: Basis = {
  period,
  pieces: occupancyPieces(
    [stall('1', '10'), stall('2', '30'), stall('3', '10')],
    [
      { spaceId: '1', memberId: 'rosa', from: '2020-01-01', to: null },
      { spaceId: '2', memberId: 'lund', from: '2020-01-01', to: null },
    ],
    period,
  ),
  uses: [use('1', 'rosa', '80'), use('2', 'lund', '20'), use('3', null, '0')],
  sources: [{ band: 'all', quantity: decimal('100'), unit: 'kWh' }],
  thresholds: suggestedThresholds,
};
const cost = (amount: Decimal): Cost => ({ no: 1, label: 'Heat', amount, currency: 'GBP', component: 'heat' });
const metered: SimpleKey = { kind: 'metered', band: null, residual: { policy: 'pro-rata' } };
const area: SimpleKey = { kind: 'area' };
const composite = (...parts: readonly [string, Key][]): Key => ({
  kind: 'composite',
  parts: parts.map(([part, key]) => ({ part: decimal(part), key })),
});
const total = (shares: readonly CostShare[]): string => sum(shares.map((share) => share.amount)).toFixed(2);
const rows = (shares: readonly CostShare[]): string[] =>
  shares.map(({ beneficiary, amount }) => `${beneficiaryId(beneficiary)} ${amount.toFixed(2)}`);

describe('a composite key', () => {
  it('says of each share which of its keys made it, to the innermost', () => {
    const capped: Key = {
      kind: 'limited',
      key: metered,
      limits: { cap: { per: 'share', amount: decimal('1000') }, floor: null, rest: 'held' },
    };
    const key = composite(['60', composite(['50', capped], ['50', { kind: 'equal' }])], ['40', area]);
    const { shares } = shareOut(cost(decimal('100.00')), key, basis);
    const kinds = shares.map((share) => `${beneficiaryId(share.beneficiary)} ${keyOfShare(key, share).kind}`);
    const each = (kind: string) => ['member:lund', 'member:rosa', 'vacant:3'].map((who) => `${who} ${kind}`);
    expect(kinds).toEqual([...each('metered'), ...each('equal'), ...each('area')]);
  });

  // 70.00 by 80 : 20 kWh; 30.00 by 10 : 30 : 10 m², stall 3 empty.
  it('shares each part by its own key', () => {
    const { shares, issues } = shareOut(cost(decimal('100.00')), composite(['70', metered], ['30', area]), basis);
    expect(issues).toEqual([]);
    expect(rows(shares)).toEqual([
      'member:lund 14.00',
      'member:rosa 56.00',
      'vacant:3 0.00',
      'member:lund 18.00',
      'member:rosa 6.00',
      'vacant:3 6.00',
    ]);
  });

  it('says on each share which part of the cost it shares', () => {
    const { shares } = shareOut(cost(decimal('100.00')), composite(['0.7', metered], ['0.3', area]), basis);
    expect(shares.map(({ pool, steps }) => [pool.toFixed(), steps?.map((step) => step.step)])).toEqual([
      ...[1, 2, 3].map(() => ['70', ['part']]),
      ...[1, 2, 3].map(() => ['30', ['part']]),
    ]);
    expect(shares[3]?.steps).toMatchObject([{ no: 2, part: decimal('0.3'), of: decimal('1'), pool: decimal('100') }]);
  });

  it('may be nested', () => {
    const key = composite(['50', composite(['50', metered], ['50', area])], ['50', { kind: 'equal' }]);
    const { shares } = shareOut(cost(decimal('100.01')), key, basis);
    expect(total(shares)).toBe('100.01');
    expect(shares.map(({ steps }) => steps?.length)).toEqual([2, 2, 2, 2, 2, 2, 1, 1, 1]);
  });

  it('is not shared at all where one part cannot be', () => {
    const { shares, issues } = shareOut(
      cost(decimal('100.00')),
      composite(['70', area], ['30', { kind: 'headcount' }]),
      basis,
    );
    expect(shares).toEqual([]);
    expect(issues.map((issue) => issue.code)).toEqual(['headcount-missing', 'headcount-missing']);
  });

  it('adds up to the cost for any parts, and a credit mirrors its charge', () => {
    const drawn = fc.array(fc.integer({ min: 1, max: 99 }), { minLength: 1, maxLength: 6 });
    const keys: readonly SimpleKey[] = [
      metered,
      area,
      { kind: 'equal' },
      { kind: 'occupied-days' },
      { kind: 'members' },
    ];
    fc.assert(
      fc.property(drawn, fc.integer({ min: -1e8, max: 1e8 }), (list, coins) => {
        const amount = new Decimal(coins).times('0.01');
        const whole = list.reduce((a, b) => a + b, 0);
        const key: Key = {
          kind: 'composite',
          parts: list.map((part, index) => ({ part: new Decimal(part), key: keys[index % keys.length] ?? area })),
        };
        const { shares } = shareOut(cost(amount), key, basis);
        expect(sum(shares.map((share) => share.amount)).equals(amount)).toBe(true);
        const back = shareOut(cost(amount.negated()), key, basis).shares;
        back.forEach((share, index) =>
          expect(share.amount.negated().equals(shares[index]?.amount ?? amount)).toBe(true),
        );
        for (const { steps } of shares) {
          const [step] = steps ?? [];
          if (step?.step !== 'part') throw new Error('Every share of a composite key names its part.');
          const ideal = toCoins(amount, 'GBP') * BigInt(step.part.toFixed());
          const gap = toCoins(step.amount, 'GBP') * BigInt(whole) - ideal;
          expect(gap < BigInt(whole) && -gap < BigInt(whole)).toBe(true);
        }
      }),
    );
  });

  it.each([
    ['parts of 99.9', composite(['70', area], ['29.9', metered])],
    ['a part of nothing', composite(['100', area], ['0', metered])],
    ['no parts', composite()],
    ['four levels', composite(['1', composite(['1', composite(['1', composite(['1', area])])])])],
    ['a fixed key that is incomplete inside', composite(['1', { kind: 'fixed', parts: [] }])],
  ])('is refused with %s', (_, key) => {
    expect(() => {
      checkKey(key);
    }).toThrow(refusal('key-incomplete'));
  });
});

describe('a limited key', () => {
  const limits = (cap: string | null, floor: string | null = null): Limits => ({
    cap: cap === null ? null : { per: 'share', amount: decimal(cap) },
    floor: floor === null ? null : { per: 'share', amount: decimal(floor) },
    rest: 'held',
  });
  const limited = (key: SimpleKey, of: Limits): Key => ({ kind: 'limited', key, limits: of });

  // By area 20.00 : 60.00 : 20.00; Lund stands at 40.00, and 60.00 are shared by 10 : 10.
  it('keeps a member at a cap and shares the rest by the same key, with every step on the share', () => {
    const { shares } = shareOut(cost(decimal('100.00')), limited(area, limits('40')), basis);
    expect(rows(shares)).toEqual(['member:lund 40.00', 'member:rosa 30.00', 'vacant:3 30.00']);
    expect(shares.map(({ steps }) => steps?.map(({ step }) => step))).toEqual([
      ['cap'],
      ['shared-again'],
      ['shared-again'],
    ]);
    expect(shares[1]).toMatchObject({ pool: decimal('60'), weight: decimal('310'), whole: decimal('620') });
  });

  it('names who bears what all caps leave over', () => {
    const { shares } = shareOut(cost(decimal('100.00')), limited({ kind: 'occupied-days' }, limits('40')), basis);
    expect(rows(shares)).toEqual(['member:lund 40.00', 'member:rosa 40.00', 'held 20.00']);
    expect(total(shares)).toBe('100.00');
  });

  it('does not limit what no meter explains', () => {
    const key: SimpleKey = { kind: 'metered', band: null, residual: { policy: 'by-area' } };
    const more: Basis = { ...basis, sources: [{ band: 'all', quantity: decimal('110'), unit: 'kWh' }] };
    const { shares } = shareOut(cost(decimal('110.00')), limited(key, limits('60')), more);
    expect(rows(shares)).toEqual([
      'member:lund 40.00',
      'member:rosa 60.00',
      'vacant:3 0.00',
      'member:lund 6.00',
      'member:rosa 2.00',
      'vacant:3 2.00',
    ]);
  });

  it('charges nobody more than a cost: floors that come to more are a finding', () => {
    const { shares, issues } = shareOut(cost(decimal('9.00')), limited({ kind: 'members' }, limits(null, '5')), basis);
    expect([shares, issues.map((issue) => issue.code)]).toEqual([[], ['floors-exceed-cost']]);
  });

  it('may be a part of a composite key', () => {
    const key = composite(['50', limited(area, limits('10'))], ['50', { kind: 'equal' }]);
    const { shares } = shareOut(cost(decimal('100.00')), key, basis);
    expect(shares.map(({ steps }) => steps?.map(({ step }) => step))[0]).toEqual(['part', 'cap']);
    expect(total(shares)).toBe('100.00');
  });
});
