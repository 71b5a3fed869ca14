import { daysIn, type Period } from '../calendar/period.js';
import { DomainError } from '../errors.js';
import { priceOfBand } from '../tariff/price.js';
import type { TimeOfUseComponent } from '../tariff/tariff.js';
import { type RatedLine, sameUnit, type Usage } from './rated-line.js';

/**
 * Prices by band: each band's units at that band's price.
 *
 * @returns one line for each band that has a price, in the order of the prices, exact; also where nothing was used
 * @throws DomainError `tariff-gap` where a band was used that has no price, or has a price and was not measured; `invalid-input` on another unit
 * @law adds over a cut of the usage; Σ quantities = Σ usage
 * @example day 100 at 0.30, night 50 at 0.15 → 30.00 and 7.50
 */
export function rateTimeOfUse(component: TimeOfUseComponent, usage: Usage, period: Period): RatedLine[] {
  const { name, prices, unit } = component;
  sameUnit(name, unit, usage.unit);
  for (const band of Object.keys(usage.byBand)) priceOfBand(prices, band, name);
  return Object.entries(prices).map(([band, price]) => {
    const quantity = Object.hasOwn(usage.byBand, band) ? usage.byBand[band] : undefined;
    if (quantity === undefined) {
      throw new DomainError('tariff-gap', `${name} has a price for the band ${band}, in which nothing was measured.`, {
        component: name,
        band,
      });
    }
    const description = `${name}, ${band}`;
    return {
      component: name,
      description,
      band,
      quantity,
      unit,
      price,
      amount: quantity.times(price),
      days: daysIn(period),
      period,
    };
  });
}
