import { decimal, sum } from '../../quantity/decimal.js';
import { canScale, hullOf, type Known, type Method, within } from '../estimation.js';
import { knownUse } from '../known-use.js';
import { shifted } from './like-day.js';

const percent = decimal('30');
/** 52 weeks earlier, so that weekdays meet. */
export const yearDays = 364;
/** How long before the gap this year is compared with last year. */
export const comparedDays = 100;
const dayMs = 86_400_000;

/**
 * Rung 5: the same time of last year, scaled by how this year compares with it.
 *
 * The scale is the use of the 100 days before the gap, as far as it is known, over the use of the same time a year earlier.
 *
 * @returns use then × scale; the band is 30 % on both sides
 * @example 300 kWh last October; August and September: 500 last year, 450 this year → 300 × 450/500 = 270
 */
export const lastYear: Method = (gap, { zone, history }) => {
  const own = knownUse(history);
  const then = gap.slots.flatMap((slot): Known[] => {
    const range = shifted(slot, -yearDays, zone);
    const value = own.cut(range);
    return value === null ? [] : [{ name: 'use a year earlier', ...range, value }];
  });
  if (then.length < gap.slots.length) return 'The same time of last year is not known.';
  const start = hullOf(gap).from;
  const pairs = history
    .filter(({ from, to }) => from >= start - comparedDays * dayMs && to <= start)
    .flatMap((now) => {
      const earlier = own.cut(shifted(now, -yearDays, zone));
      return earlier === null ? [] : [{ now, earlier }];
    });
  const [now, earlier] = [sum(pairs.map((one) => one.now.quantity)), sum(pairs.map((one) => one.earlier))];
  const [first, last] = [pairs[0]?.now, pairs.at(-1)?.now];
  if (!first || !last || earlier.isZero())
    return 'There is no time before the gap to compare this year with last year by.';
  const compared = { from: first.from, to: last.to };
  const scale: Known[] = [
    { name: 'known use before the gap', ...compared, value: now },
    { name: 'use in the same time a year earlier', ...shifted(compared, -yearDays, zone), value: earlier },
  ];
  const slots = then.map((one) => within(one.value.times(now), percent, [one, ...scale]));
  const uses = slots.map(({ use }) => use);
  return canScale(gap, uses)
    ? { over: earlier, slots }
    : 'Nothing was used a year earlier, and the display has advanced.';
};
