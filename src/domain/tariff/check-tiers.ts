import { DomainError } from '../errors.js';
import { plain } from '../quantity/decimal.js';
import type { TieredComponent, Tier } from './component.js';
import { checkPrice } from './price.js';

/**
 * Checks that tiers climb and price every quantity.
 *
 * @param what the component, with the band where there is one, for the sentence
 * @throws DomainError `tariff-gap` where the last tier ends, `invalid-input` where a limit is not above the one before,
 *   `invalid-decimal`
 * @example up to 1000, up to 3000 → "Energy has no price above 3000. Let the last tier be open."
 */
export function checkTiers(what: string, tiers: readonly Tier[]): void {
  const last = tiers.at(-1);
  if (last === undefined) throw new DomainError('tariff-gap', `${what} has no tier. Add a price.`, { component: what });
  tiers.forEach(({ upTo, price }, index) => {
    checkPrice(price, what);
    const before = tiers[index - 1]?.upTo;
    const isLast = index === tiers.length - 1;
    if (upTo === null && !isLast) {
      throw new DomainError('invalid-input', `${what} has an open tier before its last one, which is never reached.`, {
        component: what,
      });
    }
    if (upTo === null) return;
    if (isLast) {
      throw new DomainError('tariff-gap', `${what} has no price above ${plain(upTo)}. Let the last tier be open.`, {
        component: what,
      });
    }
    if (!upTo.greaterThan(before ?? 0)) {
      throw new DomainError(
        'invalid-input',
        `${what} has a tier up to ${plain(upTo)} that is not above ${before ? plain(before) : 'zero'}.`,
        { component: what },
      );
    }
  });
}

/**
 * Checks the terms of a tiered component against each other.
 *
 * @throws DomainError `invalid-input` for terms that contradict each other, and those of `checkTiers`
 */
export function checkTiered(component: TieredComponent): void {
  const { name, count, limits, demandMinutes, tiers } = component;
  const refuse = (words: string): never => {
    throw new DomainError('invalid-input', `${name} ${words}`, { component: name });
  };
  if (count === 'day' && limits === 'by-days') refuse('counts day by day, and a day has no days to cut a limit by.');
  if (count === 'day' && limits === 'per-kW') refuse('counts day by day, and demand is known by the month.');
  if ((limits === 'per-kW') !== (demandMinutes !== null)) {
    refuse('needs the minutes of the demand where its limits are per kW, and only there.');
  }
  for (const [band, of] of Object.entries(tiers)) checkTiers(band === '' ? name : `${name}, ${band}`, of);
}
