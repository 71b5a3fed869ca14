import { type BandCalendar, type BandRule, monthNames, weekdayNames } from '../../domain/calendar/bands.js';
import { inRuns, weekdaysInWords } from '../../domain/calendar/year.js';
import { bandsOf } from '../../domain/tariff/component.js';
import { componentInWords } from '../../domain/tariff/explain.js';
import type { TariffTerms } from './own-tariffs.schema.js';
import { domainComponent } from './tariff-terms.js';

/*
 * Calendars and tariffs in words: what cannot be read aloud in a members' meeting was not adopted. Keys are in key-sentence.ts.
 */

function hoursOf({ months, weekdays, from, to }: BandRule, daysOfWeek: number): string {
  const when = weekdays === undefined || new Set(weekdays).size >= daysOfWeek ? 'every day' : weekdaysInWords(weekdays);
  const season = months === undefined || months.length === 12 ? '' : ` in ${inRuns(months, monthNames)}`;
  return `${when} ${from} to ${to}${season}`;
}

/** A calendar in words. @example "day: every day 07:00 to 22:00; night: every day 22:00 to 07:00." */
export function calendarSentence({ bands, rules, holidays = [] }: BandCalendar): string {
  const daysOfWeek = holidays.length > 0 ? weekdayNames.length : 7;
  const hours = (band: string): string =>
    rules
      .filter((rule) => rule.band === band)
      .map((rule) => hoursOf(rule, daysOfWeek))
      .join(' and ');
  const dates = holidays.length > 0 ? ` Holidays: ${holidays.join(', ')}.` : '';
  return `${bands.map((band) => `${band}: ${hours(band)}`).join('; ')}.${dates}`;
}

/** A tariff in words. @example "Standing charge: 0.25 a day. Energy: day 0.31, night 0.17 per kWh, by the calendar day-night." */
export function tariffSentence({ calendar, generation, components }: TariffTerms): string {
  const by = generation ? `, by ${generation}` : calendar === null ? '' : `, by the calendar ${calendar}`;
  return components.map((component) => `${component.name}: ${priceWords(component, by)}.`).join(' ');
}

function priceWords(component: TariffTerms['components'][number], by: string): string {
  switch (component.kind) {
    case 'standing':
      return `${component.perDay} a day`;
    case 'per-unit':
      return `${component.perUnit} per ${component.unit}${component.band === null ? '' : ` in the band ${component.band}${by}`}`;
    case 'time-of-use': {
      const prices = Object.entries(component.prices).map(([band, price]) => `${band} ${price}`);
      return `${prices.join(', ')} per ${component.unit}${by}`;
    }
    default: {
      const told = domainComponent(component);
      return `${componentInWords(told)}${bandsOf(told).length > 0 ? by : ''}`;
    }
  }
}
