import { daysIn, type Period } from '../calendar/period.js';
import { DomainError } from '../errors.js';
import { sum } from '../quantity/decimal.js';
import type { PerUnitComponent } from '../tariff/tariff.js';
import { type RatedLine, sameUnit, type Usage } from './rated-line.js';

/**
 * A unit price: so much for each unit, in all hours or in one band.
 *
 * @returns one line, exact; also for nothing used, so that the reader sees the price
 * @throws DomainError `tariff-gap` where the component's band was not measured: missing is never zero; `invalid-input` on another unit
 * @law adds over a cut of the usage
 * @source golden case G04a (142.50 kWh at 24.61)
 */
export function ratePerUnit(component: PerUnitComponent, usage: Usage, period: Period): RatedLine {
  const { name, band, perUnit, unit } = component;
  sameUnit(name, unit, usage.unit);
  const quantity =
    band === null
      ? sum(Object.values(usage.byBand))
      : Object.hasOwn(usage.byBand, band)
        ? usage.byBand[band]
        : undefined;
  if (quantity === undefined) {
    throw new DomainError('tariff-gap', `${name} is for the band ${band}, in which nothing was measured.`, {
      component: name,
      band,
    });
  }
  return {
    component: name,
    description: band === null ? name : `${name}, ${band}`,
    band,
    quantity,
    unit,
    price: perUnit,
    amount: quantity.times(perUnit),
    days: daysIn(period),
    period,
  };
}
