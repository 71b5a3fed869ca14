import type { Statement } from '../../../domain/statement/model.js';
import { chargesTable, readingsTable, sharingTable, type Table, taxTable } from '../../../domain/statement/tables.js';
import { heading, headingHeight } from './page-1.js';
import { lineHeight, type Pen } from './pen.js';
import { across, bottom, left, mm, top } from './style.js';
import { drawTable, layTable } from './table.js';

/** A section up to this height is not broken over two pages. */
const mostTogether = (bottom - top) / 2;
const between = 3 * mm;

/** Every reading, price and sum, in the order in which one would redo them; they begin on the first page where it has room. */
export function drawWorkings(pen: Pen, statement: Statement): void {
  const tax = taxTable(statement);
  const tables = [
    ...statement.use.filter((use) => use.readings.length > 0).map((use) => readingsTable(use, statement)),
    chargesTable(statement),
    tax,
    sharingTable(statement),
  ].filter((table) => table !== null);
  tables.forEach((table, index) =>
    drawSection(pen, table, `${index + 1}  ${table.title}`, table === tax ? 130 * mm : across),
  );
}

function drawSection(pen: Pen, table: Table, title: string, width: number): void {
  const laid = layTable(pen, table, width);
  const height = headingHeight + laid.height;
  if (height <= mostTogether) pen.need(height);
  pen.group('Sect', () => {
    heading(pen, title, left, laid.height);
    drawTable(pen, laid, left, width);
  });
  pen.y += between;
}

/** What to do if it cannot be paid, or is wrong. */
export function drawNotes(pen: Pen, { notes }: Statement): void {
  for (const { title, text } of notes) {
    const style = { size: 8 } as const;
    const name = `${title}  `;
    const indent = pen.width(name, { ...style, weight: 'semibold' });
    const lines = pen.wrap(text, across - Math.min(indent, across / 2), style);
    if (indent > across / 2) {
      pen.paragraph(title, left, across, { ...style, weight: 'semibold' });
      pen.paragraph(text, left, across, style);
      continue;
    }
    pen.need(lines.length * lineHeight(8));
    pen.tag('P', () => {
      pen.line(title, left, pen.y + 8 * 1.02, { ...style, weight: 'semibold' });
      pen.y = pen.lines(lines, left + indent, pen.y, style) + 2;
    });
  }
}
