import { Decimal, decimal, quotient, sum } from '../../quantity/decimal.js';
import { canScale, hullOf, type Method, within } from '../estimation.js';

const percent = decimal('50');
/** How far before and after the gap use is averaged. */
export const averagedDays = 100;
const dayMs = 86_400_000;

/**
 * Rung 6: average use a day times the days.
 *
 * The average is that of all known use in the 100 days before and after the gap.
 *
 * @returns average × length of each slot; the band is half of it on both sides
 */
export const averageDay: Method = (gap, { history }) => {
  const { from, to } = hullOf(gap);
  const reach = averagedDays * dayMs;
  const counted = history.filter((slice) => slice.from >= from - reach && slice.to <= to + reach);
  const [first, last] = [counted[0], counted.at(-1)];
  if (!first || !last) return `Nothing is known of its use in the ${averagedDays} days before and after.`;
  const total = sum(counted.map(({ quantity }) => quantity));
  const ms = counted.reduce((length, slice) => length + slice.to - slice.from, 0);
  const inputs = [
    { name: 'known use around the gap', from: first.from, to: last.to, value: total },
    { name: 'hours of it', from: first.from, to: last.to, value: hoursOf(ms) },
  ];
  const slots = gap.slots.map((slot) => within(total.times(slot.to - slot.from), percent, inputs));
  const uses = slots.map(({ use }) => use);
  return canScale(gap, uses)
    ? { over: new Decimal(ms), slots }
    : 'Nothing is known to have been used around the gap, and the display has advanced.';
};

/** For the record only; nothing is computed from it. */
const hoursOf = (ms: number): Decimal => quotient(new Decimal(ms), new Decimal(3_600_000), 3, 'half-even');
