import { type Decimal, plain, sum } from '../../domain/quantity/decimal.js';
import type { Use } from '../metering/consume/consumption.service.js';
import type { BillCheckReply } from './supplier-bills.schema.js';

/** Energy that a bill states for a band, or for all hours together. */
export interface Billed {
  /** By which the band is counted; null for all hours, and where the key of the component names none. */
  readonly calendar: string | null;
  readonly band: string | null;
  readonly unit: string;
  readonly quantity: Decimal;
}

export interface Compared {
  readonly figures: BillCheckReply['energy'][number];
  /** Why nothing could be compared; null where it could. */
  readonly note: string | null;
}

/**
 * Compares billed energy with what the source meters counted.
 *
 * @param counted uses of the source meters over the days of the bill
 * @param tolerance percent of what was counted within which both agree
 */
export function compareEnergy(
  { calendar, band, unit, quantity }: Billed,
  counted: readonly Use[],
  tolerance: Decimal,
): Compared {
  const unknown = (note: string | null): Compared => ({
    figures: { band, unit, billed: plain(quantity), measured: null, difference: null, status: 'not-checkable' },
    note,
  });
  if (band !== null && calendar === null)
    return unknown(`The key of the band ${band} names no band calendar, so its hours are not known.`);
  const own = counted.filter((use) => use.calendar === calendar && use.band === band && use.unit === unit);
  if (own.length === 0)
    return unknown(
      counted.length === 0 ? null : `No source meter counts ${unit}${band === null ? '' : ` in the band ${band}`}.`,
    );
  const amounts = own.map((use) => use.quantity);
  if (amounts.some((amount) => amount === null)) return unknown(null);
  const measured = sum(amounts.filter((amount) => amount !== null));
  const difference = quantity.minus(measured);
  const agrees = !difference.abs().times(100).greaterThan(measured.times(tolerance));
  return {
    figures: {
      band,
      unit,
      billed: plain(quantity),
      measured: plain(measured),
      difference: plain(difference),
      status: agrees ? 'agrees' : 'differs',
    },
    note: null,
  };
}
