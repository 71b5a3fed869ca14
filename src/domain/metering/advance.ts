import { type Decimal, decimal, quotient } from '../quantity/decimal.js';
import type { Installation } from './reading.js';

/*
 * The problem: a six-digit display goes from 999998 to 12. Taken as it stands that is minus 999986; taken without its sign it is
 * a plausible fortune. It counted 14 steps, and behind a 40:1 transformer 560 kWh.
 *
 *   forward:  14230 → 17845, multiplier 1          → 3615
 *   rollover: 999998 → 12, capacity 1000000, × 40  → (12 + 1000000 − 999998) × 40 = 560
 *   regress:  4821 → 4801, capacity 1000000        → 999980 in a month: not plausible, so somebody must look
 *
 * Method: a display that ran forward is believed, whatever it says: a limit that cuts a large advance to zero bills nobody. A display
 * that ran backwards is believed only if its capacity is declared and the wrapped advance fits under what the installation can use in
 * that time. Without a declared limit nothing is plausible. There is no absolute value and no clipping anywhere.
 */

const hourMs = decimal('3600000');

/** What became of the display between two readings; `steps` are display steps, before the multiplier. */
export type Advanced =
  | { readonly kind: 'forward' | 'rollover'; readonly steps: Decimal }
  | { readonly kind: 'regressed'; readonly steps: null; readonly because: string };

/**
 * Judges two readings of one device, the later against the earlier.
 *
 * @param start, end display values, ≥ 0
 * @param elapsedMs  between them, > 0
 * @returns steps counted, or why the second cannot follow from the first
 * @law steps ≥ 0
 * @source golden cases G16a, G16b, G16g
 * @example advanceBetween(999998, 12, 86400000, { capacity: 1000000, multiplier: 40, plausibleMaxPerHour: 100 }) → rollover, 14 steps
 */
export function advanceBetween(
  start: Decimal,
  end: Decimal,
  elapsedMs: number,
  installation: Pick<Installation, 'multiplier' | 'capacity' | 'plausibleMaxPerHour'>,
): Advanced {
  if (end.greaterThanOrEqualTo(start)) return { kind: 'forward', steps: end.minus(start) };
  const { capacity, multiplier, plausibleMaxPerHour } = installation;
  const regressed = (because: string): Advanced => ({ kind: 'regressed', steps: null, because });
  if (capacity === null) return regressed('no capacity is declared at which its display would wrap');
  const steps = end.plus(capacity).minus(start);
  if (steps.isNegative()) return regressed(`${start.toFixed()} is beyond its capacity of ${capacity.toFixed()}`);
  if (plausibleMaxPerHour === null)
    return regressed(
      'no highest plausible use per hour is declared, so a wrapped display cannot be told from a wrong reading',
    );
  const used = steps.times(multiplier);
  const elapsed = decimal(String(elapsedMs));
  if (used.times(hourMs).greaterThan(plausibleMaxPerHour.times(elapsed))) {
    const most = quotient(plausibleMaxPerHour.times(elapsed), hourMs, 3, 'down');
    return regressed(
      `a wrapped display would mean ${used.toFixed()}, and the installation can use at most ${most.toFixed()} in that time`,
    );
  }
  return { kind: 'rollover', steps };
}
