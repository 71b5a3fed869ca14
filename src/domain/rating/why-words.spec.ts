import { decimal } from '../quantity/decimal.js';
import { nought, ratioOf } from '../quantity/rational.js';
import type { RatedWhy } from './rated-line.js';
import { whyFigures, whyInWords } from './why-words.js';

const tier = { no: 1, from: nought, upTo: ratioOf(1000, 1) };
const tierWhy: Extract<RatedWhy, { rule: 'tier' }> = {
  ...{ rule: 'tier', scheme: 'graduated', count: 'month', limits: 'whole', tier, demand: null },
  counted: decimal('1200'),
  own: decimal('1200'),
};
const demandWhy: Extract<RatedWhy, { rule: 'demand' }> = {
  ...{ rule: 'demand', minutes: 30, at: '2026-09-14T10:30:00Z', by: 'peak', earlier: null, least: null },
  ...{ powerFactor: null, tier, energy: decimal('9.2'), measured: ratioOf(92, 5), charged: ratioOf(92, 5) },
  part: { numerator: 1, denominator: 1 },
};
const earlier = { at: '2026-06-01T09:00:00Z', demand: ratioOf(25, 1), percent: decimal('80') };
const bound = { bound: decimal('10'), sum: decimal('5.57'), of: ['Energy', 'Network'] };

describe('why a line comes to what it does, in words', () => {
  const line = { quantity: ratioOf(25, 2), unit: 'kWh', price: decimal('0.30'), days: 31 };
  it.each<[RatedWhy, string]>([
    [{ rule: 'per-day' }, '31 days × 0.3'],
    [{ rule: 'per-unit' }, '12.5 kWh × 0.3'],
    [
      { rule: 'periodic', per: 'month', proration: 'day-of-month', part: { numerator: 16, denominator: 31 } },
      '16/31 of a month × 0.3, day-of-month',
    ],
    [{ rule: 'levy', rate: 'main rate of 2026' }, '12.5 kWh × 0.3, main rate of 2026'],
    [{ rule: 'export' }, '12.5 kWh × 0.3, for what flowed out'],
    [
      { rule: 'series', series: 'agile', intervals: 1490 },
      '12.5 kWh in 1490 intervals, each at its own price of agile',
    ],
    [{ rule: 'minimum', ...bound }, 'Energy + Network come to 5.57, and to 10 at least'],
    [{ rule: 'maximum', ...bound }, 'Energy + Network come to 5.57, and to 10 at most'],
    [
      { rule: 'discount', percent: decimal('5'), sum: decimal('80.10'), of: ['Energy', 'Levy'] },
      '5 % of 80.1 for Energy + Levy',
    ],
    [tierWhy, '12.5 kWh × 0.3; counted 1200'],
    [{ ...tierWhy, own: decimal('400') }, '12.5 kWh × 0.3; counted 1200, of which 400 in this band'],
    [{ ...tierWhy, demand: ratioOf(10, 3) }, '12.5 kWh × 0.3; counted 1200, limits times ≈3.333 kW'],
  ])('%j', (why, words) => {
    expect(whyInWords({ ...line, why })).toBe(words);
  });

  it('has no price where each interval had its own, and a quotient where no decimal can write the quantity', () => {
    expect(whyInWords({ ...line, quantity: ratioOf(1, 3), price: null, why: { rule: 'per-unit' } })).toBe('1/3 kWh');
    expect(whyInWords({ ...line, price: null, why: { rule: 'per-day' } })).toBe('31 days');
  });

  const kW = { quantity: ratioOf(92, 5), unit: 'kW', price: decimal('9.20'), days: 30 };
  const when = (at: string): string => at.slice(0, 10);
  const peak = '9.2 kWh in the 30 minutes from 2026-09-14 are 18.4';
  it.each<[Partial<typeof demandWhy>, string]>([
    [{}, `18.4 kW × 9.2; ${peak}`],
    [{ part: { numerator: 1, denominator: 2 } }, `18.4 kW × 9.2 × 1/2; ${peak}`],
    [{ powerFactor: decimal('0.95') }, `18.4 kW × 9.2; ${peak} by the power factor 0.95`],
    [
      { by: 'earlier-peak', earlier, charged: ratioOf(20, 1) },
      `18.4 kW × 9.2; ${peak}; 80 % of 25 from 2026-06-01 are 20`,
    ],
    [{ by: 'least', least: decimal('30.0') }, `18.4 kW × 9.2; ${peak}; at least 30 are charged for`],
    [{ by: 'peak', earlier, least: decimal('3') }, `18.4 kW × 9.2; ${peak}`],
  ])('of a demand with %j', (more, words) => {
    expect(whyInWords({ ...kW, why: { ...demandWhy, ...more } }, when)).toBe(words);
  });

  it('of a demand is read in kVAh where kVA are not made of kW, and at the instant where no clock is given', () => {
    const words = (powerFactor: string | null): string =>
      whyInWords({
        ...kW,
        unit: 'kVA',
        why: { ...demandWhy, powerFactor: powerFactor === null ? null : decimal(powerFactor) },
      });
    expect(words(null)).toContain('; 9.2 kVAh in the 30 minutes from 2026-09-14T10:30:00Z are 18.4');
    expect(words('0.9')).toContain('; 9.2 kWh in the 30 minutes');
  });
});

describe('why a line comes to what it does, as data', () => {
  it('writes each figure as a text that loses nothing, however deep it lies', () => {
    expect(whyFigures({ ...tierWhy, demand: ratioOf(10, 3) })).toEqual({
      ...{ rule: 'tier', scheme: 'graduated', count: 'month', limits: 'whole', counted: '1200', own: '1200' },
      ...{ demand: '10/3', tier: { no: 1, from: '0', upTo: '1000' } },
    });
    expect(whyFigures({ ...demandWhy, earlier })).toMatchObject({
      ...{ minutes: 30, at: '2026-09-14T10:30:00Z', energy: '9.2', measured: '18.4', least: null },
      ...{
        earlier: { at: '2026-06-01T09:00:00Z', demand: '25', percent: '80' },
        part: { numerator: 1, denominator: 1 },
      },
    });
    expect(whyFigures({ rule: 'minimum', ...bound })).toEqual({
      ...{ rule: 'minimum', bound: '10', sum: '5.57', of: ['Energy', 'Network'] },
    });
  });
});
