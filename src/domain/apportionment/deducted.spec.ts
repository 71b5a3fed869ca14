import fc from 'fast-check';
import { Decimal, decimal, plain, sum } from '../quantity/decimal.js';
import { type DeductedUse, withoutDeducted } from './deducted.js';
import { occupancyPieces, type Space } from './pieces.js';
import { suggestedThresholds } from './residual.js';
import { type Basis, shareOut } from './share-out.js';
import type { Use } from './weights.js';

const period = { from: '2026-10-01', to: '2026-11-01' };
const space = (id: string): Space => ({
  ...{ id, label: `Stall ${id}`, area: decimal('20'), weight: decimal('1'), vacantPayerMemberId: null, kind: 'let' },
});
const occupied = ['1', '2'].map((spaceId) => ({ spaceId, memberId: `m${spaceId}`, from: '2020-01-01', to: null }));
const pieces = occupancyPieces(['1', '2'].map(space), occupied, period);
const use = (spaceId: string, quantity: Decimal | string): Use => ({
  ...{ spaceId, memberId: `m${spaceId}`, band: '', quantity: new Decimal(quantity), unit: 'm3' },
});
const less = (spaceId: string | null, quantity: Decimal | string, label = 'GARDEN'): DeductedUse => ({
  ...{ spaceId, memberId: spaceId === null ? null : `m${spaceId}`, band: '', unit: 'm3', label },
  quantity: new Decimal(quantity),
});
const supplied = (quantity: Decimal | string) => [{ band: '', quantity: new Decimal(quantity), unit: 'm3' }];
const basis = (deductions: readonly DeductedUse[], uses = [use('1', '30'), use('2', '15')]): Basis => ({
  ...{ period, pieces, uses, sources: supplied('46'), thresholds: suggestedThresholds, deductions },
});
const waste = { kind: 'metered', band: null, residual: { policy: 'landlord-bears' }, deducted: true } as const;
const fresh = { ...waste, deducted: false };
const cost = { no: 1, label: 'Water', amount: decimal('93.00'), currency: 'EUR', component: 'water' } as const;
const amounts = ({ shares }: ReturnType<typeof shareOut>): string[] => shares.map(({ amount }) => amount.toFixed(2));

describe('a key that deducts', () => {
  it('shares waste water by what went down the drain, and fresh water by all', () => {
    const taken = basis([less('1', '8'), less('1', '2', 'BOILER'), less('2', '5')]);
    // 93.00 × 20, 10 and 1 of 31; × 30, 15 and 1 of 46.
    expect(amounts(shareOut(cost, waste, taken)).sort()).toEqual(['3.00', '30.00', '60.00']);
    expect(amounts(shareOut(cost, fresh, taken)).sort()).toEqual(['2.02', '30.33', '60.65']);
    const [share] = shareOut(cost, waste, taken).shares.filter(({ weight }) => weight.equals(20));
    expect(share?.reasons).toMatchObject([{ what: 'metered', value: decimal('20'), deducted: decimal('10') }]);
  });

  it.each([
    ['more than the meter of its space', [less('1', '30.001')], 'Stall 1 counted 30 m3'],
    ['of a space without a meter', [less('9', '1')], ' counted 0 m3'],
    ['more than the source', [less(null, '46.5')], 'The source meter counted 46 m3'],
  ])('refuses to share where %s is deducted', (_what, deductions, said) => {
    const { shares, issues } = shareOut(cost, waste, basis(deductions));
    expect(shares).toEqual([]);
    expect(issues[0]).toMatchObject({ code: 'deduction-exceeds-intake', severity: 'blocking' });
    expect(issues[0]?.detail).toContain(said);
  });

  it('leaves over what was left over, takes nothing below zero, and without deductions changes nothing', () => {
    const litres = fc.integer({ min: 0, max: 1e9 }).map((value) => new Decimal(value).times('0.001'));
    const pair = fc.tuple(litres, fc.integer({ min: 0, max: 100 }));
    fc.assert(
      fc.property(pair, pair, litres, ([a, partA], [b, partB], rest) => {
        const uses = [use('1', a), use('2', b)];
        const deductions = [
          less('1', a.times(partA).dividedToIntegerBy(100)),
          less('2', b.times(partB).dividedToIntegerBy(100)),
        ];
        const measured = { period, pieces, uses, sources: supplied(a.plus(b).plus(rest)) };
        const { net, issues } = withoutDeducted(measured, deductions);
        expect(issues).toEqual([]);
        const total = (some: readonly { readonly quantity: Decimal }[]) => sum(some.map(({ quantity }) => quantity));
        expect(plain(total(net.sources).minus(total(net.uses)))).toBe(plain(rest));
        expect(net.uses.some(({ quantity }) => quantity.isNegative() && !quantity.isZero())).toBe(false);
        expect(withoutDeducted(measured, []).net).toEqual({ uses, sources: measured.sources });
      }),
    );
  });
});
