import type { CumulativeReading, IntervalReading } from '../../../domain/metering/reading.js';
import type { OcmfText } from '../../metering/readings/readings.service.js';
import { Coverage, type Reach } from './coverage.js';
import {
  type Channel,
  type ChannelHead,
  type FileHeader,
  type FileProblem,
  type FileSink,
  kept,
  type Tally,
  TallyBook,
} from './meter-file.js';
import type { StretchBudget } from './stretches.js';

/** A channel of a file, without its readings. */
export interface ChannelReport extends ChannelHead, Tally, Reach {
  readonly serials: readonly string[];
  readonly intervalMinutes: readonly number[];
}

export type Severity = FileProblem['severity'];

export const mostProblems = 1_000;
const mostChannels = 50_000;
const mostOfOneChannel = 100;
const mostStretches = 200_000;

/** What a reader finds in a file, in bounded memory whatever the file: readings are handed on, problems beyond a number only counted. */
export class Findings implements FileSink {
  private readonly channels = new Map<string, Channel>();
  private readonly coverages = new Map<Channel, Coverage>();
  private readonly kept: FileProblem[] = [];
  private readonly firstOf = new Map<Severity, FileProblem>();
  private readonly counts = { 'refuses-file': 0, 'loses-record': 0, note: 0 };
  private readonly budget: StretchBudget = { left: mostStretches };
  private said: FileHeader | null = null;
  /** Takes what belongs to no channel that is kept; the file is refused by then. */
  private surplus: Channel | null = null;

  /**
   * @param take gets every reading
   * @param line tells how far the file has been read, for what no reader can see
   * @param most problems that are kept
   */
  constructor(
    private readonly take: (channel: Channel, reading: IntervalReading | CumulativeReading, signed?: OcmfText) => void,
    private readonly line: () => number,
    private readonly most: number = mostProblems,
  ) {}

  header({ created, from, to }: FileHeader): void {
    this.said ??= { created: kept(created), from: kept(from), to: kept(to) };
  }

  channel(head: ChannelHead): Channel {
    const key = `${head.kind}\n${head.meter}\n${head.register}\n${head.unit}`;
    return this.channels.get(key) ?? this.surplus ?? this.open(kept(key), head);
  }

  reading(channel: Channel, reading: IntervalReading | CumulativeReading, signed?: OcmfText): void {
    const coverage = this.coverages.get(channel);
    if (!coverage) return;
    coverage.add(reading);
    this.take(channel, reading, signed);
  }

  problem(problem: FileProblem): void {
    const { severity, record, detail, remedy } = problem;
    this.counts[severity] += 1;
    const isFirst = !this.firstOf.has(severity);
    if (this.kept.length >= this.most && !isFirst) return;
    const own = {
      ...problem,
      record: record === null ? null : kept(record),
      detail: kept(detail),
      remedy: kept(remedy),
    };
    this.kept.push(own);
    if (isFirst) this.firstOf.set(severity, own);
  }

  get isRefused(): boolean {
    return this.counts['refuses-file'] > 0;
  }

  /** What was found. The first problem of each severity is always among those that are kept. */
  read() {
    const channels = [...this.coverages]
      .map(([channel, coverage]): ChannelReport => ({
        ...channel.head,
        serials: [...channel.serials],
        intervalMinutes: [...channel.intervalMinutes].sort((a, b) => a - b),
        ...channel.tally.read(),
        ...coverage.read(),
      }))
      .filter(({ records, count }) => records > 0 || count > 0);
    return {
      header: this.said,
      channels,
      problems: this.kept,
      problemCounts: { ...this.counts },
      refusal: this.refusal(channels.length === 0),
    };
  }

  /** Why a file is refused: its first fault in the frame, or, where nothing could be read of it, its first fault at all. */
  private refusal(isEmpty: boolean): string | null {
    const fault = this.firstOf.get('refuses-file') ?? (isEmpty ? this.firstOf.get('loses-record') : undefined);
    if (fault) {
      const { line, record, detail, remedy } = fault;
      return `Line ${line}${record === null ? '' : `, record ${record}`}: ${detail} ${remedy}`;
    }
    return isEmpty ? 'The file holds no reading. Ask the sender for the data.' : null;
  }

  private open(key: string, head: ChannelHead): Channel {
    const { meter, register, unit, baseUnit } = head;
    const channel: Channel = {
      head: { ...head, meter: kept(meter), register: kept(register), unit: kept(unit), baseUnit: kept(baseUnit) },
      serials: new Few(),
      intervalMinutes: new Few(),
      tally: new TallyBook(),
    };
    if (this.channels.size >= mostChannels) {
      this.surplus = channel;
      this.problem({
        severity: 'refuses-file',
        line: this.line(),
        record: null,
        column: null,
        detail: `the file has more than ${mostChannels} meters and registers.`,
        remedy: 'Send it in several files.',
      });
      return channel;
    }
    this.channels.set(key, channel);
    this.coverages.set(channel, new Coverage(head.kind, this.budget));
    return channel;
  }
}

/** A set that stays small, whatever a file says: what comes when it is full is not added. */
class Few<Value extends string | number> extends Set<Value> {
  override add(value: Value): this {
    if (this.size >= mostOfOneChannel || this.has(value)) return this;
    return super.add(typeof value === 'string' ? (kept(value) as Value) : value);
  }
}
