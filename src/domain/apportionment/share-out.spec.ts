import { decimal, sum } from '../quantity/decimal.js';
import type { Cost } from './apportion.js';
import { occupancyPieces, type Space } from './pieces.js';
import { suggestedThresholds } from './residual.js';
import { type Basis, shareOut } from './share-out.js';
import type { Use } from './weights.js';

const period = { from: '2026-10-01', to: '2026-11-01' };
const stall: Space = {
  id: '1',
  label: 'Stall 1',
  area: decimal('20'),
  weight: decimal('1'),
  vacantPayerMemberId: null,
  kind: 'let',
};
const cost: Cost = { no: 7, label: 'Units', amount: decimal('10.00'), currency: 'GBP', component: 'units' };
const use = (quantity: string): Use => ({
  spaceId: '1',
  memberId: 'rosa',
  band: 'all',
  quantity: decimal(quantity),
  unit: 'kWh',
});
const basis = (source: string | null, used: string, spaces: readonly Space[] = [stall]): Basis => ({
  period,
  pieces: occupancyPieces(spaces, [{ spaceId: '1', memberId: 'rosa', from: '2020-01-01', to: null }], period),
  uses: [use(used)],
  sources: source === null ? [] : [{ band: 'all', quantity: decimal(source), unit: 'kWh' }],
  thresholds: suggestedThresholds,
});
const metered = { kind: 'metered', band: null, residual: { policy: 'by-area' } } as const;

describe('shareOut', () => {
  it('shares and finds nothing to say', () => {
    const { shares, issues } = shareOut(cost, metered, basis('100', '98'));
    expect(issues).toEqual([]);
    expect(shares.map((share) => share.amount.toFixed(2))).toEqual(['9.80', '0.20']);
  });

  it('shows the shares beside a high residual, which a person may accept', () => {
    const { shares, issues } = shareOut(cost, metered, basis('100', '80'));
    expect(issues.map((issue) => issue.code)).toEqual(['residual-high']);
    expect(sum(shares.map((share) => share.amount)).equals(cost.amount)).toBe(true);
  });

  it.each([
    ['residual-negative', '100', '100.001'],
    ['source-meter-missing', null, '80'],
    ['no-weight', '0', '0'],
  ])('refuses to share with %s', (code, source, used) => {
    const { shares, issues } = shareOut(cost, metered, basis(source, used));
    expect(shares).toEqual([]);
    expect(issues.map((issue) => [issue.code, issue.severity])).toEqual([[code, 'blocking']]);
  });

  it('refuses a residual that nobody can bear', () => {
    const flat = { ...stall, area: decimal('0') };
    expect(shareOut(cost, metered, basis('100', '98', [flat])).issues.map((issue) => issue.code)).toEqual([
      'no-weight',
    ]);
  });

  it('has nothing to ask where there is nothing to share', () => {
    expect(shareOut({ ...cost, amount: decimal('0') }, metered, basis('0', '0'))).toEqual({ shares: [], issues: [] });
  });

  it('does not look at meters for a key that needs none', () => {
    expect(shareOut(cost, { kind: 'area' }, basis(null, '0')).shares).toHaveLength(1);
  });
});
