import { DomainError } from '../../../domain/errors.js';
import type { CumulativeReading, IntervalReading } from '../../../domain/metering/reading.js';
import type { OcmfText } from '../../metering/readings/readings.service.js';
import { binaryReason, looksLikeWorkbook } from './binary.js';
import { type ChannelReport, Findings, mostProblems, type Severity } from './findings.js';
import { formatOf, unknownReason } from './formats.js';
import type { Channel, FileHeader, FileOptions, FileProblem, FileReader, MeterFormat } from './meter-file.js';
import type { GivenMapping } from './table/mapping.js';
import type { RejectedRow } from './table/rejected.js';
import { tableReader } from './table/table.format.js';
import { type Encoding, encodingOf, sampleBytes, TextOfBytes } from './text.js';
import { readWorkbook } from './workbook/workbook.js';
import { workbookLimits } from './workbook/workbook-cells.js';

/** What a file holds, without its readings. */
export interface MeterFileReport {
  readonly format: MeterFormat;
  /** Null where the format leaves no choice, as that of a workbook. */
  readonly encoding: Encoding | null;
  readonly header: FileHeader | null;
  readonly channels: readonly ChannelReport[];
  /** The first of them, in order of the file. */
  readonly problems: readonly FileProblem[];
  /** All of them. */
  readonly problemCounts: Readonly<Record<Severity, number>>;
  /** Why nothing of this file may be imported; null where what was read may be. */
  readonly refusal: string | null;
}

/** Where nobody said anything about the clock of a file. */
export const noOptions: FileOptions = { offsetMinutes: null, zone: null };

/** What may be said of a file besides its clock. */
export interface Given {
  /** How a table is read; null to have it decided. A file that is no table is refused with one. */
  readonly mapping: GivenMapping | null;
  /** The zone of the place that the file is of, for formats that have the time of the clock on the wall there; null where nobody knows. */
  readonly localZone: string | null;
  /** Problems that are kept; the rest is counted. */
  readonly mostProblems: number;
}

const nothingGiven: Given = { mapping: null, localZone: null, mostProblems };

/** Formats that have the time of the clock on the wall where the meter hangs, unless they say otherwise. */
const localFormats: readonly MeterFormat[] = ['P1', 'CSV', 'XLSX'];
export const hasLocalTimes = (format: MeterFormat): boolean => localFormats.includes(format);

/** Characters by which a format is recognised. */
const mostBeginning = 65_536;

const noText = 'The file holds zero bytes, which no text has. Ask the sender for the data file as text.';

/** Reads one file of whatever format and encoding. Its bytes go in by `write`, in order, cut anywhere; `end` comes once, last. */
export class MeterFileReader {
  private readonly findings: Findings;
  private sample = Buffer.alloc(0);
  private text: TextOfBytes | null = null;
  /** A workbook, which cannot be read before all of it is there. */
  private workbook: { readonly pieces: Uint8Array[]; bytes: number } | null = null;
  private beginning = '';
  private opened: { readonly format: MeterFormat; readonly reader: FileReader } | null = null;
  private line = 1;
  private isBroken = false;
  private lost: readonly RejectedRow[] = [];

  /** @param take gets every reading, in the order of the file */
  constructor(
    take: (channel: Channel, reading: IntervalReading | CumulativeReading, signed?: OcmfText) => void,
    private readonly options: FileOptions = noOptions,
    private readonly given: Given = nothingGiven,
  ) {
    this.findings = new Findings(take, () => this.line, given.mostProblems);
  }

  /** The format; null until enough of the file is there to tell. */
  get format(): MeterFormat | null {
    return this.workbook ? 'XLSX' : (this.opened?.format ?? null);
  }

  /** The first rows of a workbook that were not read, once it is. Of a text, its own lines say what they hold. */
  get lostRows(): readonly RejectedRow[] {
    return this.lost;
  }

  /** Whether the file is refused already, whatever else it holds. */
  get isRefused(): boolean {
    return this.findings.isRefused;
  }

  /** @throws DomainError `unsupported-format` where nobody can say what the file is, `unreadable-file` */
  write(bytes: Uint8Array): void {
    if (this.workbook) this.keep(bytes);
    else if (this.text) this.read(this.text.write(bytes));
    else {
      this.sample = Buffer.concat([this.sample, bytes]);
      if (this.sample.length >= sampleBytes) this.begin();
    }
  }

  /** @throws DomainError `unsupported-format`, `unreadable-file` */
  async end(): Promise<MeterFileReport> {
    if (!this.workbook && !this.text) this.begin();
    if (this.workbook) {
      const file = Buffer.concat(this.workbook.pieces);
      const table = await readWorkbook(file, this.findings, this.optionsFor('XLSX'), this.given.mapping ?? {});
      this.lost = table.rejected.rows;
      return { format: 'XLSX', encoding: null, ...this.findings.read() };
    }
    this.read(this.text?.end() ?? '');
    const { format, reader } = this.opened ?? this.open();
    reader.end();
    return { format, encoding: this.text?.encoding ?? null, ...this.findings.read() };
  }

  private begin(): void {
    const { sample } = this;
    this.sample = Buffer.alloc(0);
    if (looksLikeWorkbook(sample)) {
      this.workbook = { pieces: [], bytes: 0 };
      this.keep(sample);
      return;
    }
    const reason = binaryReason(sample);
    if (reason !== null) throw new DomainError('unsupported-format', reason);
    const { encoding, markBytes } = encodingOf(sample);
    this.text = new TextOfBytes(encoding);
    this.read(this.text.write(sample.subarray(markBytes)));
  }

  private keep(bytes: Uint8Array): void {
    if (!this.workbook) return;
    this.workbook.bytes += bytes.length;
    if (this.workbook.bytes > workbookLimits.bytes) {
      const reason = `The workbook has more than ${workbookLimits.bytes} bytes. Save the sheet as CSV and send that.`;
      throw new DomainError('unreadable-file', reason);
    }
    this.workbook.pieces.push(bytes);
  }

  private read(text: string): void {
    if (this.isBroken) return;
    const zero = text.indexOf('\0');
    const sound = zero === -1 ? text : text.slice(0, zero);
    if (this.opened) this.opened.reader.write(sound);
    else this.beginning += sound;
    this.line += lineEndsIn(sound);
    if (!this.opened && zero !== -1) this.open(noText);
    else if (!this.opened && this.beginning.length >= mostBeginning) this.open();
    if (zero !== -1) this.breakOff();
  }

  private open(reason = unknownReason(this.beginning)) {
    const { beginning } = this;
    const format = formatOf(beginning.slice(0, mostBeginning));
    if (!format) throw new DomainError('unsupported-format', reason);
    const { mapping } = this.given;
    const options = this.optionsFor(format.name);
    if (mapping !== null && format.name !== 'CSV') {
      const why = `A mapping says how a table is read, and the file is ${format.name}; leave the mapping out.`;
      throw new DomainError('unsupported-format', why);
    }
    const reader =
      mapping === null ? format.reader(this.findings, options) : tableReader(this.findings, options, mapping);
    this.opened = { format: format.name, reader };
    this.beginning = '';
    reader.write(beginning);
    return this.opened;
  }

  private optionsFor(format: MeterFormat): FileOptions {
    const { zone, offsetMinutes } = this.options;
    if (zone !== null || offsetMinutes !== null || !hasLocalTimes(format)) return this.options;
    return { offsetMinutes, zone: this.given.localZone };
  }

  /** No text has a zero byte: what comes after the first is damage, and nobody knows how much of what came before. */
  private breakOff(): void {
    this.isBroken = true;
    this.findings.problem({
      severity: 'refuses-file',
      line: this.line,
      record: null,
      column: null,
      detail: 'the text ends in a zero byte, so the file is damaged.',
      remedy: 'Ask the sender for it again.',
    });
  }
}

function lineEndsIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
