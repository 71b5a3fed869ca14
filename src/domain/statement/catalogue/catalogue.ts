import { type Locale, locales } from '../model.js';
import { englishCertificate } from './english-certificate.js';
import { englishRun } from './english-run.js';
import { englishSentences } from './english-sentences.js';
import { englishTables } from './english-tables.js';
import { germanCertificate } from './german-certificate.js';
import { germanRun } from './german-run.js';
import { germanSentences } from './german-sentences.js';
import { germanTables } from './german-tables.js';
import { austrian, german, swiss, type TaxWords } from './german-tax.js';

/**
 * The words of a statement by the language it is in.
 *
 * English is the first catalogue and says which entries there are; every other one is of its type, so that an entry that is missing or
 * takes other figures does not compile.
 */
const english = { ...englishSentences, ...englishTables, run: englishRun, certificate: englishCertificate };
export type Catalogue = typeof english;

const germanWith = (words: TaxWords, locale: Locale): Catalogue => ({
  ...germanSentences(words),
  ...germanTables(words),
  run: germanRun(locale),
  certificate: germanCertificate,
});

export const catalogues: Readonly<Record<Locale, Catalogue>> = {
  'en-GB': english,
  'de-DE': germanWith(german, 'de-DE'),
  'de-AT': germanWith(austrian, 'de-AT'),
  'de-CH': germanWith(swiss, 'de-CH'),
};

export const wordsOf = (locale: Locale): Catalogue => catalogues[locale];

/**
 * The locale of a statement for a community: its own where there is a catalogue for it, one of the same language where not, English for
 * all other languages.
 *
 * @example localeOf('de-CH') → 'de-CH', localeOf('de-LU') → 'de-DE', localeOf('fr-CH') → 'en-GB'
 */
export function localeOf(wanted: string): Locale {
  const language = (locale: string): string | undefined => locale.split('-')[0];
  return (
    locales.find((locale) => locale === wanted) ??
    locales.find((locale) => language(locale) === language(wanted)) ??
    'en-GB'
  );
}
