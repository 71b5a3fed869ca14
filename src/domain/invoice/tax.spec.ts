import fc from 'fast-check';
import type { DomainError } from '../errors.js';
import { Decimal, decimal, type Rounding, sum } from '../quantity/decimal.js';
import { checkRates, markOf, rateInForce, sayTax, type Taxable, taxOn, type TaxRate, taxTotals } from './tax.js';

const refusal = (code: string): DomainError => expect.objectContaining({ code }) as DomainError;
const rate = (code: string, percent: string, from = '2020-01-01', to: string | null = null): TaxRate => ({
  code,
  label: `${code} rate`,
  category: percent === '0' ? 'Z' : 'S',
  reason: '',
  rate: decimal(percent),
  from,
  to,
});
const line = (net: string, tax: TaxRate): Taxable => ({ net: decimal(net), tax });

describe('rateInForce', () => {
  const rates = [
    rate('standard', '7.7', '2024-01-01', '2026-02-01'),
    rate('standard', '8.1', '2026-02-01'),
    rate('zero', '0'),
  ];

  it('takes the rate of the day', () => {
    expect(rateInForce(rates, 'standard', '2026-01-31').rate.toFixed()).toBe('7.7');
    expect(rateInForce(rates, 'standard', '2026-02-01').rate.toFixed()).toBe('8.1');
  });

  it('assumes no rate', () => {
    expect(() => rateInForce(rates, 'standard', '2023-12-31')).toThrow(refusal('not-found'));
    expect(() => rateInForce(rates, 'reduced', '2026-01-01')).toThrow(refusal('not-found'));
  });

  it('accepts rates that follow each other and refuses two at once or below zero', () => {
    expect(() => checkRates(rates)).not.toThrow();
    expect(() => checkRates([...rates, rate('standard', '9', '2030-01-01')])).toThrow(refusal('overlapping-version'));
    expect(() => checkRates([rate('odd', '-1')])).toThrow(refusal('negative-weight'));
  });
});

describe('taxTotals', () => {
  // 10 × 11.31 at 20 %: by document 22.62; ten documents of one line each would charge 22.60 (HMRC VAT guide 17.5 shows both).
  it('takes the tax of the sum and not the sum of the taxes', () => {
    const lines = Array.from({ length: 10 }, () => line('11.31', rate('standard', '20')));
    expect(taxTotals(lines, 'GBP', 'half-up').map(({ net, tax, gross }) => [net, tax, gross].map(String))).toEqual([
      ['113.1', '22.62', '135.72'],
    ]);
  });

  // Oracle's UK vectors: 17.5 % of 218.60 is 38.255, printed as 38.25, and of 174.20 is 30.485, printed as 30.48.
  it.each([
    ['218.60', '38.25', '38.26'],
    ['174.20', '30.48', '30.49'],
  ])('rounds the tax on %s by name', (net, down, up) => {
    const tax = (rounding: Rounding): string => taxOn(decimal(net), decimal('17.5'), 'GBP', rounding).toFixed(2);
    expect([tax('down'), tax('half-up')]).toEqual([down, up]);
  });

  it('rounds each row by the name it is given', () => {
    const rows = (rounding: Rounding): string[] =>
      taxTotals([line('218.60', rate('standard', '17.5'))], 'GBP', rounding).map((row) => row.gross.toFixed(2));
    expect([rows('down'), rows('half-up')]).toEqual([['256.85'], ['256.86']]);
  });

  it('keeps codes of one rate apart, and rates of one code', () => {
    const rows = taxTotals(
      [
        line('1.00', rate('exempt', '0')),
        line('2.00', rate('zero', '0')),
        line('3.00', rate('standard', '20')),
        line('4.00', rate('zero', '0')),
      ],
      'GBP',
      'half-up',
    );
    expect(rows.map(({ code, net }) => [code, net.toFixed()])).toEqual([
      ['standard', '3'],
      ['exempt', '1'],
      ['zero', '6'],
    ]);
  });

  it('loses no net, keeps each tax within a coin, and mirrors a credit', () => {
    const amounts = fc.array(fc.tuple(fc.integer({ min: -1e7, max: 1e7 }), fc.constantFrom('20', '8.1', '5', '0')), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(amounts, fc.constantFrom<Rounding>('half-up', 'down'), (drawn, rounding) => {
        const lines = drawn.map(([pence, percent]): Taxable => ({
          net: new Decimal(pence).times('0.01'),
          tax: rate(`r${percent}`, percent),
        }));
        const rows = taxTotals(lines, 'GBP', rounding);
        expect(sum(rows.map((row) => row.net)).equals(sum(lines.map((one) => one.net)))).toBe(true);
        for (const row of rows) {
          expect(row.tax.times(100).minus(row.net.times(row.rate)).abs().lessThan(1)).toBe(true);
          expect(row.net.plus(row.tax).equals(row.gross)).toBe(true);
        }
        const credit = taxTotals(
          lines.map((one) => ({ ...one, net: one.net.negated() })),
          'GBP',
          rounding,
        );
        credit.forEach((row, index) => expect(row.gross.negated().equals(rows[index]?.gross ?? 'NaN')).toBe(true));
      }),
    );
  });
});

describe('what a rate means', () => {
  const zero = (category: TaxRate['category'], reason = ''): TaxRate => ({ ...rate('rent', '0'), category, reason });

  it('is said on the document, each nothing in its own words', () => {
    const say = (tax: TaxRate) => sayTax({ ...tax, label: 'Rent' });
    expect(say({ ...rate('S', '20') })).toBe('Rent');
    expect(say(zero('Z'))).toBe('Rent, zero-rated');
    expect(say(zero('E', 'VATA 1994 Schedule 9 Group 1'))).toBe('Rent, exempt: VATA 1994 Schedule 9 Group 1');
    expect(say(zero('O', 'not a supply'))).toBe('Rent, outside the scope of tax: not a supply');
    expect(say(zero('AE', 'UStG § 13b'))).toBe('Rent, reverse charge: you account for the tax: UStG § 13b');
  });

  it('fits its rate, and gives its reason where it charges nothing', () => {
    expect(() => checkRates([{ ...rate('S', '20'), category: 'E', reason: 'why' }])).toThrow(refusal('invalid-input'));
    expect(() => checkRates([{ ...rate('S', '0'), category: 'S' }])).toThrow(refusal('invalid-input'));
    expect(() => checkRates([zero('E')])).toThrow(refusal('invalid-input'));
    expect(() => checkRates([zero('E', 'Schedule 9'), rate('S', '20')])).not.toThrow();
  });

  it('is marked in the column of the rate where a line bears none', () => {
    expect((['S', 'Z', 'E', 'O', 'AE'] as const).map((category) => markOf(category))).toEqual([
      null,
      '0%',
      'exempt',
      'no VAT',
      'reverse',
    ]);
  });

  it('needs a reason of more than spaces where none is charged, but not where the rate is zero or some', () => {
    for (const category of ['E', 'O', 'AE'] as const) {
      expect(() => checkRates([zero(category, '  ')])).toThrow(
        expect.objectContaining({
          message: 'The tax code rent charges nothing; say why, as the document must.',
          facts: { code: 'rent' },
        }),
      );
    }
    expect(() => checkRates([zero('Z'), rate('standard', '20')])).not.toThrow();
  });

  it('is refused in words that name code, category and rate', () => {
    expect(() => checkRates([{ ...rate('full', '20'), category: 'E', reason: 'why' }])).toThrow(
      expect.objectContaining({
        message: 'The tax code full is of the category E at 20 %; only S charges tax, and S charges some.',
        facts: { code: 'full' },
      }),
    );
    expect(() => checkRates([rate('odd', '-1.50')])).toThrow('The rate odd is -1.5 %; a rate is zero or more.');
    const two = [rate('full', '20', '2020-01-01'), rate('other', '5'), rate('full', '21', '2024-01-01')];
    for (const rates of [two, two.toReversed()]) {
      expect(() => checkRates(rates)).toThrow(
        expect.objectContaining({
          message: 'The tax code full has two rates on 2024-01-01; end one first.',
          facts: { code: 'full' },
        }),
      );
    }
    expect(() => rateInForce(two, 'none', '2026-01-01')).toThrow(
      expect.objectContaining({
        message: 'The tax code none has no rate on 2026-01-01; enter one that holds on this day.',
        facts: { code: 'none', on: '2026-01-01' },
      }),
    );
  });

  it('stands in the summary with all that the document must say, dearest first, then by code', () => {
    const exempt = { ...zero('E', 'Schedule 9'), code: 'b' };
    const none = { ...zero('Z'), code: 'a' };
    const rows = taxTotals(
      [line('1.00', exempt), line('2.00', none), line('3.00', rate('c', '5')), line('4.00', rate('d', '20'))],
      'GBP',
      'half-up',
    );
    expect(rows.map(({ code }) => code)).toEqual(['d', 'c', 'a', 'b']);
    expect(rows[3]).toEqual({
      ...{ code: 'b', label: 'rent rate', category: 'E', reason: 'Schedule 9', rate: decimal('0') },
      ...{ net: decimal('1'), tax: decimal('0'), gross: decimal('1') },
    });
  });
});
