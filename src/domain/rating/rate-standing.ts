import { daysIn, type Period } from '../calendar/period.js';
import { type Fraction, prorate } from '../calendar/proration.js';
import { ratioOf } from '../quantity/rational.js';
import type { PeriodicComponent, StandingComponent } from '../tariff/component.js';
import { productLine, type RatedLine } from './rated-line.js';

/**
 * A standing charge: so much for each day, the first included, the last not.
 *
 * @returns one line in days, exact
 * @law adds over a cut of the days
 * @source golden cases G04a (22 days at 89.572 = 1970.584), G09g (16 days at 0.10 = 1.60)
 * @example 0.10 a day, 16 January to 1 February → 1.60
 */
export const rateStanding = ({ name, perDay }: StandingComponent, period: Period): RatedLine =>
  productLine(
    {
      component: name,
      description: name,
      band: null,
      quantity: ratioOf(daysIn(period), 1),
      unit: 'day',
      period,
      why: { rule: 'per-day' },
    },
    perDay,
  );

/**
 * A charge for each month, year or billing period.
 *
 * @param whole the billing period that `period` is, or is a part of
 * @returns one line in months, years or periods, exact
 * @law adds over a cut of the days, but where touched months count whole
 * @source golden case G08c (12.00 a month, 15 January to 14 February, touched months: 24.00)
 * @example 12.00 a month by days of the month, 16 January to 1 February → 16/31 of 12.00
 */
export function ratePeriodic(component: PeriodicComponent, period: Period, whole: Period): RatedLine {
  const { name, amount, per, proration } = component;
  const part = partOf(period, per, proration, whole);
  return productLine(
    {
      component: name,
      description: name,
      band: null,
      quantity: ratioOf(part.numerator, part.denominator),
      unit: per,
      period,
      why: { rule: 'periodic', per, proration, part },
    },
    amount,
  );
}

/** The part of a month, year or billing period that some days are. */
export const partOf = (
  period: Period,
  per: PeriodicComponent['per'],
  proration: PeriodicComponent['proration'],
  whole: Period,
): Fraction =>
  per === 'period' ? { numerator: daysIn(period), denominator: daysIn(whole) } : prorate(period, per, proration);
