import { daysIn, type Period } from '../calendar/period.js';
import { decimal } from '../quantity/decimal.js';
import type { StandingComponent } from '../tariff/tariff.js';
import type { RatedLine } from './rated-line.js';

/**
 * A standing charge: so much for each day, the first included, the last not.
 *
 * @returns one line in days, exact
 * @law adds over a cut of the days
 * @source golden cases G04a (22 days at 89.572 = 1970.584), G09g (16 days at 0.10 = 1.60)
 * @example 0.10 a day, 16 January to 1 February → 1.60
 */
export function rateStanding(component: StandingComponent, period: Period): RatedLine {
  const days = daysIn(period);
  const quantity = decimal(String(days));
  return {
    component: component.name,
    description: component.name,
    band: null,
    quantity,
    unit: 'day',
    price: component.perDay,
    amount: quantity.times(component.perDay),
    days,
    period,
  };
}
