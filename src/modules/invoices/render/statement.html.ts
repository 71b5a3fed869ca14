import { advancesTable } from '../../../domain/statement/advances-table.js';
import { wordsOf } from '../../../domain/statement/catalogue/catalogue.js';
import { perMille } from '../../../domain/statement/format.js';
import type { SiteShare, Statement, UtilityUse } from '../../../domain/statement/model.js';
import { readingsTable } from '../../../domain/statement/readings-table.js';
import {
  balanceTable,
  chargesTable,
  glanceTable,
  sharingTable,
  type Table,
  taxTable,
} from '../../../domain/statement/tables.js';
import {
  approvedBy,
  barFigures,
  checkSentence,
  demoSentence,
  footer,
  headline,
  historyInWords,
  historyLegend,
  historyTitle,
  partsInWords,
  paymentDetails,
  references,
  sameAYearAgo,
  sender,
  shareSentence,
  title,
  workingsSentence,
} from '../../../domain/statement/wording.js';
import { statementStyle } from './statement.style.js';

/**
 * The statement as one HTML file: no script, nothing from another host, readable from 320 px to a wall, on paper and in the
 * dark. The same tables and sentences as the PDF; every text that came from people is escaped on its way in.
 */

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text for element content and quoted attributes alike. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? '');

const e = escapeHtml;
const p = (text: string, kind = ''): string =>
  text === '' ? '' : `<p${kind === '' ? '' : ` class="${kind}"`}>${e(text)}</p>`;
/** Only web links are made clickable; anything else stays text. */
const link = (address: string, text: string): string =>
  /^https:\/\//.test(address) ? `<a href="${e(address)}" rel="noreferrer">${e(text)}</a>` : e(text);

/**
 * Renders a sealed statement.
 *
 * @returns a whole document in UTF-8
 */
export function renderHtml(statement: Statement): string {
  const name = `${title(statement)} ${statement.number}`;
  return `<!doctype html>
<html lang="${e(statement.locale)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<meta name="referrer" content="no-referrer">
<title>${e(name)}</title>
<style>${statementStyle}</style>
</head>
<body>
${statement.demo ? `<p class="demo" role="note">${e(demoSentence(statement))}</p>` : ''}
<header>${letterhead(statement)}</header>
<main>
${payBox(statement)}
<div class="pair">${section(table(balanceTable(statement)))}${statement.use
    .slice(0, 1)
    .map((use) => section(table(glanceTable(use, statement))))
    .join('')}</div>
${statement.use.map((use, index) => useSections(use, statement, index > 0)).join('\n')}
${p(workingsSentence(statement), 'lead')}
${check(statement)}
${statement.use
  .filter((use) => use.readings.length > 0)
  .map((use) => section(table(readingsTable(use, statement))))
  .join('\n')}
${section(table(chargesTable(statement)))}
${[taxTable(statement), advancesTable(statement), sharingTable(statement)].map((laid) => (laid === null ? '' : section(table(laid)))).join('\n')}
${notes(statement)}
</main>
<footer>${p(footer(statement))}</footer>
</body>
</html>
`;
}

const section = (content: string, kind = ''): string =>
  `<section${kind === '' ? '' : ` class="${kind}"`}>${content}</section>`;

function letterhead(statement: Statement): string {
  const { member, community } = statement;
  const to = [member.contact, ...member.address].filter((line) => line !== undefined);
  return `<div class="from"><p class="name">${e(community.name)}</p>${sender(statement)
    .map((line) => p(line))
    .join('')}</div>
<div class="what"><h1>${e(title(statement))}</h1>${references(statement)
    .map((line) => p(line))
    .join('')}</div>
<address><strong>${e(member.name)}</strong>${to.map((line) => `<br>${e(line)}`).join('')}</address>`;
}

function payBox(statement: Statement): string {
  const { lead, amount, then, small, period, payable } = headline(statement);
  const details = payable ? paymentDetails(statement) : [];
  const pairs = details.map(([name, value]) => `<div><dt>${e(name)}</dt><dd>${e(value)}</dd></div>`).join('');
  const pay = pairs === '' ? '' : `<div><h2>${e(wordsOf(statement.locale).howToPay)}</h2><dl>${pairs}</dl></div>`;
  return section(
    `<div><h2>${e(lead)}</h2><p class="amount">${e(amount)}</p>${p(then ?? '', 'then')}${small.map((line) => p(line, 'small')).join('')}</div>${pay}${p(period ?? '', 'across')}`,
    'box',
  );
}

/** A table whose cells carry their column's title, so that a narrow screen can show each row as a list. */
function table({ title: name, columns, rows, notes: remarks }: Table): string {
  const kind = (index: number) => columns[index]?.kind ?? 'text';
  const head = columns.map(
    (column) => `<th role="columnheader" scope="col" class="${column.kind}">${e(column.title)}</th>`,
  );
  const body = rows.map(({ kind: row, cells, below }, index) => {
    if (row === 'section') {
      const group = index === 0 ? '' : '</tbody>\n<tbody role="rowgroup">';
      return `${group}<tr role="row" class="section"><th role="rowheader" scope="rowgroup" colspan="${columns.length}">${e(cells[0] ?? '')}</th></tr>`;
    }
    const why = below === undefined ? '' : ` <small>${e(below)}</small>`;
    const first = `<th role="rowheader" scope="row"><span>${e(cells[0] ?? '')}</span>${why}</th>`;
    const rest = cells.slice(1).map((cell, index) => {
      const label = e(columns[index + 1]?.title ?? '');
      const empty = cell === '' ? ' empty' : '';
      return `<td role="cell" class="${kind(index + 1)}${empty}" data-label="${label}">${e(cell)}</td>`;
    });
    return `<tr role="row" class="${row}">${first}${rest.join('')}</tr>`;
  });
  return `<h2>${e(name)}</h2>
<table role="table"${columns.length > 3 ? ' class="wide"' : ''} aria-label="${e(name)}"><thead role="rowgroup"><tr role="row">${head.join('')}</tr></thead>
<tbody role="rowgroup">${body.join('\n')}</tbody></table>${remarks.map((remark) => p(remark, 'small')).join('')}`;
}

function useSections(use: UtilityUse, statement: Statement, withGlance: boolean): string {
  const glance = withGlance ? section(table(glanceTable(use, statement))) : '';
  const share =
    use.share === undefined
      ? ''
      : section(
          `<h2>${e(wordsOf(statement.locale).shareTitle(use.share.place))}</h2>${p(shareSentence(use, statement.locale))}${shareBar(use.share, use.unit, statement.locale)}`,
        );
  return `${glance}${use.history === undefined ? '' : section(chart(use, use.history, statement.locale))}${share}`;
}

/** The chart as a drawing, its values in the drawing's name and in a table beside it. */
function chart(use: UtilityUse, bars: NonNullable<UtilityUse['history']>, locale: Statement['locale']): string {
  const figures = barFigures(bars, locale);
  const words = wordsOf(locale);
  const most = bars.reduce((a, b) => (perMille(b.quantity, a) > 1000 ? b.quantity : a), '0.001');
  const ago = sameAYearAgo(bars);
  const drawn = bars.map((bar, index) => {
    const height = Math.trunc(perMille(bar.quantity, most) / 5);
    const role = index === bars.length - 1 ? 'now' : index === ago ? 'ago' : 'other';
    const x = index * 60 + 8;
    const text = (y: number, said: string) =>
      `<text${role === 'other' ? ' class="minor"' : ''} x="${x + 22}" y="${y}">${e(said)}</text>`;
    return `<rect class="${role}${bar.estimated ? ' estimated' : ''}" x="${x}" y="${236 - height}" width="44" height="${height}"/>
${text(228 - height, figures[index] ?? '')}${text(262, bar.label)}`;
  });
  const rows = bars.map(
    (bar, index) =>
      `<tr><th scope="row">${e(bar.label)}</th><td class="figure">${e(figures[index] ?? '')}${bar.estimated ? ` ${e(words.estimated)}` : ''}</td></tr>`,
  );
  return `<h2>${e(historyTitle(use, bars, locale))}</h2>
<svg class="chart" viewBox="-24 0 ${bars.length * 60 + 48} 272" role="img" aria-label="${e(historyInWords(use, bars, locale))}">${drawn.join('')}</svg>
${p(historyLegend(bars, locale), 'small')}
<details><summary>${e(words.sameAsTable)}</summary><table class="values"><tbody>${rows.join('')}</tbody></table></details>`;
}

function shareBar(share: SiteShare, unit: string, locale: Statement['locale']): string {
  const words = partsInWords(share, unit, locale);
  let x = 0;
  const parts = share.parts.map((part, index) => {
    const width = index === share.parts.length - 1 ? 1000 - x : perMille(part.quantity, share.total);
    const drawn = `<rect class="${part.kind}" x="${x}" width="${width}" height="10"/>`;
    x += width;
    return drawn;
  });
  const legend = share.parts.map(
    (part, index) =>
      `<li><svg viewBox="0 0 10 10" aria-hidden="true"><rect class="${part.kind}" width="10" height="10"/></svg>${e(words[index] ?? '')}</li>`,
  );
  return `<svg class="share" viewBox="0 0 1000 10" preserveAspectRatio="none" role="img" aria-label="${e(words.join('; '))}">${parts.join('')}</svg>
<ul class="legend">${legend.join('')}</ul>`;
}

function check(statement: Statement): string {
  const { code, link: to } = statement.verification;
  const words = wordsOf(statement.locale);
  return section(
    `<div><h2>${e(words.checkTitle)}</h2><p class="then">${e(words.verificationCode)} ${link(to, code)}</p>${p(checkSentence(statement))}${p(approvedBy(statement))}</div>`,
    'box',
  );
}

const notes = ({ notes: all }: Statement): string =>
  all.map((note) => `<p><strong>${e(note.title)}</strong> ${e(note.text)}</p>`).join('\n');
