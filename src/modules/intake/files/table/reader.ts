import type { FileOptions, FileProblem, FileReader, FileSink } from '../meter-file.js';
import { kept, Lines } from '../meter-file.js';
import { WallClock } from './clock.js';
import { DayRows } from './day-rows.js';
import { decideMapping } from './decide.js';
import { LongRows } from './long-rows.js';
import { cleaned, type GivenMapping, type Row, type Separator, separators, type TableDecision } from './mapping.js';
import { type FilledRound, roundIn } from './reading-round.js';
import { type RawRow, Records } from './records.js';
import { RejectedRows } from './rejected.js';
import { type Line, rowsOf, separatorOf } from './separator.js';
import { Series } from './series.js';
import { DomainError } from '../../../../domain/errors.js';

/*
 * Reads a table. Its first rows are kept until it is decided how they are read; from then on it goes row by row, and a row that
 * does not fit the decision is lost and says so, with the evidence on which it was decided.
 */

const sampleRows = 500;
/** Rows that are looked at before a table is refused because nothing in the first ones tells how to read it. */
const mostSampleRows = 5000;
const mostSampleCharacters = 4_000_000;
const totals = /^(?:grand |sub)?(?:total|totals|totaal|totale|sum|summe|somme|gesamt|gesamtsumme)\b/i;

/** A reader of tables, which tells afterwards how it read. */
export class TableReader implements FileReader {
  /** What was decided, as soon as it is. */
  decision: TableDecision | null = null;
  readonly rejected = new RejectedRows();
  private readonly lines: Lines;
  private sample: Line[] = [];
  private characters = 0;
  private readyRows: RawRow[] = [];
  private nextTry = sampleRows;
  private records: Records | null = null;
  private rows: LongRows | DayRows | null = null;
  private separator: Separator | null;
  private round: FilledRound | null = null;

  constructor(
    private readonly sink: FileSink,
    private readonly options: FileOptions,
    private readonly given: GivenMapping = {},
  ) {
    this.lines = new Lines((text, number) => this.takeLine(text, number), sink);
    this.separator = given.separator ?? null;
  }

  write(text: string): void {
    this.lines.write(text);
  }

  end(): void {
    this.lines.end();
    if (this.decision === null) this.decide(true);
    this.records?.end();
    this.rows?.end();
    this.readyRows = [];
  }

  /** Takes a row that is cut into cells already, as those of a workbook; instead of `write`. */
  row(cells: readonly string[], line: number): void {
    const row = { line, cells, text: cells.join(';') };
    const longest = 1024;
    if (cells.some((cell) => cell.length > longest))
      return this.lose(row, { column: null, detail: `a cell of the row is longer than ${longest} characters.` });
    if (this.decision !== null) return this.takeRow(row);
    this.readyRows.push(row);
    this.characters += row.text.length;
    this.perhapsDecide(this.readyRows.length);
  }

  private takeLine(text: string, number: number): void {
    if (this.decision !== null) {
      this.records?.line(text, number);
      return;
    }
    const [, hint] = number === 1 ? (/^"?sep=(.)"?$/i.exec(text.trim()) ?? []) : [];
    const separator = separators.find((mark) => mark === hint);
    if (separator) {
      this.separator ??= separator;
      return;
    }
    this.sample.push({ number, text });
    this.characters += text.length;
    this.perhapsDecide(this.sample.length);
  }

  private perhapsDecide(count: number): void {
    const isFull = count >= mostSampleRows || this.characters >= mostSampleCharacters;
    if (count < this.nextTry && !isFull) return;
    this.nextTry = mostSampleRows;
    this.decide(isFull);
  }

  /** @param isLast whether a refusal is final, or more rows may tell what these do not */
  private decide(isLast: boolean): void {
    const { sample } = this;
    const separator = this.separator ?? separatorOf(sample) ?? ',';
    const isReady = this.readyRows.length > 0;
    const rows: readonly Row[] = isReady ? this.readyRows : rowsOf(sample, separator);
    const fallback = this.options.zone ?? offsetName(this.options.offsetMinutes);
    const round = roundIn(rows);
    const given = { ...round?.mapping, ...this.given, ...(isReady ? {} : { separator }) };
    const decision = decideMapping(rows, given, fallback);
    if (decision.mapping === null && !isLast) return;
    this.decision = decision;
    this.sample = [];
    const ready = this.readyRows;
    this.readyRows = [];
    if (rows.length === 0)
      return this.problem('refuses-file', 1, null, 'the file is empty.', 'Ask the sender for the file.');
    if (decision.mapping === null) {
      for (const { line, column, detail, remedy } of decision.refusals)
        this.problem('refuses-file', line, column, detail, remedy);
      return;
    }
    if (!this.open(decision)) return;
    this.round = round;
    for (const { line, column, detail, remedy } of round?.notes ?? decision.assumptions)
      this.problem('note', line, column, detail, remedy);
    this.records = new Records(
      separator,
      (row) => this.takeRow(row),
      ({ line, text, detail }) => this.lose({ line, text, cells: [] }, { column: null, detail }),
    );
    for (const row of ready) this.takeRow(row);
    for (const { number, text } of sample) this.records.line(text, number);
  }

  private open(decision: TableDecision): boolean {
    const { mapping } = decision;
    if (mapping === null) return false;
    try {
      const clock = mapping.zone === null ? null : WallClock.of(mapping.zone);
      const series = new Series(mapping, this.sink);
      const Rows = mapping.shape === 'days' ? DayRows : LongRows;
      this.rows = new Rows(mapping, series, clock, (row, fault) => this.lose(row, fault));
      return true;
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const remedy = 'Declare "zone" in the mapping, as Europe/London.';
      this.problem('refuses-file', mapping.headerLine || 1, null, error.message, remedy);
      return false;
    }
  }

  private takeRow(row: RawRow): void {
    const { rows, decision } = this;
    if (!rows || row.line <= (decision?.mapping?.headerLine ?? 0)) return;
    const first = row.cells.find((cell) => cell.trim() !== '');
    if (first === undefined) return;
    if (totals.test(cleaned(first)))
      return this.problem('note', row.line, null, 'the row is a total; it was not read.', 'Nothing need be done.');
    // Files that were put together have their header several times.
    if (decision?.mapping?.columns.every(({ name, column }) => name === cleaned(row.cells[column - 1] ?? ''))) return;
    const remark = this.round?.remarkOn(row) ?? null;
    if (remark !== null) this.problem('note', row.line, null, remark.detail, remark.remedy);
    if (remark?.isRead !== false) rows.take(row);
  }

  private lose(
    row: Pick<RawRow, 'line' | 'text'> & { readonly cells: readonly string[] },
    fault: { readonly column: number | null; readonly detail: string; readonly remedy?: string },
  ): void {
    const remedy = fault.remedy ?? this.remedyFor(fault);
    this.problem('loses-record', row.line, fault.column, fault.detail, remedy);
    this.rejected.add(row.line, row.text, `${fault.detail} ${remedy}`);
  }

  /** What to do, with the evidence for what was decided of the column. */
  private remedyFor({ column }: { readonly column: number | null }): string {
    const { decision } = this;
    const correct = 'Correct the row and send it again.';
    if (!decision?.mapping || column === null) return correct;
    const role = decision.mapping.columns[column - 1]?.role ?? 'ignored';
    const because =
      role === 'value' || role === 'slot'
        ? decision.evidence.decimalMark
        : /^(?:at|date|from|to)/.test(role)
          ? decision.evidence.dateOrder
          : undefined;
    return because === undefined ? correct : `${because} ${correct}`;
  }

  private problem(
    severity: FileProblem['severity'],
    line: number,
    column: number | null,
    detail: string,
    remedy: string,
  ): void {
    this.sink.problem({ severity, line: Math.max(1, line), record: null, column, detail: kept(detail), remedy });
  }
}

/** A fixed clock as a zone. @example 600 → '+10:00' */
function offsetName(minutes: number | null): string | null {
  if (minutes === null) return null;
  const [ahead, size] = [minutes < 0 ? '-' : '+', Math.abs(minutes)];
  return `${ahead}${String(Math.trunc(size / 60)).padStart(2, '0')}:${String(size % 60).padStart(2, '0')}`;
}
