import type { Table } from '../../../domain/statement/tables.js';
import type { Pen } from '../../../platform/pdf/pen.js';
import { across, left, mm, right } from '../../../platform/pdf/style.js';
import { heading, headingHeight } from '../../../platform/pdf/heading.js';
import {
  closer,
  drawRemarks,
  drawTable,
  type LaidTable,
  layTable,
  looseRows,
  noteStyle,
  remarksHeight,
} from '../../../platform/pdf/table.js';

/** The VAT summary, with the remarks on the charges to its left: both are narrow, and both belong to the table above them. */
const width = 82 * mm;
const gutter = 7 * mm;

export interface VatSummary {
  readonly remarks: LaidTable['notes'];
  readonly table: LaidTable;
}

/** Measures both, without drawing. */
export const layVatSummary = (pen: Pen, remarks: readonly string[], table: Table): VatSummary => ({
  remarks: remarks.map((remark) => pen.wrap(remark, across - width - gutter, noteStyle)),
  table: layTable(pen, table, width),
});

/** What both take, the taller one being the measure. */
export const heightOfVat = ({ remarks, table }: VatSummary): number =>
  Math.max(headingHeight + table.height, remarksHeight(remarks));

/** Rows that save room by standing closer: none where the remarks may be the taller part. */
export const looseVatRows = ({ remarks, table }: VatSummary): number => (remarks.length > 0 ? 0 : looseRows(table));

export const closerVat = (summary: VatSummary, by: number): VatSummary => ({
  ...summary,
  table: closer(summary.table, by),
});

/** Draws both side by side at the cursor; the summary stands at the left edge where there is nothing to remark. */
export function drawVatSummary(pen: Pen, summary: VatSummary, title: string): void {
  const { remarks, table } = summary;
  pen.need(heightOfVat(summary));
  const top = pen.y;
  drawRemarks(pen, remarks, left);
  const end = pen.y;
  pen.y = top;
  const x = remarks.length === 0 ? left : right - width;
  pen.group('Sect', () => {
    heading(pen, title, x, 0, width);
    drawTable(pen, table, x, width);
  });
  pen.y = Math.max(end, pen.y);
}
