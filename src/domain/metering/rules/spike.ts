import { fromEpochMs } from '../../calendar/period.js';
import { plain } from '../../quantity/decimal.js';
import type { RegisterKnown } from '../known.js';
import { type Finding, found, type Rules } from '../validation.js';
import { subjectOf, unitOf } from './subject.js';

/*
 * The problem: a logger sends 48.0 for one half-hour of a shop that never used more than 2.1. A kiln that is lit every Friday does
 * the same every Friday and is no error.
 *
 *   highest 48.0, second 2.1, third 2.0 → 48.0 is 2400 % of the third, and 300 % were allowed
 *   highest 18.2, second 18.0, third 17.9 → the kiln
 *
 * Method: the highest interval of the span against the third highest (`towering`). Two alone are still an accident, three are a habit.
 */

/** One interval, or two, high above all others of the span. */
export function spike({ figures }: RegisterKnown, { spike: rule }: Rules): Finding[] {
  const [highest, second, third] = figures.highest;
  if (!highest || !second || !third) return [];
  return [
    found('spike', rule, subjectOf(figures), highest, {
      highest: plain(highest.quantity),
      second: plain(second.quantity),
      secondAt: fromEpochMs(second.from),
      third: plain(third.quantity),
      percent: plain(rule.percent),
      unit: unitOf(figures),
    }),
  ];
}
