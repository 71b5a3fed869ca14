import { DomainError } from '../errors.js';
import { type Decimal, plain } from '../quantity/decimal.js';

/** Prices by band, as a tariff states them: money per unit. A band that is not here has no price; it does not borrow one. */
export type BandPrices = Readonly<Record<string, Decimal>>;

/** Most fraction digits a price may have. */
export const priceScale = 9;

/** Checks that a price can be kept without rounding. A price below zero is a credit. @throws DomainError `invalid-decimal` */
export function checkPrice(price: Decimal, what: string): void {
  if (!price.isFinite() || price.decimalPlaces() > priceScale) {
    throw new DomainError(
      'invalid-decimal',
      `The price of ${what}, ${plain(price)}, has more than ${priceScale} fraction digits.`,
    );
  }
}

/**
 * The price of a band, and of no other.
 *
 * @throws DomainError `tariff-gap` naming the band: the first price at hand is never used for a band that has none
 * @example priceOfBand({ day: 0.31, night: 0.17 }, 'night', 'Energy') → 0.17
 */
export function priceOfBand(prices: BandPrices, band: string, component: string): Decimal {
  const price = Object.hasOwn(prices, band) ? prices[band] : undefined;
  if (price === undefined) {
    throw new DomainError('tariff-gap', `${component} has no price for the band ${band}. Add one.`, {
      component,
      band,
    });
  }
  return price;
}
