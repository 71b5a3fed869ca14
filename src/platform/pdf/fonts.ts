import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as fontkit from 'fontkit';

/**
 * Inter in two weights, parsed once per process and shared by every document it draws.
 *
 * Parsing costs more than a page, and shaping a word costs more than placing it; statements say the same words over and
 * over. So each weight remembers how it shaped a word, in the thousandths of a size that pdfkit counts in, and lends that to
 * every document. Contextual alternates are off: they change arrows and colons in running text and cost most of the shaping.
 */
export type Weight = 'regular' | 'semibold';

export interface Glyph {
  readonly id: number;
  readonly advanceWidth: number;
}
interface Outline {
  scale(x: number, y: number): Outline;
  translate(x: number, y: number): Outline;
  toSVG(): string;
}
/** Where a glyph goes, in thousandths of the size; `advanceWidth` is the glyph's own, `xAdvance` the kerned one. */
export interface Position {
  readonly xAdvance: number;
  readonly yAdvance: number;
  readonly xOffset: number;
  readonly yOffset: number;
  readonly advanceWidth: number;
}
export interface Run {
  readonly glyphs: readonly Glyph[];
  readonly positions: readonly Position[];
  readonly advanceWidth: number;
}
interface Parsed {
  readonly unitsPerEm: number;
  getGlyph(id: number, codePoints?: number[]): { codePoints: number[] };
  layout(
    text: string,
    features: Record<string, boolean>,
  ): { glyphs: (Glyph & { readonly path: Outline })[]; positions: Omit<Position, 'advanceWidth'>[] };
  hasGlyphForCodePoint(codePoint: number): boolean;
}

export interface Face {
  /** What pdfkit's registerFont takes. */
  readonly font: object;
  /** A line shaped word by word. `tabular` figures are all equally wide. */
  shape(text: string, tabular?: boolean): Run;
  /** Width in points. */
  width(text: string, size: number, tabular?: boolean): number;
  /** The outlines of a text's letters as one SVG path, in thousandths of the size, y upwards; `width` likewise. */
  outline(text: string): { readonly path: string; readonly width: number };
  /** The text with a visible □ in place of each character that Inter cannot draw. */
  drawable(text: string): string;
}

const files: Record<Weight, string> = {
  regular: '@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf',
  semibold: '@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf',
};
const missing = '\u25a1';
/** Characters that Inter surely has: most texts hold no other, and are not looked at one by one. */
const common = /^[ -~\u00a0-\u00ac\u00ae-\u0148\u014a-\u017f\u2013\u2014\u2018-\u201d\u2026\u2212]*$/;
const quiet = { calt: false, liga: false, clig: false };
const evenly = { ...quiet, kern: false };
const mostWords = 20_000;
/** Inter's 1 ends so close to its right edge that "1 Oct" reads as "1Oct": the space after it is wider by this. */
const afterOne = 90;

const cache = new Map<Weight, Face>();

/** The face of a weight, parsed at its first use. */
export function face(weight: Weight): Face {
  const known = cache.get(weight);
  if (known !== undefined) return known;
  const path = createRequire(import.meta.url).resolve(files[weight]);
  const made = faceOf(remembering(fontkit.create(readFileSync(path)) as Parsed));
  cache.set(weight, made);
  return made;
}

/**
 * fontkit keeps each glyph as it was first asked for. A part of another letter (the O of an Ö) is first asked for without its character, by
 * the subset of some document; ever after, an O would be drawn and could not be copied or read aloud, and the bytes of a document would
 * depend on those before it. So whoever asks with a character gives it to the glyph that has none.
 */
function remembering(parsed: Parsed): Parsed {
  const getGlyph = parsed.getGlyph.bind(parsed);
  parsed.getGlyph = (id, codePoints = []) => {
    const glyph = getGlyph(id, codePoints);
    if (glyph.codePoints.length === 0 && codePoints.length > 0) glyph.codePoints = codePoints;
    return glyph;
  };
  return parsed;
}

function faceOf(parsed: Parsed): Face {
  const words = new Map<string, Run>();
  const known = new Map<string, boolean>();
  const outlines = new Map<string, ReturnType<Face['outline']>>();
  const scale = 1000 / parsed.unitsPerEm;

  const word = (text: string, tabular: boolean): Run => {
    const key = tabular ? `\t${text}` : text;
    const before = words.get(key);
    if (before !== undefined) return before;
    if (words.size >= mostWords) words.clear();
    const run = scaled(parsed.layout(text, featuresFor(text, tabular)), scale, text.endsWith('1 ') ? afterOne : 0);
    words.set(key, run);
    return run;
  };
  const has = (character: string): boolean => {
    let answer = known.get(character);
    if (answer === undefined) {
      answer = character >= ' ' && parsed.hasGlyphForCodePoint(character.codePointAt(0) ?? 0);
      known.set(character, answer);
    }
    return answer;
  };
  return {
    font: parsed,
    shape: (text, tabular = false) => joined(pieces(text).map((piece) => word(piece, tabular))),
    width(text, size, tabular = false) {
      let thousandths = 0;
      for (const piece of pieces(text)) thousandths += word(piece, tabular).advanceWidth;
      return (thousandths * size) / 1000;
    },
    outline(text) {
      const before = outlines.get(text);
      if (before !== undefined) return before;
      const made = outlined(parsed.layout(text, quiet), scale);
      outlines.set(text, made);
      return made;
    },
    drawable: (text) => (common.test(text) ? text : Array.from(text, (c) => (has(c) ? c : missing)).join('')),
  };
}

/** @param more room at the end, in thousandths */
function scaled({ glyphs, positions }: ReturnType<Parsed['layout']>, scale: number, more: number): Run {
  const placed = positions.map((position, index) => ({
    xAdvance: position.xAdvance * scale + (index === positions.length - 1 ? more : 0),
    yAdvance: position.yAdvance * scale,
    xOffset: position.xOffset * scale,
    yOffset: position.yOffset * scale,
    advanceWidth: (glyphs[index]?.advanceWidth ?? 0) * scale,
  }));
  return { glyphs, positions: placed, advanceWidth: placed.reduce((sum, { xAdvance }) => sum + xAdvance, 0) };
}

function outlined({ glyphs, positions }: ReturnType<Parsed['layout']>, scale: number): ReturnType<Face['outline']> {
  let width = 0;
  const paths = glyphs.map(({ path }, index) => {
    const drawn = path.scale(scale, scale).translate(width, 0).toSVG();
    width += (positions[index]?.xAdvance ?? 0) * scale;
    return drawn;
  });
  return { path: paths.join(''), width };
}

function joined(runs: readonly Run[]): Run {
  const [first] = runs;
  if (runs.length === 1 && first !== undefined) return first;
  const glyphs: Glyph[] = [];
  const positions: Position[] = [];
  let advanceWidth = 0;
  for (const run of runs) {
    for (const glyph of run.glyphs) glyphs.push(glyph);
    for (const position of run.positions) positions.push(position);
    advanceWidth += run.advanceWidth;
  }
  return { glyphs, positions, advanceWidth };
}

/** Figures are not kerned: Inter draws a 7 so close over the comma after it that 7,960 reads as 7960. */
const featuresFor = (text: string, tabular: boolean): Record<string, boolean> =>
  tabular ? { ...evenly, tnum: true } : /\d/.test(text) ? evenly : quiet;

/** Words with the space that follows them. */
const pieces = (text: string): string[] => text.match(/[^ ]+ ?| /g) ?? [];
