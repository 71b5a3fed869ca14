import { decimal } from '../quantity/decimal.js';
import { ratioOf } from '../quantity/rational.js';
import { demandOf, highest, peakOf, peaksWithin } from './peaks.js';
import type { Peak, Usage } from './usage.js';

const september = { from: '2026-09-01', to: '2026-10-01' };
const peak = (energy: string, at: string | null, more: Partial<Peak> = {}): Peak => ({
  ...{ period: september, minutes: 30, window: '', at },
  energy: decimal(energy),
  ...more,
});
const used = (...peaks: Peak[]): Usage => ({ unit: 'kWh', byBand: {}, peaks });
const asked = { minutes: 30, bands: null };

describe('a peak', () => {
  it('is the mean power of its minutes', () => {
    expect(demandOf(peak('4.6', null, { minutes: 15 }))).toEqual(ratioOf(92, 5));
    expect(demandOf(peak('4.6', null, { minutes: 60 }))).toEqual(ratioOf(23, 5));
  });

  it('is the highest, by power and not by energy, and the earlier of two alike', () => {
    const [a, b, c] = [peak('5', 'b'), peak('5', 'a'), peak('4', '0')];
    expect(highest([a, b, c])?.at).toBe('a');
    expect(highest([c, b, a])?.at).toBe('a');
    expect(highest([peak('5', 'x'), peak('4', 'y', { minutes: 15 })])).toMatchObject({
      at: 'y',
      demand: ratioOf(16, 1),
    });
    expect(highest([peak('9', null), c])?.at).toBe('0');
    expect([highest([]), highest([peak('9', null)])]).toEqual([null, null]);
  });

  it('counts only for the window and the minutes that are asked for, and for days that it shares', () => {
    const peaks = [
      peak('1', 'a'),
      peak('2', 'b', { minutes: 15 }),
      peak('3', 'c', { window: '["day"]' }),
      peak('4', 'd', { period: { from: '2026-08-01', to: '2026-09-01' } }),
    ];
    expect(peaksWithin(used(...peaks), september, asked).map(({ at }) => at)).toEqual(['a']);
    expect(peaksWithin(used(...peaks), september, { minutes: 30, bands: ['day'] }).map(({ at }) => at)).toEqual(['c']);
    expect(peaksWithin({ unit: 'kWh', byBand: {} }, september, asked)).toEqual([]);
  });

  it('is known where its days were all measured, in however many parts', () => {
    const [first, rest] = [
      peak('1', 'a', { period: { from: '2026-09-01', to: '2026-09-16' } }),
      peak('2', 'b', { period: { from: '2026-09-16', to: '2026-10-16' } }),
    ];
    expect(peakOf('Demand', used(first, rest), september, asked)?.at).toBe('b');
    expect(() => peakOf('Demand', used(first), september, asked)).toThrow(
      expect.objectContaining({
        code: 'tariff-gap',
        message: 'Demand needs the highest mean over 30 minutes from 2026-09-01 to 2026-10-01, which was not measured.',
        facts: { component: 'Demand', from: '2026-09-01', to: '2026-10-01' },
      }),
    );
  });
});
