import fc from 'fast-check';
import { DomainError } from '../errors.js';
import { Decimal, decimal, fixed, isDecimal, plain, roundToScale, type Rounding, sum } from './decimal.js';

const refused = (text: string): boolean => {
  try {
    decimal(text);
    return false;
  } catch (error) {
    return error instanceof DomainError && error.code === 'invalid-decimal';
  }
};
/** Any decimal that may come in: 15 integer and 9 fraction digits, as text. */
const written = fc
  .tuple(fc.bigInt({ min: -(10n ** 24n) + 1n, max: 10n ** 24n - 1n }), fc.integer({ min: 0, max: 9 }))
  .map(([units, scale]) => {
    const size = (units < 0n ? -units : units) % 10n ** BigInt(15 + scale);
    const digits = size.toString().padStart(scale + 1, '0');
    const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
    return units < 0n && size !== 0n ? `-${text}` : text;
  });
const scaled = (text: string): bigint => {
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(9, '0'));
};

describe('decimal', () => {
  it('says which text is none, and how much one may hold', () => {
    expect(() => decimal('1,5')).toThrow('"1,5" is not a decimal of at most 15 and 9 digits.');
    expect(() => decimal('9'.repeat(60))).toThrow(`"${'9'.repeat(40)}" is not a decimal of at most 15 and 9 digits.`);
  });

  it.each(['0', '-0', '48210.400', '000001.5', '999999999999999.999999999'])('reads %p', (text) =>
    expect(refused(text)).toBe(false),
  );

  it.each([
    '',
    ' 1',
    '+1',
    '1.',
    '.5',
    '1e3',
    'NaN',
    'Infinity',
    '0x10',
    '1,5',
    '1.0000000000',
    '1234567890123456',
    '١',
  ])('refuses %p', (text) => {
    expect(refused(text)).toBe(true);
    expect(isDecimal(text)).toBe(false);
  });

  it('does not repeat a long input in its refusal', () => {
    expect(() => decimal('9'.repeat(5000))).toThrow(/^.{0,120}$/);
  });

  it('adds and multiplies like integers do, without rounding', () => {
    fc.assert(
      fc.property(written, written, (a, b) => {
        const added = scaled(a) + scaled(b);
        const product = scaled(a) * scaled(b);
        expect(decimal(a).plus(decimal(b)).times('1e9').toFixed()).toBe(added.toString());
        expect(decimal(a).times(decimal(b)).times('1e18').toFixed()).toBe(product.toString());
      }),
    );
  });

  it('adds any number of values, in any order, to the same sum', () => {
    fc.assert(
      fc.property(fc.array(written, { maxLength: 50 }), (texts) => {
        const values = texts.map(decimal);
        const oracle = texts.reduce((total, text) => total + scaled(text), 0n);
        expect(sum(values).times('1e9').toFixed()).toBe(oracle.toString());
        expect(sum(values.toReversed()).equals(sum(values))).toBe(true);
      }),
    );
  });
});

describe('rounding', () => {
  it.each<[Rounding, string, string]>([
    ['half-up', '2.345', '2.35'],
    ['half-up', '-2.345', '-2.35'],
    ['half-even', '2.345', '2.34'],
    ['half-even', '2.355', '2.36'],
    ['down', '2.349', '2.34'],
    ['down', '-2.349', '-2.34'],
    ['up', '2.341', '2.35'],
    ['up', '-2.341', '-2.35'],
  ])('%s takes %s to %s', (rounding, from, to) => expect(fixed(roundToScale(decimal(from), 2, rounding), 2)).toBe(to));

  it('mirrors a charge in its credit, by every name', () => {
    fc.assert(
      fc.property(written, fc.constantFrom<Rounding>('half-up', 'half-even', 'down', 'up'), (text, rounding) => {
        const value = decimal(text);
        const there = roundToScale(value, 2, rounding);
        expect(roundToScale(value.negated(), 2, rounding).equals(there.negated())).toBe(true);
      }),
    );
  });
});

describe('written forms', () => {
  it('writes the fraction digits that are asked for', () => expect(fixed(decimal('2.5'), 3)).toBe('2.500'));

  it('refuses to hide digits', () => {
    expect(() => fixed(decimal('2.505'), 2)).toThrow(
      expect.objectContaining({ code: 'off-grid-total' }) as DomainError,
    );
  });

  it('writes plainly, without exponent or trailing zeros', () => {
    expect(plain(decimal('1500.500'))).toBe('1500.5');
    expect(plain(new Decimal('1e-12'))).toBe('0.000000000001');
  });
});
