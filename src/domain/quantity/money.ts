import { type Decimal, fixed, roundToScale, type Rounding, zero } from './decimal.js';
import { DomainError } from '../errors.js';

/** Smallest coins by currency: fraction digits of ISO 4217. */
export const coinScale = {
  GBP: 2,
  EUR: 2,
  CHF: 2,
  USD: 2,
  AUD: 2,
  SEK: 2,
  NOK: 2,
  DKK: 2,
  PLN: 2,
  CZK: 2,
  JPY: 0,
  HUF: 2,
} as const;
export type Currency = keyof typeof coinScale;

export const isCurrency = (code: string): code is Currency => Object.hasOwn(coinScale, code);

/** Rounds an exact amount to the currency's smallest coin. One of the two places where a figure is ever rounded. */
export function roundToCoin(amount: Decimal, currency: Currency, rounding: Rounding = 'half-up'): Decimal {
  return roundToScale(amount, coinScale[currency], rounding);
}

/** The amount in coins. @throws DomainError `off-grid-total` when it is not a whole number of coins */
export function toCoins(amount: Decimal, currency: Currency): bigint {
  return BigInt(fixed(amount, coinScale[currency]).replace('.', ''));
}

/** The amount as it is written on the wire: the currency's fraction digits, always. */
export const writeMoney = (amount: Decimal, currency: Currency): string => fixed(amount, coinScale[currency]);

/** Stops where two currencies meet. */
export function sameCurrency(a: Currency, b: Currency): Currency {
  if (a !== b) throw new DomainError('currency-mismatch', `${a} and ${b} cannot be added.`);
  return a;
}

export const nothing: Decimal = zero;
