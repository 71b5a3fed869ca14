import { canonicalJson } from '../../../domain/proof/canonical.js';
import type { Statement } from '../../../domain/statement/model.js';
import { demoNotice, footer, title } from '../../../domain/statement/wording.js';
import { face } from '../../../platform/pdf/fonts.js';
import { accessibleMetadata } from '../../../platform/pdf/metadata.js';
import { openPdf } from '../../../platform/pdf/open.js';
import { Pen } from '../../../platform/pdf/pen.js';
import { colour, left, mm, page, right, size, top } from '../../../platform/pdf/style.js';
import { drawCheckBox, fits, layCheckBox } from './check-box.js';
import { drawNotes, layNotes } from './notes.js';
import { drawFirstPage } from './page-1.js';
import { drawWorkings } from './workings.js';

/**
 * Draws a statement as a PDF: tagged, fonts embedded, with the statement's own data attached.
 *
 * Nothing but the statement goes in: dates are those of its issue and the file's identity follows from them, so drawing it
 * again gives the same bytes. Free of any framework and of any state but the shared fonts, so it may run in any thread.
 *
 * @param statement sealed and frozen
 * @returns the bytes of a PDF 1.7 file in the PDF/A-3a profile with `statement.json` (canonical) as its source
 */
export function drawStatement(statement: Statement): Buffer {
  const issued = new Date(statement.issuedAt);
  const { doc, finished } = openPdf({
    title: `${title(statement)} ${statement.number}`,
    author: statement.community.name,
    lang: statement.locale,
    at: issued,
  });
  const pen = new Pen(doc, (at) => startPage(at, statement));
  drawFirstPage(pen, statement);
  const check = layCheckBox(pen, statement);
  const isFirst = fits(pen, check);
  if (isFirst) drawCheckBox(pen, statement, check);
  const notes = layNotes(pen, statement);
  drawWorkings(pen, statement, notes.height + (isFirst ? 0 : check.height));
  if (!isFirst) drawCheckBox(pen, statement, check);
  drawNotes(pen, notes);
  drawFooters(pen, statement);
  doc.file(Buffer.from(canonicalJson(statement), 'utf8'), {
    name: 'statement.json',
    type: 'application/json',
    description: 'The data of this statement, in canonical form',
    relationship: 'Source',
    creationDate: issued,
    modifiedDate: issued,
  } as PDFKit.Mixins.PDFAttachmentOptions);
  accessibleMetadata(doc, issued);
  return finished();
}

function startPage(pen: Pen, { demo }: Statement): void {
  pen.artifact(() => {
    pen.rect(0, 0, page.width, page.band, colour.accent);
    if (!demo) return;
    pen.line(demoNotice, left, 4.2 * mm, { size: 9, weight: 'semibold', colour: colour.white });
    drawWatermark(pen);
  }, 'Pagination');
  pen.y = top;
}

/** Across the lower part of the page, under everything and below the amount; as outlines, so that nobody copies or searches it. */
function drawWatermark({ doc }: Pen): void {
  const { path, width } = face('semibold').outline(demoNotice.toUpperCase());
  const points = 50;
  doc.save();
  doc.translate(page.width / 2, page.height * 0.68).rotate(-45);
  doc.scale(points / 1000, -points / 1000).translate(-width / 2, -350);
  doc.path(path).fill(colour.ghost);
  doc.restore();
}

function drawFooters(pen: Pen, statement: Statement): void {
  const { start, count } = pen.doc.bufferedPageRange();
  for (let index = 0; index < count; index += 1) {
    pen.doc.switchToPage(start + index);
    pen.forgetColour();
    pen.artifact(() => {
      pen.rule(left, page.height - page.foot - 3 * mm, right - left);
      const style = { size: size.small, colour: colour.muted } as const;
      const where = `Page ${index + 1} of ${count}`;
      const [text = '', ...rest] = pen.wrap(footer(statement), right - left - 24 * mm, style);
      pen.line(rest.length === 0 ? text : `${text} …`, left, page.height - page.foot + 1, style);
      pen.line(where, left, page.height - page.foot + 1, { ...style, align: 'right' }, right - left);
    }, 'Pagination');
  }
}
