import { plain } from '../../quantity/decimal.js';
import { hoursOf, isEstimate } from '../figures.js';
import type { RegisterKnown } from '../known.js';
import { type Finding, found, type Rules } from '../validation.js';
import { subjectOf, unitOf } from './subject.js';

const dayMs = 86_400_000;

/**
 * Use in a space that nobody has: somebody moved in unannounced, or a neighbour hangs on the wrong meter.
 *
 * @example 42 kWh in 10 empty days, 1 a day allowed → a finding
 */
export const inactiveUse = ({ figures, vacant }: RegisterKnown, { 'inactive-use': rule }: Rules): Finding[] =>
  vacant
    .filter(({ quality }) => !isEstimate(quality))
    .filter(({ from, to, quantity }) => quantity.times(dayMs).greaterThan(rule.perDay.times(to - from)))
    .map(({ from, to, quantity }) =>
      found(
        'inactive-use',
        rule,
        subjectOf(figures),
        { from, to },
        {
          quantity: plain(quantity),
          hours: hoursOf({ from, to }),
          perDay: plain(rule.perDay),
          unit: unitOf(figures),
        },
      ),
    );
