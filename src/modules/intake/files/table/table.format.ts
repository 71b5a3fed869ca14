import type { FileFormat, FileOptions, FileSink } from '../meter-file.js';
import type { GivenMapping } from './mapping.js';
import { TableReader } from './reader.js';
import { separatorOf } from './separator.js';

/*
 * Readings in a table of any sensible shape, as spreadsheets and portals write it: a reading a row, an interval a row, a day a row, or a
 * column for each meter; with commas, semicolons, tabs or bars between the cells, points or commas before the decimals, and dates in any order.
 *
 * How a table is read is decided over its first rows and can be stored, corrected and given back: `TableMapping` in table/mapping.ts.
 */

/** What tables never begin with: XML, JSON, telegrams, EDIFACT, and the records of other meter files. */
const others = /^\s*(?:[<{[/]|UN[ABH]\b|UNA|ZH[VD]\||(?:100,NEM1[23]|200,|250,|300,)|PK\u0003\u0004|%PDF)/i;
const linesLookedAt = 80;

/** Reads a table, with what its sender declared of it. */
export const tableReader = (sink: FileSink, options: FileOptions, mapping: GivenMapping = {}): TableReader =>
  new TableReader(sink, options, mapping);

export const csv: FileFormat = {
  name: 'CSV',
  recognises: (beginning) => {
    if (others.test(beginning)) return false;
    const lines = beginning
      .split(/\r\n?|\n/)
      .slice(0, linesLookedAt)
      .map((text, i) => ({ number: i + 1, text: text.slice(0, 20_000) }))
      .filter(({ text }) => text.trim() !== '' && !/^"?sep=.\s*"?$/i.test(text));
    return separatorOf(lines) !== null;
  },
  reader: (sink, options) => tableReader(sink, options),
};
