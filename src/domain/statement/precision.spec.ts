import fc from 'fast-check';
import { decimal } from '../quantity/decimal.js';
import type { Reason } from './model.js';
import { evenLines, evenReadings } from './precision.js';

const figure = fc
  .tuple(fc.nat(9_999), fc.stringMatching(/^\d{0,6}$/))
  .map(([whole, fraction]) => (fraction === '' ? String(whole) : `${whole}.${fraction}`));
const share = (weight: string, unit = 'kWh'): Reason => ({ rule: 'share', of: '1.00', weight, total: '6120', unit });
const placesOf = (value: string | undefined): number => value?.split('.')[1]?.length ?? 0;

describe('evenLines', () => {
  it('gives all quantities of a unit the same decimals, in the column and in the reasons, and changes none', () => {
    fc.assert(
      fc.property(fc.array(figure, { minLength: 1, maxLength: 6 }), (quantities) => {
        const lines = quantities.map((quantity) => ({ quantity, unit: 'kWh', reason: share(quantity) }));
        const most = Math.max(...quantities.map(placesOf));
        evenLines(lines).forEach((line, index) => {
          expect(decimal(line.quantity).equals(decimal(quantities[index] ?? ''))).toBe(true);
          expect(placesOf(line.quantity)).toBe(most);
          expect(line.reason).toMatchObject({ weight: line.quantity, total: most === 0 ? '6120' : '6120.0' });
        });
      }),
    );
  });

  it('takes a price per unit and a share into account without a column, and a column without a unit not at all', () => {
    const perUnit = (quantity: string, unit = 'kWh'): Reason => ({ rule: 'per-unit', quantity, unit, price: '1' });
    const agreed: Reason = { rule: 'set-amount', amount: '1.00', by: 'the board' };
    expect(
      evenLines([
        { reason: perUnit('431') },
        { unit: 'kWh', reason: share('7') },
        { quantity: '1.125', reason: agreed },
        { quantity: '92.5', unit: 'kWh', reason: agreed },
        { reason: perUnit('3', 'days') },
        { reason: perUnit('2.5', 'days') },
      ]),
    ).toEqual([
      { reason: perUnit('431.0') },
      { unit: 'kWh', reason: { ...share('7.0'), total: '6120.0' } },
      { quantity: '1.125', reason: agreed },
      { quantity: '92.5', unit: 'kWh', reason: agreed },
      { reason: perUnit('3', 'days') },
      { reason: perUnit('2.5', 'days') },
    ]);
    const [one] = evenLines([{ quantity: '1', unit: 'kWh', reason: share('2.25') }]);
    expect(one).toEqual({ quantity: '1.00', unit: 'kWh', reason: { ...share('2.25'), total: '6120.0' } });
    const whole: Reason = { ...share('2.25'), total: '6120.125' } as Reason;
    expect(evenLines([{ reason: whole }])).toEqual([{ reason: whole }]);
    const made = { ...share('1.5'), made: [[{ quantity: '1.5' }]] } as Reason;
    expect(evenLines([{ reason: made }, { quantity: '4', unit: 'kWh', reason: perUnit('4') }])[1]).toEqual({
      ...{ quantity: '4', unit: 'kWh' },
      reason: perUnit('4'),
    });
  });

  it('leaves days alone, units apart, and weights that were made of others as they are', () => {
    const made = { ...share('374', 'm² × days'), made: [] } as Reason;
    const lines = [
      { quantity: '31', unit: 'days', reason: { rule: 'equal-share', of: '57.35', shares: 23 } as Reason },
      { quantity: '15.5', unit: 'days', reason: share('18', 'm²') },
      { quantity: '92.5', unit: 'kWh', reason: made },
    ];
    expect(evenLines(lines)).toEqual(lines);
  });
});

describe('evenReadings', () => {
  it('writes displays evenly among themselves, and what was used', () => {
    const end = (value: string) => ({ value, at: '2026-10-01T00:00', quality: 'actual' as const });
    const rows = [
      { meter: 'M', register: 'r', previous: end('10.25'), latest: end('533.75'), used: '523.5' },
      { meter: 'M', register: 'day', partOf: 'r', used: '431' },
    ];
    expect(evenReadings(rows)).toEqual([
      { ...rows[0], used: '523.5' },
      { ...rows[1], used: '431.0' },
    ]);
    const [row] = evenReadings([
      { meter: 'M', register: 'r', previous: end('10'), latest: end('533.75'), used: '523.75' },
    ]);
    expect([row?.previous?.value, row?.latest?.value]).toEqual(['10.00', '533.75']);
  });
});
