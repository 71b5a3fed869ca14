import type { Statement } from '../../../domain/statement/model.js';
import { chargesTable, readingsTable, sharingTable, type Table, taxTable } from '../../../domain/statement/tables.js';
import { approvedBy, checkSentence, decisionSentence } from '../../../domain/statement/wording.js';
import { heading } from './page-1.js';
import { lineHeight, type Pen } from './pen.js';
import { drawQr } from './qr.js';
import { across, colour, left, mm, right, size } from './style.js';
import { drawTable, layTable } from './table.js';

/** Every reading, price and sum, in the order in which one would redo them. */
export function drawWorkings(pen: Pen, statement: Statement): void {
  let section = 0;
  const numbered = (title: string) => `${(section += 1)}  ${title}`;
  const tax = taxTable(statement);
  const tables: Table[] = [
    ...statement.use.filter((use) => use.readings.length > 0).map((use) => readingsTable(use, statement)),
    chargesTable(statement),
    ...(tax === null ? [] : [tax]),
  ];
  for (const table of tables) drawSection(pen, table, numbered(table.title), table === tax ? 130 * mm : across);
  if (statement.sharing.length > 0) drawSharing(pen, statement, numbered);
  drawCheck(pen, statement, numbered('Check this statement yourself'));
  drawNotes(pen, statement);
}

function drawSection(pen: Pen, table: Table, title: string, width: number): void {
  const laid = layTable(pen, table, width);
  pen.group('Sect', () => {
    heading(pen, title, left, laid.height);
    drawTable(pen, laid, left, width);
  });
  pen.y += 3.6 * mm;
}

function drawSharing(pen: Pen, statement: Statement, numbered: (title: string) => string): void {
  pen.group('Sect', () => {
    statement.sharing.forEach((cost, index) => {
      const laid = layTable(pen, sharingTable(cost, statement), across);
      if (index === 0) heading(pen, numbered('How the costs were shared'), left, laid.height);
      heading(pen, laid.table.title, left, laid.height, across, 'H3');
      drawTable(pen, laid, left, across);
      pen.y += 3 * mm;
    });
    for (const sentence of decisionSentence(statement)) {
      pen.paragraph(sentence, left + 3, across, { size: size.small, colour: colour.muted });
    }
  });
  pen.y += 3.6 * mm;
}

function drawCheck(pen: Pen, statement: Statement, title: string): void {
  const { code, link } = statement.verification;
  const inset = 5 * mm;
  const side = 25 * mm;
  const room = across - 3 * inset - side;
  const texts = [checkSentence(statement), approvedBy(statement)].filter((text) => text !== '');
  const lines = texts.map((text) => pen.wrap(text, room, { size: 8 }));
  const height = Math.max(side, 33 + lines.flat().length * lineHeight(8) + lines.length * 2) + 2 * 3 * mm;
  pen.need(height);
  const top = pen.y;
  pen.artifact(() => pen.rect(left, top, across, height, colour.tint));
  pen.group('Sect', () => {
    pen.y = top + 3 * mm;
    heading(pen, title, left + inset, 0, room);
    pen.paragraph(`Verification code  ${code}`, left + inset, room, { size: 10, weight: 'semibold' });
    pen.y += 2;
    for (const text of texts) {
      pen.paragraph(text, left + inset, room, { size: 8 });
      pen.y += 2;
    }
    drawQr(pen, link, right - inset - side, top + 3 * mm, side, `Code that leads to ${link}`);
  });
  pen.y = top + height + 3.6 * mm;
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
