import { plain } from '../../quantity/decimal.js';
import { comparable, type Counted, hoursOf } from '../figures.js';
import type { RegisterKnown } from '../known.js';
import { type Finding, found, type Rules } from '../validation.js';
import { subjectOf, unitOf } from './subject.js';

/*
 * The problem: is 900 kWh much? It is, where the same shop used 400 in the same month of last year.
 *
 *   900 kWh in 31 days ÷ 400 kWh in 31 days = 225 %, and 200 % were allowed
 *
 * Method: use a day against use a day, of the same period last year, or else of the period before; only where the same people had the
 * space then. Nothing is divided: q₁ × ms₂ × 100 is held against percent × q₂ × ms₁.
 */

/** Average daily use far from what it was. Silent where there is nothing to compare with, or that was nothing. */
export function highLowUse({ figures, before }: RegisterKnown, { 'high-low-use': rule }: Rules): Finding[] {
  const counted = comparable(figures);
  const base = before.find((one) => one.counted.quantity.greaterThan(0));
  if (counted === null || base === undefined) return [];
  const scaled = counted.quantity.times(base.counted.ms).times(100);
  const whole = base.counted.quantity.times(counted.ms);
  const isHigh = scaled.greaterThan(whole.times(rule.highPercent));
  if (!isHigh && !scaled.lessThan(whole.times(rule.lowPercent))) return [];
  const hours = ({ ms }: Counted): string => hoursOf({ from: 0, to: ms });
  return [
    found('high-low-use', rule, subjectOf(figures), figures.frame.span, {
      is: isHigh ? 'high' : 'low',
      quantity: plain(counted.quantity),
      hours: hours(counted),
      comparedWith: base.which,
      earlierQuantity: plain(base.counted.quantity),
      earlierHours: hours(base.counted),
      lowPercent: plain(rule.lowPercent),
      highPercent: plain(rule.highPercent),
      unit: unitOf(figures),
    }),
  ];
}
