import { evenly, isCounted } from './format.js';
import type { ReadingEnd, ReadingRow, Reason, Written } from './model.js';

/**
 * Figures of one unit in one table have as many decimals as the longest of them.
 *
 * Example: 431 kWh by day stands above 92.5 kWh by night. Written as 431 and 92.5 it looks as if one was read more closely than the
 * other; written as 431.0 and 92.5 the points stand one below the other. Only zeros are added, so no figure changes.
 */

interface Line {
  readonly quantity?: Written;
  readonly unit?: string;
  readonly reason: Reason;
}

/** Charge lines with even quantities, in their column and in their reasons alike; what a share is a share of has a decimal at least. */
export function evenLines<L extends Line>(lines: readonly L[]): L[] {
  const byUnit = new Map<string, Written[]>();
  for (const { unit, quantity, reason } of lines) {
    const own = weightOf(reason);
    for (const one of [
      ...(unit === undefined || quantity === undefined ? [] : [{ unit, quantity }]),
      ...(own === null ? [] : [own]),
    ]) {
      byUnit.set(one.unit, [...(byUnit.get(one.unit) ?? []), one.quantity]);
    }
  }
  const even = (unit: string, quantity: Written): Written =>
    isCounted(unit) ? quantity : (evenly([quantity, ...(byUnit.get(unit) ?? [])])[0] ?? quantity);
  return lines.map((line) => ({
    ...line,
    ...(line.unit === undefined || line.quantity === undefined ? {} : { quantity: even(line.unit, line.quantity) }),
    reason: evenReason(line.reason, even),
  }));
}

function weightOf(reason: Reason): { unit: string; quantity: Written } | null {
  if (reason.rule === 'per-unit') return { unit: reason.unit, quantity: reason.quantity };
  return reason.rule === 'share' && reason.made === undefined ? { unit: reason.unit, quantity: reason.weight } : null;
}

function evenReason(reason: Reason, even: (unit: string, quantity: Written) => Written): Reason {
  if (reason.rule === 'per-unit') return { ...reason, quantity: even(reason.unit, reason.quantity) };
  if (reason.rule !== 'share' || reason.made !== undefined) return reason;
  const weight = even(reason.unit, reason.weight);
  const [total = reason.total] = weight.includes('.') ? evenly([reason.total, '0.0']) : [reason.total];
  return { ...reason, weight, total };
}

/** Rows of one readings table: displays even among themselves, and what was used. */
export function evenReadings(rows: readonly ReadingRow[]): ReadingRow[] {
  const used = evenly(rows.map((row) => row.used));
  const shown = rows.flatMap(({ previous, latest }) => [previous, latest].flatMap((end) => end?.value ?? []));
  const end = (name: 'previous' | 'latest', at: ReadingEnd | undefined): Partial<Record<typeof name, ReadingEnd>> =>
    at === undefined ? {} : { [name]: { ...at, value: evenly([at.value, ...shown])[0] ?? at.value } };
  return rows.map((row, index) => ({
    ...row,
    ...end('previous', row.previous),
    ...end('latest', row.latest),
    used: used[index] ?? row.used,
  }));
}
