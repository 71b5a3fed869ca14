import fc from 'fast-check';
import { addDays, type Period } from '../calendar/period.js';
import type { ProrationPolicy } from '../calendar/proration.js';
import { type Decimal, decimal, sum } from '../quantity/decimal.js';
import { addUp, decimalOf } from '../quantity/rational.js';
import { allHours } from '../tariff/component.js';
import type { Component, Tariff } from '../tariff/tariff.js';
import { rate, rateInCoins } from './rate.js';
import { type RatedLine, roundLine } from './rated-line.js';

const standing = (perDay: string): Component => ({
  kind: 'standing',
  name: 'Standing charge',
  perDay: decimal(perDay),
});
const perUnit = (price: string, band: string | null = null): Component => ({
  kind: 'per-unit',
  name: 'Energy',
  unit: 'kWh',
  perUnit: decimal(price),
  band,
});
const byBand: Component = {
  kind: 'time-of-use',
  name: 'Energy',
  unit: 'kWh',
  prices: { day: decimal('0.30'), night: decimal('0.15') },
};
const kWh = (quantity: string) => ({ unit: 'kWh', byBand: { [allHours]: decimal(quantity) } });
const bands = (day: string, night: string) => ({ unit: 'kWh', byBand: { day: decimal(day), night: decimal(night) } });
const days = (from: string, count: number): Period => ({ from, to: addDays(from, count) });
const exact = ({ amount }: RatedLine): Decimal => decimalOf(amount) as Decimal;
const amounts = (lines: RatedLine[]): string[] => lines.map((line) => exact(line).toFixed());

describe('rate', () => {
  it('G04a: 22 days and 142.50 kWh at the Ergon tariff 11 of 2017, in cents', () => {
    const tariff: Tariff = { components: [standing('89.572'), perUnit('24.61')] };
    const lines = rate([{ tariff, period: days('2017-01-01', 22), usage: kWh('142.50') }]);
    expect(amounts(lines)).toEqual(['1970.584', '3506.925']);
    // With 10 % tax the published figures: 2168 and 3858, 6025 together.
    expect(lines.map((line) => exact(line).times('1.1').toDecimalPlaces(0).toFixed())).toEqual(['2168', '3858']);
    expect(sum(lines.map(exact)).times('1.1').toDecimalPlaces(0).toFixed()).toBe('6025');
  });

  it('G09g: 16 of 31 days at 0.10, and D3: no month is counted whole because it was touched', () => {
    expect(
      amounts(rate([{ tariff: { components: [standing('0.10')] }, period: days('2026-01-16', 16), usage: null }])),
    ).toEqual(['1.6']);
    expect(
      amounts(
        rate([
          { tariff: { components: [standing('0.10')] }, period: { from: '2026-01-15', to: '2026-02-15' }, usage: null },
        ]),
      ),
    ).toEqual(['3.1']);
  });

  it('prices each piece of a period at the version in force on its days', () => {
    const lines = rate([
      {
        tariff: { components: [standing('0.40'), perUnit('0.30')] },
        period: days('2026-10-01', 15),
        usage: kWh('150'),
      },
      {
        tariff: { components: [standing('0.42'), perUnit('0.28')] },
        period: days('2026-10-16', 16),
        usage: kWh('160'),
      },
    ]);
    expect(amounts(lines)).toEqual(['6', '45', '6.72', '44.8']);
    expect(sum(lines.map(exact)).toFixed()).toBe('102.52');
    expect(lines.map((line) => line.days)).toEqual([15, 15, 16, 16]);
  });

  it('prices each band at its own price, and one band only where the component says so', () => {
    const period = days('2026-10-01', 31);
    const lines = rate([{ tariff: { components: [byBand] }, period, usage: bands('100', '50') }]);
    expect(lines.map((line) => [line.description, exact(line).toFixed()])).toEqual([
      ['Energy, day', '30'],
      ['Energy, night', '7.5'],
    ]);
    expect(
      amounts(rate([{ tariff: { components: [perUnit('0.01', 'night')] }, period, usage: bands('100', '50') }])),
    ).toEqual(['0.5']);
  });

  it('prints a line for nothing used', () => {
    expect(
      amounts(rate([{ tariff: { components: [perUnit('0.30')] }, period: days('2026-10-01', 31), usage: kWh('0') }])),
    ).toEqual(['0']);
  });

  it.each<[string, Component, Parameters<typeof rate>[0][0]['usage'], string]>([
    [
      'D2: a band that was used and has no price',
      byBand,
      { unit: 'kWh', byBand: { day: decimal('1'), night: decimal('1'), dusk: decimal('1') } },
      'tariff-gap',
    ],
    [
      'a band that has a price and was not measured',
      byBand,
      { unit: 'kWh', byBand: { day: decimal('1') } },
      'tariff-gap',
    ],
    ['a unit price for a band that was not measured', perUnit('1', 'night'), kWh('1'), 'tariff-gap'],
    ['a unit price without usage', perUnit('1'), null, 'tariff-gap'],
    [
      'cubic metres at a price per kWh',
      perUnit('1'),
      { unit: 'm3', byBand: { [allHours]: decimal('1') } },
      'invalid-input',
    ],
  ])('refuses %s', (_, component, usage, code) => {
    expect(() => rate([{ tariff: { components: [component] }, period: days('2026-10-01', 31), usage }])).toThrow(
      expect.objectContaining({ code }),
    );
  });

  it('G08c: 12.00 a month and 120.00 a year from 15 January to 14 February, by each policy', () => {
    const of = (amount: string, per: 'month' | 'year', proration: ProrationPolicy): Component => ({
      kind: 'periodic',
      name: `${per} ${proration}`,
      amount: decimal(amount),
      per,
      proration,
    });
    const told = (...components: Component[]): string[] =>
      rateInCoins([{ tariff: { components }, period: { from: '2026-01-15', to: '2026-02-15' }, usage: null }], {
        currency: 'CHF',
        rounding: 'half-up',
      }).map(({ amount }) => amount.toFixed(2));
    // Whole months touched: two. By days: 17/31 + 14/28 of a month, 31/365 of a year.
    expect(told(of('12', 'month', 'touched-months'), of('120', 'year', 'touched-months'))).toEqual(['24.00', '20.00']);
    expect(told(of('12', 'month', 'day-of-month'), of('120', 'year', 'day-of-year'))).toEqual(['12.58', '10.19']);
    expect(told(of('12', 'month', '365'))).toEqual(['12.23']);
  });

  it('cuts what is for a billing period to the days of a part of it', () => {
    const fee: Component = { kind: 'periodic', name: 'Fee', amount: decimal('-6'), per: 'period', proration: '365' };
    const [whole, period] = [days('2026-04-01', 30), days('2026-04-01', 10)];
    expect(amounts(rate([{ tariff: { components: [fee] }, period, whole, usage: null }]))).toEqual(['-2']);
    expect(amounts(rate([{ tariff: { components: [fee] }, period, usage: null }]))).toEqual(['-6']);
  });

  it('G09a: prices a levy by its dated rate, and pays for what flows out', () => {
    const levy: Component = {
      kind: 'levy',
      name: 'Levy',
      unit: 'kWh',
      perUnit: decimal('0.0205'),
      rate: 'rate of 2026',
    };
    const credit: Component = { kind: 'export-credit', name: 'Sun', unit: 'kWh', perUnit: decimal('0.15'), band: null };
    const usage = { ...kWh('320'), exported: { [allHours]: decimal('100') } };
    const lines = rate([{ tariff: { components: [levy, credit] }, period: days('2026-01-01', 31), usage }]);
    expect(lines.map(({ description }) => description)).toEqual(['Levy, rate of 2026', 'Sun']);
    expect(amounts(lines)).toEqual(['6.56', '-15']);
    expect(() => rate([{ tariff: { components: [credit] }, period: days('2026-01-01', 31), usage: kWh('1') }])).toThrow(
      'flows out, which was not measured',
    );
  });

  it('rounds a line once, by a named rounding', () => {
    const [line] = rate([
      { tariff: { components: [perUnit('0.125')] }, period: days('2026-10-01', 1), usage: kWh('1') },
    ]);
    if (!line) throw new Error('one component gives one line');
    expect(
      [roundLine(line, 'GBP', 'half-up'), roundLine(line, 'GBP', 'half-even'), roundLine(line, 'GBP', 'up')].map(
        ({ amount }) => amount.toFixed(),
      ),
    ).toEqual(['0.13', '0.12', '0.13']);
    expect(roundLine(line, 'JPY', 'down').amount.toFixed()).toBe('0');
  });

  it('adds over a cut: the parts of a period cost what the whole costs', () => {
    const quantity = fc.integer({ min: 0, max: 1e12 }).map((n): Decimal => decimal(String(n)).times('0.000001'));
    const price = fc.integer({ min: -1e9, max: 1e12 }).map((n): Decimal => decimal(String(n)).times('0.000000001'));
    fc.assert(
      fc.property(
        fc.tuple(quantity, quantity, quantity, quantity),
        fc.tuple(price, price, price),
        fc.integer({ min: 1, max: 30 }),
        ([a, b, c, d], [p, q, r], cut) => {
          const tariff: Tariff = {
            components: [
              { kind: 'standing', name: 'Standing', perDay: p },
              { kind: 'time-of-use', name: 'Energy', unit: 'kWh', prices: { day: q, night: r } },
            ],
          };
          const part = (period: Period, day: Decimal, night: Decimal) => ({
            tariff,
            period,
            usage: { unit: 'kWh', byBand: { day, night } },
          });
          const parts = rate([
            part(days('2026-10-01', cut), a, b),
            part(days(addDays('2026-10-01', cut), 31 - cut), c, d),
          ]);
          const whole = rate([part(days('2026-10-01', 31), a.plus(c), b.plus(d))]);
          whole.forEach((line, i) => {
            expect(line.amount).toEqual(addUp([parts[i]!.amount, parts[i + 3]!.amount]));
          });
        },
      ),
    );
  });

  it('says of each line where it comes from and why', () => {
    const period = days('2026-10-01', 31);
    const fee: Component = { kind: 'periodic', name: 'Fee', amount: decimal('6'), per: 'month', proration: '365' };
    const levy: Component = { kind: 'levy', name: 'Levy', unit: 'kWh', perUnit: decimal('0.01'), rate: 'of 2026' };
    const sun: Component = { kind: 'export-credit', name: 'Sun', unit: 'kWh', perUnit: decimal('0.15'), band: 'day' };
    const components = [standing('0.40'), fee, perUnit('0.3', 'day'), byBand, levy, sun];
    const usage = { ...bands('100', '50'), exported: { day: decimal('20') } };
    const lines = rate([{ tariff: { components }, period, usage }]);
    expect(
      lines.map(({ component, description, band, unit, price, why }) => [
        component,
        description,
        band,
        unit,
        price?.toFixed(),
        why,
      ]),
    ).toEqual([
      ['Standing charge', 'Standing charge', null, 'day', '0.4', { rule: 'per-day' }],
      [
        ...['Fee', 'Fee', null, 'month', '6'],
        { rule: 'periodic', per: 'month', proration: '365', part: { numerator: 372, denominator: 365 } },
      ],
      ['Energy', 'Energy, day', 'day', 'kWh', '0.3', { rule: 'per-unit' }],
      ['Energy', 'Energy, day', 'day', 'kWh', '0.3', { rule: 'per-unit' }],
      ['Energy', 'Energy, night', 'night', 'kWh', '0.15', { rule: 'per-unit' }],
      ['Levy', 'Levy, of 2026', null, 'kWh', '0.01', { rule: 'levy', rate: 'of 2026' }],
      ['Sun', 'Sun, day', 'day', 'kWh', '-0.15', { rule: 'export' }],
    ]);
    expect(lines.every((line) => line.days === 31 && line.period === period)).toBe(true);
  });

  it.each<[string, Component, Parameters<typeof rate>[0][0]['usage'], string, object]>([
    [
      'a unit price without usage',
      perUnit('1'),
      null,
      'Energy is priced per kWh, and no usage was given for it.',
      { component: 'Energy' },
    ],
    [
      'a unit price for a band that was not measured',
      perUnit('1', 'night'),
      kWh('1'),
      'Energy is for the band night, in which nothing was measured.',
      { component: 'Energy', band: 'night' },
    ],
    [
      'a price for a band that was not measured',
      byBand,
      { unit: 'kWh', byBand: { day: decimal('1') } },
      'Energy has a price for the band night, in which nothing was measured.',
      { component: 'Energy', band: 'night' },
    ],
  ])('refuses %s in full words', (_, component, usage, message, facts) => {
    expect(() => rate([{ tariff: { components: [component] }, period: days('2026-10-01', 31), usage }])).toThrow(
      expect.objectContaining({ code: 'tariff-gap', message, facts }),
    );
  });

  it('takes a band that holds in no hour as nothing used, and has no line of it by bands', () => {
    const period = days('2026-07-01', 31);
    const usage = { unit: 'kWh', byBand: { day: decimal('10') }, idleBands: ['night'] };
    expect(amounts(rate([{ tariff: { components: [perUnit('1', 'night')] }, period, usage }]))).toEqual(['0']);
    expect(rate([{ tariff: { components: [byBand] }, period, usage }]).map(({ band }) => band)).toEqual(['day']);
    const sun: Component = { kind: 'export-credit', name: 'Sun', unit: 'kWh', perUnit: decimal('1'), band: 'night' };
    expect(() => rate([{ tariff: { components: [sun] }, period, usage }])).toThrow('was not measured');
  });

  it('refuses any price per unit where the usage is in another', () => {
    const period = days('2026-10-01', 31);
    const usage = { unit: 'm3', byBand: { day: decimal('1'), night: decimal('1') } };
    expect(() => rate([{ tariff: { components: [byBand] }, period, usage }])).toThrow(
      'Energy is priced per kWh, and the usage is in m3.',
    );
  });
});
