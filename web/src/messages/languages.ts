import { use } from 'react';
import type demo from './en-demo.json';
import type devices from './en-devices.json';
import type finding from './en-finding.json';
import type logIn from './en-log-in.json';
import type office from './en-office.json';
import type refusals from './en-refusals.json';
import type said from './en-said.json';
import type record from './en-record.json';
import type corrections from './en-corrections.json';
import type settings from './en-settings.json';
import type everybody from './en.json';

export interface Catalogues {
  readonly everybody: typeof everybody;
  readonly office: typeof office;
  readonly devices: typeof devices;
  readonly record: typeof record;
  readonly corrections: typeof corrections;
  readonly settings: typeof settings;
  readonly finding: typeof finding;
  readonly said: typeof said;
  readonly refusals: typeof refusals;
  readonly demo: typeof demo;
  readonly logIn: typeof logIn;
}
export type CatalogueName = keyof Catalogues;
type Language = { readonly [Name in CatalogueName]: () => Promise<{ readonly default: Catalogues[Name] }> };

/** The languages beside English. Each catalogue is fetched with the first page that needs it: whose community speaks English loads none. */
export const languages: Readonly<Record<string, Language>> = {
  de: {
    everybody: () => import('./de.json'),
    office: () => import('./de-office.json'),
    devices: () => import('./de-devices.json'),
    record: () => import('./de-record.json'),
    corrections: () => import('./de-corrections.json'),
    settings: () => import('./de-settings.json'),
    finding: () => import('./de-finding.json'),
    said: () => import('./de-said.json'),
    refusals: () => import('./de-refusals.json'),
    demo: () => import('./de-demo.json'),
    logIn: () => import('./de-log-in.json'),
  },
};

const languageOf = (locale: string): string => locale.split('-')[0] ?? '';

/**
 * The locale of the texts for a community: its own where there is a catalogue of its language, English where not.
 *
 * @example textLocale('de-CH') → 'de-CH', textLocale('nl') → 'en-GB'
 */
export const textLocale = (locale: string): string =>
  languageOf(locale) === 'en' || languageOf(locale) in languages ? locale : 'en-GB';

/** What somebody's browser asks for, as far as we speak it: before the door nobody knows the community. */
export const browserLocale = (wanted: readonly string[] = navigator.languages): string =>
  wanted.find((locale) => languageOf(locale) === 'en' || languageOf(locale) in languages) ?? 'en-GB';

/** Swiss spelling has ss where other German has ß, and differs in nothing else that is said here. */
export const withoutSharpS = <Catalogue extends object>(texts: Catalogue): Catalogue =>
  Object.fromEntries(
    Object.entries(texts).map(([key, text]: [string, string]) => [key, text.replaceAll('ß', 'ss')]),
  ) as Catalogue;

type Texts<Name extends CatalogueName> = Promise<Catalogues[Name]>;
const fetched = new Map<string, Texts<CatalogueName>>();

/** The texts of a language, once; a page in English is better than none where they cannot be fetched. */
function fetchTexts<Name extends CatalogueName>(
  name: Name,
  english: Catalogues[Name],
  locale: string,
): Texts<Name> | undefined {
  const isSwiss = /^de-(CH|LI)$/.test(locale);
  const key = `${name} ${isSwiss ? locale : languageOf(locale)}`;
  const load = languages[languageOf(locale)]?.[name];
  const known = fetched.get(key) as Texts<Name> | undefined;
  if (known || !load) return known;
  const texts = load().then(
    (piece) => ({ ...english, ...(isSwiss ? withoutSharpS(piece.default) : piece.default) }),
    () => english,
  );
  fetched.set(key, texts);
  return texts;
}

/** The texts for a locale; where they are not those in English, the page waits for them. */
export function useTexts<Name extends CatalogueName>(
  name: Name,
  english: Catalogues[Name],
  locale: string,
): Catalogues[Name] {
  const own = fetchTexts(name, english, locale);
  return own ? use(own) : english;
}
