import { hasDate, layoutOf } from './layout.js';
import { type Row, type Separator, separators } from './mapping.js';
import { senseOf } from './names.js';
import { Records } from './records.js';

/** A line of a file. */
export interface Line {
  readonly number: number;
  readonly text: string;
}

/** The rows that lines make with a separator; what is no row is left out. */
export function rowsOf(lines: readonly Line[], separator: Separator): Row[] {
  const rows: Row[] = [];
  const records = new Records(
    separator,
    (row) => rows.push(row),
    () => undefined,
  );
  for (const { number, text } of lines) records.line(text, number);
  records.end();
  return rows.filter(({ cells }) => cells.some((cell) => cell.trim() !== ''));
}

/**
 * Finds what separates the cells of a table: that by which a header stands above rows with dates, and by which most rows have as many
 * cells as the header. Null where no separator makes a table of the lines.
 */
export function separatorOf(lines: readonly Line[]): Separator | null {
  let best: { readonly separator: Separator; readonly score: number } | null = null;
  for (const separator of separators) {
    const rows = rowsOf(lines, separator);
    const score = scoreOf(rows);
    if (score > (best?.score ?? 0)) best = { separator, score };
  }
  return best?.separator ?? null;
}

function scoreOf(rows: readonly Row[]): number {
  const layout = layoutOf(rows);
  if (layout) {
    const width = layout.header.cells.length;
    const even = layout.data.filter(({ cells }) => Math.abs(cells.length - width) <= 1).length;
    return 1000 + (1000 * even) / Math.max(1, layout.data.length) + width / 1000;
  }
  const dated = rows.filter(hasDate);
  if (dated.length * 2 >= rows.length && dated.length > 0) return 500 + (dated[0]?.cells.length ?? 0) / 1000;
  const [first] = rows;
  return rows.length > 0 && isHeader(first) ? 100 + (first?.cells.length ?? 0) / 1000 : 0;
}

/** A row of names alone, of which one is of a time and one of something else that is known. */
function isHeader(row: Row | undefined): boolean {
  const senses = (row?.cells ?? []).map(senseOf);
  const isTime = senses.some(({ isTemporal }) => isTemporal);
  const isOther = senses.some(
    ({ says, unit, isTemporal }) =>
      !isTemporal &&
      (unit !== '' || says('cumulative') || says('quantity') || says('value') || says('meter') || says('point')),
  );
  return senses.length > 1 && isTime && isOther;
}
