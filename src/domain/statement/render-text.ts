import { advancesTable } from './advances-table.js';
import { wordsOf } from './catalogue/catalogue.js';
import type { Statement, UtilityUse } from './model.js';
import { readingsTable } from './readings-table.js';
import { balanceTable, chargesTable, glanceTable, type Row, sharingTable, type Table, taxTable } from './tables.js';
import {
  approvedBy,
  barFigures,
  checkSentence,
  demoNotice,
  headline,
  historyTitle,
  paymentDetails,
  references,
  sender,
  shareSentence,
  title,
  workingsSentence,
} from './wording.js';

/**
 * The whole statement as plain text, 80 columns wide: for a terminal, a plain e-mail, a screen reader, a golden test.
 *
 * Figures stand in right-aligned columns as wide as their widest; the text columns share what is left and wrap. Widths are
 * counted in characters.
 */
const width = 80;

/**
 * Renders a statement as text.
 *
 * @returns lines of at most 80 characters, each ended by a line feed, no trailing spaces
 * @law holds every figure of the model's tables; equal statements give equal text
 */
export function renderText(statement: Statement): string {
  const blocks = [
    ...(statement.demo ? [[`*** ${demoNotice(statement)} ***`]] : []),
    [statement.community.name, ...sender(statement)].flatMap((line) => wrap(line, width)),
    [title(statement).toUpperCase(), ...references(statement)].flatMap((line) => wrap(line, width)),
    recipient(statement).flatMap((line) => wrap(line, width - 4).map((part) => `    ${part}`)),
    box(statement),
    drawn(balanceTable(statement)),
    ...statement.use.flatMap((use) => useBlocks(use, statement)),
    wrap(workingsSentence(statement), width),
    ...statement.use.filter((use) => use.readings.length > 0).map((use) => drawn(readingsTable(use, statement))),
    drawn(chargesTable(statement)),
    ...[taxTable(statement)].filter((table) => table !== null).map(drawn),
    ...[advancesTable(statement)].filter((table) => table !== null).map(drawn),
    ...[sharingTable(statement)].filter((table) => table !== null).map(drawn),
    check(statement),
    ...statement.notes.map((note) => wrap(`${note.title} ${note.text}`, width)),
  ];
  const page = blocks.filter((block) => block.length > 0).map((block) => block.join('\n'));
  return `${page.join('\n\n').replaceAll('\u00a0', ' ').replace(/ +$/gm, '')}\n`;
}

const recipient = ({ member }: Statement): string[] => [
  member.name,
  ...(member.contact === undefined ? [] : [member.contact]),
  ...member.address,
];

function box(statement: Statement): string[] {
  const { lead, amount, then, small, period, payable } = headline(statement);
  const owed = [lead, amount, then].filter((part) => part !== undefined).join(' ');
  const lines = [owed, ...small, ...(period === undefined ? [] : [period])];
  const details = payable ? paymentDetails(statement).map(([name, value]) => `${name.padEnd(10)} ${value}`) : [];
  const rule = '='.repeat(width);
  return [rule, ...[...lines, ...details].flatMap((line) => wrap(line, width - 2).map((part) => ` ${part}`)), rule];
}

function useBlocks(use: UtilityUse, statement: Statement): string[][] {
  const history =
    use.history === undefined
      ? []
      : [[heading(historyTitle(use, use.history, statement.locale)), ...chart(use.history, statement)].flat()];
  const share = use.share === undefined ? [] : [wrap(shareSentence(use, statement.locale), width)];
  return [drawn(glanceTable(use, statement)), ...history, ...share];
}

/** Bars of up to 40 marks; the longest is the largest use. Estimated ones are drawn lighter. */
function chart(bars: NonNullable<UtilityUse['history']>, { locale }: Statement): string[] {
  const tenths = bars.map((bar) => BigInt(bar.quantity.replace(/\..*$/, '').replace('-', '') || '0'));
  const most = tenths.reduce((a, b) => (a > b ? a : b), 1n);
  const figures = barFigures(bars, locale);
  const room = Math.max(...figures.map((figure) => figure.length));
  return bars.map((bar, index) => {
    const marks = Number(((tenths[index] ?? 0n) * 40n) / most);
    const line = `${bar.label.padEnd(7)} ${(figures[index] ?? '').padStart(room)} ${(bar.estimated ? ':' : '#').repeat(marks)}`;
    return `${line}${bar.estimated ? ` ${wordsOf(locale).estimated}` : ''}`;
  });
}

function check(statement: Statement): string[] {
  const words = wordsOf(statement.locale);
  const lines = [
    `${words.verificationCode} ${statement.verification.code}`,
    checkSentence(statement),
    approvedBy(statement),
  ];
  return [...heading(words.checkTitle), ...lines.filter(Boolean).flatMap((line) => wrap(line, width))];
}

const heading = (text: string): string[] =>
  wrap(text, width).flatMap((line, index, all) =>
    index === all.length - 1 ? [line, '-'.repeat(Math.min(width, line.length))] : [line],
  );

/** Breaks a text at spaces into lines; a word longer than the line is cut. */
export function wrap(text: string, room: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (let word of text.split(' ')) {
    while (Array.from(word).length > room) {
      if (line !== '') lines.push(line);
      line = '';
      lines.push(Array.from(word).slice(0, room).join(''));
      word = Array.from(word).slice(room).join('');
    }
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length <= room) line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}

function drawn(table: Table): string[] {
  const widths = columnWidths(table);
  const rule = '-'.repeat(width);
  const head = cells({ kind: 'line', cells: table.columns.map((column) => column.title) }, table, widths);
  const body = table.rows.flatMap((row) => [
    ...(row.kind === 'total' ? [rule] : []),
    ...cells(row, table, widths),
    ...(row.below === undefined ? [] : wrap(row.below, width - 4).map((line) => `    ${line}`)),
  ]);
  return [...heading(table.title), ...head, rule, ...body, ...table.notes.flatMap((note) => wrap(note, width))];
}

/** Figures get what they need; text columns share the rest, the first one half of it. */
function columnWidths({ columns, rows }: Table): number[] {
  const natural = columns.map((column, index) => {
    const words = column.kind === 'figure' ? column.title.split(' ') : [column.title];
    return Math.max(
      ...words.map((word) => word.length),
      ...rows.map((row) => (row.kind === 'section' ? 0 : (row.cells[index] ?? '').length)),
    );
  });
  const gaps = 2 * (columns.length - 1);
  const texts = columns.flatMap((column, index) => (column.kind === 'text' ? [index] : []));
  const figures = natural.reduce((total, value, index) => (texts.includes(index) ? total : total + value), 0);
  let room = width - gaps - figures;
  const share = Math.floor(room / 3);
  for (const index of texts.slice(1)) {
    const given = Math.min(natural[index] ?? 0, share);
    natural[index] = given;
    room -= given;
  }
  natural[0] = Math.max(10, room);
  return natural;
}

function cells(row: Pick<Row, 'kind' | 'cells'>, table: Table, widths: readonly number[]): string[] {
  if (row.kind === 'section') return [row.cells[0] ?? ''];
  const wrapped = row.cells.map((cell, index) => {
    const indent = index === 0 && row.kind === 'part' ? '  ' : '';
    return wrap(cell, Math.max(1, (widths[index] ?? 1) - indent.length)).map((line) => indent + line);
  });
  const height = Math.max(...wrapped.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) =>
    wrapped
      .map((lines, index) => {
        const cell = lines[line] ?? '';
        return table.columns[index]?.kind === 'figure'
          ? cell.padStart(widths[index] ?? 0)
          : cell.padEnd(widths[index] ?? 0);
      })
      .join('  '),
  );
}
