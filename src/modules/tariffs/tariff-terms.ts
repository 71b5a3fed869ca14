import { generationCalendar } from '../../domain/apportionment/generation-bands.js';
import { instant } from '../../domain/calendar/period.js';
import { type Decimal, decimal } from '../../domain/quantity/decimal.js';
import { allHours, type Component, type Tier } from '../../domain/tariff/component.js';
import { hasBands, type Tariff } from '../../domain/tariff/tariff.js';
import type { TariffTerms } from './own-tariffs.schema.js';
import type { TariffComponent } from './tariff-components.schema.js';

/** A tariff's terms, kept as people write them, as the domain rates with them. */
export const domainTariff = ({ components }: Pick<TariffTerms, 'components'>): Tariff => ({
  components: components.map(domainComponent),
});

const maybe = (text: string | null): Decimal | null => (text === null ? null : decimal(text));
const domainTiers = (tiers: readonly { readonly upTo: string | null; readonly price: string }[]): Tier[] =>
  tiers.map(({ upTo, price }) => ({ upTo: maybe(upTo), price: decimal(price) }));

/** One component of the terms, as the domain rates with it. */
export function domainComponent(component: TariffComponent): Component {
  switch (component.kind) {
    case 'standing':
      return { ...component, perDay: decimal(component.perDay) };
    case 'periodic':
    case 'minimum':
    case 'maximum':
      return { ...component, amount: decimal(component.amount) };
    case 'per-unit':
    case 'levy':
    case 'export-credit':
      return { ...component, perUnit: decimal(component.perUnit) };
    case 'time-of-use':
      return {
        ...component,
        prices: Object.fromEntries(Object.entries(component.prices).map(([band, price]) => [band, decimal(price)])),
      };
    case 'tiered': {
      const byBand = Array.isArray(component.tiers) ? { [allHours]: component.tiers } : component.tiers;
      const tiers = Object.entries(byBand).map(([band, of]) => [band, domainTiers(of)] as const);
      return { ...component, tiers: Object.fromEntries(tiers) };
    }
    case 'demand':
      return {
        ...component,
        powerFactor: maybe(component.powerFactor),
        least: maybe(component.least),
        ratchet: component.ratchet && { ...component.ratchet, percent: decimal(component.ratchet.percent) },
        windows: component.windows.map((window) => ({ ...window, tiers: domainTiers(window.tiers) })),
      };
    case 'series':
      return {
        ...component,
        points: component.points.map(({ from, to, price }) => ({
          from: instant(from),
          to: instant(to),
          price: decimal(price),
        })),
      };
    case 'discount':
      return { ...component, percent: decimal(component.percent) };
  }
}

/** What a tariff tells uses apart by, a calendar of hours or a generation key; null where none of its prices depends on it. */
export function calendarOf(terms: TariffTerms): string | null {
  if (!hasBands(domainTariff(terms))) return null;
  return terms.generation ? generationCalendar(terms.generation) : terms.calendar;
}
