import { daysIn, type Period, within } from '../../../domain/calendar/period.js';

/** How many of a bill's days fall into some days. */
export function accruedDays(bill: Period, days: Period): { readonly during: number; readonly whole: number } {
  const shared = within(bill, days);
  return { during: shared === null ? 0 : daysIn(shared), whole: daysIn(bill) };
}

/** The days of a period that none of some runs of days covers, in order. */
export function uncovered(period: Period, covering: readonly Period[]): Period[] {
  const gaps: Period[] = [];
  let from = period.from;
  for (const days of covering.toSorted((a, b) => (a.from < b.from ? -1 : 1))) {
    const shared = within(period, days);
    if (shared === null) continue;
    if (from < shared.from) gaps.push({ from, to: shared.from });
    if (from < shared.to) from = shared.to;
  }
  if (from < period.to) gaps.push({ from, to: period.to });
  return gaps;
}
