import type { SiteFormulas } from './site-formulas.js';

/** A running total has no intervals of its own; half-hours are what suppliers bill by. */
export const usualMinutes = 30;

const dayMinutes = 1440;

/** The shortest time that is whole intervals of every length. @example 10 and 15 → 30; 30 and a day → a day */
export function commonInterval(minutes: readonly (number | null)[]): number {
  return minutes
    .map((one) => one ?? usualMinutes)
    .reduce((common, one) => Math.min((common * one) / greatestDivisor(common, one), dayMinutes), 1);
}

const greatestDivisor = (a: number, b: number): number => (b === 0 ? a : greatestDivisor(b, a % b));

/** The interval that the registers of some formulas have in common, at any day, with all that stand in them. */
export function commonMinutes(
  { byRegister, registers }: SiteFormulas,
  asked: readonly { readonly id: string }[],
): number {
  const seen = new Set<string>();
  const waiting = asked.map(({ id }) => id);
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    waiting.push(...(byRegister.get(id) ?? []).flatMap(({ terms }) => terms.map(({ part }) => part)));
  }
  const read = [...seen].flatMap((id) => registers.get(id) ?? []).filter(({ kind }) => kind !== 'virtual');
  return commonInterval(read.map(({ intervalMinutes }) => intervalMinutes));
}
