import { fromEpochMs } from '../../../../domain/calendar/period.js';
import type { Quality } from '../../../../domain/metering/reading.js';
import { type Decimal, one } from '../../../../domain/quantity/decimal.js';
import { hasCheckDigit, readingTypes } from './d0010-codes.js';
import { numberOf, timeOf } from '../nem/mdff.js';
import {
  type Channel,
  type FileFormat,
  type FileOptions,
  type FileProblem,
  type FileReader,
  type FileSink,
  kept,
  Lines,
} from '../meter-file.js';

/*
 * D0010 "Meter Readings", the flow by which the British electricity industry sends what registers showed.
 *
 *   ZHV|file|D0010002|role|from|role|to|created|…|OPER|          header; ZHD|D0010002|role|from|role|to|created| in pool files
 *   026|MPAN core|validation|                                    F failed, U not validated, V validated
 *   028|meter serial|reading type|                               how the readings below it came about
 *   030|register|YYYYMMDDhhmmss|reading|reset|resets|flag|method| what one register showed; flag T valid, F suspect
 *   032|reason|status|                                           why the reading above was found wanting
 *   027, 029, 033|code|text|                                     notes of a visit to the site; they hold no data
 *   ZPT|file|groups|checksum|flows|completed|                    groups: records between the frame; flows: how many of them are 026
 *
 * A reading carries a date and a time without zone. The catalogue puts it at midnight, unless it is of a special visit; the clocks of
 * settlement meters run in UTC and do not change in summer (Codes of Practice), and so they are read here, unless the sender says
 * otherwise. All readings are taken as kWh: the flow names no unit.
 */

const recognised = /^\s*(?:ZHV\|[^|\r\n]*\||ZHD\|)\s*D0010|^\s*026\|\s*\d{13}\s*\|\s*[FUV]?\s*\|/i;

/** @source MRA/REC data transfer catalogue, flow D0010 version 2; items J0003, J0022, J0004, J0171, J0010, J0016, J0040, J0044, J0045, J0332, J0047 */
export const d0010: FileFormat = {
  name: 'D0010',
  recognises: (beginning) => recognised.test(beginning),
  reader: (sink, options) => new D0010Reader(sink, options),
};

interface Frame {
  readonly line: number;
  readonly file: string;
  readonly isPool: boolean;
  records: number;
  flows: number;
}

/** A reading that waits for the 032 below it. */
interface Shown {
  readonly line: number;
  readonly channel: Channel;
  readonly ms: number;
  readonly value: Decimal;
  readonly letter: string;
  readonly quality: Quality | null;
  isFailed: boolean;
}

class D0010Reader implements FileReader {
  private readonly lines: Lines;
  private frame: Frame | null = null;
  private isAfterEnd = false;
  private lastLine = 0;
  private mpan: { readonly core: string; readonly hasFailed: boolean } | null = null;
  private meter: { readonly serial: string; readonly letter: string; readonly quality: Quality | null } | null = null;
  private shown: Shown | null = null;

  constructor(
    private readonly sink: FileSink,
    private readonly options: FileOptions,
  ) {
    this.lines = new Lines((line, number) => this.take(number, line.trim()), sink);
  }

  write(text: string): void {
    this.lines.write(text);
  }

  end(): void {
    this.lines.end();
    this.say();
    const line = Math.max(1, this.lastLine);
    if (this.frame)
      this.refuse(line, 'ZPT', null, 'the file ends without its trailer ZPT, so it may have been cut short.');
    else if (this.lastLine === 0) this.refuse(line, null, null, 'the file is empty.');
  }

  private take(line: number, text: string): void {
    if (text === '' || text === '\u001a') return; // an end mark of old systems
    this.lastLine = line;
    const fields = text.split('|').map((field) => field.trim());
    const record = (fields[0] ?? '').toUpperCase();
    if (record !== '032' && record !== '033') this.say();
    if (record === 'ZHV' || record === 'ZHD') return this.begin(line, fields, record);
    this.inside(line, record);
    if (record === 'ZPT') return this.close(line, fields);
    if (this.frame) this.frame.records += 1;
    if (record === '026') this.takeMpan(line, fields);
    else if (record === '028') this.takeMeter(line, fields);
    else if (record === '030') this.takeReading(line, fields);
    else if (record === '032') this.takeResult(line, fields);
    else if (!['027', '029', '033'].includes(record))
      this.lose(line, record.slice(0, 12), 1, 'no record of D0010 begins like this.');
  }

  private begin(line: number, fields: readonly string[], record: string): void {
    if (this.frame) this.refuse(line, record, null, 'a second header begins before the trailer ZPT of the first.');
    const isPool = record === 'ZHD';
    const [flow = '', , from = '', , to = '', created = ''] = fields.slice(isPool ? 1 : 2);
    if (!/^D0010/i.test(flow)) {
      this.refuse(line, record, isPool ? 2 : 3, `the header says "${flow.slice(0, 12)}", not D0010.`);
    }
    const mark = isPool ? '' : (fields[11] ?? '');
    if (mark !== '' && mark !== 'OPER') {
      this.refuse(line, record, 12, `the header marks the file as test data ("${mark.slice(0, 12)}", not OPER).`);
    }
    this.sink.header({ created: kept(created), from: kept(from), to: kept(to) });
    this.frame = { line, file: kept(isPool ? '' : (fields[1] ?? '')), isPool, records: 0, flows: 0 };
    this.isAfterEnd = false;
    this.mpan = this.meter = null;
  }

  private inside(line: number, record: string): void {
    if (this.frame) return;
    const where = this.isAfterEnd ? 'after the trailer ZPT without a new header' : 'before any header ZHV';
    this.refuse(line, record.slice(0, 12), null, `a record stands ${where}.`);
    this.frame = { line, file: '', isPool: false, records: 0, flows: 0 };
  }

  /** Holds what the trailer counts against what came. Counts that are left out are not checked. */
  private close(line: number, fields: readonly string[]): void {
    const { frame } = this;
    this.frame = this.mpan = this.meter = null;
    this.isAfterEnd = true;
    if (!frame) return;
    // Trailers of pool files name no file, and count header and trailer too.
    const [file = '', groups = '', , flows = ''] = frame.isPool ? ['', ...fields.slice(1)] : fields.slice(1);
    const expected = frame.isPool ? frame.records + 2 : frame.records;
    if (file !== '' && frame.file !== '' && file !== frame.file)
      this.refuse(line, 'ZPT', 2, `the trailer belongs to the file ${file.slice(0, 20)}, the header to ${frame.file}.`);
    if (groups !== '' && Number(groups) !== expected && Number(groups) !== frame.records)
      this.refuse(
        line,
        'ZPT',
        frame.isPool ? 2 : 3,
        `the trailer counts ${groups.slice(0, 12)} records, and ${expected} came.`,
      );
    if (flows !== '' && !frame.isPool && Number(flows) !== frame.flows)
      this.refuse(line, 'ZPT', 5, `the trailer counts ${flows.slice(0, 12)} records 026, and ${frame.flows} came.`);
  }

  private takeMpan(line: number, fields: readonly string[]): void {
    if (this.frame) this.frame.flows += 1;
    this.mpan = this.meter = null;
    const [, written = '', status = ''] = fields;
    const core = written.replaceAll(' ', '');
    const remedy = 'The readings below it were not read; ask the sender to correct the record.';
    if (!/^\d{13}$/.test(core))
      return this.lose(line, '026', 2, `"${written.slice(0, 20)}" is no MPAN core of 13 digits.`, remedy);
    if (!/^[FUV]?$/i.test(status))
      return this.lose(line, '026', 3, `"${status.slice(0, 12)}" is no validation status (F, U or V).`, remedy);
    if (!hasCheckDigit(core))
      this.note(line, '026', 2, `the check digit of ${core} is wrong.`, 'Look whether a digit was mistyped.');
    this.mpan = { core: kept(core), hasFailed: status.toUpperCase() === 'F' };
  }

  private takeMeter(line: number, fields: readonly string[]): void {
    this.meter = null;
    const [, serial = '', code = ''] = fields;
    const remedy = 'The readings below it were not read; ask the sender to correct the record.';
    if (!this.mpan) return this.lose(line, '028', null, 'the meter belongs to no readable 026 record.');
    const letter = code.toUpperCase();
    const type = readingTypes[letter];
    if (!type) return this.lose(line, '028', 3, `"${code.slice(0, 12)}" is no reading type.`, remedy);
    if (type.quality === null)
      this.note(
        line,
        '028',
        3,
        `the sender takes back readings of ${this.mpan.core} (type W, withdrawn); they were not read.`,
        'Look whether they came in earlier, and replace them.',
      );
    this.meter = { serial: kept(serial), letter, quality: type.quality };
  }

  private takeReading(line: number, fields: readonly string[]): void {
    const { mpan, meter } = this;
    const lose = (column: number, detail: string): void => this.lose(line, '030', column, detail);
    if (!mpan || !meter) return this.lose(line, '030', null, 'the reading belongs to no readable 028 record.');
    const [, register = '', time = '', written = '', reset = '', resets = '', flag = ''] = fields;
    if (register === '') return lose(2, `the register of ${mpan.core} is missing.`);
    const ms = timeOf(/^\d{8}$/.test(time) ? `${time}000000` : time, { ...this.options, offsetMinutes: this.ahead });
    if (ms === null) return lose(3, `"${time.slice(0, 20)}" is no time like 20260131000000.`);
    const value = numberOf(written);
    if (!value || value.isNegative() || value.decimalPlaces() > 6)
      return lose(4, `"${written.slice(0, 20)}" is no register value.`);
    if (!/^[TF]?$/i.test(flag)) return lose(7, `"${flag.slice(0, 12)}" is no reading flag (T or F).`);
    const channel = this.channel(mpan.core, register);
    if (meter.serial !== '') channel.serials.add(meter.serial);
    channel.tally.record();
    channel.tally.add(value, meter.letter);
    if (reset !== '' || resets !== '')
      this.note(
        line,
        '030',
        5,
        `register ${register.slice(0, 12)} of ${mpan.core} was reset, as registers of the maximum demand are.`,
        'Make sure that it counts kWh and not kW before it is imported.',
      );
    // The flag is the word on this register; the status of the 026 is on all of them together.
    const isFailed = flag === '' ? mpan.hasFailed : flag.toUpperCase() === 'F';
    const { letter, quality } = meter;
    this.shown = { line, channel, ms, value, letter, quality, isFailed };
  }

  private takeResult(line: number, fields: readonly string[]): void {
    if (!this.shown) this.lose(line, '032', null, 'the result belongs to no readable 030 record.');
    else if ((fields[2] ?? '').toUpperCase() === 'F') this.shown.isFailed = true;
  }

  /** Says the reading that waited. One that failed validation is counted, and not believed. */
  private say(): void {
    const { shown } = this;
    this.shown = null;
    if (!shown || shown.quality === null) return;
    const { line, channel, ms, value, quality } = shown;
    const at = fromEpochMs(ms);
    if (!shown.isFailed) return this.sink.reading(channel, { at, value, quality });
    const { meter, register } = channel.head;
    const detail = `the reading ${value.toFixed()} of ${meter} ${register} at ${at} failed the sender's validation.`;
    this.lose(line, '030', 7, detail, 'It was counted and not read; ask for a reading that is valid.');
  }

  private channel(meter: string, register: string): Channel {
    const direction = null;
    const unit = 'kWh';
    return this.sink.channel({
      meter,
      register: kept(register),
      kind: 'cumulative',
      unit,
      baseUnit: unit,
      factor: one,
      direction,
    });
  }

  private get ahead(): number {
    return this.options.offsetMinutes ?? 0;
  }

  private refuse(line: number, record: string | null, column: number | null, detail: string): void {
    this.problem('refuses-file', line, record, column, detail, 'Ask the sender for the whole file.');
  }

  private lose(line: number, record: string, column: number | null, detail: string, remedy?: string): void {
    this.problem('loses-record', line, record, column, detail, remedy ?? 'Ask the sender for that reading again.');
  }

  private note(line: number, record: string, column: number | null, detail: string, remedy: string): void {
    this.problem('note', line, record, column, detail, remedy);
  }

  private problem(
    severity: FileProblem['severity'],
    line: number,
    record: string | null,
    column: number | null,
    detail: string,
    remedy: string,
  ): void {
    this.sink.problem({ severity, line, record, column, detail, remedy });
  }
}
