import fc from 'fast-check';
import * as format from './format.js';

const nbsp = (text: string) => text.replaceAll('\u00a0', ' ');

describe('figures in words', () => {
  it.each([
    ['-1505.52', 'GBP', '−£1,505.52'],
    ['0.00', 'GBP', '£0.00'],
    ['1234567.80', 'EUR', '€1,234,567.80'],
    ['-4.80', 'CHF', '−CHF 4.80'],
    ['12000', 'JPY', '¥12,000'],
  ] as const)('writes %s %s as %s', (value, currency, written) => {
    expect(nbsp(format.money(value, currency))).toBe(written);
  });

  it.each([
    ['0.246', 'kWh', '24.600 p/kWh'],
    ['0.00801', 'kWh', '0.801 p/kWh'],
    ['-0.1', 'kWh', '−10.000 p/kWh'],
    ['0.246123456', 'kWh', '24.6123456 p/kWh'],
    ['3', 'month', '£3.00/month'],
    ['0.1', 'days', '10.0 p/day'],
    ['0.1234', 'day', '12.34 p/day'],
    ['0.5', 'm3', '50.000 p/m³'],
    ['1.85', undefined, '£1.85'],
    ['0', 'kWh', '£0.00/kWh'],
  ])('writes the price %s per %s as %s', (value, unit, written) => {
    expect(nbsp(format.price(value, 'GBP', unit))).toBe(written);
  });

  it('writes the signs and coins of every currency that has one, and the code of others', () => {
    const currencies = ['GBP', 'EUR', 'USD', 'AUD', 'CHF', 'JPY', 'NOK'] as const;
    expect(currencies.map((currency) => nbsp(format.money('7.50', currency)))).toEqual([
      ...['£7.50', '€7.50', '$7.50', '$7.50', 'CHF 7.50', '¥7.50', 'NOK 7.50'],
    ]);
    expect(currencies.map((currency) => format.currencyName(currency))).toEqual([
      ...['£', '€', '$', '$', 'CHF', '¥', 'NOK'],
    ]);
    expect(currencies.map((currency) => nbsp(format.price('0.25', currency, 'kWh')))).toEqual([
      ...['25.000 p/kWh', '25.000 ct/kWh', '25.000 ct/kWh', '25.000 ct/kWh', '25.000 Rp./kWh'],
      ...['¥0.25/kWh', 'NOK 0.25/kWh'],
    ]);
    expect(nbsp(format.price('0.25', 'GBP'))).toBe('25.000 p');
  });

  it('counts by name what is counted one by one, and measures all else', () => {
    const names = ['minute', 'hour', 'day', 'week', 'month', 'year', 'share', 'part'];
    for (const name of names) {
      expect([format.isCounted(name), format.isCounted(`${name}s`)]).toEqual([true, true]);
      expect(nbsp(format.withUnit('2', name))).toBe(`2 ${name}s`);
      expect(nbsp(format.withUnit('1', `${name}s`))).toBe(`1 ${name}`);
      expect(nbsp(format.price('0.5', 'GBP', name))).toBe(`50.0 p/${name}`);
    }
    expect(['kWh', 'm²', 'people', 's'].filter(format.isCounted)).toEqual([]);
  });

  it('loses no digit of any decimal', () => {
    const decimals = fc.tuple(fc.bigInt(-(10n ** 15n) + 1n, 10n ** 15n - 1n), fc.stringMatching(/^\d{0,9}$/));
    fc.assert(
      fc.property(decimals, ([whole, fraction]) => {
        const value = fraction === '' ? String(whole) : `${whole}.${fraction}`;
        expect(format.number(value).replaceAll(',', '').replace('−', '-')).toBe(value);
      }),
    );
  });

  it.each([
    ['1', 'days', '1 day'],
    ['1.0', 'day', '1.0 day'],
    ['31', 'day', '31 days'],
    ['0', 'months', '0 months'],
    ['1', 'kWh', '1 kWh'],
    ['4.5', 'm3', '4.5 m³'],
    ['210', 'm² × days', '210 m² × days'],
  ])('writes %s %s as %s', (quantity, unit, written) => {
    expect(nbsp(format.withUnit(quantity, unit))).toBe(written);
  });

  it('writes figures that stand together with equally many decimals, and adds nothing but zeros', () => {
    expect(format.evenly(['431', '92.5', '0.125'])).toEqual(['431.000', '92.500', '0.125']);
    expect(format.evenly(['431', '92'])).toEqual(['431', '92']);
    expect(format.evenly([])).toEqual([]);
  });

  it('rounds to one decimal for a first glance, half up', () => {
    expect(format.brief(['65.652', '560', '70.25'])).toEqual(['65.7', '560.0', '70.3']);
    expect(format.brief(['7960', '12.04'])).toEqual(['7960', '12']);
  });

  it('shows the sign of a change, but not of none', () => {
    expect(['4', '-4', '0', '0.0', '00', '0.00', '0.05', '10'].map((value) => format.signed(value))).toEqual([
      ...['+4', '−4', '0', '0.0', '00', '0.00', '+0.05', '+10'],
    ]);
  });

  it('measures a part of a whole in thousandths, and nothing of nothing', () => {
    expect(format.perMille('523.5', '7960')).toBe(65);
    expect(format.perMille('3', '3')).toBe(1000);
    expect([format.perMille('1', '0'), format.perMille('-1', '5')]).toEqual([0, 0]);
  });
});

describe('dates in words', () => {
  it('knows the weekday, in a leap year and before 1970 too', () => {
    expect(nbsp(format.weekdayDate('2026-11-30'))).toBe('Monday 30 November 2026');
    expect(nbsp(format.weekdayDate('2028-02-29'))).toBe('Tuesday 29 February 2028');
    expect(nbsp(format.weekdayDate('1969-12-31'))).toBe('Wednesday 31 December 1969');
  });

  it.each([
    ['2026-10-01', '2026-11-01', '1 to 31 October 2026'],
    ['2026-12-15', '2027-01-15', '15 December 2026 to 14 January 2027'],
    ['2026-10-15', '2026-11-15', '15 October to 14 November 2026'],
    ['2026-10-25', '2026-10-26', '25 October 2026'],
  ])('names %s to %s by its first and last day: %s', (from, to, written) => {
    expect(nbsp(format.periodOf(from, to))).toBe(written);
  });

  it('calls a whole month by its name', () => {
    expect(nbsp(format.spanName('2025-10-01', '2025-11-01'))).toBe('October 2025');
    expect(nbsp(format.spanName('2025-10-16', '2025-11-01'))).toBe('16 to 31 October 2025');
    expect(nbsp(format.spanName('2025-10-01', '2025-10-16'))).toBe('1 to 15 October 2025');
    expect(format.monthLabel('2025-10-01', false)).toBe('Oct');
    expect(nbsp(format.longDate('2025-10-09'))).toBe('9 October 2025');
    expect(nbsp(format.shortDate('2025-10-09'))).toBe('9 Oct 2025');
  });

  it('reads moments off the wall clock', () => {
    expect(nbsp(format.moment('2026-10-01T00:00'))).toBe('1 Oct 00:00');
    expect(nbsp(format.moment('2026-10-01'))).toBe('1 Oct');
  });
});

describe('visible', () => {
  it('replaces what nobody can see, joins white space and composes letters', () => {
    expect(format.visible('A\u0000B')).toBe('A\ufffdB');
    expect(format.visible('Ann\u202egnp\u202c \u200bB')).toBe('Ann\ufffdgnp\ufffd \ufffdB');
    expect(format.visible('  two\n lines\t ')).toBe('two lines');
    expect(format.visible('Cafe\u0301 \ud800')).toBe('Café \ufffd');
  });

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        (text) => format.visible(format.visible(text)) === format.visible(text),
      ),
    );
  });
});
