import { epochOf, kindOf, momentOf } from './moments.js';
import type { NameSense } from './names.js';
import { senseOf } from './names.js';
import { cleaned, type GivenMapping, type Refusal, type Row } from './mapping.js';

/*
 * Where the header of a table stands, and what its columns hold. Exports begin with lines about the customer or the report; the header
 * is the line directly above the first of many rows that have a date in the same column.
 */

/** What a column holds, by most of its cells. `compact` are digits that are a date if the column is one of dates. */
export type Content = 'moment' | 'date' | 'time' | 'number' | 'text' | 'empty';

export interface ColumnFacts {
  /** From 0. */
  readonly index: number;
  readonly name: string;
  readonly sense: NameSense;
  readonly content: Content;
  /** Cells that are not empty, as far as they were looked at. */
  readonly cells: readonly { readonly line: number; readonly text: string }[];
}

export interface Layout {
  /** What stands above the header. */
  readonly preamble: readonly Row[];
  readonly header: Row;
  readonly data: readonly Row[];
  readonly columns: readonly ColumnFacts[];
}

const lookedAhead = 12;
const cellsLookedAt = 200;
const preambleRows = 60;

const isDated = (text: string): boolean => {
  const kind = kindOf(text);
  return kind === 'moment' || kind === 'date' || (kind === 'number' && isCompact(text));
};
const isCompact = (text: string): boolean =>
  /^(?:19|20)\d{6}(?:\d{4}(?:\d\d)?)?$/.test(text) && momentOf(text, 'year-first') !== null;

/** Whether a row has a date in a column, most rows below it have one too, and the row above it has a name for them. */
function beginsAt(rows: readonly Row[], at: number, column: number): 'named' | 'unnamed' | null {
  const above = cleaned(rows[at - 1]?.cells[column] ?? '');
  if (above === '' || isDated(above) || kindOf(above) !== 'text') return null;
  const isNamed = senseOf(above).isTemporal;
  const below = rows.slice(at, at + lookedAhead).map(({ cells }) => cleaned(cells[column] ?? ''));
  const filled = below.filter((text) => text !== '');
  const dated = filled.filter((text) => isDated(text) || (isNamed && epochOf(text) !== null));
  if (dated.length === 0 || dated[0] !== below[0]) return null;
  if (isNamed && dated.length * 2 >= filled.length) return 'named';
  return dated.length * 10 >= filled.length * 7 ? 'unnamed' : null;
}

/** Index of the header among the rows: the first that names its dates, else the first that has them below it; null where none has. */
function headerAt(rows: readonly Row[]): number | null {
  let unnamed: number | null = null;
  for (let at = 1; at < Math.min(rows.length, preambleRows); at += 1) {
    const cells = rows[at]?.cells ?? [];
    if (cells.length < 2 || (rows[at - 1]?.cells.filter((cell) => cell.trim() !== '').length ?? 0) < 2) continue;
    const begins = cells.map((_, column) => beginsAt(rows, at, column));
    if (begins.includes('named')) return at - 1;
    if (begins.includes('unnamed')) unnamed ??= at - 1;
  }
  return unnamed;
}

/** The meter that the lines above a header name, as `MPAN: 1012345678903` or `Zählernummer;1EMH7`; null where they name none, or several. */
export function meterAbove({ preamble }: Layout): string | null {
  const named = preamble.flatMap(({ cells }) => {
    const [first = '', second = ''] = cells.map(cleaned);
    const [, name = first, value = second] = /^([^:=]{3,40})[:=]\s*(\S.*)$/.exec(first) ?? [];
    const sense = senseOf(name);
    const isMeter = sense.says('point') || sense.says('serial') || sense.says('meter');
    return isMeter && /\d/.test(value) && value.length <= 40 && !isDated(value)
      ? [{ value, isPoint: sense.says('point') }]
      : [];
  });
  const points = named.filter(({ isPoint }) => isPoint);
  const meters = new Set((points.length > 0 ? points : named).map(({ value }) => value));
  const [meter = null] = meters;
  return meters.size === 1 ? meter : null;
}

/** True where a row has a date at all: then a table without header is still a table. */
export const hasDate = ({ cells }: Row): boolean => cells.length > 1 && cells.some((cell) => isDated(cleaned(cell)));

/** Finds the header and looks at the columns below it. @returns null where there is none */
export function layoutOf(rows: readonly Row[], headerLine?: number): Layout | null {
  const filled = rows.filter(({ cells }) => cells.some((cell) => cell.trim() !== ''));
  const given = headerLine === undefined ? null : filled.findIndex(({ line }) => line === headerLine);
  const at = given ?? headerAt(filled);
  if (headerLine === 0) return laidOut([], { line: 0, cells: [] }, filled);
  const header = at === null ? undefined : filled[at];
  return header === undefined || at === null ? null : laidOut(filled.slice(0, at), header, filled.slice(at + 1));
}

function laidOut(preamble: readonly Row[], header: Row, data: readonly Row[]): Layout {
  const width = Math.max(header.cells.length, ...data.slice(0, lookedAhead).map(({ cells }) => cells.length));
  const looked = data.slice(0, cellsLookedAt);
  const columns = Array.from({ length: width }, (_, index): ColumnFacts => {
    const name = cleaned(header.cells[index] ?? '');
    const cells = looked.flatMap(({ line, cells: of }) => {
      const text = cleaned(of[index] ?? '');
      return text === '' ? [] : [{ line, text }];
    });
    const sense = senseOf(name);
    return { index, name, sense, content: contentOf(sense, cells), cells };
  });
  return { preamble, header, data, columns };
}

function contentOf(sense: NameSense, cells: ColumnFacts['cells']): Content {
  if (cells.length === 0) return 'empty';
  const share = (is: (text: string) => boolean): boolean =>
    cells.filter(({ text }) => is(text)).length * 10 >= cells.length * 7;
  if (sense.isTemporal && share((text) => isCompact(text))) {
    return share((text) => momentOf(text, 'year-first')?.hasTime ?? false) ? 'moment' : 'date';
  }
  if (sense.isTemporal && share((text) => epochOf(text) !== null)) return 'moment';
  const kinds = new Map<string, number>();
  for (const { text } of cells) kinds.set(kindOf(text), (kinds.get(kindOf(text)) ?? 0) + 1);
  const count = (kind: Content): number => kinds.get(kind) ?? 0;
  // A name that fits lets more cells be broken: they are lost one by one, and not the column.
  const isValue = sense.unit !== '' || sense.says('cumulative') || sense.says('quantity');
  const most = (n: number, isNamed: boolean): boolean => n * 10 >= cells.length * (isNamed ? 4 : 7);
  if (most(count('moment') + count('date'), sense.isTemporal)) return count('moment') > 0 ? 'moment' : 'date';
  if (most(count('time'), sense.isTemporal)) return 'time';
  return most(count('number'), isValue) || numbersWithUnits(cells) ? 'number' : 'text';
}

/** Numbers, some missing or with a unit behind them. */
function numbersWithUnits(cells: ColumnFacts['cells']): boolean {
  const numeric = /^[+-]?[\d.,'’\s]*\d(?:e[+-]?\d+)?\s*(?:[kmg]?wh|m3|m³|l)?$/i;
  const missing = /^(?:-+|n\/?a|#n\/a|nan|null|none)$/i;
  const numbers = cells.filter(({ text }) => numeric.test(text) && !/^\d+[-/]/.test(text)).length;
  const gaps = cells.filter(({ text }) => missing.test(text)).length;
  return numbers > 0 && (numbers + gaps) * 10 >= cells.length * 7;
}

/** The layout by the declared header; by the one that is found, where a stored mapping comes from a file with other lines above it. */
export function layoutFor(sample: readonly Row[], { headerLine, columns = [] }: GivenMapping): Layout | null {
  if (headerLine === undefined) return layoutOf(sample);
  const declared = layoutOf(sample, headerLine);
  const fits = columns.every(({ column, name }) => name === '' || declared?.columns[column - 1]?.name === name);
  return declared && fits ? declared : (layoutOf(sample) ?? declared);
}

/** Why there is none. */
export function noHeader(sample: readonly Row[]): Refusal {
  const detail =
    sample.length === 1
      ? 'the table has one row, and no data below it.'
      : 'no row was found that names the columns above rows with dates.';
  const remedy =
    'Write a row of names above the data, as meter,date,time,reading; or declare "headerLine" and "columns" in the mapping.';
  return { line: sample[0]?.line ?? 1, column: null, detail, remedy };
}
