import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { locales } from '../model.js';
import { catalogues, localeOf } from './catalogue.js';

/**
 * What entries are called with that say it in more ways than one, or take more than texts; all others get texts that must come out again.
 * Every way in which an entry can speak is here: the words in `test/golden/words` are all the words there are.
 */
const title = { utilities: ['‹1›', '‹2›'], isTaxed: true, isSimplified: false };
const prepared = { step: 'prepared', name: '‹1›', on: null };
const asked: Readonly<Record<string, readonly (readonly unknown[])[]>> = {
  listed: [[['‹1›', '‹2›', '‹3›']], [['‹1›']]],
  meters: [[['‹1›', '‹2›']], [['‹1›']]],
  title: [
    [{ ...title, kind: 'invoice' }],
    [{ ...title, kind: 'invoice', isSimplified: true }],
    [{ ...title, kind: 'statement' }],
    [{ ...title, kind: 'statement', utilities: [] }],
    [{ ...title, kind: 'statement', utilities: ['electricity'] }],
    ...[true, false].flatMap((isTaxed) => [
      [{ ...title, kind: 'credit-note', isTaxed }],
      [{ ...title, kind: 'advance', isTaxed }],
    ]),
  ],
  shortTitle: [['statement'], ['credit-note'], ['advance']],
  issued: [
    ['‹1›', null],
    ['‹1›', '‹1›'],
    ['‹1›', '‹2›'],
  ],
  historyTitle: [
    ['‹1›', 13, true, '‹2›'],
    ['‹1›', 13, false, '‹2›'],
  ],
  youUsed: [
    ['‹1›', '‹2›', 'meter'],
    ['‹1›', '‹2›', 'meters'],
    ['‹1›', '‹2›', 'worked-out'],
  ],
  'parts.others': [[22], [1]],
  somethingWrong: [['‹1›'], [null]],
  approved: [[[prepared, { step: 'approved', name: '‹2›', on: '‹3›' }]], [[prepared]]],
  check: [
    ['‹1›', ''],
    ['‹1›', '‹2›'],
  ],
  adopted: [[['‹1›', '‹2›'], '‹3›']],
  utility: [['electricity'], ['water'], ['heat'], ['gas'], ['‹1›']],
  'glance.perDay': [
    ['‹1›', '‹2›'],
    ['‹1›', null],
  ],
  'glance.cost': [
    ['‹1›', true],
    ['‹1›', false],
  ],
  'remarks.allSpaces': [[['‹1›', '‹2›']], [['‹1›']]],
  'remarks.odd': [[['‹1›', '‹2›']], [['‹1›']]],
  'run.relief.smallUse': [
    ['1023.5', 31, '33'],
    ['20', 1, '33'],
  ],
  'run.relief.declared': [['1400', '2000']],
  'run.why.figure': [['1'], ['1234.5/868']],
  'run.why.unit': [['kWh'], ['days']],
  'run.why.days': [[2], [1]],
  'run.why.periodic': [
    ['‹1›', 'month', '‹2›', '365'],
    ['‹1›', 'year', '‹2›', 'day-of-year'],
    ['‹1›', 'period', '‹2›', 'day-of-month'],
    ['‹1›', 'month', '‹2›', 'touched-months'],
  ],
  'run.why.series': [['‹1›', 96, '‹2›']],
  'run.why.peak': [['‹1›', 30, '‹2›', '‹3›', '‹4›']],
  'run.day': [['2026-10-31']],
  'run.moment': [['2026-10-31T00:00']],
  'run.use.intervals': [[15]],
  'run.use.othersMeters': [[3], [1]],
  'run.deltas.counted': [
    ['‹1›', '‹2›', '‹3›', true],
    ['‹1›', '‹2›', '‹3›', false],
  ],
  'run.deltas.stayed': [
    ['‹1›', '‹2›', '‹3›', '‹4›'],
    ['‹1›', '‹2›', '‹3›', null],
  ],
  'certificate.costs.spaces': [[2], [1]],
  'certificate.people.settled': [[2], [1]],
  'certificate.people.documents': [
    [2, 0],
    [2, 2],
    [1, 1],
  ],
};

/** Every entry of a catalogue as text, by its path; one that speaks in several ways has a number at each but the first. */
function said(catalogue: object, path = ''): [path: string, text: string][] {
  return Object.entries(catalogue).flatMap(([key, entry]: [string, unknown]): [string, string][] => {
    const name = `${path}${key}`;
    if (typeof entry === 'string') return [[name, entry]];
    if (typeof entry === 'object' && entry !== null) return said(entry, `${name}.`);
    const speak = entry as (...given: unknown[]) => string;
    const ways = asked[name] ?? [Array.from({ length: speak.length }, (_, index) => `‹${index + 1}›`)];
    return ways.map((given, index) => [index === 0 ? name : `${name} ${index + 1}`, speak(...given)]);
  });
}

/** UPDATE_GOLDEN=1 writes them anew; the difference is read like prose, by somebody who speaks the language. */
const golden = join(__dirname, '../../../../test/golden/words');

/** Words and names that are the same in both languages. */
const shared = [
  'payment.iban',
  'payment.bic',
  'code',
  'listed',
  'utility',
  'run.why.figure',
  'run.why.unit',
  'run.why.levy',
  'run.why.discount',
];
const english =
  /\b(the|of|and|your|you|is|are|we|our|this|that|with|from|for|by|to|at|on|days?|meters?|bill|statement|charges?|price|total|shared?|members?|VAT|tax|readings?|used?|month|not|none)\b/i;

describe.each(locales)('the words in %s', (locale) => {
  const texts = said(catalogues[locale]);

  it('say every sentence, with every figure that they are given', () => {
    const figures = (text: string): string[] => (text.match(/‹\d›/g) ?? []).toSorted();
    const inEnglish = new Map(said(catalogues['en-GB']));
    expect(texts.map(([path]) => path)).toEqual([...inEnglish.keys()]);
    for (const [path, text] of texts) {
      expect([path, text]).toEqual([path, expect.stringMatching(/^(?!.*(undefined|null|NaN|\[object|\{|\})).*\S/)]);
      expect([path, figures(text)]).toEqual([path, figures(inEnglish.get(path) ?? '')]);
    }
  });

  it('are the words that were read and kept', () => {
    const file = join(golden, `${locale}.txt`);
    const told = texts.map(([path, text]) => `${path}: ${text}\n`).join('');
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, told);
    expect(told).toBe(readFileSync(file, 'utf8'));
  });

  it('are spelled as the country does', () => {
    const all = texts.map(([, text]) => text).join('\n');
    expect(all.includes('Umsatzsteuer')).toBe(locale === 'de-DE' || locale === 'de-AT');
    expect(all.includes('MWST')).toBe(locale === 'de-CH');
    if (locale === 'de-CH') expect(all).not.toContain('ß');
  });
});

it.each(locales.filter((locale) => locale !== 'en-GB'))('the words in %s leave none in English', (locale) => {
  const inEnglish = new Map(said(catalogues['en-GB']));
  const left = said(catalogues[locale]).filter(
    ([path, text]) =>
      english.test(text.replaceAll('statement.json', '')) ||
      (text === inEnglish.get(path) && !shared.includes(path.replace(/ \d+$/, ''))),
  );
  expect(left).toEqual([]);
});

it('is in the language of the community, of the same language elsewhere, or in English', () => {
  expect(['de-CH', 'de-LU', 'de', 'en-IE', 'fr-CH', ''].map(localeOf)).toEqual([
    ...['de-CH', 'de-DE', 'de-DE', 'en-GB', 'en-GB', 'en-GB'],
  ]);
});
