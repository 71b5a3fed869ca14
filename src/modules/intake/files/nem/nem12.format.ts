import { fieldsOf, mdffFormatOf, unitOf } from './mdff.js';
import { Frame } from './mdff-frame.js';
import {
  type Channel,
  type FileFormat,
  type FileOptions,
  type FileReader,
  type FileSink,
  Lines,
} from '../meter-file.js';
import { type Block, Nem12Day, valuesOfDay } from './nem12-day.js';
import { type StretchBudget, Stretches } from '../stretches.js';

/*
 * NEM12: quantities for intervals.
 *
 *   200,NMI,configuration,register,suffix,stream,serial,unit,minutes,next read     which channel the days below belong to
 *   300,YYYYMMDD,v1,…,vN,quality,reason,description,updated,loaded                 one day: N = 1440 / minutes values, interval ending
 *   400,first,last,quality,reason,description                                      quality of a run of values, where 300 says V
 *   500,…                                                                          a note of the meter's service; holds no data
 *
 * A record that is wrong in itself is lost, named, and costs no other; a file whose frame is wrong is refused. Some senders wrap a
 * long 300 over several lines: it is put together again and said. The interval length belongs to the days below a 200, not to the
 * channel: one channel may have days of both half-hours and quarters.
 */

/** @source AEMO Meter Data File Format (NEM12 and NEM13), records 100 to 900 */
export const nem12: FileFormat = {
  name: 'NEM12',
  recognises: (beginning) => mdffFormatOf(beginning) === 'NEM12',
  reader: (sink, options) => new Nem12Reader(sink, options),
};

const dataRecord = /^"?(100|200|300|400|500|900)"?(,|$)/;
const intervalLengths = [5, 15, 30];
const longestRecord = 65_536;

class Nem12Reader implements FileReader {
  private readonly lines: Lines;
  private readonly frame: Frame;
  private readonly daysOf = new Map<Channel, Stretches>();
  private readonly budget: StretchBudget = { left: 100_000 };
  private block: Block | null = null;
  private day: Nem12Day | null = null;
  /** A 300 record was lost: what its 400 records would have said of it is lost with it. */
  private hasLostDay = false;
  /** A record that goes on, or may go on, with the next line. */
  private begun: { readonly line: number; readonly text: string; readonly lines: number } | null = null;

  constructor(
    private readonly sink: FileSink,
    private readonly options: FileOptions,
  ) {
    this.lines = new Lines((line, number) => this.take(number, line.trim()), sink);
    this.frame = new Frame('NEM12', sink);
  }

  write(text: string): void {
    this.lines.write(text);
  }

  end(): void {
    this.lines.end();
    this.takeBegun();
    this.closeDay();
    this.frame.finish();
  }

  private take(line: number, text: string): void {
    if (text === '' || text === '\u001a') return; // an end mark of old systems
    const { begun } = this;
    if (begun && goesOn(begun.text, text)) {
      this.takeWhole({ line: begun.line, text: begun.text + text, lines: begun.lines + 1 });
      return;
    }
    this.takeBegun();
    this.takeWhole({ line, text, lines: 1 });
  }

  /** Takes a record, or waits for its next line where it is a 300 that ends before its values do. */
  private takeWhole(record: { line: number; text: string; lines: number }): void {
    const fields = fieldsOf(record.text);
    const isShort = fields[0] === '300' && fields.length < 3 + valuesOfDay(this.block?.minutes ?? 30);
    this.begun = record;
    if (!isShort) this.takeBegun(fields);
  }

  private takeBegun(fields?: readonly string[]): void {
    const { begun } = this;
    if (!begun) return;
    this.begun = null;
    if (begun.lines > 1) {
      const detail = 'the record runs over several lines; it was put together.';
      this.frame.note(begun.line, '300', null, detail, 'Nothing need be done.');
    }
    this.takeRecord(begun.line, fields ?? fieldsOf(begun.text));
  }

  private takeRecord(line: number, fields: readonly string[]): void {
    const [record = ''] = fields;
    if (record !== '400' && record !== '500') this.closeDay();
    if (this.frame.takes(line, fields)) this.leaveBlock();
    else if (record === '200') this.openBlock(line, fields);
    else if (record === '300') this.openDay(line, fields);
    else if (record === '400') this.takeRun(line, fields);
    else if (record !== '500') this.frame.loseUnknown(line, record);
  }

  private openBlock(line: number, fields: readonly string[]): void {
    const [, meter = '', , , register = '', , serial = '', unit = '', minutes = ''] = fields;
    this.leaveBlock();
    const lose = (column: number, detail: string): void => {
      const remedy = 'The days below it were not read; ask the sender to correct the record.';
      this.frame.lose(line, '200', column, detail, remedy);
    };
    if (meter === '') return lose(2, 'the NMI is missing.');
    if (register === '') return lose(5, `the suffix of ${meter} is missing.`);
    const known = unitOf(unit);
    if (!known) return lose(8, `"${unit.slice(0, 20)}" is no unit of the format.`);
    const length = intervalLengths.find((one) => String(one) === minutes);
    if (length === undefined)
      return lose(9, `the interval length is "${minutes.slice(0, 20)}", not 5, 15 or 30 minutes.`);
    const head = { meter, register, kind: 'interval', unit, ...known, direction: directionOf(register) } as const;
    const channel = this.sink.channel(head);
    if (serial !== '') channel.serials.add(serial);
    channel.intervalMinutes.add(length);
    let days = this.daysOf.get(channel);
    if (!days) this.daysOf.set(channel, (days = new Stretches(this.budget)));
    this.block = { channel, minutes: length, days };
  }

  private openDay(line: number, fields: readonly string[]): void {
    if (this.block) this.day = Nem12Day.read(this.block, this.frame, line, fields, this.options);
    else {
      const detail = 'the day belongs to no readable 200 record.';
      this.frame.lose(line, '300', null, detail, 'Correct the 200 record above it.');
    }
    this.hasLostDay = this.day === null;
  }

  private takeRun(line: number, fields: readonly string[]): void {
    if (this.day) this.day.addRun(line, fields);
    else if (!this.hasLostDay) {
      this.frame.lose(line, '400', null, 'no day stands above it.', 'Ask the sender for the day it belongs to.');
    }
  }

  private closeDay(): void {
    this.day?.close(this.sink);
    this.day = null;
  }

  private leaveBlock(): void {
    this.block = null;
    this.hasLostDay = false;
  }
}

/** Whether a line goes on with a record: it begins none, and a comma stands where the two meet. */
const goesOn = (begun: string, line: string): boolean =>
  !dataRecord.test(line) && (begun.endsWith(',') || line.startsWith(',')) && begun.length + line.length < longestRecord;

/** By the first letter of the suffix, seen from the market: what it exports is what the premises take in. */
function directionOf(suffix: string): 'import' | 'export' | null {
  if (/^[DEFPQR]/i.test(suffix)) return 'import';
  return /^[ABCJKL]/i.test(suffix) ? 'export' : null;
}
