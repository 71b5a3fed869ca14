import { longDate } from '../../../domain/statement/format.js';
import { openPdf } from '../../../platform/pdf/open.js';
import { accessibleMetadata } from '../../../platform/pdf/metadata.js';
import { lineHeight, Pen } from '../../../platform/pdf/pen.js';
import { colour, mm, size } from '../../../platform/pdf/style.js';
import type { ReadingRound } from './reading-round.service.js';
import { bottom, cut, drawHead, drawRow, left, page, right, rowHeight } from './round-table.js';
import { whyLeftOut } from './round-words.js';

/*
 * The list on paper: A4 across, a row for each register in walking order, with a box for every digit. What a hand writes on stands at the top of every page,
 * because pages part from each other on the way.
 */

const top = 11 * mm;
const noteStyle = { size: size.small, colour: colour.muted } as const;
const how =
  'Write one digit in each box, with the zeros in front; what the display shows after its point goes behind the point. If a meter cannot be read, leave the boxes empty and say why. Empty is never zero.';

/**
 * Draws a round as a PDF. The same round gives the same bytes.
 *
 * @returns a tagged PDF of A4 pages across, with its fonts
 */
export function drawRound(round: ReadingRound): Buffer {
  const { site, on, community } = round;
  const at = new Date(round.madeAt);
  const title = `Reading round, ${site.name}, ${longDate(on)}`;
  const { doc, finished } = openPdf({ title, author: community, lang: 'en-GB', at, layout: 'landscape' });
  const pen = new Pen(doc, (at) => startPage(at, round));
  pen.group('Table', () => {
    pen.group('THead', () => drawHead(pen, true));
    pen.group('TBody', () => {
      for (const row of round.rows) {
        if (pen.y + rowHeight > bottom) {
          pen.newPage();
          pen.artifact(() => drawHead(pen, false));
        }
        drawRow(pen, row, round);
      }
    });
  });
  drawLeftOut(pen, round);
  drawFooters(pen, round);
  accessibleMetadata(doc, at);
  return finished();
}

function startPage(pen: Pen, round: ReadingRound): void {
  const { start, count } = pen.doc.bufferedPageRange();
  const isFirst = start + count === 1;
  pen.artifact(() => pen.rect(0, 0, page.width, 4 * mm, colour.accent), 'Pagination');
  const title = `Reading round · ${round.site.name}`;
  const date = longDate(round.on);
  const fieldsAt = left + 330;
  const heading = (): void => {
    pen.line(cut(pen, title, 320, { size: size.name, weight: 'semibold' }), left, top + 11, {
      size: size.name,
      weight: 'semibold',
    });
    pen.line(cut(pen, `${date} · ${round.community}`, 320, { size: size.body }), left, top + 25, {
      colour: colour.muted,
    });
  };
  if (isFirst) pen.tag('H1', heading);
  else pen.artifact(heading, 'Pagination');
  pen.artifact(() => {
    field(pen, 'Read by', fieldsAt, 176);
    field(pen, 'Date', fieldsAt + 188, 92);
    field(pen, 'From (time)', fieldsAt + 292, 64);
    field(pen, 'To (time)', fieldsAt + 368, right - fieldsAt - 368);
  });
  pen.y = top + 36;
  if (!isFirst) return;
  const lines = pen.wrap(how, right - left, noteStyle);
  pen.tag('P', () => {
    pen.y = pen.lines(lines, left, pen.y, noteStyle) + 5;
  });
}

/** A line to write on, with its name below. */
function field(pen: Pen, name: string, x: number, width: number): void {
  pen.rule(x, top + 17, width, colour.muted, 0.7);
  pen.line(name, x, top + 25.5, noteStyle);
}

/** What is not on the list, so that nobody looks for it. */
function drawLeftOut(pen: Pen, { leftOut, rows }: ReadingRound): void {
  const named = leftOut.slice(0, 40).map((one) => `${one.meter} ${one.register} (${whyLeftOut(one)})`);
  const more = leftOut.length > named.length ? ` and ${leftOut.length - named.length} more` : '';
  const sentences = [
    ...(rows.length === 0 ? ['There is no display to read at this site on this day.'] : []),
    ...(leftOut.length === 0 ? [] : [`Not on this list: ${named.join(', ')}${more}.`]),
  ];
  for (const sentence of sentences) {
    const lines = pen.wrap(sentence, right - left, noteStyle);
    if (pen.y + 6 + lines.length * lineHeight(size.small) > bottom) pen.newPage();
    pen.tag('P', () => {
      pen.y = pen.lines(lines, left, pen.y + 6, noteStyle);
    });
  }
}

function drawFooters(pen: Pen, { site, on, rows }: ReadingRound): void {
  const { start, count } = pen.doc.bufferedPageRange();
  for (let index = 0; index < count; index += 1) {
    pen.doc.switchToPage(start + index);
    pen.forgetColour();
    pen.artifact(() => {
      const y = page.height - 9 * mm;
      const counted = `${rows.length} ${rows.length === 1 ? 'register' : 'registers'}`;
      pen.rule(left, y - 9, right - left);
      pen.line(`${site.code} · reading round of ${longDate(on)} · ${counted}`, left, y + 1, noteStyle);
      pen.line(`Page ${index + 1} of ${count}`, left, y + 1, { ...noteStyle, align: 'right' }, right - left);
    }, 'Pagination');
  }
}
