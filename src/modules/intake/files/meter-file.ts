import type { CumulativeReading, IntervalReading } from '../../../domain/metering/reading.js';
import type { OcmfText } from '../../metering/readings/readings.service.js';
import { type Decimal, sum, zero } from '../../../domain/quantity/decimal.js';

/*
 * What every format of a meter file has in common. A file may hold ten million readings, so nobody keeps them: a reader is given
 * the text piece by piece and says what it finds to a sink, which looks at it, stores it, or counts it.
 */

export type MeterFormat = 'NEM12' | 'NEM13' | 'GreenButton' | 'P1' | 'MSCONS' | 'D0010' | 'OCMF' | 'CSV' | 'XLSX';

/** What is wrong with a file, and what it costs: the whole file, the record, or nothing but attention. */
export interface FileProblem {
  readonly severity: 'refuses-file' | 'loses-record' | 'note';
  /** Of the file, from 1; the last line where the fault is that something is missing. */
  readonly line: number;
  /** What kind of record the line is, in the words of the format, as `300`, `IntervalReading` or `QTY`; null where it has none. */
  readonly record: string | null;
  /** Field of the record, from 1; null where the whole record is meant. */
  readonly column: number | null;
  readonly detail: string;
  readonly remedy: string;
}

/** A series of a file: what one register of one meter counted, in one unit. */
export interface ChannelHead {
  readonly meter: string;
  readonly register: string;
  readonly kind: 'interval' | 'cumulative';
  /** As the file writes it. */
  readonly unit: string;
  /** What it is kept in: kWh for Wh, kWh and MWh. */
  readonly baseUnit: string;
  /** `unit` times this is `baseUnit`. */
  readonly factor: Decimal;
  /** Into the premises, or out of them; null where the file does not say. */
  readonly direction: 'import' | 'export' | null;
}

/** What a channel holds, in the file's own unit. */
export interface Tally {
  readonly count: number;
  readonly total: Decimal;
  /** By the file's own sign of quality; '' for values without one. */
  readonly byQuality: Readonly<Record<string, { readonly count: number; readonly total: Decimal }>>;
  /** Lines of data: days of an interval channel, rows of a register. */
  readonly records: number;
}

/** Signs of quality that are counted apart; what a file has beyond them is counted together, under `other`. */
const mostSigns = 64;

/** Counts values by quality as they are read. */
export class TallyBook {
  private records = 0;
  private readonly byQuality = new Map<string, { count: number; total: Decimal }>();

  record(): void {
    this.records += 1;
  }

  add(value: Decimal, quality: string): void {
    const of = this.byQuality.get(quality) ?? this.open(quality);
    of.count += 1;
    of.total = of.total.plus(value);
  }

  read(): Tally {
    const signs = [...this.byQuality].map(([sign, { count, total }]) => [sign, { count, total }] as const);
    return {
      count: signs.reduce((count, [, of]) => count + of.count, 0),
      total: sum(signs.map(([, { total }]) => total)),
      byQuality: Object.fromEntries(signs),
      records: this.records,
    };
  }

  private open(quality: string): { count: number; total: Decimal } {
    const sign = this.byQuality.size < mostSigns ? kept(quality) : 'other';
    const of = this.byQuality.get(sign) ?? { count: 0, total: zero };
    this.byQuality.set(sign, of);
    return of;
  }
}

/** A channel while it is read. */
export interface Channel {
  readonly head: ChannelHead;
  /** Every device named for this channel, up to a hundred; more than one where it was exchanged inside the file. */
  readonly serials: Set<string>;
  /** Lengths of its intervals, in minutes; empty for a register that is read at instants. */
  readonly intervalMinutes: Set<number>;
  readonly tally: TallyBook;
}

/** What the file says of itself. */
export interface FileHeader {
  readonly created: string;
  readonly from: string;
  readonly to: string;
}

/** Where a reader says what it reads. */
export interface FileSink {
  /** The first header of the file, where the format has one. */
  header(header: FileHeader): void;
  /** Opens a channel, or gives the one with the same meter, register, unit and kind. */
  channel(head: ChannelHead): Channel;
  /** A reading of a channel: an interval's quantity in `baseUnit`, a register's value as its display shows it; with what the meter signed, where it did. */
  reading(channel: Channel, reading: IntervalReading | CumulativeReading, signed?: OcmfText): void;
  problem(problem: FileProblem): void;
}

export interface FileOptions {
  /** Minutes by which the file's clock is ahead of UTC, for formats that leave it to an agreement; null for the format's own rule. */
  readonly offsetMinutes: number | null;
  /** IANA zone of local times that come without an offset, for formats that have such; null where nobody said. */
  readonly zone: string | null;
}

/** Reads one file. Pieces go in by `write` in order, cut anywhere, even inside a line; `end` comes once, last. */
export interface FileReader {
  write(text: string): void;
  end(): void;
}

/** A format: how it is recognised, and what reads it. */
export interface FileFormat {
  readonly name: MeterFormat;
  /** Whether a file that begins so is in this format: decoded, without byte order mark, at most 65,536 characters. */
  recognises(beginning: string): boolean;
  reader(sink: FileSink, options: FileOptions): FileReader;
}

/**
 * A copy of a text, for keeping: a text that was cut from a piece of the file otherwise holds on to the whole piece,
 * and a thousand names to a thousand pieces.
 */
export const kept = (text: string): string => Buffer.from(text).toString();

/** Characters of the longest line that is read; a day of five-minute values has about three thousand. */
const longestLine = 1_048_576;

/** Hands complete lines on, without their ends, whatever the pieces that come in. A line beyond all measure is given up, and said. */
export class Lines {
  private line = '';
  private length = 0;
  private number = 0;
  private endedWithReturn = false;

  constructor(
    private readonly take: (line: string, number: number) => void,
    private readonly sink: Pick<FileSink, 'problem'>,
  ) {}

  write(text: string): void {
    if (text === '') return;
    // The line ended with the \r of the last piece; a \n that follows belongs to that end.
    let from = this.endedWithReturn && text.startsWith('\n') ? 1 : 0;
    this.endedWithReturn = text.endsWith('\r');
    const lineEnd = /\r\n?|\n/g;
    lineEnd.lastIndex = from;
    for (let end = lineEnd.exec(text); end !== null; end = lineEnd.exec(text)) {
      this.hold(text.slice(from, end.index));
      this.give();
      from = lineEnd.lastIndex;
    }
    this.hold(text.slice(from));
  }

  end(): void {
    if (this.length > 0) this.give();
  }

  private hold(part: string): void {
    this.length += part.length;
    this.line = this.length > longestLine ? '' : this.line + part;
  }

  private give(): void {
    const { line, length } = this;
    this.number += 1;
    this.line = '';
    this.length = 0;
    if (length <= longestLine) this.take(line, this.number);
    else
      this.sink.problem({
        severity: 'loses-record',
        line: this.number,
        record: null,
        column: null,
        detail: `the line has ${length} characters, more than any record; it was not read.`,
        remedy: 'Ask the sender for the file with its line ends.',
      });
  }
}
