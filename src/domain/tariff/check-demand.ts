import type { BandCalendar } from '../calendar/bands.js';
import { DomainError } from '../errors.js';
import { checkTiers } from './check-tiers.js';
import type { DemandComponent } from './component.js';

/** Lengths of a mean that fill an hour exactly, so that power is energy times a whole number. */
export const demandMinutes: readonly number[] = [5, 10, 15, 20, 30, 60];
const mostLookback = 60;

/**
 * Checks the terms of a demand component: windows told apart, on bands that begin and end where a mean does, with a price for every kW.
 *
 * @param calendar null where the tariff has none, and no window speaks of bands
 * @throws DomainError `invalid-input`, `tariff-gap` (no window, no tier), `invalid-decimal`
 */
export function checkDemand(component: DemandComponent, calendar: BandCalendar | null): void {
  const { name, minutes, windows, ratchet, unit, powerFactor, least } = component;
  const refuse = (words: string): never => {
    throw new DomainError('invalid-input', `${name} ${words}`, { component: name });
  };
  if (!demandMinutes.includes(minutes)) {
    refuse(`takes the mean over ${minutes} minutes; it can be ${demandMinutes.join(', ')}.`);
  }
  if (windows.length === 0) throw new DomainError('tariff-gap', `${name} has no window. Add one with its price.`);
  if (new Set(windows.map((window) => window.name)).size < windows.length) refuse('has two windows of one name.');
  if (powerFactor !== null && (unit !== 'kVA' || !powerFactor.greaterThan(0) || powerFactor.greaterThan(1))) {
    refuse('has a power factor, which is above 0 and at most 1 and makes kVA of kW.');
  }
  if (least?.isNegative()) refuse('has a least demand below zero.');
  for (const window of windows) {
    const what = window.name === '' ? name : `${name}, ${window.name}`;
    checkTiers(what, window.tiers);
    const { bands, months } = window;
    if (months !== null && (months.length === 0 || !months.every(isMonth)))
      refuse(`has a window of months outside 1..12.`);
    if (bands === null) continue;
    if (bands.length === 0 || new Set(bands).size < bands.length)
      refuse('has a window that names no band, or one twice.');
    checkGrid(what, minutes, bands, calendar);
  }
  if (ratchet === null) return;
  if (!ratchet.percent.greaterThan(0) || ratchet.percent.greaterThan(100)) {
    refuse('looks back at a percentage that is not above 0 and at most 100.');
  }
  const { months } = ratchet;
  const isSound =
    typeof months === 'number' ? isUpTo(months, mostLookback) : months.length > 0 && months.every(isMonth);
  if (!isSound) refuse(`looks back over months that cannot be counted: 1 to ${mostLookback} before, or names 1..12.`);
}

const isUpTo = (n: number, most: number): boolean => Number.isInteger(n) && n >= 1 && n <= most;
const isMonth = (n: number): boolean => isUpTo(n, 12);

/** A mean that lies across the edge of a band would belong to two. */
function checkGrid(what: string, minutes: number, bands: readonly string[], calendar: BandCalendar | null): void {
  const edges = (calendar?.rules ?? [])
    .filter(({ band }) => bands.includes(band))
    .flatMap(({ from, to }) => [from, to]);
  const off = edges.find((edge) => Number(edge.slice(3)) % minutes !== 0);
  if (off !== undefined) {
    throw new DomainError(
      'invalid-input',
      `${what} takes the mean over ${minutes} minutes, and a band changes at ${off}, within one of them.`,
      { component: what },
    );
  }
}
