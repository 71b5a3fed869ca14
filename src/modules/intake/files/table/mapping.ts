import type { Quality } from '../../../../domain/metering/reading.js';

/*
 * How a table of readings is to be read: plain data, so that it can be shown, corrected, stored and used again for the next file
 * of the same sender.
 */

export const separators = [',', ';', '\t', '|'] as const;
export type Separator = (typeof separators)[number];

/** `year-first` says that no date of the table could be read in two ways. */
export type DateOrder = 'year-first' | 'day-first' | 'month-first';
export type DecimalMark = '.' | ',';

/**
 * What a column holds.
 *
 * `at` is a date with its time, `date` and `time` are its halves; `from…` and `to…` the same for the two ends of an interval; `period` is
 * the number of an interval in its day, from 1. `slot` is the column of an interval in a table with a day a row, `slotQuality` its quality.
 */
export type Role =
  | 'meter'
  | 'serial'
  | 'register'
  | 'at'
  | 'date'
  | 'time'
  | 'from'
  | 'fromDate'
  | 'fromTime'
  | 'to'
  | 'toDate'
  | 'toTime'
  | 'period'
  | 'value'
  | 'slot'
  | 'slotQuality'
  | 'unit'
  | 'quality'
  | 'ignored';

export interface TableColumn {
  /** Position in the row, from 1. */
  readonly column: number;
  /** As the header writes it; '' where there is no header. */
  readonly name: string;
  readonly role: Role;
  /** Of a value: what a display showed, or what was used in an interval. */
  readonly kind?: 'cumulative' | 'interval';
  /** Of a value, where its column says whose it is. */
  readonly meter?: string;
  readonly register?: string;
  readonly unit?: string;
  /** Of a slot: minutes after midnight at which it begins. */
  readonly minute?: number;
  /** Of a period or of slots that are numbered: their length in minutes, counted from the beginning of the day as it passes. */
  readonly periodMinutes?: number;
  /** Of a time without colon: hours alone, as `0` to `23`, or hours, minutes and perhaps seconds, as `30`, `130`, `1530`, `153000`. */
  readonly digits?: 'hours' | 'clock';
}

export interface TableMapping {
  readonly separator: Separator;
  /** Line of the header; 0 where there is none. Lines before it are not read. */
  readonly headerLine: number;
  readonly decimalMark: DecimalMark;
  readonly dateOrder: DateOrder;
  /** Of times without offset: an IANA zone, `UTC`, or an offset as `+10:00`; null where every time has its own. */
  readonly zone: string | null;
  readonly shape: 'readings' | 'intervals' | 'meters' | 'days';
  readonly columns: readonly TableColumn[];
  /** Which end of its interval a lone time stands for; null where no value needs to know. */
  readonly marks: 'start' | 'end' | null;
  /** Of intervals with a lone time: minutes, a civil day, or as far as the next time; null where no value needs to know. */
  readonly length: number | 'day' | 'neighbour' | null;
  /** Whether the end of an interval is the first moment after it, or its last minute or day; null where no ends are given. */
  readonly ends: 'exclusive' | 'inclusive' | null;
  /** In which order of time the rows of a meter stand; needed for the hour that the clock shows twice. */
  readonly order: 'ascending' | 'descending' | 'mixed';
  /** For what no column says. */
  readonly constants: { readonly meter: string | null; readonly register: string | null; readonly unit: string | null };
  /** What the table's own signs of quality mean, beyond those that are known. */
  readonly qualities: Readonly<Record<string, Quality>>;
  /** Fraction digits to which finer values are rounded, half to even; null to refuse them. */
  readonly fractionDigits: number | null;
}

/** A row of a table, and the line on which it begins. */
export interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

/** Why a table cannot be read as it is, and how it could. */
export interface Refusal {
  readonly line: number;
  readonly column: number | null;
  readonly detail: string;
  readonly remedy: string;
}

export type Evidence = Readonly<Partial<Record<keyof TableMapping, string>>>;

/** What was decided about a table, and on what evidence. */
export type TableDecision =
  | {
      readonly mapping: TableMapping;
      /** What in the table shows that it is to be read so: a sentence for each part of the mapping that was decided. */
      readonly evidence: Evidence;
      /** Sentences: what the table does not show, and was taken so. */
      readonly assumptions: readonly Refusal[];
    }
  | { readonly mapping: null; readonly refusals: readonly Refusal[] };

/** What a sender may declare beforehand. Columns are replaced one by one, by their position. */
export type GivenMapping = Partial<TableMapping>;

/** White space off, and what spreadsheets write to keep digits as text: `="0123"`, `'0123`. */
export function cleaned(cell: string): string {
  const text = cell.trim();
  const first = text.charCodeAt(0);
  if (first !== 0x3d && first !== 0x27) return text;
  return text.replace(/^="?([^"]*)"?$/, '$1').replace(/^'/, '');
}
