import { type Subject } from '../errors.js';
import { decimal } from '../quantity/decimal.js';
import { beneficiaryId } from './beneficiary.js';
import type { ResidualPolicy } from './key.js';
import { occupancyPieces, type Space } from './pieces.js';
import { measureResidual, type Residual, residualIssues, residualWeights, suggestedThresholds } from './residual.js';
import { type Use, weigh } from './weights.js';

const october = { from: '2026-10-01', to: '2026-11-01' };
const subject: Subject = { kind: 'site', id: 'hall', label: 'Old Market Hall' };
const space = (id: string, area: string, kind: 'let' | 'common' = 'let'): Space => ({
  id,
  label: `Stall ${id}`,
  area: decimal(area),
  weight: decimal('1'),
  vacantPayerMemberId: null,
  kind,
});
const pieces = occupancyPieces(
  [space('1', '20'), space('2', '30'), space('stairs', '9', 'common')],
  [{ spaceId: '1', memberId: 'rosa', from: '2024-01-01', to: null }],
  october,
);
const use = (spaceId: string, memberId: string | null, quantity: string): Use => ({
  spaceId,
  memberId,
  band: 'day',
  quantity: decimal(quantity),
  unit: 'kWh',
});
const balance = (source: string, rosa: string, vacant: string, stairs: string): Residual | null =>
  measureResidual(
    'day',
    [
      { band: 'day', quantity: decimal(source), unit: 'kWh' },
      { band: 'night', quantity: decimal('500'), unit: 'kWh' },
    ],
    [use('1', 'rosa', rosa), use('2', null, vacant), use('stairs', null, stairs)],
    pieces,
  );
const found = (source: string, rosa: string, vacant: string, stairs: string): string[] => {
  const residual = balance(source, rosa, vacant, stairs);
  return residual === null
    ? ['nothing measured']
    : residualIssues(residual, suggestedThresholds, subject, october).map(
        ({ code, severity }) => `${code} ${severity}`,
      );
};

describe('measureResidual', () => {
  it('shares what the let spaces did not use, and judges what no meter explains', () => {
    const residual = balance('1000', '700', '180', '90');
    expect([residual?.metered, residual?.common, residual?.shared, residual?.unexplained].map(String)).toEqual([
      '880',
      '90',
      '120',
      '30',
    ]);
  });

  it('has nothing to compare where the source counted nothing', () => {
    expect(measureResidual('day', [], [], pieces)).toBeNull();
  });
});

describe('residualIssues', () => {
  it('is silent up to three percent, measured common parts not counted', () =>
    expect(found('1000', '700', '180', '90')).toEqual([]));
  it('notes more than three', () =>
    expect(found('1000', '700', '180', '89.999')).toEqual(['residual-notable warning']));
  it('notes exactly ten', () => expect(found('1000', '700', '180', '20')).toEqual(['residual-notable warning']));
  it('blocks above ten', () => expect(found('1000', '700', '180', '19.999')).toEqual(['residual-high blocking']));
  it('blocks less than nothing, by however little', () =>
    expect(found('1000', '700', '180', '120.001')).toEqual(['residual-negative blocking']));
  it('is silent where nothing flowed', () => expect(found('0', '0', '0', '0')).toEqual([]));
});

describe('residualWeights', () => {
  const own = weigh(
    { kind: 'metered', band: 'day', residual: { policy: 'pro-rata' } },
    pieces,
    [use('1', 'rosa', '7'), use('2', null, '3')],
    october,
  );

  it.each<[ResidualPolicy, Record<string, string>]>([
    [{ policy: 'pro-rata' }, { 'member:rosa': '7', 'vacant:2': '3' }],
    [{ policy: 'by-area' }, { 'member:rosa': '620', 'vacant:2': '930' }],
    [
      { policy: 'to-common', key: { kind: 'equal' } },
      { 'member:rosa': '31', 'vacant:2': '31' },
    ],
    [{ policy: 'landlord-bears' }, { common: '1' }],
  ])('weighs by %j', (policy, expected) => {
    const weights = residualWeights(policy, own, pieces, october);
    expect(Object.fromEntries(weights.map((one) => [beneficiaryId(one.beneficiary), one.weight.toFixed()]))).toEqual(
      expected,
    );
  });
});
