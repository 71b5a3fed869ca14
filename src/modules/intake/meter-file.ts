import type { CumulativeReading, IntervalReading } from '../../domain/metering/reading.js';
import { type Decimal, zero } from '../../domain/quantity/decimal.js';

/** What is wrong with a file, and what it costs: the whole file, the record, or nothing but attention. */
export interface FileProblem {
  readonly severity: 'refuses-file' | 'loses-record' | 'note';
  /** Of the file, from 1; the last line where the fault is that something is missing. */
  readonly line: number;
  /** Record indicator, as `300`; null where the line has none. */
  readonly record: string | null;
  /** Field of the record, from 1; null where the whole record is meant. */
  readonly column: number | null;
  readonly detail: string;
  readonly remedy: string;
}

/** What a channel holds, in the file's own unit. */
export interface Tally {
  readonly count: number;
  readonly total: Decimal;
  /** By the file's own quality letter. */
  readonly byQuality: Readonly<Record<string, { readonly count: number; readonly total: Decimal }>>;
  /** Lines of data: days of an interval channel, rows of a register. */
  readonly records: number;
}

interface ChannelHead {
  readonly meter: string;
  readonly register: string;
  /** Every device named for this channel; more than one where it was exchanged inside the file. */
  readonly serials: readonly string[];
  /** As the file writes it. */
  readonly unit: string;
  /** What it is kept in: kWh for Wh, kWh and MWh. */
  readonly baseUnit: string;
  /** `unit` times this is `baseUnit`. */
  readonly factor: Decimal;
  readonly tally: Tally;
}

/** Quantities for intervals, in `baseUnit`. */
export interface IntervalChannel extends ChannelHead {
  readonly kind: 'interval';
  readonly intervalMinutes: number;
  readonly readings: readonly IntervalReading[];
}

/** What the display showed, as it showed it: `factor` belongs to the device's multiplier. */
export interface CumulativeChannel extends ChannelHead {
  readonly kind: 'cumulative';
  readonly intervalMinutes: null;
  readonly readings: readonly CumulativeReading[];
}

export type Channel = IntervalChannel | CumulativeChannel;

export interface MeterFile<Kind extends Channel = Channel> {
  readonly format: 'NEM12' | 'NEM13';
  readonly header: { readonly created: string; readonly from: string; readonly to: string } | null;
  readonly channels: readonly Kind[];
  readonly problems: readonly FileProblem[];
  /** Why nothing of this file may be imported; null where what was read may be. */
  readonly refusal: string | null;
}

/** Counts values by quality as they are read. */
export class TallyBook {
  private count = 0;
  private total = zero;
  private records = 0;
  private readonly byQuality = new Map<string, { count: number; total: Decimal }>();

  record(): void {
    this.records += 1;
  }

  add(value: Decimal, quality: string): void {
    this.count += 1;
    this.total = this.total.plus(value);
    const of = this.byQuality.get(quality) ?? { count: 0, total: zero };
    this.byQuality.set(quality, { count: of.count + 1, total: of.total.plus(value) });
  }

  read(): Tally {
    const { count, total, records } = this;
    return { count, total, records, byQuality: Object.fromEntries(this.byQuality) };
  }
}

/** The lines of a file, without their ends. UTF-8, or Latin-1 where it is not. */
export function* linesOf(file: Uint8Array): Generator<string> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(file);
  } catch {
    text = new TextDecoder('latin1').decode(file);
  }
  const lineEnd = /\r\n|\n|\r/g;
  let from = 0;
  for (const end of text.matchAll(lineEnd)) {
    yield text.slice(from, end.index);
    from = end.index + end[0].length;
  }
  if (from < text.length) yield text.slice(from);
}

/** Why a file is refused: its first fault in the frame, or, where nothing could be read of it, its first fault at all. */
export function refusalOf(problems: readonly FileProblem[], channels: readonly Channel[]): string | null {
  const structural = problems.find(({ severity }) => severity === 'refuses-file');
  const first =
    structural ?? (channels.length === 0 ? problems.find(({ severity }) => severity === 'loses-record') : undefined);
  if (first)
    return `Line ${first.line}${first.record === null ? '' : `, record ${first.record}`}: ${first.detail} ${first.remedy}`;
  return channels.length === 0 ? 'The file holds no reading. Ask the sender for the data.' : null;
}
