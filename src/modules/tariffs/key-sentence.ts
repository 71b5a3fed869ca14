import { localBand, sayAllotment } from '../../domain/apportionment/generation-bands.js';
import { allotmentOf } from './key-generation.js';
import type { KeyTerms, LimitedTerms, SimpleTerms } from './keys.schema.js';

/*
 * A key in words: one that cannot be read aloud in a members' meeting is not one that was adopted.
 *
 *   70 metered, 30 by area
 *   → "Shared in parts: 70 by metered use, what the sub-meters do not explain goes to all by floor area; 30 by floor area, …"
 */

/** A key in words. */
export function keySentence(terms: KeyTerms): string {
  if (terms.kind === 'generation') {
    return `Shared by what each got of what is made on the site, allotted ${sayAllotment(allotmentOf(terms, nameOf), (id) => id)}.`;
  }
  if (terms.kind === 'common') return 'Not shared: the community bears it.';
  return `Shared ${phrase(terms)}.`;
}

const nameOf = (holder: { readonly space: string } | { readonly member: string }): string =>
  'space' in holder ? `whoever has ${holder.space}` : holder.member;

function phrase(terms: Exclude<KeyTerms, { kind: 'generation' }>): string {
  switch (terms.kind) {
    case 'composite':
      return `in parts: ${terms.parts.map(({ part, key }) => `${part} ${key.kind === 'composite' ? `(${phrase(key)})` : phrase(key)}`).join('; ')}`;
    case 'limited':
      return `${simplePhrase(terms.key)}; ${limitWords(terms)}`;
    default:
      return simplePhrase(terms);
  }
}

function simplePhrase(terms: SimpleTerms): string {
  switch (terms.kind) {
    case 'metered':
      return `by metered use${bandWords(terms)}${terms.deducted === true ? ' less what deduction meters counted' : ''}; ${residualWords(terms.residual)}`;
    case 'peak':
      return terms.of === 'site'
        ? 'by peak load: what each space drew in the interval in which the site drew most'
        : 'by peak load: the highest interval of each space by itself';
    case 'area':
      return 'by floor area, weight and days: square metres × weight × days of each let space';
    case 'equal':
      return 'equally: one part for each let space and day';
    case 'occupied-days':
      return 'by occupied days: one part for each day of each occupied space';
    case 'occupied-hours':
      return 'by occupied hours: the time for which each had or booked a space, to the minute';
    case 'headcount':
      return 'by people and days';
    case 'members':
      return 'equally among members: one part for each member and day';
    case 'bookings':
      return terms.by === 'minutes'
        ? `by booked minutes of ${terms.resource}`
        : `by the agreed price of bookings of ${terms.resource}`;
    case 'fixed':
      return `by fixed parts: ${terms.parts.map(partWords).join(', ')}`;
    case 'common':
      return 'by nobody: the community bears it';
  }
}

function bandWords({ band, generation }: Extract<SimpleTerms, { kind: 'metered' }>): string {
  if (band === null) return '';
  if (!generation) return ` in the band ${band}`;
  return band === localBand ? ` of what ${generation} gave` : ` of the grid, beside what ${generation} gave`;
}

const perWords = {
  share: '',
  day: ' a day',
  month: ' a month',
  year: ' a year',
  unit: ' for each unit',
} as const;

function limitWords({ cap, floor, rest }: LimitedTerms): string {
  const words = (limit: LimitedTerms['cap'], least: string): string[] =>
    limit === null ? [] : [`${least} ${limit.amount}${perWords[limit.per]}`];
  const limits = [...words(floor, 'at least'), ...words(cap, 'at most')].join(' and ');
  const over = rest === 'common' ? 'borne by the community' : 'held';
  return `each member pays ${limits}${cap === null ? '' : `, and what that leaves over among all is ${over}`}`;
}

type Residual = Extract<SimpleTerms, { kind: 'metered' }>['residual'];
type Part = Extract<SimpleTerms, { kind: 'fixed' }>['parts'][number];

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
