import { type Decimal, decimal, one } from '../../quantity/decimal.js';
import { canScale, type Flow, type Gap, type Known, type Method, within } from '../estimation.js';

/** Two meters of the same energy, each with its own tolerance of one percent. */
const percent = decimal('2');

/**
 * Rung 1: another meter measured the same energy.
 *
 * @returns its use in each slot; the band is 2 % on both sides
 */
export const checkMeter: Method = (gap, { checks }) => {
  for (const check of checks) {
    const uses = allKnown(check);
    if (uses === null || !canScale(gap, uses)) continue;
    return { over: one, slots: uses.map((use, i) => within(use, percent, [inputOf(gap, check, i, use)])) };
  }
  return checks.length === 0
    ? 'There is no other meter of the same energy.'
    : 'No other meter of the same energy knows all of this time.';
};

/** The uses of a flow where all of them are known and can be true. */
export function allKnown({ uses }: Flow): Decimal[] | null {
  const known = uses.flatMap((use) => (use === null || use.isNegative() ? [] : [use]));
  return known.length === uses.length ? known : null;
}

export const inputOf = ({ slots }: Gap, { name }: Pick<Flow, 'name'>, index: number, value: Decimal): Known => ({
  name,
  from: slots[index]?.from ?? 0,
  to: slots[index]?.to ?? 0,
  value,
});
