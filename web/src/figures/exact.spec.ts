import { describe, expect, it } from 'vitest';
import { compare, isNegative, isZero, magnitude, minus, negated, percentOf, product, readTyped, sum } from './exact';

describe('decimals as texts', () => {
  it('add without losing a digit that a float would lose', () => {
    expect(sum(['0.1', '0.2'])).toBe('0.3');
    expect(sum(['123456789012345.67', '0.000000001'])).toBe('123456789012345.670000001');
    expect(sum(['-0.05', '0.02'])).toBe('-0.03');
    expect(sum([])).toBe('0');
    expect(sum(['1', '-1.00'])).toBe('0.00');
  });

  it('are subtracted, turned and compared whatever their digits', () => {
    expect(minus('1', '0.01')).toBe('0.99');
    expect(negated('0.00')).toBe('0.00');
    expect([negated('-2.50'), magnitude('-2.50'), magnitude('2.50')]).toEqual(['2.50', '2.50', '2.50']);
    expect([compare('10', '9.99'), compare('-1', '0'), compare('1.0', '1.000')]).toEqual([1, -1, 0]);
    expect([isZero('-0.00'), isZero('0.01'), isNegative('-0.01'), isNegative('-0.00')]).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });

  it('give whole percents towards zero, and none of nothing', () => {
    expect([percentOf('5.99', '100'), percentOf('-5.99', '100'), percentOf('1', '3.0')]).toEqual([5, -5, 33]);
    expect(percentOf('-10', '-50')).toBe(-20);
    expect(percentOf('1', '0.00')).toBeUndefined();
  });

  it('are multiplied with all their digits', () => {
    expect([product('1000', '0.2345'), product('-0.1', '0.1'), product('3', '7')]).toEqual(['234.5000', '-0.01', '21']);
  });

  const british = (text: string) => readTyped(text, '.');
  const german = (text: string) => readTyped(text, ',');

  it('are read as people type and paste them, and never guessed', () => {
    expect(['1,919.19', ' 1 919.19 ', '1’919.19', '−5', '0.2345', '1,234,567'].map(british)).toEqual([
      '1919.19',
      '1919.19',
      '1919.19',
      '-5',
      '0.2345',
      '1234567',
    ]);
    const unread = ['1,5', '12,34', '0,234', '1.919,19', '', 'x', '1 2', '--1'];
    expect(unread.map(british)).toEqual(Array(8).fill(undefined));
  });

  it('are read by the comma where the place writes one', () => {
    expect(['1.919,19', '1919,19', '0,234', '1.919', '0.2345', '172.50', '−1,5'].map(german)).toEqual([
      '1919.19',
      '1919.19',
      '0.234',
      '1919',
      '0.2345',
      '172.50',
      '-1.5',
    ]);
    expect(['1,919.19', '1,2,3', '1.919.19'].map(german)).toEqual(Array(3).fill(undefined));
  });

  it.each(['', '1,5', '1e3', 'NaN', '.5', '1.'])('refuse %j', (text) => {
    expect(() => sum([text])).toThrow('is no decimal');
  });
});
