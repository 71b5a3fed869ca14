import type { Statement } from '../../../domain/statement/model.js';
import { chargesTable, readingsTable, sharingTable, type Table, taxTable } from '../../../domain/statement/tables.js';
import { approvedBy, checkSentence } from '../../../domain/statement/wording.js';
import { heading, headingHeight } from './page-1.js';
import { lineHeight, type Pen } from './pen.js';
import { drawQr } from './qr.js';
import { across, bottom, colour, left, mm, right, top } from './style.js';
import { drawTable, layTable } from './table.js';

/** A section up to this height is not broken over two pages. */
const mostTogether = (bottom - top) / 2;
const between = 3 * mm;

/** Every reading, price and sum, in the order in which one would redo them; it begins where the first page has room for it. */
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
  drawCheck(pen, statement, `${tables.length + 1}  Check this statement yourself`);
  drawNotes(pen, statement);
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

function drawCheck(pen: Pen, statement: Statement, title: string): void {
  const { code, link } = statement.verification;
  const inset = 5 * mm;
  const side = 22 * mm;
  const room = across - 3 * inset - side;
  const texts = [checkSentence(statement), approvedBy(statement)].filter((text) => text !== '');
  const lines = texts.map((text) => pen.wrap(text, room, { size: 8 }));
  const height = Math.max(side, 34 + lines.flat().length * lineHeight(8) + lines.length * 2) + 2 * 2.5 * mm;
  pen.need(height);
  const edge = pen.y;
  pen.artifact(() => pen.rect(left, edge, across, height, colour.tint));
  pen.group('Sect', () => {
    pen.y = edge + 2.5 * mm;
    heading(pen, title, left + inset, 0, room);
    pen.paragraph(`Verification code  ${code}`, left + inset, room, { size: 10, weight: 'semibold' });
    pen.y += 2;
    for (const text of texts) {
      pen.paragraph(text, left + inset, room, { size: 8 });
      pen.y += 2;
    }
    drawQr(pen, link, right - inset - side, edge + 2.5 * mm, side, `Code that leads to ${link}`);
  });
  pen.y = edge + height + between;
}

function drawNotes(pen: Pen, { notes }: Statement): void {
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
