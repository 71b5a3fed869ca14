import { decimal, sum, zero } from '../../quantity/decimal.js';
import { canScale, type Method, within } from '../estimation.js';
import { allKnown, inputOf } from './check-meter.js';

const percent = decimal('100');

/**
 * Rung 7: what comparable shops used on a square metre.
 *
 * Those are all other spaces of the site whose use of the same utility is known in all of this time: the average of the building.
 *
 * @returns their use together × own area / their area; the band is from nothing to twice that
 * @source HeizkostenV § 9a (1)
 */
export const comparable: Method = (gap, { area, comparables }) => {
  if (area === null || area.isZero()) return 'It has no space with an area to compare others with.';
  const known = comparables.flatMap((one) => {
    const uses = allKnown(one);
    return uses === null ? [] : [{ area: one.area, uses }];
  });
  const theirs = sum(known.map((one) => one.area));
  if (theirs.isZero()) return 'No comparable space is known in all of this time.';
  const slots = gap.slots.map((_, i) => {
    const together = sum(known.map(({ uses }) => uses[i] ?? zero));
    return within(together.times(area), percent, [
      inputOf(gap, { name: `use of ${known.length} comparable spaces` }, i, together),
      inputOf(gap, { name: 'their area in m²' }, i, theirs),
      inputOf(gap, { name: 'its own area in m²' }, i, area),
    ]);
  });
  const uses = slots.map(({ use }) => use);
  return canScale(gap, uses)
    ? { over: theirs, slots }
    : 'Comparable spaces used nothing, and the display has advanced.';
};
