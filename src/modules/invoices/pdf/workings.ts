import { advancesTable } from '../../../domain/statement/advances-table.js';
import type { Statement } from '../../../domain/statement/model.js';
import { readingsTable } from '../../../domain/statement/readings-table.js';
import { chargesTable, sharingTable, taxTable } from '../../../domain/statement/tables.js';
import type { Pen } from '../../../platform/pdf/pen.js';
import { across, bottom, left, mm, top } from '../../../platform/pdf/style.js';
import { heading, headingHeight } from '../../../platform/pdf/heading.js';
import { closer, drawTable, type LaidTable, layTable, looseRows, mostCloser } from '../../../platform/pdf/table.js';
import { closerVat, drawVatSummary, heightOfVat, layVatSummary, looseVatRows, type VatSummary } from './vat-summary.js';

/** A section up to this height is not broken over two pages. */
const mostTogether = (bottom - top) / 2;
const between = 3 * mm;
/** Left free, so that sums of many heights may differ in their last digits. */
const spare = 0.5;

/** The sections in their order: a table with its heading, or the VAT summary with the remarks beside it. */
type Section =
  { readonly kind: 'table'; readonly table: LaidTable } | { readonly kind: 'vat'; readonly vat: VatSummary };

/**
 * Every reading, price and sum, in the order in which one would redo them; they begin on the first page where it has room.
 *
 * @param after height of what comes after them. Where all would nearly fit one page, rows stand a little closer so that it does
 */
export function drawWorkings(pen: Pen, statement: Statement, after: number): void {
  const sections = layWorkings(pen, statement);
  const here = countThatFit(sections, bottom - pen.y);
  const by = closeness(sections.slice(here), bottom - top - after - spare);
  sections.forEach((section, index) => {
    const number = `${index + 1}  `;
    const closerBy = index < here ? 0 : by;
    if (section.kind === 'vat')
      drawVatSummary(pen, closerVat(section.vat, closerBy), `${number}${section.vat.table.table.title}`);
    else drawTableSection(pen, closer(section.table, closerBy), `${number}${section.table.table.title}`);
    pen.y += between;
  });
}

function layWorkings(pen: Pen, statement: Statement): Section[] {
  const charges = chargesTable(statement);
  const tax = taxTable(statement);
  const advances = advancesTable(statement);
  const sharing = sharingTable(statement);
  const table = (one: typeof charges): Section => ({ kind: 'table', table: layTable(pen, one, across) });
  return [
    ...statement.use.filter((use) => use.readings.length > 0).map((use) => table(readingsTable(use, statement))),
    ...(tax === null
      ? [table(charges)]
      : [table({ ...charges, notes: [] }), { kind: 'vat', vat: layVatSummary(pen, charges.notes, tax) } as const]),
    ...(advances === null ? [] : [table(advances)]),
    ...(sharing === null ? [] : [table(sharing)]),
  ];
}

/** How many of the first sections stand whole in some room, and so take none of the next page. */
function countThatFit(sections: readonly Section[], room: number): number {
  let rest = room;
  const next = sections.findIndex((section) => {
    const fits = heightOf(section) <= rest;
    rest -= heightOf(section) + between;
    return !fits;
  });
  return next === -1 ? sections.length : next;
}

/** By how much rows have to stand closer for all sections to fit some room; not at all where that would not do. */
function closeness(sections: readonly Section[], room: number): number {
  const height = sections.reduce((total, section) => total + heightOf(section) + between, 0);
  const rows = sections.reduce((total, section) => total + rowsOf(section), 0);
  const by = Math.max(0, (height - room) / (2 * rows));
  return by <= mostCloser ? by : 0;
}

const heightOf = (section: Section): number =>
  section.kind === 'vat' ? heightOfVat(section.vat) : headingHeight + section.table.height;

const rowsOf = (section: Section): number =>
  section.kind === 'vat' ? looseVatRows(section.vat) : looseRows(section.table);

function drawTableSection(pen: Pen, laid: LaidTable, title: string): void {
  const height = headingHeight + laid.height;
  if (height <= mostTogether) pen.need(height);
  pen.group('Sect', () => {
    heading(pen, title, left, laid.height);
    drawTable(pen, laid, left, across);
  });
}
