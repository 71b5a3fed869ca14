import { type BandCalendar, checkBands } from '../calendar/bands.js';
import { DomainError } from '../errors.js';
import { type BandPrices, checkPrice, priceOfBand } from './price.js';

/**
 * Checks that prices by band and a calendar fit: the calendar gives every hour one band, every band has a price, and no price is for a
 * band that does not exist.
 *
 * @param component the name of what is priced, for the sentence
 * @throws DomainError `tariff-gap` (an hour without band, a band without price), `tariff-overlap`, `invalid-input` (a price for a band
 *   that the calendar does not know), `invalid-decimal`
 * @example day and night in the calendar, a price for day only → "Energy has no price for the band night. Add one."
 */
export function checkTimeOfUse(component: string, prices: BandPrices, calendar: BandCalendar): void {
  checkBands(calendar);
  for (const band of calendar.bands) checkPrice(priceOfBand(prices, band, component), `${component}, ${band}`);
  const unknown = Object.keys(prices).find((band) => !calendar.bands.includes(band));
  if (unknown !== undefined) {
    throw new DomainError(
      'invalid-input',
      `${component} prices the band ${unknown}, which the calendar does not have: it has ${calendar.bands.join(', ')}.`,
      { component, band: unknown },
    );
  }
}
