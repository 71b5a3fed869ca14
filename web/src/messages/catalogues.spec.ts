import { createIntl, createIntlCache } from 'react-intl';
import { beforeAll, describe, expect, it } from 'vitest';
import demo from './en-demo.json';
import devices from './en-devices.json';
import finding from './en-finding.json';
import logIn from './en-log-in.json';
import office from './en-office.json';
import corrections from './en-corrections.json';
import record from './en-record.json';
import refusals from './en-refusals.json';
import said from './en-said.json';
import settings from './en-settings.json';
import everybody from './en.json';
import { browserLocale, type CatalogueName, languages, textLocale, withoutSharpS } from './languages';

/* Every catalogue against the English one: the same texts, with the same places for figures and names. */

type Texts = Readonly<Record<string, string>>;
const english: Readonly<Record<CatalogueName, Texts>> = {
  ...{ everybody, office, devices, settings, finding, said, refusals, record, corrections, demo, logIn },
};
const names = Object.keys(english) as CatalogueName[];

interface Piece {
  readonly type: number;
  readonly value?: unknown;
  readonly options?: Readonly<Record<string, { readonly value: readonly Piece[] }>>;
}
const [literal, pound] = [0, 7];
const intl = createIntl({ locale: 'en' }, createIntlCache());
const piecesOf = (text: string): readonly Piece[] => intl.formatters.getMessageFormat(text, 'en').getAst();

/** What a text takes: `count` where it is counted, `name` where it is written. */
function placesIn(pieces: readonly Piece[]): readonly string[] {
  const found = pieces.flatMap((piece) => [
    ...(piece.type === literal || piece.type === pound ? [] : [String(piece.value)]),
    ...Object.values(piece.options ?? {}).flatMap(({ value }) => placesIn(value)),
  ]);
  return [...new Set(found)].toSorted();
}

/** A text without its figures, names and signs. */
const wordsOf = (pieces: readonly Piece[]): string =>
  pieces
    .flatMap((piece) => [
      ...(piece.type === literal ? [String(piece.value)] : []),
      ...Object.values(piece.options ?? {}).map(({ value }) => wordsOf(value)),
    ])
    .join(' ');

describe.each(Object.keys(languages))('the catalogues in %s', (language) => {
  const texts = {} as Record<CatalogueName, Texts>;
  beforeAll(async () => {
    for (const name of names) texts[name] = (await languages[language]?.[name]())?.default ?? {};
  });

  it.each(names)('have every text of %s, and no other', (name) => {
    expect(Object.keys(texts[name])).toEqual(Object.keys(english[name]));
    const empty = Object.entries(texts[name]).filter(([, text]) => text.trim() === '' || text !== text.trim());
    expect(empty).toEqual([]);
  });

  it.each(names)('take what the texts of %s take', (name) => {
    const places = (catalogue: Texts) =>
      Object.fromEntries(Object.entries(catalogue).map(([key, text]) => [key, placesIn(piecesOf(text))]));
    expect(places(texts[name])).toEqual(places(english[name]));
  });
});

describe('German', () => {
  const left =
    /\b(the|of|and|your|you|is|are|we|our|this|with|from|for|by|to|days?|bills?|charges?|prices?|total|shared?|members?|readings?|used?|meters?|costs?|nothing|not?)\b/i;
  // What other makers call their settings stays as it stands on their screens.
  const named =
    /Scripts → Add|RPC status notifications|Generic status update|Settings|Configuration|Uplink message|The Things Stack/g;

  it.each(names)('has no word of English left over in the texts of %s', async (name) => {
    const texts = Object.entries<string>((await languages['de']?.[name]())?.default ?? {});
    expect(texts.length).toBeGreaterThan(10);
    const off = texts.filter(([, text]) => {
      const words = wordsOf(piecesOf(text)).replaceAll(named, '');
      return left.test(words);
    });
    expect(off).toEqual([]);
  });
});

it('is spelled without ß in Switzerland, and with it where it belongs elsewhere', async () => {
  const texts = (await languages['de']?.everybody())?.default;
  expect(texts?.close).toBe('Schließen');
  expect(withoutSharpS(texts ?? {})).toMatchObject({ close: 'Schliessen', waiting: texts?.waiting });
});

describe('the language of a page', () => {
  it('is that of the community where there is a catalogue, and English where not', () => {
    expect(['de-CH', 'de', 'en-GB', 'nl-NL', 'deu-DE'].map(textLocale)).toEqual([
      'de-CH',
      'de',
      'en-GB',
      'en-GB',
      'en-GB',
    ]);
  });

  it('is before the door the first that the browser wants and we speak', () => {
    expect(browserLocale(['nl-NL', 'de-AT', 'en-US'])).toBe('de-AT');
    expect(browserLocale(['nl-NL'])).toBe('en-GB');
    expect(browserLocale([])).toBe('en-GB');
  });
});
