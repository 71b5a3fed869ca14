import fc from 'fast-check';
import { DomainError } from '../errors.js';
import { Decimal, decimal, sum } from '../quantity/decimal.js';
import { beneficiaryId } from './beneficiary.js';
import type { ResidualPolicy, SimpleKey } from './key.js';
import { occupancyPieces, type Occupancy, type Space } from './pieces.js';
import { type Use, weigh, type Weight } from './weights.js';

const refusal = (code: string): DomainError => expect.objectContaining({ code }) as DomainError;
const october = { from: '2026-10-01', to: '2026-11-01' };
const space = (id: string, area: string, more: Partial<Space> = {}): Space => ({
  id,
  label: `Stall ${id}`,
  area: decimal(area),
  weight: decimal('1'),
  vacantPayerMemberId: null,
  kind: 'let',
  ...more,
});
const spaces = [
  space('4', '20'),
  space('5', '30', { weight: decimal('1.5') }),
  space('hall', '100', { kind: 'common' }),
];
const occupancies: Occupancy[] = [
  { spaceId: '4', memberId: 'rosa', from: '2024-01-01', to: '2026-10-12' },
  { spaceId: '4', memberId: 'lund', from: '2026-10-20', to: null },
  { spaceId: '5', memberId: 'rosa', from: '2024-01-01', to: null },
];
const pieces = occupancyPieces(spaces, occupancies, october);
const use = (spaceId: string, memberId: string | null, quantity: string, band = 'day', unit = 'kWh'): Use => ({
  spaceId,
  memberId,
  band,
  quantity: decimal(quantity),
  unit,
});
const bears: ResidualPolicy = { policy: 'landlord-bears' };
const figures = (weights: readonly Weight[]): Record<string, string> =>
  Object.fromEntries(weights.map(({ beneficiary, weight }) => [beneficiaryId(beneficiary), weight.toFixed()]));

describe('weigh', () => {
  // 20 m² × 11 days + 30 m² × 1.5 × 31 days = 220 + 1395; 20 × 12; 20 × 8.
  it('weighs floor area by weight and days, the empty days too, common parts not', () => {
    expect(figures(weigh({ kind: 'area' }, pieces, [], october))).toEqual({
      'member:rosa': '1615',
      'member:lund': '240',
      'vacant:4': '160',
    });
  });

  it('gives every let space one share a day', () => {
    expect(figures(weigh({ kind: 'equal' }, pieces, [], october))).toEqual({
      'member:rosa': '42',
      'member:lund': '12',
      'vacant:4': '8',
    });
  });

  it('weighs what each hand used, and leaves the common meters to the residual', () => {
    const uses = [
      use('4', 'rosa', '10.5'),
      use('4', 'lund', '3.25'),
      use('4', null, '0.75'),
      use('5', 'rosa', '100'),
      use('5', 'rosa', '40', 'night'),
      use('hall', null, '77'),
    ];
    const key = (band: string | null): SimpleKey => ({ kind: 'metered', band, residual: bears });
    expect(figures(weigh(key('day'), pieces, uses, october))).toEqual({
      'member:rosa': '110.5',
      'member:lund': '3.25',
      'vacant:4': '0.75',
    });
    expect(figures(weigh(key(null), pieces, uses, october))['member:rosa']).toBe('150.5');
  });

  it('lets the part of a space follow its hands, and holds the part of a space that is not there', () => {
    const key: SimpleKey = {
      kind: 'fixed',
      parts: [
        { holder: { kind: 'space', spaceId: '4' }, part: decimal('40') },
        { holder: { kind: 'member', memberId: 'rosa' }, part: decimal('30') },
        { holder: { kind: 'space', spaceId: 'hall' }, part: decimal('20') },
        { holder: { kind: 'space', spaceId: 'gone' }, part: decimal('10') },
      ],
    };
    // 40 × 11 + 30 × 31; 40 × 12; 40 × 8; 20 × 31; 10 × 31; together 100 × 31.
    const weights = weigh(key, pieces, [], october);
    expect(figures(weights)).toEqual({
      'member:rosa': '1370',
      'member:lund': '480',
      'vacant:4': '320',
      common: '620',
      held: '310',
    });
    expect(sum(weights.map(({ weight }) => weight)).toFixed()).toBe('3100');
  });

  it('says what each weight is made of', () => {
    const [, rosa] = weigh({ kind: 'area' }, pieces, [], october);
    expect(rosa?.reasons.map((reason) => JSON.stringify(reason))).toEqual([
      '{"what":"area-days","spaceId":"4","spaceLabel":"Stall 4","area":"20","weight":"1","days":11,"value":"220"}',
      '{"what":"area-days","spaceId":"5","spaceLabel":"Stall 5","area":"30","weight":"1.5","days":31,"value":"1395"}',
    ]);
  });

  it('refuses a use in the wrong hands, and two units', () => {
    const key: SimpleKey = { kind: 'metered', band: null, residual: bears };
    expect(() => weigh(key, pieces, [use('5', 'lund', '1')], october)).toThrow(refusal('invalid-input'));
    expect(() => weigh(key, pieces, [use('5', 'rosa', '1'), use('4', 'rosa', '1', 'day', 'm³')], october)).toThrow(
      refusal('invalid-input'),
    );
  });

  const quantities = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 5, maxLength: 5 });
  const hands = [
    ['4', 'rosa'],
    ['4', 'lund'],
    ['4', null],
    ['5', 'rosa'],
    ['hall', null],
  ] as const;
  const keys = fc.constantFrom<SimpleKey>(
    { kind: 'area' },
    { kind: 'equal' },
    { kind: 'metered', band: null, residual: bears },
  );

  it('permutes weights where members are permuted, and does not see the order of anything', () => {
    fc.assert(
      fc.property(quantities, keys, (list, key) => {
        const uses = hands.map(([id, member], index): Use => ({
          ...use(id, member, '0'),
          quantity: new Decimal(list[index] ?? 0),
        }));
        const swap = (member: string | null): string | null =>
          member === 'rosa' ? 'lund' : member === 'lund' ? 'rosa' : member;
        const swapped = weigh(
          key,
          occupancyPieces(
            spaces.toReversed(),
            occupancies.map((one) => ({ ...one, memberId: swap(one.memberId) ?? '' })),
            october,
          ),
          uses.map((one) => ({ ...one, memberId: swap(one.memberId) })).toReversed(),
          october,
        );
        const before = figures(weigh(key, pieces, uses, october));
        const after = figures(swapped);
        expect(after).toEqual({
          'member:rosa': before['member:lund'],
          'member:lund': before['member:rosa'],
          'vacant:4': before['vacant:4'],
        });
      }),
    );
  });

  it('makes each weight the sum of its reasons, in the same bytes for any order', () => {
    fc.assert(
      fc.property(quantities, keys, (list, key) => {
        const uses = hands.map(([id, member], index): Use => ({
          ...use(id, member, '0'),
          quantity: new Decimal(list[index] ?? 0),
        }));
        const weights = weigh(key, pieces, uses, october);
        for (const { weight, reasons } of weights)
          expect(sum(reasons.map(({ value }) => value)).equals(weight)).toBe(true);
        expect(JSON.stringify(weigh(key, pieces.toReversed(), uses.toReversed(), october))).toBe(
          JSON.stringify(weights),
        );
      }),
    );
  });
});
