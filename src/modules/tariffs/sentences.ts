import type { BandCalendar, BandRule } from '../../domain/calendar/bands.js';
import type { KeyTerms } from './keys.schema.js';
import type { TariffTerms } from './own-tariffs.schema.js';

/*
 * What was adopted, in words: a key that cannot be read aloud in a members' meeting is not a key that was adopted.
 *
 *   metered, day, residual to-common by area
 *   → "Shared by metered kWh in the band day; what the sub-meters do not explain goes by the key area."
 */

const weekdayNames = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const monthNames = 'January February March April May June July August September October November December'.split(' ');

/** `[1, 2, 3, 6]` of the weekdays → `Monday to Wednesday, Saturday`. */
function inRuns(numbers: readonly number[], names: readonly string[]): string {
  const runs: { first: number; last: number }[] = [];
  for (const n of [...new Set(numbers)].sort((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run?.last === n - 1) run.last = n;
    else runs.push({ first: n, last: n });
  }
  const name = (n: number): string => names[n - 1] ?? String(n);
  return runs.map(({ first, last }) => (first === last ? name(first) : `${name(first)} to ${name(last)}`)).join(', ');
}

function hoursOf({ months, weekdays, from, to }: BandRule): string {
  const when = weekdays === undefined || weekdays.length === 7 ? 'every day' : inRuns(weekdays, weekdayNames);
  const season = months === undefined || months.length === 12 ? '' : ` in ${inRuns(months, monthNames)}`;
  return `${when} ${from} to ${to}${season}`;
}

/** A calendar in words. @example "day: every day 07:00 to 22:00; night: every day 22:00 to 07:00." */
export function calendarSentence({ bands, rules }: BandCalendar): string {
  const hours = (band: string): string =>
    rules
      .filter((rule) => rule.band === band)
      .map(hoursOf)
      .join(' and ');
  return `${bands.map((band) => `${band}: ${hours(band)}`).join('; ')}.`;
}

/** A key in words. */
export function keySentence(terms: KeyTerms): string {
  switch (terms.kind) {
    case 'metered':
      return `Shared by metered use${terms.band === null ? '' : ` in the band ${terms.band}`}; ${residualWords(terms.residual)}.`;
    case 'area':
      return 'Shared by floor area, weight and days: square metres × weight × days of each let space.';
    case 'equal':
      return 'Shared equally: one part for each let space and day.';
    case 'fixed':
      return `Shared by fixed parts: ${terms.parts.map(partWords).join(', ')}.`;
    case 'common':
      return 'Not shared: the community bears it.';
  }
}

type Residual = Extract<KeyTerms, { kind: 'metered' }>['residual'];
type Part = Extract<KeyTerms, { kind: 'fixed' }>['parts'][number];

function residualWords({ policy, key }: Residual): string {
  const rest = 'what the sub-meters do not explain';
  switch (policy) {
    case 'to-common':
      return `${rest} is shared by the key ${key}`;
    case 'pro-rata':
      return `${rest} goes to all in proportion to their metered use`;
    case 'by-area':
      return `${rest} goes to all by floor area`;
    case 'landlord-bears':
      return `${rest} is borne by the community`;
  }
}

const partWords = (part: Part): string => {
  if ('space' in part) return `${part.part} to whoever has ${part.space}`;
  return 'member' in part ? `${part.part} to ${part.member}` : `${part.part} to the community`;
};

/** A tariff in words. @example "Standing charge: 0.25 a day. Energy: day 0.31, night 0.17 per kWh, by the calendar day-night." */
export function tariffSentence({ calendar, components }: TariffTerms): string {
  const by = calendar === null ? '' : `, by the calendar ${calendar}`;
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
  }
}
