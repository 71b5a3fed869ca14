import { type CsvError, parse } from 'csv-parse/sync';
import type { Row, Separator } from './mapping.js';

/*
 * From lines to rows. A parser that is given the whole file takes one stray quotation mark for the beginning of a cell that ends
 * nowhere, and loses everything behind it. So lines are put together only as long as a quotation mark is open, and no further than
 * a few lines; csv-parse reads what has come together. A line without quotation marks is what stands between its separators.
 */

/** A row with the text from which it was read. */
export interface RawRow extends Row {
  readonly text: string;
}

export interface Unread {
  readonly line: number;
  readonly text: string;
  readonly detail: string;
}

const mostLines = 8;
const mostCharacters = 65_536;
const mostCells = 256;
const longestCell = 1024;

/** Lines of rows that are read at once: to set the parser up costs as much as to read thirty of them. */
const mostAtOnce = 64;

interface Line {
  readonly line: number;
  readonly text: string;
}

/** Takes lines, gives rows; what is no row is handed back with the reason. */
export class Records {
  /** Lines of one row, in which a quotation mark is open. */
  private held: Line[] = [];
  /** Lines that are rows by themselves, but have more than plain cells. */
  private ready: Line[] = [];

  constructor(
    private readonly separator: Separator,
    private readonly take: (row: RawRow) => void,
    private readonly refuse: (unread: Unread) => void,
  ) {}

  line(text: string, line: number): void {
    const isOpen = this.held.length > 0;
    const quotes = text.includes('"') ? countQuotes(text) : 0;
    if (!isOpen && quotes % 2 === 0) {
      const cells = quotes === 0 ? text.split(this.separator) : plainCells(text, this.separator);
      if (cells) {
        this.flush();
        this.give({ line, cells, text });
        return;
      }
      this.ready.push({ line, text });
      if (this.ready.length >= mostAtOnce) this.flush();
      return;
    }
    if (!isOpen) this.flush();
    this.held.push({ line, text });
    if (isOpen && quotes % 2 === 1) this.close();
    else if (this.held.length >= mostLines || this.lengthHeld() > mostCharacters) this.giveUp();
  }

  end(): void {
    while (this.held.length > 0) this.giveUp();
    this.flush();
  }

  private lengthHeld(): number {
    return this.held.reduce((sum, { text }) => sum + text.length, 0);
  }

  /** Reads the lines that are ready; together where each is a row, else one by one. */
  private flush(): void {
    const { ready } = this;
    if (ready.length === 0) return;
    this.ready = [];
    const rows = this.parsed(ready.map(({ text }) => text).join('\n'));
    const isEach = typeof rows !== 'string' && rows.length === ready.length && rows.every(({ at }, i) => at === i);
    if (isEach) ready.forEach((one, i) => this.give({ ...one, cells: rows[i]?.cells ?? [] }));
    else for (const one of ready) this.readAlone(one);
  }

  private readAlone(one: Line): void {
    const rows = this.parsed(one.text);
    if (typeof rows === 'string') this.refuse({ ...one, detail: rows });
    else for (const { cells } of rows) this.give({ ...one, cells });
  }

  /** Reads what is held, which has all its quotation marks. */
  private close(): void {
    const held = this.held;
    this.held = [];
    const text = held.map((part) => part.text).join('\n');
    const line = held[0]?.line ?? 1;
    const rows = this.parsed(text);
    if (typeof rows === 'string') this.refuse({ line, text, detail: rows });
    else
      for (const { cells, at } of rows)
        this.give({ line: line + at, cells, text: rows.length === 1 ? text : (held[at]?.text ?? text) });
  }

  /** Gives up the first line that is held, and looks at the others anew. */
  private giveUp(): void {
    const [first, ...others] = this.held;
    this.held = [];
    if (first) this.readAlone(first);
    for (const { line, text } of others) this.line(text, line);
  }

  private parsed(text: string): { readonly cells: string[]; readonly at: number }[] | string {
    const isTab = this.separator === '\t';
    const options = { delimiter: this.separator, relax_quotes: true, relax_column_count: true, info: true } as const;
    try {
      // With `info` each record comes with the line on which it ends; the first begins on the first.
      const found: unknown = parse(text, {
        ...options,
        trim: !isTab,
        skip_empty_lines: true,
        max_record_size: mostCharacters,
      });
      let before = 0;
      return (found as { record: string[]; info: { lines: number } }[]).map(({ record, info }) => {
        const at = before;
        before = info.lines;
        return { cells: record, at };
      });
    } catch (error) {
      const { code } = error as CsvError;
      return code === 'CSV_QUOTE_NOT_CLOSED'
        ? 'a quotation mark opens a cell and none closes it.'
        : 'the quotation marks of the row cannot be read.';
    }
  }

  private give(row: RawRow): void {
    const { line, text, cells } = row;
    const detail =
      text.length > mostCharacters
        ? `the row has ${text.length} characters, and ${mostCharacters} are read.`
        : cells.length > mostCells
          ? `the row has ${cells.length} cells, and ${mostCells} are read.`
          : text.length > longestCell && cells.some((cell) => cell.length > longestCell)
            ? `a cell of the row is longer than ${longestCell} characters.`
            : null;
    if (detail === null) this.take(row);
    else this.refuse({ line, text, detail });
  }
}

const countQuotes = (text: string): number => text.split('"').length - 1;

/** The cells of a line in which quotation marks stand around whole cells and nowhere else; null for any other. */
function plainCells(text: string, separator: string): string[] | null {
  const cells = text.split(separator);
  for (let i = 0; i < cells.length; i += 1) {
    const cell = cells[i] ?? '';
    const first = cell.indexOf('"');
    if (first < 0) continue;
    if (first !== 0 || cell.length < 2 || cell.indexOf('"', 1) !== cell.length - 1) return null;
    cells[i] = cell.slice(1, -1);
  }
  return cells;
}
