import { type Component, hasBands, type Tariff } from '../../domain/tariff/tariff.js';
import { decimal } from '../../domain/quantity/decimal.js';
import type { TariffTerms } from './own-tariffs.schema.js';

/** A tariff's terms, kept as people write them, as the domain rates with them. */
export const domainTariff = ({ components }: TariffTerms): Tariff => ({ components: components.map(domainComponent) });

function domainComponent(component: TariffTerms['components'][number]): Component {
  switch (component.kind) {
    case 'standing':
      return { ...component, perDay: decimal(component.perDay) };
    case 'per-unit':
      return { ...component, perUnit: decimal(component.perUnit) };
    case 'time-of-use':
      return {
        ...component,
        prices: Object.fromEntries(Object.entries(component.prices).map(([band, price]) => [band, decimal(price)])),
      };
  }
}

/** The calendar that a tariff counts hours by; null where none of its prices depends on the hour. */
export const calendarOf = (terms: TariffTerms): string | null =>
  hasBands(domainTariff(terms)) ? terms.calendar : null;
