import { wordsOf } from '../../../domain/statement/catalogue/catalogue.js';
import type { Statement, UtilityUse } from '../../../domain/statement/model.js';
import { balanceTable, glanceTable } from '../../../domain/statement/tables.js';
import {
  demoSentence,
  historyTitle,
  references,
  sender,
  shareSentence,
  title,
  workingsSentence,
} from '../../../domain/statement/wording.js';
import { heading, headingHeight } from '../../../platform/pdf/heading.js';
import type { Pen } from '../../../platform/pdf/pen.js';
import { across, bottom, colour, left, mm, right, size, top } from '../../../platform/pdf/style.js';
import { drawTable, layTable } from '../../../platform/pdf/table.js';
import { chartHeight, drawChart } from './chart.js';
import { drawPayBox } from './pay-box.js';
import { drawShareBar, shareBarHeight } from './share-bar.js';

/** What is owed, why in one glance, and how the period compares: all that most members ever read. */
export function drawFirstPage(pen: Pen, statement: Statement): void {
  pen.group('Sect', () => {
    drawLetterhead(pen, statement);
    drawRecipient(pen, statement);
  });
  drawDemoNotice(pen, statement);
  drawPayBox(pen, statement);
  pen.y += 5 * mm;
  const [first, ...more] = statement.use;
  pen.group('Sect', () => drawBalance(pen, statement, first));
  if (first !== undefined) pen.group('Sect', () => drawUse(pen, statement, first));
  for (const use of more) {
    pen.group('Sect', () => {
      const laid = layTable(pen, glanceTable(use, statement), across);
      heading(pen, laid.table.title, left, laid.height);
      drawTable(pen, laid, left, across);
      pen.y += 4 * mm;
      drawUse(pen, statement, use);
    });
  }
  pen.paragraph(workingsSentence(statement), left, across, { size: 8.5, weight: 'semibold' });
  pen.y += 3 * mm;
}

function drawLetterhead(pen: Pen, statement: Statement): void {
  const room = 88 * mm;
  const refX = left + room + 4 * mm;
  const refRoom = right - refX;
  pen.y = top;
  pen.paragraph(statement.community.name, left, room, { size: size.name, weight: 'semibold', colour: colour.accent });
  for (const line of sender(statement)) pen.paragraph(line, left, room, { size: 8, colour: colour.muted });
  const end = pen.y;
  pen.y = top;
  pen.paragraph(title(statement), refX, refRoom, { size: size.heading, weight: 'semibold', align: 'right' }, 'H1');
  pen.y += 2;
  for (const line of references(statement)) pen.paragraph(line, refX, refRoom, { size: 8, align: 'right' });
  pen.y = Math.max(end, pen.y);
}

/** Where the window of an envelope is, unless the letterhead needed its room. */
function drawRecipient(pen: Pen, { member }: Statement): void {
  pen.y = Math.max(pen.y + 3 * mm, 40 * mm);
  const x = 20 * mm;
  const room = 90 * mm;
  pen.paragraph(member.name, x, room, { size: 10, weight: 'semibold' });
  for (const line of [member.contact, ...member.address]) {
    if (line !== undefined) pen.paragraph(line, x, room, { size: 10 });
  }
  pen.y = Math.max(pen.y + 5 * mm, 67 * mm);
}

function drawDemoNotice(pen: Pen, statement: Statement): void {
  if (!statement.demo) return;
  pen.paragraph(demoSentence(statement), left, across, {
    size: 10,
    weight: 'semibold',
  });
  pen.y += 2 * mm;
}

/** Balance and use side by side where both fit; one below the other where not. */
function drawBalance(pen: Pen, statement: Statement, use: UtilityUse | undefined): void {
  const gutter = 7 * mm;
  const half = (across - gutter) / 2;
  const balance = balanceTable(statement);
  const glance = use === undefined ? undefined : glanceTable(use, statement);
  const narrow = layTable(pen, balance, half);
  const beside = glance === undefined ? undefined : layTable(pen, glance, half);
  const head = headingHeight + 2.5;
  if (beside === undefined || pen.y + head + Math.max(narrow.height, beside.height) > bottom) {
    for (const table of [balance, ...(glance === undefined ? [] : [glance])]) {
      const laid = layTable(pen, table, across);
      heading(pen, table.title, left, laid.height);
      drawTable(pen, laid, left, across);
      pen.y += 5 * mm;
    }
    return;
  }
  const top = pen.y;
  heading(pen, balance.title, left, 0, half);
  drawTable(pen, narrow, left, half);
  const end = pen.y;
  pen.y = top;
  heading(pen, beside.table.title, left + half + gutter, 0, half);
  drawTable(pen, beside, left + half + gutter, half);
  pen.y = Math.max(end, pen.y) + 4.5 * mm;
}

function drawUse(pen: Pen, statement: Statement, use: UtilityUse): void {
  if (use.history !== undefined) {
    heading(pen, historyTitle(use, use.history, statement.locale), left, chartHeight);
    drawChart(pen, use, use.history, statement.locale);
    pen.y += 4 * mm;
  }
  if (use.share !== undefined) {
    heading(pen, wordsOf(statement.locale).shareTitle(use.share.place), left, shareBarHeight + 12 * mm);
    pen.paragraph(shareSentence(use, statement.locale), left, across);
    pen.y += 1.5 * mm;
    drawShareBar(pen, use, statement.locale);
    pen.y += 4 * mm;
  }
}
