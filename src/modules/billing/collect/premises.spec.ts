import { occupancyPieces } from '../../../domain/apportionment/pieces.js';
import { decimal, plain } from '../../../domain/quantity/decimal.js';
import type { MeasuredUse, RunMeter } from '../run/inputs.js';
import { reliefFor, useAtPremises } from './premises.js';

const period = { from: '2026-10-01', to: '2026-11-01' };
const [first, last] = ['2026-09-30T23:00:00Z', '2026-11-01T00:00:00Z'] as const;
const meter = (registerId: string, more: Partial<RunMeter> = {}): RunMeter => ({
  registerId,
  meterCode: registerId,
  role: 'sub',
  utility: 'electricity',
  unit: 'kWh',
  direction: 'import',
  ...more,
});
const use = (registerId: string, spaceId: string, quantity: string, more: Partial<MeasuredUse> = {}): MeasuredUse => ({
  registerId,
  installationId: registerId,
  spaceId,
  memberId: 'rosa',
  calendar: null,
  band: '',
  from: first,
  to: last,
  quantity: decimal(quantity),
  conversion: null,
  quality: 'valid',
  opening: null,
  closing: null,
  intervals: null,
  ...more,
});
const stall = (id: string) => ({
  id,
  label: id,
  area: decimal('10'),
  weight: decimal('1'),
  vacantPayerMemberId: null,
  kind: 'let' as const,
});
const premises = (meters: readonly RunMeter[], uses: readonly MeasuredUse[]): Parameters<typeof reliefFor>[0] => ({
  period,
  meters,
  uses,
  site: { id: 'hall', code: 'OMH', name: 'Hall', zone: 'Europe/London' },
  pieces: occupancyPieces(
    [stall('1'), stall('2')],
    [
      { spaceId: '1', memberId: 'rosa', from: '2026-01-01', to: null },
      { spaceId: '2', memberId: 'rosa', from: '2026-10-11', to: null },
    ],
    period,
  ),
  taxRules: {
    treatment: { metered: 'S', standing: 'S', unmetered: 'X', commonParts: 'X', spaceWork: null },
    reduced: [
      {
        utility: 'electricity',
        normal: 'S',
        reduced: 'R',
        smallUsePerDay: decimal('33'),
        qualifyingFromPercent: decimal('60'),
      },
    ],
    levy: { sharedBy: 'all-use', smallUseExempt: false },
    caps: [],
    declarations: [],
  },
});

describe('all that a member used at the premises', () => {
  it('is of all its spaces, of a virtual meter too, and of each day once', () => {
    const inputs = premises(
      [meter('a'), meter('v', { role: 'virtual' })],
      [use('a', '1', '600'), use('v', '2', '424'), use('a', '1', '400', { calendar: 'DN', band: 'day' })],
    );
    const { quantity, days } = useAtPremises(inputs, 'rosa', 'electricity') ?? {};
    expect([quantity && plain(quantity), days]).toEqual(['1024', 31]);
    // 1,024 is more than 33 × 31 = 1,023; either stall by itself would be small.
    expect(reliefFor(inputs, 'rosa', 'electricity')?.relief).toEqual({ kind: 'none' });
  });

  it('is not what the roof gave, another utility, or another member had', () => {
    const inputs = premises(
      [meter('a'), meter('out', { direction: 'export' }), meter('gas', { utility: 'gas' }), meter('b')],
      [use('a', '1', '1023'), use('out', '1', '50'), use('gas', '1', '70'), use('b', '2', '90', { memberId: 'lund' })],
    );
    expect(reliefFor(inputs, 'rosa', 'electricity')?.relief).toMatchObject({ kind: 'all' });
  });

  it('is unknown where no meter of its own measured it', () => {
    expect(useAtPremises(premises([meter('src', { role: 'source' })], []), 'rosa', 'electricity')).toBeNull();
  });
});
