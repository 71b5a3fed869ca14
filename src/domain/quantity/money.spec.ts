import fc from 'fast-check';
import { DomainError } from '../errors.js';
import { Decimal, decimal } from './decimal.js';
import { isCurrency, roundToCoin, sameCurrency, toCoins, writeMoney } from './money.js';

const refusal = (code: string): DomainError => expect.objectContaining({ code }) as DomainError;

describe('money', () => {
  it('counts coins of the currency', () => {
    expect(toCoins(decimal('12.3'), 'GBP')).toBe(1230n);
    expect(toCoins(decimal('-0.01'), 'EUR')).toBe(-1n);
    expect(toCoins(decimal('1500'), 'JPY')).toBe(1500n);
  });

  it('refuses an amount between two coins', () => {
    expect(() => toCoins(decimal('0.005'), 'GBP')).toThrow(refusal('off-grid-total'));
    expect(() => toCoins(decimal('0.5'), 'JPY')).toThrow(refusal('off-grid-total'));
  });

  it('writes all the fraction digits of the currency, and only those', () => {
    expect(writeMoney(decimal('7'), 'GBP')).toBe('7.00');
    expect(writeMoney(decimal('7'), 'JPY')).toBe('7');
  });

  it('rounds by the name it is given, half-up unless told', () => {
    expect(writeMoney(roundToCoin(decimal('38.255'), 'GBP'), 'GBP')).toBe('38.26');
    expect(writeMoney(roundToCoin(decimal('38.255'), 'GBP', 'down'), 'GBP')).toBe('38.25');
    expect(writeMoney(roundToCoin(decimal('-38.255'), 'GBP'), 'GBP')).toBe('-38.26');
    expect(writeMoney(roundToCoin(decimal('38.245'), 'GBP'), 'GBP')).toBe('38.25');
  });

  it('comes back from coins unchanged', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }), (coins) => {
        expect(toCoins(new Decimal(coins.toString()).times('0.01'), 'CHF')).toBe(coins);
      }),
    );
  });

  it('knows its currencies and keeps them apart', () => {
    expect(isCurrency('GBP')).toBe(true);
    expect(isCurrency('toString')).toBe(false);
    expect(sameCurrency('GBP', 'GBP')).toBe('GBP');
    expect(() => sameCurrency('GBP', 'EUR')).toThrow(refusal('currency-mismatch'));
    expect(() => sameCurrency('GBP', 'EUR')).toThrow('GBP and EUR cannot be added.');
  });
});
