import { type BandCalendar, checkBands } from '../calendar/bands.js';
import { firstHoursOf } from '../calendar/year.js';
import { DomainError } from '../errors.js';
import { type BandPrices, checkPrice, priceOfBand } from './price.js';

/**
 * Refuses prices by band that leave out a band of the calendar, with the first hours of the year that would have no price.
 *
 * @throws DomainError `tariff-gap`
 * @example day and night in the calendar, a price for day only → "Energy has no price for the band night, Monday 00:00–07:00 in January. Add one."
 */
export function refuseUnpriced(
  component: string,
  prices: Readonly<Record<string, unknown>>,
  calendar: BandCalendar,
): void {
  const missing = calendar.bands.find((band) => !Object.hasOwn(prices, band));
  if (missing === undefined) return;
  throw new DomainError(
    'tariff-gap',
    `${component} has no price for the band ${missing}, ${firstHoursOf(calendar, missing) ?? 'whenever it holds'}. Add one.`,
    { component, band: missing },
  );
}

/**
 * Checks that prices by band and a calendar fit: the calendar gives every hour one band, every band has a price, and no price is for a
 * band that does not exist.
 *
 * @param component the name of what is priced, for the sentence
 * @throws DomainError `tariff-gap` (an hour without band, a band without price), `tariff-overlap`, `invalid-input` (a price for a band
 *   that the calendar does not know), `invalid-decimal`
 * @example day and night in the calendar, a price for day only → "Energy has no price for the band night, Monday 00:00–07:00 in January. Add one."
 */
export function checkTimeOfUse(component: string, prices: BandPrices, calendar: BandCalendar): void {
  checkBands(calendar);
  refuseUnpriced(component, prices, calendar);
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
