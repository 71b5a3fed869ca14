import { type BandCalendar, monthNames } from '../calendar/bands.js';
import { type DaysAlike, daysInWords, inRuns, yearOf } from '../calendar/year.js';
import type { ProrationPolicy } from '../calendar/proration.js';
import { plain } from '../quantity/decimal.js';
import {
  allHours,
  type Component,
  type DemandComponent,
  type DemandWindow,
  type LimitComponent,
  type Tier,
  type TieredComponent,
  type TierLimit,
  type TierScheme,
} from './component.js';
import { hasBands, type Tariff } from './tariff.js';

/*
 * What was adopted, in words: a tariff that cannot be read aloud in a members' meeting is not one that was adopted. Each component is
 * one sentence with every figure of its terms; the calendar is the year, in as few groups of days as there are different ones.
 */

/** A component in words. */
export interface ExplainedComponent {
  readonly name: string;
  readonly kind: Component['kind'];
  readonly sentence: string;
}

/** A tariff in words, and the year that its bands make. */
export interface ExplainedTariff {
  readonly components: readonly ExplainedComponent[];
  /** Null where no price depends on the hour. */
  readonly year: readonly (DaysAlike & { readonly sentence: string })[] | null;
}

/**
 * A tariff in words.
 *
 * @param calendar of its bands; null where it has none
 * @example a demand of 9.20 → "9.2 for each kW of the highest mean over 30 minutes in each calendar month; a part of a month by its days"
 */
export const explainTariff = (tariff: Tariff, calendar: BandCalendar | null): ExplainedTariff => ({
  components: tariff.components.map((component) => ({
    name: component.name,
    kind: component.kind,
    sentence: `${componentInWords(component)}.`,
  })),
  year:
    calendar && hasBands(tariff)
      ? yearOf(calendar).map((days) => ({ ...days, sentence: `${daysInWords(days)}.` }))
      : null,
});

/** A component's terms in words, without its name. */
export function componentInWords(component: Component): string {
  switch (component.kind) {
    case 'standing':
      return `${plain(component.perDay)} a day`;
    case 'periodic':
      return `${plain(component.amount)} a ${perWords[component.per]}${partWords(component.per, component.proration)}`;
    case 'per-unit':
      return `${plain(component.perUnit)} per ${component.unit}${component.band === null ? '' : ` in the band ${component.band}`}`;
    case 'levy':
      return `${plain(component.perUnit)} per ${component.unit}, ${component.rate}`;
    case 'export-credit':
      return `${plain(component.perUnit)} back per ${component.unit} that flows out${component.band === null ? '' : ` in the band ${component.band}`}`;
    case 'time-of-use': {
      const prices = Object.entries(component.prices).map(([band, price]) => `${band} ${plain(price)}`);
      return `${prices.join(', ')} per ${component.unit}`;
    }
    case 'tiered':
      return tieredInWords(component);
    case 'demand':
      return demandInWords(component);
    case 'series': {
      const [first, last] = [component.points[0], component.points.at(-1)];
      return `each interval at its own price per ${component.unit} by the series ${component.series}, from ${first?.from} to ${last?.to}`;
    }
    case 'minimum':
      return `at least ${boundInWords(component)}; a line of its own makes up what is short`;
    case 'maximum':
      return `at most ${boundInWords(component)}; a line of its own takes back what is above`;
    case 'discount':
      return `${plain(component.percent)} % off ${namesInWords(component.of)}`;
  }
}

const perWords = { month: 'month', year: 'year', period: 'billing period' } as const;
const prorations: Readonly<Record<ProrationPolicy, string>> = {
  'day-of-month': 'by the days of the month',
  'day-of-year': 'by the days of the year',
  '365': 'by days, of 365 in every year',
  'touched-months': 'as whole months, each that is touched',
};
const partWords = (per: keyof typeof perWords, proration: ProrationPolicy): string =>
  per === 'period' ? '' : `; a part is charged ${prorations[proration]}`;

const namesInWords = (names: readonly string[] | null): string =>
  names === null ? 'everything before it' : names.join(', ');

const boundInWords = ({ amount, per, proration, of }: LimitComponent): string =>
  `${plain(amount)} a ${perWords[per]} for ${namesInWords(of)}${partWords(per, proration)}`;

const tiersInWords = (tiers: readonly Tier[], unit: string): string =>
  tiers
    .map(({ upTo, price }, i) => {
      if (upTo !== null) return `up to ${plain(upTo)} ${unit} ${plain(price)}`;
      return i === 0 ? plain(price) : `above ${plain(price)}`;
    })
    .join(', ');

const schemes: Readonly<Record<TierScheme, string>> = {
  graduated: 'each unit at the price of its tier',
  'whole-quantity': 'all units at the price of the tier that is reached',
};
const limitWords: Readonly<Record<TierLimit, string>> = {
  whole: '',
  'by-days': '; limits are cut to the days of a part',
  'per-day': '; limits are for each day',
  'per-kW': '',
};

function tieredInWords({ tiers, unit, scheme, count, limits, demandMinutes, climbs }: TieredComponent): string {
  const limitUnit =
    demandMinutes === null ? unit : `${unit} for each kW of the highest mean over ${demandMinutes} minutes`;
  const bands = Object.entries(tiers);
  const prices = bands.map(([band, of]) => `${band === allHours ? '' : `${band}: `}${tiersInWords(of, limitUnit)}`);
  const counted = count === 'period' ? 'over the billing period' : `by the ${count}`;
  const together =
    bands.length > 1 && climbs === 'total' ? ', all bands together' : bands.length > 1 ? ', each band by itself' : '';
  return `${prices.join('; ')} per ${unit}, counted ${counted}${together}, ${schemes[scheme]}${limitWords[limits]}`;
}

function demandInWords(component: DemandComponent): string {
  const { windows, minutes, unit, scheme, powerFactor, least, ratchet, per, proration } = component;
  const prices = windows.map((window) => windowInWords(window, unit));
  const hasTiers = windows.some(({ tiers }) => tiers.length > 1);
  const months =
    ratchet &&
    (typeof ratchet.months === 'number' ? `the ${ratchet.months} months before` : inRuns(ratchet.months, monthNames));
  return [
    `${prices.join('; ')} for each ${unit} of the highest mean over ${minutes} minutes in each calendar month, ${per === 'day' ? 'for each day' : 'a month'}`,
    ...(hasTiers ? [schemes[scheme]] : []),
    ...(powerFactor === null ? [] : [`kVA are kW divided by the power factor ${plain(powerFactor)}`]),
    ...(ratchet ? [`no less than ${plain(ratchet.percent)} % of the highest of ${months}`] : []),
    ...(ratchet?.earlier === 'as-known' ? ['of those months only the measured ones count'] : []),
    ...(least === null ? [] : [`no less than ${plain(least)} ${unit}`]),
    ...(per === 'month' ? [`a part is charged ${prorations[proration]}`] : []),
  ].join('; ');
}

function windowInWords({ name, bands, months, tiers }: DemandWindow, unit: string): string {
  const when = [
    ...(bands === null ? [] : [`in the bands ${bands.join(', ')}`]),
    ...(months === null ? [] : [`in ${inRuns(months, monthNames)}`]),
  ].join(' ');
  return `${name === '' ? '' : `${name}: `}${tiersInWords(tiers, unit)}${when === '' ? '' : ` ${when}`}`;
}
