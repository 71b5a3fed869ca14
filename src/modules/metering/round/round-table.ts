import { dayOf } from '../../../domain/calendar/zone.js';
import { shortDate, unitName } from '../../../domain/statement/format.js';
import type { Pen, Style } from '../../../platform/pdf/pen.js';
import { colour, mm, page as portrait, size } from '../../../platform/pdf/style.js';
import type { ReadingRound } from './reading-round.service.js';
import type { RoundRow } from './round-rows.js';
import { displayOf, occupantOf, onDisplay, usualUse, whyNoRange } from './round-words.js';

/** The table of the list: two lines of text in a cell, boxes to write in, and room for a word. */

export const page = { width: portrait.height, height: portrait.width } as const;
export const left = 14 * mm;
export const right = page.width - left;
export const bottom = page.height - 15 * mm;

/** Points; together they are as wide as the page between its margins. */
export const columns = [
  { title: 'Space, occupied by', width: 122 },
  { title: 'Meter, serial number', width: 104 },
  { title: 'Register', width: 88 },
  { title: 'Last reading', width: 92 },
  { title: 'Expected on the day', width: 104 },
  { title: 'Reading', width: 168 },
  { title: 'Remarks', width: right - left - 678 },
] as const;

export const rowHeight = 29.5;
export const headHeight = 17;
const gap = 8;
const box = { width: 13.5, height: 19, mostWidth: 156 } as const;
/** Boxes where nobody said how many digits there are: an open field as wide as so many. */
const openBoxes = 8;

const headStyle: Style = { size: 7.75, weight: 'semibold' };
const strong: Style = { size: size.table, weight: 'semibold' };
const figure: Style = { size: size.table, tabular: true };
const below: Style = { size: size.small, colour: colour.muted };

/** @param isTagged false where the header is repeated on a later page */
export function drawHead(pen: Pen, isTagged: boolean): void {
  const row = (): void => {
    columns.forEach(({ title }, index) => {
      const write = (): void => pen.line(title, xOf(index), pen.y + 11, headStyle);
      if (isTagged) pen.tag('TH', write, { scope: 'Column' });
      else write();
    });
  };
  if (isTagged) pen.group('TR', row);
  else row();
  pen.y += headHeight;
  const rule = (): void => pen.rule(left, pen.y, right - left, colour.accent, 0.9);
  if (isTagged) pen.artifact(rule);
  else rule();
}

export function drawRow(pen: Pen, row: RoundRow, round: ReadingRound): void {
  const cells = cellsOf(pen, row, round);
  pen.group('TR', () => {
    cells.forEach(({ first, second, style }, index) => {
      const write = (): void => drawCell(pen, index, first, second, style);
      if (index === 0) pen.tag('TH', write, { scope: 'Row' });
      else pen.tag('TD', write);
    });
    // Boxes are for hands; a reader hears two empty cells.
    pen.tag('TD', () => undefined);
    pen.tag('TD', () => undefined);
  });
  pen.artifact(() => {
    drawBoxes(pen, row, xOf(5), pen.y + (rowHeight - box.height) / 2);
    const [remarks] = columns.slice(6);
    pen.rule(xOf(6), pen.y + rowHeight - 7, (remarks?.width ?? 0) - 2, colour.rule, 0.6);
    pen.y += rowHeight;
    pen.rule(left, pen.y, right - left, colour.rule, 0.4);
  });
}

interface Cell {
  readonly first: string;
  readonly second: string;
  readonly style: Style;
}

function cellsOf(pen: Pen, row: RoundRow, { site }: ReadingRound): Cell[] {
  const { space, last } = row;
  const place =
    space === null ? 'Whole site' : space.code === space.name ? space.code : `${space.code} · ${space.name}`;
  const range = rangeOf(pen, row);
  return [
    { first: place, second: occupantOf(row), style: strong },
    { first: row.meter, second: row.serial === '' ? 'no serial number stated' : `No. ${row.serial}`, style: strong },
    { first: `${row.register} · ${unitName(row.unit)}`, second: displayOf(row), style: { size: size.table } },
    last === null
      ? { first: 'never read', second: '', style: { size: size.table } }
      : {
          first: onDisplay(row, last.value),
          second: `${shortDate(dayOf(last.at, site.zone))} · ${last.quality}`,
          style: figure,
        },
    range,
  ];
}

/** The range on one line with the average below it; on two lines where it is wide. */
function rangeOf(pen: Pen, row: RoundRow): Cell {
  const { expected } = row;
  if ('because' in expected)
    return { first: 'no range yet', second: whyNoRange(expected), style: { size: size.table } };
  const [low, high] = [onDisplay(row, expected.low), onDisplay(row, expected.high)];
  const isWide = pen.width(`${low} to ${high}`, figure) > (columns[4]?.width ?? 0) - gap;
  const second = expected.mayWrap ? 'may pass zero' : usualUse(row, expected.perDay);
  return isWide
    ? { first: low, second: `to ${high}${expected.mayWrap ? ', past zero' : ''}`, style: figure }
    : { first: `${low} to ${high}`, second, style: figure };
}

function drawCell(pen: Pen, index: number, first: string, second: string, style: Style): void {
  const room = (columns[index]?.width ?? 0) - gap;
  pen.line(cut(pen, first, room, style), xOf(index), pen.y + 12.2, style);
  if (second !== '') pen.line(cut(pen, second, room, below), xOf(index), pen.y + 22.6, below);
}

/** A box for each digit, and behind a point one for each decimal; an open field where the digits are not known. */
function drawBoxes(pen: Pen, { digits, decimals }: RoundRow, x: number, y: number): void {
  const { doc } = pen;
  const point = decimals === 0 ? 0 : 6;
  const count = digits ?? openBoxes;
  const width = Math.min(box.width, (box.mostWidth - point) / (count + decimals));
  doc.lineWidth(0.7).strokeColor(colour.muted);
  const boxes = (from: number, times: number): void => {
    for (let i = 0; i < times; i += 1) doc.rect(from + i * width, y, width, box.height).stroke();
  };
  if (digits === null) doc.rect(x, y, count * width, box.height).stroke();
  else boxes(x, count);
  if (decimals === 0) return;
  pen.fill(colour.ink);
  doc.circle(x + count * width + point / 2, y + box.height - 1.4, 1.1).fill();
  boxes(x + count * width + point, decimals);
}

/** A text on one line, ended by an ellipsis where it is too wide. */
export function cut(pen: Pen, text: string, room: number, style: Style): string {
  if (pen.width(text, style) <= room) return text;
  let fits = Array.from(text);
  while (fits.length > 1 && pen.width(`${fits.join('')}…`, style) > room) fits = fits.slice(0, -1);
  return `${fits.join('').trimEnd()}…`;
}

const xOf = (index: number): number => left + columns.slice(0, index).reduce((sum, { width }) => sum + width, 0);
