import {
  type Certificate,
  type CertificateFile,
  certificateText,
  writeCertificate,
} from '../../domain/proof/certificate.js';
import { cosignersOf, sayTime } from '../../domain/proof/cosigned.js';
import { certificateName } from '../../domain/proof/attachment.js';
import { catalogues, wordsOf } from '../../domain/statement/catalogue/catalogue.js';
import { money, periodOf, shortDate, visible } from '../../domain/statement/format.js';
import type { Table } from '../../domain/statement/tables.js';
import { drawPageFooters } from '../../platform/pdf/footers.js';
import { heading } from '../../platform/pdf/heading.js';
import { accessibleMetadata } from '../../platform/pdf/metadata.js';
import { openPdf } from '../../platform/pdf/open.js';
import { Pen } from '../../platform/pdf/pen.js';
import { across, colour, left, mm, page, size, top } from '../../platform/pdf/style.js';
import { drawTable, layTable } from '../../platform/pdf/table.js';
import { billsTable, changedTable, costsTable, findingsTable, peopleTable, rulesTable } from './certificate-tables.js';

/**
 * Draws a certificate as a PDF, with its own file attached. The same file gives the same bytes, so that whoever verifies it sees that
 * what is printed is what was signed.
 *
 * @returns a tagged PDF of A4 pages with its fonts and `certificate.json`
 */
export function drawCertificate(file: CertificateFile): Buffer {
  const { content } = file;
  const { locale, madeAt } = content;
  const words = wordsOf(locale).certificate;
  const at = new Date(madeAt);
  const days = periodOf(content.period.from, content.period.to, locale);
  const title = `${words.title}, ${visible(content.site)}, ${days}`;
  const { doc, finished } = openPdf({ title, author: visible(content.community), lang: locale, at });
  const pen = new Pen(doc, (one) => startPage(one, content));
  drawHead(pen, content, days);
  const tables = [costsTable, changedTable, billsTable, findingsTable, peopleTable, rulesTable];
  for (const table of tables) drawSection(pen, table(content));
  drawCheck(pen, file);
  drawPageFooters(pen, words.footer(visible(content.community), days), locale);
  doc.file(Buffer.from(writeCertificate(file), 'utf8'), {
    ...{ name: certificateName, type: 'application/json', description: words.attached, relationship: 'Source' },
    ...{ creationDate: at, modifiedDate: at },
  });
  accessibleMetadata(doc, at);
  return finished();
}

function startPage(pen: Pen, { demo, locale }: Certificate): void {
  pen.artifact(() => {
    pen.rect(0, 0, page.width, page.band, colour.accent);
    if (demo)
      pen.line(catalogues[locale].demoNotice, left, 4.2 * mm, { size: 9, weight: 'semibold', colour: colour.white });
  }, 'Pagination');
  pen.y = top;
}

function drawHead(pen: Pen, content: Certificate, days: string): void {
  const { community, site, corrects, total, difference, currency, locale } = content;
  const words = wordsOf(locale).certificate;
  const small = { size: size.small, colour: colour.muted } as const;
  pen.paragraph(`${visible(community)} · ${visible(site)}`, left, across, small);
  pen.y += 1 * mm;
  const style = { size: size.name, weight: 'semibold', colour: colour.accent } as const;
  pen.paragraph(`${words.title}, ${days}`, left, across, style, 'H1');
  pen.y += 1.5 * mm;
  if (corrects !== undefined) {
    pen.paragraph(visible(words.correction(corrects.cause)), left, across);
    pen.y += 1 * mm;
  }
  const say = (amount: string): string => money(amount, currency, locale);
  const { amount, members, common, vacant, held } = total;
  const sentence = words.adds(say(amount), say(members), say(common), say(vacant), say(held), say(difference));
  pen.paragraph(sentence, left, across, { size: 10, weight: 'semibold' });
  pen.y += 4 * mm;
}

function drawSection(pen: Pen, table: Table | null): void {
  if (table === null) return;
  const laid = layTable(pen, table, across);
  pen.group('Sect', () => {
    heading(pen, table.title, left, laid.height);
    if (table.rows.length > 0) drawTable(pen, laid, left, across);
    else for (const note of table.notes) pen.paragraph(note, left, across, { colour: colour.muted });
  });
  pen.y += 4 * mm;
}

/** How it is checked: what was signed, where it stood, and with which key. */
function drawCheck(pen: Pen, { content, record }: CertificateFile): void {
  const { locale, madeAt, log } = content;
  const words = wordsOf(locale).certificate.check;
  const made = `${shortDate(madeAt.slice(0, 10), locale)}, ${madeAt.slice(11, 16)}`;
  const code = { size: size.small } as const;
  pen.group('Sect', () => {
    heading(pen, words.title, left, 50 * mm);
    pen.paragraph(words.made(made, log.size, log.root.slice(0, 10)), left, across);
    pen.y += 1 * mm;
    for (const one of certificateText(content).trimEnd().split('\n'))
      pen.paragraph(one, left + 3 * mm, across - 3 * mm, code);
    pen.y += 1 * mm;
    pen.paragraph(words.how, left, across);
    if (record !== undefined) pen.paragraph(record.key, left + 3 * mm, across - 3 * mm, code);
    for (const { key, role, at } of cosignersOf(record?.head ?? '', record?.cosigners)) {
      if (at !== null) pen.paragraph(words.cosigned(key.name, role, sayTime(at)), left, across);
    }
    pen.y += 1 * mm;
    pen.paragraph(words.unproven, left, across, { colour: colour.muted });
  });
}
