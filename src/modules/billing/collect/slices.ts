import type { Period } from '../../../domain/calendar/period.js';
import { within } from '../../../domain/calendar/period.js';

/**
 * A period cut at every day on which some run of days begins or ends in it.
 *
 * Consumption is measured slice by slice, so that a key, a tariff or a bill that changes within the period finds the quantities of its
 * own days.
 *
 * @example October, a key that changes on the 16th → 1 to 15, 16 to 31
 */
export function slices(period: Period, runs: readonly Period[]): Period[] {
  const cuts = new Set([period.from, period.to]);
  for (const run of runs) {
    const shared = within(period, run);
    if (shared !== null) cuts.add(shared.from).add(shared.to);
  }
  const ordered = [...cuts].sort();
  return ordered.slice(1).map((to, index) => ({ from: ordered[index] ?? period.from, to }));
}
