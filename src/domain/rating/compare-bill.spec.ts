import fc from 'fast-check';
import { Decimal, decimal, plain, sum, zero } from '../quantity/decimal.js';
import { compareBill } from './compare-bill.js';
import { rateInCoins } from './rate.js';

const october = { from: '2026-10-01', to: '2026-11-01' };
const units = (byBand: Record<string, string>) => ({
  unit: 'kWh',
  byBand: Object.fromEntries(Object.entries(byBand).map(([band, quantity]) => [band, decimal(quantity)])),
});
const contract = (day: string) =>
  rateInCoins(
    [
      {
        period: october,
        usage: units({ day: '2476.9', night: '1024.6' }),
        tariff: {
          components: [
            { kind: 'per-unit', name: 'Day units', unit: 'kWh', band: 'day', perUnit: decimal(day) },
            { kind: 'per-unit', name: 'Night units', unit: 'kWh', band: 'night', perUnit: decimal('0.10') },
            { kind: 'standing', name: 'Standing charge', perDay: decimal('1.80') },
          ],
        },
      },
    ],
    { currency: 'GBP', rounding: 'half-up' },
  );
const billed = (no: number, name: string, amount: string) => ({ no, name, amount: decimal(amount) });
const told = (elements: ReturnType<typeof compareBill>) =>
  elements.map(({ name, components, billed: was, expected, difference, isWithin }) => [
    ...[name, components.join(), was?.toFixed(2) ?? null, expected?.toFixed(2) ?? null],
    ...[difference.toFixed(2), isWithin],
  ]);
const nothing = { amount: zero, percent: zero };

describe('a bill beside its contract', () => {
  const bill = [
    billed(1, 'day  UNITS', '520.15'),
    billed(2, 'Standing charge', '55.80'),
    billed(3, 'Meter rental', '4.00'),
  ];

  it('differs by element: what was billed too dear, what nobody agreed to, and what is missing', () => {
    expect(told(compareBill(bill, contract('0.20'), nothing))).toEqual([
      ['day  UNITS', '1', '520.15', '495.38', '24.77', false],
      ['Standing charge', '2', '55.80', '55.80', '0.00', true],
      ['Meter rental', '3', '4.00', null, '4.00', false],
      ['Night units', '', null, '102.46', '-102.46', false],
    ]);
  });

  it('passes what the tolerance lets pass, by the coin or by percent', () => {
    const of = (amount: string, percent: string) =>
      compareBill(bill.slice(0, 1), contract('0.20'), { amount: decimal(amount), percent: decimal(percent) })[0]
        ?.isWithin;
    // 24.77 of 495.38 are 5.0002 %.
    expect([of('24.77', '0'), of('24.76', '5'), of('0', '5.01')]).toEqual([true, false, true]);
  });

  it('adds up: the differences come to what the bill is dearer by', () => {
    const coins = fc.integer({ min: -1e7, max: 1e7 }).map((value) => new Decimal(value).times('0.01'));
    const names = fc.constantFrom('Day units', 'Night units', 'Standing charge', 'Rental', 'Fee');
    fc.assert(
      fc.property(fc.array(fc.tuple(names, coins), { maxLength: 8 }), (drawn) => {
        const given = drawn.map(([name, amount], i) => ({ no: i + 1, name, amount }));
        const rated = contract('0.20');
        const elements = compareBill(given, rated, nothing);
        const total = sum(given.map(({ amount }) => amount)).minus(sum(rated.map(({ amount }) => amount)));
        expect(plain(sum(elements.map(({ difference }) => difference)))).toBe(plain(total));
        expect(elements.flatMap(({ components }) => components).sort((a, b) => a - b)).toEqual(
          given.map(({ no }) => no),
        );
      }),
    );
  });
});
