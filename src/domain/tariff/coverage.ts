import { type BandCalendar, checkBands } from '../calendar/bands.js';
import { firstHoursOf } from '../calendar/year.js';
import { DomainError } from '../errors.js';
import { checkAdjusting, checkSeries } from './check-adjusting.js';
import { checkDemand } from './check-demand.js';
import { checkTiered } from './check-tiers.js';
import { allHours, bandsOf, type Component, isAdjusting, isByBand, type PricingComponent } from './component.js';
import { checkPrice } from './price.js';
import type { Tariff } from './tariff.js';
import { checkTimeOfUse, refuseUnpriced } from './time-of-use.js';

/**
 * Checks that a tariff prices everything it speaks of, before it is saved.
 *
 * @param calendar of the tariff's bands; null where it has none
 * @param out bands of what flows out, where they are others than of what is used
 * @throws DomainError `tariff-gap` (no component, no calendar, an hour without band, a band, quantity or hour without price),
 *   `tariff-overlap`, `already-exists` (two components of one name), `invalid-input` (an unknown band, terms that contradict each
 *   other), `invalid-decimal`
 */
export function checkCoverage(tariff: Tariff, calendar: BandCalendar | null, out = calendar): void {
  if (tariff.components.length === 0)
    throw new DomainError('tariff-gap', 'The tariff has no component. Add at least one price.');
  const names = new Set<string>();
  for (const component of tariff.components) {
    const { name } = component;
    if (names.has(name))
      throw new DomainError('already-exists', `Two components are called ${name}. Name them apart.`, {
        component: name,
      });
    if (isAdjusting(component)) checkAdjusting(component, names);
    else checkPricing(component, component.kind === 'export-credit' ? out : calendar);
    names.add(name);
  }
  for (const unit of new Set(tariff.components.filter(isMetered).map((one) => one.unit))) {
    checkHours(tariff, unit, calendar);
  }
}

function checkPricing(component: PricingComponent, calendar: BandCalendar | null): void {
  const { name } = component;
  switch (component.kind) {
    case 'standing':
      return checkPrice(component.perDay, name);
    case 'periodic':
      return checkPrice(component.amount, name);
    case 'time-of-use':
      return checkTimeOfUse(name, component.prices, calendarFor(name, calendar));
    case 'per-unit':
    case 'levy':
    case 'export-credit':
      checkPrice(component.perUnit, name);
      return checkKnown(component, calendar);
    case 'tiered':
      checkTiered(component);
      checkKnown(component, calendar);
      return checkEveryBand(name, component.tiers, calendar);
    case 'demand':
      checkKnown(component, calendar);
      return checkDemand(component, calendar);
    case 'series':
      return checkSeries(component);
  }
}

/** Every band that a component names is one of the calendar's. */
function checkKnown(component: Component, calendar: BandCalendar | null): void {
  const { name } = component;
  for (const band of bandsOf(component)) {
    if (!calendarFor(name, calendar).bands.includes(band)) {
      throw new DomainError('invalid-input', `${name} is for the band ${band}, which the calendar does not have.`, {
        component: name,
        band,
      });
    }
  }
}

/** Prices by band leave none out. */
function checkEveryBand(name: string, prices: Readonly<Record<string, unknown>>, calendar: BandCalendar | null): void {
  const bands = Object.keys(prices);
  if (bands.length === 0) throw new DomainError('tariff-gap', `${name} has no tiers.`, { component: name });
  if (bands.includes(allHours)) {
    if (bands.length > 1) {
      throw new DomainError(
        'invalid-input',
        `${name} has tiers for all hours and for single bands. Choose one of the two.`,
      );
    }
    return;
  }
  const known = calendarFor(name, calendar);
  checkBands(known);
  refuseUnpriced(name, prices, known);
}

type Metered = Extract<Component, { kind: 'per-unit' | 'time-of-use' | 'tiered' | 'series' }>;
const isMetered = (component: Component): component is Metered =>
  ['per-unit', 'time-of-use', 'tiered', 'series'].includes(component.kind);

/** Where some hours of a unit have a price of their own, no hour is left without one. */
function checkHours({ components }: Tariff, unit: string, calendar: BandCalendar | null): void {
  const priced = components.filter(isMetered).filter((one) => one.unit === unit);
  const isWhole = (one: Metered): boolean => one.kind !== 'per-unit' && (one.kind !== 'tiered' || !isByBand(one));
  if (priced.some((one) => isWhole(one) || bandsOf(one).length === 0)) return;
  const covered = new Set(priced.flatMap(bandsOf));
  const missing = calendar?.bands.find((band) => !covered.has(band));
  if (calendar && missing !== undefined) {
    throw new DomainError(
      'tariff-gap',
      `No component has a price per ${unit} for the band ${missing}, ${firstHoursOf(calendar, missing) ?? 'whenever it holds'}. ` +
        'Add one; a price of 0 says that these hours cost nothing.',
      { band: missing },
    );
  }
}

function calendarFor(component: string, calendar: BandCalendar | null): BandCalendar {
  if (calendar === null) {
    throw new DomainError('tariff-gap', `${component} is priced by band and the tariff has no calendar. Choose one.`, {
      component,
    });
  }
  return calendar;
}
