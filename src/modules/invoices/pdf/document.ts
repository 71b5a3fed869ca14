import { bundleName } from '../../../domain/proof/attachment.js';
import { canonicalJson } from '../../../domain/proof/canonical.js';
import { wordsOf } from '../../../domain/statement/catalogue/catalogue.js';
import type { Statement } from '../../../domain/statement/model.js';
import { demoNotice, footer, title } from '../../../domain/statement/wording.js';
import { face } from '../../../platform/pdf/fonts.js';
import { drawPageFooters } from '../../../platform/pdf/footers.js';
import { accessibleMetadata } from '../../../platform/pdf/metadata.js';
import { openPdf } from '../../../platform/pdf/open.js';
import { Pen } from '../../../platform/pdf/pen.js';
import { colour, left, mm, page, top } from '../../../platform/pdf/style.js';
import { drawCheckBox, fits, layCheckBox } from './check-box.js';
import { drawNotes, layNotes } from './notes.js';
import { drawFirstPage } from './page-1.js';
import { drawWorkings } from './workings.js';

/**
 * Draws a statement as a PDF: tagged, fonts embedded, with the statement's own data attached.
 *
 * Nothing but the statement and its bundle go in: dates are those of its issue and the file's identity follows from them, so drawing it
 * again gives the same bytes. Free of any framework and of any state but the shared fonts, so it may run in any thread.
 *
 * @param statement sealed and frozen
 * @param bundle what proves it, as text; attached as it is
 * @returns the bytes of a PDF 1.7 file in the PDF/A-3a profile with `statement.json` (canonical) as its source,
 *   and `bundle.json` where there is one
 */
export function drawStatement(statement: Statement, bundle?: string): Buffer {
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
  drawPageFooters(pen, footer(statement), statement.locale);
  const words = wordsOf(statement.locale);
  const attach = (text: string, name: string, description: string, relationship: 'Source' | 'Supplement'): void => {
    doc.file(Buffer.from(text, 'utf8'), {
      ...{ name, type: 'application/json', description, relationship },
      ...{ creationDate: issued, modifiedDate: issued },
    });
  };
  attach(canonicalJson(statement), 'statement.json', words.attachedData, 'Source');
  if (bundle !== undefined) attach(bundle, bundleName, words.attachedBundle, 'Supplement');
  accessibleMetadata(doc, issued);
  return finished();
}

function startPage(pen: Pen, statement: Statement): void {
  pen.artifact(() => {
    pen.rect(0, 0, page.width, page.band, colour.accent);
    if (!statement.demo) return;
    pen.line(demoNotice(statement), left, 4.2 * mm, { size: 9, weight: 'semibold', colour: colour.white });
    drawWatermark(pen, demoNotice(statement));
  }, 'Pagination');
  pen.y = top;
}

/** Across the lower part of the page, under everything and below the amount; as outlines, so that nobody copies or searches it. */
function drawWatermark({ doc }: Pen, notice: string): void {
  const { path, width } = face('semibold').outline(notice.toUpperCase());
  const points = 50;
  doc.save();
  doc.translate(page.width / 2, page.height * 0.68).rotate(-45);
  doc.scale(points / 1000, -points / 1000).translate(-width / 2, -350);
  doc.path(path).fill(colour.ghost);
  doc.restore();
}
