import PDFDocument from 'pdfkit';
import { canonicalJson } from '../../../domain/proof/canonical.js';
import type { Statement } from '../../../domain/statement/model.js';
import { demoNotice, footer, title } from '../../../domain/statement/wording.js';
import { accessibleMetadata, escapeMetadata } from './metadata.js';
import { drawFirstPage } from './page-1.js';
import { drawWorkings } from './page-2.js';
import { Pen } from './pen.js';
import { colour, left, mm, page, right, size } from './style.js';

/**
 * Draws a statement as a PDF: tagged, fonts embedded, with the statement's own data attached.
 *
 * Nothing but the statement goes in: dates are those of its issue and the file's identity follows from them, so drawing it
 * again gives the same bytes. Free of any framework and of any state but the shared fonts, so it may run in any thread.
 *
 * @param statement sealed and frozen
 * @returns the bytes of a PDF 1.7 file in the PDF/A-3a profile with `statement.json` (canonical) as its source
 */
export async function drawStatement(statement: Statement): Promise<Buffer> {
  const issued = new Date(statement.issuedAt);
  const doc = new PDFDocument({
    size: 'A4',
    margin: 0,
    pdfVersion: '1.7',
    subset: 'PDF/A-3a' as 'PDF/A-3',
    tagged: true,
    displayTitle: true,
    lang: statement.locale,
    bufferPages: true,
    autoFirstPage: false,
    font: null as unknown as string,
    info: {
      Title: `${title(statement)} ${statement.number}`,
      Author: statement.community.name,
      Creator: 'Commonmeter',
      Producer: 'Commonmeter',
      CreationDate: issued,
      ModDate: issued,
    },
  });
  const bytes = collect(doc);
  escapeMetadata(doc);
  const pen = new Pen(doc, (at) => startPage(at, statement));
  drawFirstPage(pen, statement);
  if (statement.kind === 'credit-note') pen.y += 6 * mm;
  else pen.newPage();
  drawWorkings(pen, statement);
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
  doc.end();
  return bytes;
}

function collect(doc: InstanceType<typeof PDFDocument>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  return new Promise((resolve, reject) => {
    doc.on('data', (chunk: Uint8Array) => chunks.push(Buffer.from(chunk)));
    doc.on('end', () => resolve(Buffer.concat(chunks)));
    doc.on('error', reject);
  });
}

function startPage(pen: Pen, { demo }: Statement): void {
  pen.artifact(() => {
    pen.rect(0, 0, page.width, page.band, colour.accent);
    if (!demo) return;
    pen.line(demoNotice, left, 4.2 * mm, { size: 9, weight: 'semibold', colour: colour.white });
    pen.doc.save();
    pen.doc.rotate(-52, { origin: [page.width / 2, page.height / 2] });
    const style = { size: 62, weight: 'semibold', align: 'center', colour: colour.ghost } as const;
    pen.line(demoNotice.toUpperCase(), 0, page.height / 2 + 20, style, page.width);
    pen.doc.restore();
    pen.fill(colour.ink);
  }, 'Pagination');
  pen.y = 12 * mm;
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
      const [text = ''] = pen.wrap(footer(statement), right - left - 24 * mm, style);
      pen.line(text, left, page.height - page.foot + 1, style);
      pen.line(where, left, page.height - page.foot + 1, { ...style, align: 'right' }, right - left);
    }, 'Pagination');
  }
}
