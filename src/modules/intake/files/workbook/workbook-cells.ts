import * as XLSX from '@e965/xlsx';
import { SaxesParser } from 'saxes';
import { DomainError } from '../../../../domain/errors.js';
import { Decimal } from '../../../../domain/quantity/decimal.js';
import { directoryOf, unpack, type ZipLimits } from '../zip-directory.js';

/*
 * The cells of a sheet as text.
 *
 * A number of a workbook is a binary one. Excel writes it with up to 17 digits, shows at most 15 of them, and lets nobody type more: what
 * stands behind the fifteenth is the noise of the binary form, as in 0.30000000000000004 for 0.3. So the digits are taken from the file,
 * as text, and rounded to fifteen where there are more; no binary number comes between. Dates are counted in days since 1899-12-30 (or
 * 1904-01-01) and become ISO text, to the second, without a zone, for the workbook has none. Formulas are not calculated: what stands
 * in the file as their last result is read.
 */

export interface SheetRow {
  /** As the sheet numbers it. */
  readonly line: number;
  readonly cells: readonly string[];
}

export interface Sheet {
  readonly name: string;
  /** Every sheet of the workbook that has cells, in order. */
  readonly filled: readonly string[];
  readonly rows: readonly SheetRow[];
  /** Numbers that had more than fifteen digits. */
  readonly rounded: number;
}

export const workbookLimits: ZipLimits & { readonly rows: number; readonly columns: number } = {
  what: 'workbook',
  remedy: 'Save the sheet as CSV and send that.',
  bytes: 10_000_000,
  entries: 200,
  unpacked: 20_000_000,
  ratio: 50,
  rows: 100_000,
  columns: 256,
};

const significantDigits = 15;
const errors: Readonly<Record<number, string>> = {
  0: '#NULL!',
  7: '#DIV/0!',
  15: '#VALUE!',
  23: '#REF!',
  29: '#NAME?',
  36: '#NUM!',
  42: '#N/A',
};

const refuse = (reason: string): never => {
  throw new DomainError('unreadable-file', reason);
};

/**
 * Reads a sheet of a workbook: the one that is named, else the first that is visible and has cells.
 *
 * @throws DomainError `unreadable-file`
 */
export function sheetOf(file: Uint8Array, name: string | null): Sheet {
  const parts = partsOf(file);
  const workbook = parsed(parts);
  const hidden = new Map(workbook.Workbook?.Sheets?.map((sheet) => [sheet.name ?? '', (sheet.Hidden ?? 0) !== 0]));
  const filled = workbook.SheetNames.filter((sheet) =>
    rowsOf(workbook.Sheets[sheet]).some((row) => row.some(hasValue)),
  );
  const chosen = name ?? filled.find((sheet) => hidden.get(sheet) !== true) ?? filled[0];
  if (chosen === undefined) return refuse('The workbook has no cells.');
  const sheet = workbook.Sheets[chosen];
  if (!sheet)
    return refuse(
      `The workbook has no sheet "${chosen.slice(0, 40)}"; it has ${workbook.SheetNames.slice(0, 10).join(', ')}.`,
    );
  if (rowsOf(sheet).length > workbookLimits.rows)
    return refuse(`The sheet has more than ${workbookLimits.rows} rows. Save it as CSV and send that.`);
  const texts = new CellTexts(digitsOf(parts, workbook, chosen), workbook.Workbook?.WBProps?.date1904 === true);
  const rows = rowsOf(sheet).flatMap((row, i): SheetRow[] => {
    const cells = Array.from({ length: Math.min(row.length, workbookLimits.columns) }, (_, c) =>
      texts.of(row[c], i, c),
    );
    return cells.some((cell) => cell !== '') ? [{ line: i + 1, cells }] : [];
  });
  return { name: chosen, filled, rows, rounded: texts.rounded };
}

const hasValue = (cell: XLSX.CellObject | undefined): boolean => cell?.v !== undefined && cell.v !== '';

const rowsOf = (sheet: XLSX.WorkSheet | undefined): (XLSX.CellObject | undefined)[][] =>
  Array.from((sheet?.['!data'] ?? []) as ((XLSX.CellObject | undefined)[] | undefined)[], (row) => row ?? []);

/** The parts of the archive that are text, unpacked; pictures and the like are left where they are. */
function partsOf(file: Uint8Array): Map<string, Uint8Array> {
  const entries = directoryOf(file, workbookLimits).filter(({ name }) => /\.(?:xml|rels)$/i.test(name));
  const parts = new Map(entries.map((entry) => [entry.name.replace(/^\//, ''), unpack(file, entry, workbookLimits)]));
  if (!parts.has('[Content_Types].xml') || !parts.has('xl/workbook.xml'))
    return refuse('The archive is no workbook of Excel (.xlsx). Save the sheet as .xlsx or as CSV and send that.');
  return parts;
}

/** What the types of the library leave open. */
const archives = XLSX.CFB as {
  readonly utils: { cfb_new(): unknown; cfb_add(archive: unknown, name: string, content: Uint8Array): void };
  write(archive: unknown, options: { fileType: 'zip'; type: 'buffer' }): Uint8Array;
};
const formats = XLSX.SSF as { is_date(format: string): boolean };

/** Hands the parser the parts in a new archive, in which nothing is packed and every size is true. */
function parsed(parts: ReadonlyMap<string, Uint8Array>): XLSX.WorkBook {
  try {
    const archive = archives.utils.cfb_new();
    for (const [name, content] of parts) archives.utils.cfb_add(archive, `/${name}`, content);
    const bytes = archives.write(archive, { fileType: 'zip', type: 'buffer' });
    return XLSX.read(bytes, {
      type: 'buffer',
      dense: true,
      cellNF: true,
      cellFormula: false,
      cellHTML: false,
      cellText: false,
      cellDates: false,
      sheetRows: workbookLimits.rows + 1,
    });
  } catch {
    return refuse('The workbook is damaged. Open it, save it anew, and send that.');
  }
}

/** The digits of the numbers of a sheet as its file has them, by their address; empty where the file of the sheet is not found. */
function digitsOf(
  parts: ReadonlyMap<string, Uint8Array>,
  workbook: XLSX.WorkBook,
  name: string,
): ReadonlyMap<string, string> {
  const digits = new Map<string, string>();
  const id = (workbook.Workbook?.Sheets as { name?: string; id?: string }[] | undefined)?.find(
    (sheet) => sheet.name === name,
  )?.id;
  const targets = new Map<string, string>();
  elements(parts.get('xl/_rels/workbook.xml.rels'), (tag, attributes) => {
    if (tag === 'Relationship') targets.set(attributes['Id'] ?? '', attributes['Target'] ?? '');
  });
  const target = targets.get(id ?? '') ?? '';
  const path = target.startsWith('/') ? target.slice(1) : `xl/${target}`;
  let address = '';
  let isNumber = false;
  elements(
    parts.get(path),
    (tag, attributes) => {
      if (tag !== 'c') return;
      address = attributes['r'] ?? '';
      isNumber = ['n', 'd', undefined].includes(attributes['t']);
    },
    (tag, text) => {
      if (tag === 'v' && isNumber && address !== '') digits.set(address, text.trim());
    },
  );
  return digits;
}

/** Goes over the elements of a part; one that is no good XML is gone over as far as it is. */
function elements(
  part: Uint8Array | undefined,
  open: (tag: string, attributes: Readonly<Record<string, string>>) => void,
  close?: (tag: string, text: string) => void,
): void {
  if (!part) return;
  const parser = new SaxesParser();
  let text = '';
  const local = (name: string): string => name.slice(name.indexOf(':') + 1);
  parser.on('opentag', (tag) => {
    text = '';
    open(local(tag.name), tag.attributes);
  });
  parser.on('text', (piece) => (text += piece));
  parser.on('closetag', (tag) => {
    close?.(local(tag.name), text);
    text = '';
  });
  try {
    parser.write(new TextDecoder().decode(part)).close();
  } catch {
    // What the parser of the workbook makes of it is taken instead.
  }
}

/** Cells as text. */
class CellTexts {
  rounded = 0;

  constructor(
    private readonly digits: ReadonlyMap<string, string>,
    private readonly is1904: boolean,
  ) {}

  of(cell: XLSX.CellObject | undefined, row: number, column: number): string {
    if (cell?.v === undefined) return '';
    if (cell.t === 'b') return cell.v === true ? 'TRUE' : 'FALSE';
    if (cell.t === 'e') return errors[Number(cell.v)] ?? '#VALUE!';
    if (cell.t !== 'n') return String(cell.v);
    const address = XLSX.utils.encode_cell({ r: row, c: column });
    const written = this.digits.get(address) ?? String(cell.v);
    if (/^\d{4}-\d\d-\d\d/.test(written)) return written;
    const value =
      /^[-+]?\d*\.?\d*(?:e[-+]?\d{1,3})?$/i.test(written) && /\d/.test(written) ? new Decimal(written) : null;
    if (!value) return written.slice(0, 40);
    const format = String(cell.z ?? '');
    if (format !== '' && formats.is_date(format)) return this.moment(value, format) ?? value.toFixed();
    const exact = value.toSignificantDigits(significantDigits);
    if (!exact.equals(value)) this.rounded += 1;
    return exact.toFixed();
  }

  /** A number of days as ISO text; null where no calendar has it. */
  private moment(days: Decimal, format: string): string | null {
    const seconds = days.times(86_400).toDecimalPlaces(0);
    const plain = format.replace(/"[^"]*"|\\./g, '');
    const isClock = /[hs]/i.test(plain);
    if (isClock && !/[yd]/i.test(plain) && days.lessThanOrEqualTo(1) && !days.isNegative())
      return days.equals(1) ? '24:00:00' : iso(0, seconds).slice(11);
    // Day 60 is the 29th of February 1900, which Excel has and the calendar has not.
    if (days.lessThan(this.is1904 ? 0 : 61) || days.greaterThan(2_958_465)) return null;
    const text = iso(this.is1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, 30), seconds);
    return isClock || !days.isInteger() ? text : text.slice(0, 10);
  }
}

const iso = (epoch: number, seconds: Decimal): string =>
  new Date(epoch + Number(seconds.toFixed()) * 1000).toISOString().slice(0, 19);
