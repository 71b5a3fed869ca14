import type { Statement } from '../../../domain/statement/model.js';
import { chargesTable, readingsTable, sharingTable, taxTable } from '../../../domain/statement/tables.js';
import { heading, headingHeight } from './page-1.js';
import type { Pen } from './pen.js';
import { across, bottom, left, mm, top } from './style.js';
import { closer, drawTable, type LaidTable, layTable, looseRows, mostCloser } from './table.js';

/** A section up to this height is not broken over two pages. */
const mostTogether = (bottom - top) / 2;
const between = 3 * mm;
const taxWidth = 130 * mm;

/**
 * Every reading, price and sum, in the order in which one would redo them; they begin on the first page where it has room.
 *
 * @param after height of what comes after them. Where all would nearly fit one page, rows stand a little closer so that it does
 */
export function drawWorkings(pen: Pen, statement: Statement, after: number): void {
  const tax = taxTable(statement);
  const tables = [
    ...statement.use.filter((use) => use.readings.length > 0).map((use) => readingsTable(use, statement)),
    chargesTable(statement),
    tax,
    sharingTable(statement),
  ].filter((table) => table !== null);
  const laid = tables.map((table) => layTable(pen, table, table === tax ? taxWidth : across));
  const by = closeness(laid, bottom - top - after);
  laid.forEach((one, index) =>
    drawSection(pen, closer(one, by), `${index + 1}  ${one.table.title}`, one.table === tax ? taxWidth : across),
  );
}

/** By how much rows have to stand closer for all sections to fit some room; not at all where that would not do. */
function closeness(laid: readonly LaidTable[], room: number): number {
  const height = laid.reduce((total, one) => total + headingHeight + one.height + between, 0);
  const rows = laid.reduce((total, one) => total + looseRows(one), 0);
  const by = Math.max(0, (height - room) / (2 * rows));
  return by <= mostCloser ? by : 0;
}

function drawSection(pen: Pen, laid: LaidTable, title: string, width: number): void {
  const height = headingHeight + laid.height;
  if (height <= mostTogether) pen.need(height);
  pen.group('Sect', () => {
    heading(pen, title, left, laid.height);
    drawTable(pen, laid, left, width);
  });
  pen.y += between;
}
