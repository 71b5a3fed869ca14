import { epochMs } from '../calendar/period.js';
import { DomainError } from '../errors.js';
import type { AdjustingComponent, SeriesComponent } from './component.js';
import { checkPrice } from './price.js';

/**
 * Checks a minimum, a maximum or a discount.
 *
 * @param before names of the components that stand before it: only their lines are there when its turn comes
 * @throws DomainError `invalid-input`, `invalid-decimal`
 */
export function checkAdjusting(component: AdjustingComponent, before: ReadonlySet<string>): void {
  const { name, of } = component;
  const refuse = (words: string): never => {
    throw new DomainError('invalid-input', `${name} ${words}`, { component: name });
  };
  if (before.size === 0) refuse('looks at the components before it, and there is none.');
  if (of?.length === 0) refuse('names no component to look at.');
  const unknown = of?.find((one) => !before.has(one));
  if (unknown !== undefined) refuse(`looks at ${unknown}, which is not a component before it.`);
  if (component.kind !== 'discount') {
    checkPrice(component.amount, name);
    if (component.amount.isNegative()) refuse('is below zero.');
  } else if (!component.percent.greaterThan(0) || component.percent.greaterThan(100)) {
    refuse('takes off a percentage that is not above 0 and at most 100.');
  }
}

/**
 * Checks that the prices of a series follow one another, one for each moment.
 *
 * @throws DomainError `tariff-gap` naming the first hour without a price, `tariff-overlap` the first with two
 */
export function checkSeries({ name, points }: SeriesComponent): void {
  if (points.length === 0) throw new DomainError('tariff-gap', `${name} has no price at all.`, { component: name });
  points.forEach(({ from, to, price }, index) => {
    checkPrice(price, name);
    if (epochMs(to) <= epochMs(from)) {
      throw new DomainError('invalid-input', `${name} has a price from ${from} to ${to}, which is no time.`);
    }
    const before = points[index - 1];
    if (before === undefined) return;
    if (epochMs(before.to) < epochMs(from)) {
      throw new DomainError('tariff-gap', `${name} has no price from ${before.to} to ${from}.`, {
        from: before.to,
        to: from,
      });
    }
    if (epochMs(before.to) > epochMs(from)) {
      throw new DomainError('tariff-overlap', `${name} has two prices for ${from}, or is not in order of time.`, {
        from,
      });
    }
  });
}
