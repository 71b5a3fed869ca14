import fc from 'fast-check';
import { decideMark, isMissing, numberIn, unitApart } from './numbers.js';

describe('numberIn', () => {
  it.each<[string, '.' | ',', string | null]>([
    ['1234.50', '.', '1234.5'],
    ['1,234.50', '.', '1234.5'],
    ['1 234,50', ',', '1234.5'],
    ['1\u00a0234\u202f567,5', ',', null], // two different spaces are no thousands
    ['1\u202f234\u202f567,5', ',', '1234567.5'],
    ["12'345.6", '.', '12345.6'],
    ['.5', '.', '0.5'],
    ['5.', '.', '5'],
    ['+5', '.', '5'],
    ['-0.25', '.', '-0.25'],
    ['1.5e-3', '.', '0.0015'],
    ['0E-20', '.', '0'],
    ['1,5E2', ',', '150'],
    ['1,23', '.', null],
    ['12,34,567', '.', null],
    ['1,234,5', '.', null],
    ['1.234', ',', '1234'],
    ['.', '.', null],
    ['', '.', null],
    ['e5', '.', null],
    ['1e99', '.', null],
    ['0x10', '.', null],
    ['１２', '.', null],
    ['1234567890123456', '.', null],
    ['999999999999999.999999999', '.', '999999999999999.999999999'],
  ])('reads %j with the mark %j as %j', (text, mark, value) => {
    expect(numberIn(text, mark)?.toFixed() ?? null).toBe(value);
  });

  it('reads back what was written, with any mark, with thousands or without', () => {
    const digits = fc.integer({ min: 0, max: 999_999_999 });
    fc.assert(
      fc.property(
        digits,
        digits,
        fc.constantFrom<'.' | ','>('.', ','),
        fc.constantFrom('', ' ', "'", 'other'),
        (whole, part, mark, group) => {
          const between = group === 'other' ? (mark === '.' ? ',' : '.') : group;
          const grouped = String(whole).replace(/\B(?=(\d{3})+$)/g, between);
          const fraction = String(part).padStart(9, '0');
          const value = numberIn(`${grouped}${mark}${fraction}`, mark);
          expect(value?.toFixed(9)).toBe(`${whole}.${fraction}`);
        },
      ),
    );
  });
});

describe('decideMark', () => {
  const decide = (values: readonly string[], separator = ';'): unknown => {
    const found = decideMark(
      values.map((text, i) => ({ line: i + 2, column: 3, text })),
      separator,
    );
    return found.mark ?? found.refusal.detail;
  };

  it.each<[string[], unknown]>([
    [['1.5', '1,234.5'], '.'],
    [['1,5', '1.234'], ','],
    [['1,234', '12,345'], '"1,234" could be 1234 or 1.234, and no value of the table tells which.'],
    [['1.5', '1,5'], '"1.5" has a decimal point and "1,5" on line 3 a decimal comma.'],
    [['1234', '5'], '.'],
    [[], '.'],
  ])('of %j is %j', (values, mark) => {
    expect(decide(values)).toBe(mark);
  });

  it('is a point where commas separate the cells and nothing else tells', () => {
    expect([decide(['1.234'], ','), decide(['1.234'], ';')]).toEqual([
      '.',
      '"1.234" could be 1234 or 1.234, and no value of the table tells which.',
    ]);
  });

  it('does not depend on the order of the values', () => {
    const value = fc.constantFrom('1,5', '1.234', '7', '1.234,5', '2,345');
    fc.assert(
      fc.property(fc.array(value), (values) => {
        expect(decide(values.toReversed())).toEqual(
          values.includes('1,5') || values.includes('1.234,5') ? ',' : expect.anything(),
        );
        expect(typeof decide(values)).toBe(typeof decide(values.toSorted()));
      }),
    );
  });
});

it.each([
  ['0.4 kWh', '0.4', 'kWh'],
  ['450Wh', '450', 'Wh'],
  ['1.5e5', '1.5e5', ''],
  ['12', '12', ''],
  ['7 m³', '7', 'm³'],
])('takes the unit off %j', (text, number, unit) => {
  expect(unitApart(text)).toEqual({ number, unit });
});

it('never takes a number for missing', () => {
  fc.assert(fc.property(fc.integer(), (n) => !isMissing(String(n))));
  expect(isMissing('0')).toBe(false);
});
