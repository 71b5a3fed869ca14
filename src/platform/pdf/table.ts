import { wordsOf } from '../../domain/statement/catalogue/catalogue.js';
import type { Row, Table } from '../../domain/statement/tables.js';
import { lineHeight, type Pen, type Style } from './pen.js';
import { bottom, colour, size } from './style.js';

/**
 * Draws a table: tagged, measured once, continued on the next page under its own header.
 *
 * A figure column is as wide as its widest cell; text columns share the room left by what they hold. Every cell wraps
 * inside its column, so nothing ever runs into its neighbour.
 */
interface Laid {
  readonly row: Row;
  readonly cells: readonly (readonly string[])[];
  readonly below: readonly string[];
  /** Whether `below` has room beside the one line of the first cell. */
  readonly beside: boolean;
  /** Room above, which sets a block off from the one before it. */
  readonly lead: number;
  /** Above and below the text. */
  readonly pad: number;
  readonly height: number;
}

export interface LaidTable {
  readonly table: Table;
  readonly widths: readonly number[];
  readonly head: Laid;
  readonly rows: readonly Laid[];
  readonly notes: readonly (readonly string[])[];
  readonly width: number;
  readonly height: number;
}

const gap = 9;
const besideGap = 6;
const inset = 2.1;
const pad = 2.1;
/** Rows that are parts of another stand closer to it. */
const partPad = 0.9;
const blockLead = 2.5;
/** Room below a table, and below each of its remarks. */
const belowTable = 2.5;
const betweenRemarks = 1.5;
const bodyStyle: Style = { size: size.table };
const headStyle: Style = { size: 7.75, weight: 'semibold' };
const figureStyle: Style = { size: size.table, tabular: true, align: 'right' };
const belowStyle: Style = { size: size.small, colour: colour.muted };
export const noteStyle: Style = { size: size.small, colour: colour.muted };

const styleOf = (row: Row['kind'] | 'head', kind: 'text' | 'figure'): Style => {
  const base = kind === 'figure' ? figureStyle : bodyStyle;
  if (row === 'head') return kind === 'figure' ? { ...headStyle, align: 'right' } : headStyle;
  return row === 'total' || row === 'section' ? { ...base, weight: 'semibold' } : base;
};

/** Measures a table for a width, without drawing. */
export function layTable(pen: Pen, table: Table, width: number): LaidTable {
  const widths = columnWidths(pen, table, width);
  const head: Row = { kind: 'line', cells: table.columns.map((column) => column.title) };
  const rows = table.rows.map((row, index) => {
    const laid = layRow(pen, table, row, row.kind, widths, width);
    const lead = row.kind === 'section' && index > 0 ? blockLead : 0;
    return { ...laid, lead, height: laid.height + lead };
  });
  const laidHead = layRow(pen, table, head, 'head', widths, width);
  const notes = table.notes.map((note) => pen.wrap(note, width, noteStyle));
  const height =
    laidHead.height + rows.reduce((total, row) => total + row.height, 0) + belowTable + remarksHeight(notes);
  return { table, widths, head: laidHead, rows, notes, width, height };
}

/** The most by which the rows of a table may stand closer. */
export const mostCloser = 1;

/** Rows that may stand closer, the header among them. */
export const looseRows = ({ rows }: LaidTable): number => 1 + rows.filter((row) => row.pad > partPad).length;

/** The same table with rows that stand closer by twice as much as is given. */
export function closer(laid: LaidTable, by: number): LaidTable {
  const close = (row: Laid): Laid =>
    row.pad <= partPad ? row : { ...row, pad: row.pad - by, height: row.height - 2 * by };
  return {
    ...laid,
    head: close(laid.head),
    rows: laid.rows.map(close),
    height: laid.height - 2 * by * looseRows(laid),
  };
}

/** Figure columns first: on one line with their titles where there is room, else as narrow as their longest word. */
function columnWidths(pen: Pen, table: Table, width: number): number[] {
  const room = width - gap * (table.columns.length - 1) - 2 * inset;
  const roomy = naturalWidths(pen, table, (title) => [title]);
  const natural = total(roomy) <= room ? roomy : naturalWidths(pen, table, (title) => title.split(' '));
  const of = (kind: 'text' | 'figure') => total(natural.filter((_, index) => table.columns[index]?.kind === kind));
  const figures = Math.min(of('figure'), room * 0.72);
  const squeeze = figures / Math.max(1, of('figure'));
  const others = of('text') - (natural[0] ?? 0);
  const texts = room - figures;
  const first = others === 0 ? texts : Math.max(texts - others, Math.min(natural[0] ?? 0, texts * 0.42));
  return table.columns.map(({ kind }, index) => {
    if (kind === 'figure') return (natural[index] ?? 0) * squeeze;
    return index === 0 ? first : ((natural[index] ?? 0) / others) * (texts - first);
  });
}

const total = (widths: readonly number[]): number => widths.reduce((sum, width) => sum + width, 0);

function naturalWidths(pen: Pen, { columns, rows }: Table, split: (title: string) => string[]): number[] {
  const cells = rows.filter((row) => row.kind !== 'section');
  return columns.map(({ kind, title }, index) => {
    const titles = (kind === 'figure' ? split(title) : [title]).map((word) => pen.width(word, headStyle));
    return Math.max(...titles, ...cells.map((row) => pen.width(row.cells[index] ?? '', styleOf(row.kind, kind)))) + 0.5;
  });
}

function layRow(
  pen: Pen,
  table: Table,
  row: Row,
  kind: Row['kind'] | 'head',
  widths: readonly number[],
  width: number,
): Laid {
  const cells = row.cells.map((cell, index) => {
    const column = table.columns[index]?.kind ?? 'text';
    const indent = index === 0 && kind === 'part' ? 8 : 0;
    const room = kind === 'section' ? width - 2 * inset : (widths[index] ?? 0) - indent;
    return cell === '' ? [] : pen.wrap(cell, room, styleOf(kind, column));
  });
  const below = row.below === undefined ? [] : pen.wrap(row.below, Math.max(widths[0] ?? 0, width * 0.4), belowStyle);
  const name = pen.width(row.cells[0] ?? '', styleOf(kind, 'text')) + besideGap;
  const beside =
    cells[0]?.length === 1 && below.length === 1 && name + pen.width(row.below ?? '', belowStyle) <= (widths[0] ?? 0);
  const under = beside ? 0 : below.length * lineHeight(size.small);
  const first = (cells[0]?.length ?? 0) * lineHeight(size.table) + under;
  const tallest = Math.max(...cells.map((lines) => lines.length)) * lineHeight(size.table);
  const own = kind === 'part' ? partPad : pad;
  return { row, cells, below, beside, lead: 0, pad: own, height: Math.max(first, tallest) + 2 * own };
}

/** Draws a measured table at (x, pen.y) and moves the cursor below it. */
export function drawTable(pen: Pen, laid: LaidTable, x: number, width: number): void {
  pen.group('Table', () => {
    pen.need(laid.head.height + (laid.rows[0]?.height ?? 0) + (laid.rows[1]?.height ?? 0));
    pen.group('THead', () => drawHead(pen, laid, x, width, true));
    pen.group('TBody', () => {
      let section: Laid | undefined;
      laid.rows.forEach((row, index) => {
        const next = laid.rows[index + 1];
        const together = row.row.kind === 'section' || next?.row.kind === 'total' ? (next?.height ?? 0) : 0;
        if (row.row.kind === 'section') section = undefined;
        if (pen.y + row.height + together > bottom) {
          pen.newPage();
          drawHead(pen, laid, x, width, false);
          if (section !== undefined) drawContinued(pen, laid, section, x);
        }
        if (row.row.kind === 'section') section = row;
        drawRow(pen, laid, row, x, width, next?.row.kind === 'part');
      });
    });
  });
  pen.y += belowTable;
  drawRemarks(pen, laid.notes, x);
}

/** What remarks take. */
export const remarksHeight = (remarks: LaidTable['notes']): number =>
  remarks.reduce((total, lines) => total + lines.length * lineHeight(size.small) + betweenRemarks, 0);

/** Small print at the cursor, each remark a paragraph. */
export function drawRemarks(pen: Pen, remarks: LaidTable['notes'], x: number): void {
  for (const lines of remarks) {
    pen.need(lines.length * lineHeight(size.small));
    pen.tag('P', () => {
      pen.y = pen.lines(lines, x + inset, pen.y, noteStyle) + betweenRemarks;
    });
  }
}

/** The header row; on a page that continues the table it is decoration, for the reader has heard it. */
function drawHead(pen: Pen, laid: LaidTable, x: number, width: number, spoken: boolean): void {
  pen.artifact(() => pen.rect(x, pen.y, width, laid.head.height, colour.tint, 2));
  const cell = (index: number) => () => drawCell(pen, laid, laid.head, 'head', index, x);
  const columns = laid.table.columns.map((_, index) => index);
  if (spoken) pen.group('TR', () => columns.forEach((index) => pen.tag('TH', cell(index), { scope: 'Column' })));
  else pen.artifact(() => columns.forEach((index) => cell(index)()), 'Pagination');
  pen.y += laid.head.height;
}

/** Names the section again on a page that begins in the middle of it. */
function drawContinued(pen: Pen, laid: LaidTable, { row, height, lead }: Laid, x: number): void {
  const again = { ...row, cells: [wordsOf(laid.table.locale ?? 'en-GB').continued(row.cells[0] ?? '')] };
  const widths = [laid.width];
  const one = layRow(pen, laid.table, again, 'section', widths, laid.width);
  pen.artifact(() => drawCell(pen, { ...laid, widths }, one, 'section', 0, x), 'Pagination');
  pen.y += height - lead;
}

function drawRow(pen: Pen, laid: LaidTable, row: Laid, x: number, width: number, hasParts: boolean): void {
  const { kind } = row.row;
  const cell = (index: number) => () => drawCell(pen, laid, row, kind, index, x);
  pen.group('TR', () => {
    pen.tag('TH', cell(0), { scope: 'Row' }, kind === 'section' ? row.cells.length : 1);
    if (kind === 'section') return;
    row.cells.slice(1).forEach((_, index) => pen.tag('TD', cell(index + 1)));
  });
  pen.y += row.height;
  pen.artifact(() => {
    if (kind === 'total') pen.rule(x, pen.y - row.height, width, colour.accent, 0.9);
    else if (kind !== 'section' && !hasParts) pen.rule(x, pen.y, width);
  });
}

function drawCell(pen: Pen, laid: LaidTable, row: Laid, kind: Row['kind'] | 'head', index: number, x: number): void {
  const column = laid.table.columns[index]?.kind ?? 'text';
  const width = laid.widths[index] ?? 0;
  const indent = index === 0 && kind === 'part' ? 8 : 0;
  const at = x + inset + indent + laid.widths.slice(0, index).reduce((total, value) => total + value + gap, 0);
  const lines = row.cells[index] ?? [];
  const top =
    kind === 'head' ? pen.y + row.height - row.pad - lines.length * lineHeight(size.table) : pen.y + row.lead + row.pad;
  const style = styleOf(kind, column);
  const end = pen.lines(lines, at, top, { ...style, size: style.size ?? size.table }, width - indent);
  if (index !== 0 || row.below.length === 0) return;
  if (row.beside) pen.lines(row.below, at + pen.width(lines[0] ?? '', style) + besideGap, top + 0.75, belowStyle);
  else pen.lines(row.below, at, end, belowStyle);
}
