import { dayOf } from '../../../domain/calendar/zone.js';
import { longDate, visible } from '../../../domain/statement/format.js';
import type { Table } from '../../../domain/statement/tables.js';
import { drawPageFooters } from '../../../platform/pdf/footers.js';
import { heading } from '../../../platform/pdf/heading.js';
import { accessibleMetadata } from '../../../platform/pdf/metadata.js';
import { openPdf } from '../../../platform/pdf/open.js';
import { Pen } from '../../../platform/pdf/pen.js';
import { across, colour, left, mm, page, size, top } from '../../../platform/pdf/style.js';
import { drawTable, layTable } from '../../../platform/pdf/table.js';
import type { Answer } from './answer.schema.js';
import { costsTable, membersTable, obstacles, periodsTable, spoken } from './vote-tables.js';

/*
 * The paper that goes out before a vote: the question in the words of the meeting, what would be otherwise, and what it would have
 * meant for everybody. It says nothing that the answer does not say.
 */

/**
 * Draws an answer as a PDF. The same answer gives the same bytes.
 *
 * @returns a tagged PDF of A4 pages with its fonts
 */
export function drawVote(answer: Answer): Buffer {
  const at = new Date(answer.at);
  const title = visible(answer.question ?? 'What if');
  const { doc, finished } = openPdf({ title, author: visible(answer.community), lang: 'en-GB', at });
  const pen = new Pen(doc, startPage);
  drawQuestion(pen, answer, title);
  drawSection(pen, membersTable(answer));
  drawObstacles(pen, obstacles(answer));
  drawSection(pen, costsTable(answer));
  drawSection(pen, periodsTable(answer));
  drawPageFooters(
    pen,
    `${visible(answer.community)} · ${visible(answer.site.name)} · what if, as of ${madeOn(answer)}`,
  );
  accessibleMetadata(doc, at);
  return finished();
}

const madeOn = ({ at, site }: Answer): string => longDate(dayOf(at, site.zone));

function startPage(pen: Pen): void {
  pen.artifact(() => pen.rect(0, 0, page.width, page.band, colour.accent), 'Pagination');
  pen.y = top;
}

function drawQuestion(pen: Pen, answer: Answer, title: string): void {
  const { community, site, changes, periods } = answer;
  pen.paragraph(`${visible(community)} · ${visible(site.name)}`, left, across, {
    size: size.small,
    colour: colour.muted,
  });
  pen.y += 1 * mm;
  pen.paragraph(title, left, across, { size: size.name, weight: 'semibold', colour: colour.accent }, 'H1');
  pen.y += 1.5 * mm;
  for (const change of changes) pen.paragraph(visible(change), left, across);
  pen.y += 1.5 * mm;
  const named =
    periods.length > 3
      ? `${periods.length} periods from ${spoken(first(periods))} to ${spoken(last(periods))}`
      : periods.map(spoken).join(', ');
  const sentences =
    `What everybody would have paid in ${named}, computed on ${madeOn(answer)} twice by the rules of every bill: from what is stored, and with the change. ` +
    'All amounts are before tax where nothing else is said. Nothing was stored or billed by this.';
  pen.paragraph(sentences, left, across, { colour: colour.muted });
  pen.y += 4 * mm;
}

const first = (periods: Answer['periods']) => periods[0] as Answer['periods'][number];
const last = (periods: Answer['periods']) => periods.at(-1) as Answer['periods'][number];

function drawSection(pen: Pen, table: Table): void {
  const laid = layTable(pen, table, across);
  pen.group('Sect', () => {
    heading(pen, table.title, left, laid.height);
    if (table.rows.length > 0) drawTable(pen, laid, left, across);
    else for (const note of table.notes) pen.paragraph(note, left, across, { colour: colour.muted });
  });
  pen.y += 5 * mm;
}

function drawObstacles(pen: Pen, sentences: readonly string[]): void {
  if (sentences.length === 0) return;
  pen.group('Sect', () => {
    heading(pen, 'What cannot be computed, and why', left, 20 * mm);
    for (const sentence of sentences) pen.paragraph(sentence, left, across);
  });
  pen.y += 5 * mm;
}
