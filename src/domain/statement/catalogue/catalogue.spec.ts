import { locales } from '../model.js';
import { catalogues, localeOf } from './catalogue.js';

/** What entries are called with that take more than texts; all others get texts that must come out again. */
const asked: Readonly<Record<string, readonly unknown[]>> = {
  listed: [['‹1›', '‹2›', '‹3›']],
  meters: [['‹1›', '‹2›']],
  title: [{ kind: 'invoice', utilities: ['‹1›', '‹2›'], isTaxed: true, isSimplified: false }],
  shortTitle: ['statement'],
  historyTitle: ['‹1›', 13, true, '‹2›'],
  youUsed: ['‹1›', '‹2›', 'meter'],
  'parts.others': [22],
  approved: [
    [
      { step: 'prepared', name: '‹1›', on: null },
      { step: 'approved', name: '‹2›', on: '‹3›' },
    ],
  ],
  adopted: [['‹1›', '‹2›'], '‹3›'],
  'glance.cost': ['‹1›', true],
  'remarks.allSpaces': [['‹1›', '‹2›']],
  'run.why.figure': ['1'],
  'run.why.unit': ['kWh'],
  'run.why.days': [2],
  'run.why.periodic': ['‹1›', 'month', '‹2›', '365'],
  'run.why.series': ['‹1›', 96, '‹2›'],
  'run.why.peak': ['‹1›', 30, '‹2›', '‹3›', '‹4›'],
  'run.day': ['2026-10-31'],
  'run.moment': ['2026-10-31T00:00'],
  'run.use.intervals': [15],
  'run.use.othersMeters': [3],
  'run.deltas.counted': ['‹1›', '‹2›', '‹3›', true],
  'remarks.odd': [['‹1›', '‹2›']],
};

/** Every entry of a catalogue as text, by its path. */
function said(catalogue: object, path = ''): [path: string, text: string][] {
  return Object.entries(catalogue).flatMap(([key, entry]: [string, unknown]): [string, string][] => {
    const name = `${path}${key}`;
    if (typeof entry === 'string') return [[name, entry]];
    if (typeof entry === 'object' && entry !== null) return said(entry, `${name}.`);
    const speak = entry as (...given: unknown[]) => string;
    const given = asked[name] ?? Array.from({ length: speak.length }, (_, index) => `‹${index + 1}›`);
    return [[name, speak(...given)]];
  });
}

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
      english.test(text.replaceAll('statement.json', '')) || (text === inEnglish.get(path) && !shared.includes(path)),
  );
  expect(left).toEqual([]);
});

it('is in the language of the community, of the same language elsewhere, or in English', () => {
  expect(['de-CH', 'de-LU', 'de', 'en-IE', 'fr-CH', ''].map(localeOf)).toEqual([
    ...['de-CH', 'de-DE', 'de-DE', 'en-GB', 'en-GB', 'en-GB'],
  ]);
});
