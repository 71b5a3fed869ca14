import { type Decimal, sum, zero } from '../../../domain/quantity/decimal.js';
import type { Use } from './consumption.types.js';
import type { InstalledRegister } from '../registers/installed-registers.js';

/**
 * What virtual meters of spaces tell beside the sub-meters of a site.
 *
 *   STALL-4 = MAIN − STALL-1 − STALL-2     all of it: no sub-meter counted it
 *   FLOOR = A + B, both sub-meters         nothing: A and B have counted it where they stand
 *   REST = A − B, B behind A               less B, because A and B have both counted what B did
 *
 * One that comes to less than nothing tells nothing: what it is less by shows in the residual, where it is looked for.
 *
 * @param uses of virtual registers, over the same time; those of no space are parts of others, and left out
 * @param subMeters registers of sub-meters that count use, also those that tell the same energy a second time
 * @returns null where a part is not known
 */
export function derivedBeside(uses: readonly Use[], subMeters: ReadonlySet<string>): Decimal | null {
  const derived = uses
    .filter(({ spaceId }) => spaceId !== null)
    .map(({ parts = [] }): Decimal | null => {
      const told = parts.map(({ registerId, coefficient, quantity }) => ({
        amount: quantity && quantity.times(coefficient),
        isCounted: subMeters.has(registerId) && coefficient.greaterThan(0),
      }));
      if (told.length === 0 || told.some(({ amount }) => amount === null)) return null;
      const whole = sum(told.map(({ amount }) => amount ?? zero));
      return whole.lessThan(0) ? zero : sum(told.map(({ amount, isCounted }) => (isCounted ? zero : (amount ?? zero))));
    });
  return derived.includes(null) ? null : sum(derived.map((one) => one ?? zero));
}

/** The registers of sub-meters that count use. */
export const subMetersOf = (
  registers: readonly Pick<InstalledRegister, 'id' | 'meterRole' | 'direction'>[],
): ReadonlySet<string> =>
  new Set(
    registers.filter(({ meterRole, direction }) => meterRole === 'sub' && direction === 'import').map(({ id }) => id),
  );
