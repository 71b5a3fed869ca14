import type { Period } from '../calendar/period.js';
import { DomainError } from '../errors.js';
import { rational } from '../quantity/rational.js';
import { priceOfBand } from '../tariff/price.js';
import type { TimeOfUseComponent } from '../tariff/component.js';
import { productLine, type RatedLine, sameUnit } from './rated-line.js';
import type { Usage } from './usage.js';

/**
 * Prices by band: each band's units at that band's price.
 *
 * @returns one line for each band that has a price and an hour in the period, in the order of the prices, exact; also where nothing was
 *   used
 * @throws DomainError `tariff-gap` where a band was used that has no price, or has a price and was not measured; `invalid-input` on another unit
 * @law adds over a cut of the usage; Σ quantities = Σ usage
 * @example day 100 at 0.30, night 50 at 0.15 → 30.00 and 7.50
 */
export function rateTimeOfUse(component: TimeOfUseComponent, usage: Usage, period: Period): RatedLine[] {
  const { name, prices, unit } = component;
  sameUnit(name, unit, usage.unit);
  for (const band of Object.keys(usage.byBand)) priceOfBand(prices, band, name);
  const idle = usage.idleBands ?? [];
  return Object.entries(prices).flatMap(([band, price]) => {
    if (idle.includes(band)) return [];
    const quantity = Object.hasOwn(usage.byBand, band) ? usage.byBand[band] : undefined;
    if (quantity === undefined) {
      throw new DomainError('tariff-gap', `${name} has a price for the band ${band}, in which nothing was measured.`, {
        component: name,
        band,
      });
    }
    const description = `${name}, ${band}`;
    const why = { rule: 'per-unit' } as const;
    return [
      productLine({ component: name, description, band, quantity: rational(quantity), unit, period, why }, price),
    ];
  });
}
