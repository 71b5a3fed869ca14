import { fromEpochMs } from '../../../../domain/calendar/period.js';
import type { CumulativeReading } from '../../../../domain/metering/reading.js';
import { Decimal } from '../../../../domain/quantity/decimal.js';
import { fieldsOf, type Flag, flagOf, mdffFormatOf, numberOf, timeOf, unitOf } from './mdff.js';
import { Frame } from './mdff-frame.js';
import {
  type Channel,
  type FileFormat,
  type FileOptions,
  type FileReader,
  type FileSink,
  Lines,
} from '../meter-file.js';

/*
 * NEM13: what registers showed.
 *
 *   250,NMI,configuration,register,suffix,stream,serial,direction,
 *       previous value,time,quality,reason,description, current value,time,quality,reason,description,
 *       quantity,unit,next read,updated,loaded
 *   550,…   a note of the meter's service; holds no data
 *
 * Both values are readings. The quantity is the sender's own subtraction: it is counted in the tally and held against the two
 * values, and a difference is said, because it shows a multiplier or a wrong reading.
 */

/** @source AEMO Meter Data File Format (NEM12 and NEM13), records 100, 250, 550, 900 */
export const nem13: FileFormat = {
  name: 'NEM13',
  recognises: (beginning) => mdffFormatOf(beginning) === 'NEM13',
  reader: (sink, options) => new Nem13Reader(sink, options),
};

/** What a register showed at one of the two ends of a row; null where the row says that there is no data. */
interface Shown extends Flag {
  readonly ms: number;
  readonly value: Decimal | null;
  readonly digits: number;
}

/** Readings of a channel that are remembered, those of two rows: a row repeats those of its neighbours, seldom others. */
const mostRecent = 4;

class Nem13Reader implements FileReader {
  private readonly lines: Lines;
  private readonly frame: Frame;
  private readonly recent = new Map<Channel, CumulativeReading[]>();

  constructor(
    private readonly sink: FileSink,
    private readonly options: FileOptions,
  ) {
    this.lines = new Lines((line, number) => this.take(number, line.trim()), sink);
    this.frame = new Frame('NEM13', sink);
  }

  write(text: string): void {
    this.lines.write(text);
  }

  end(): void {
    this.lines.end();
    this.frame.finish();
  }

  private take(line: number, text: string): void {
    if (text === '' || text === '\u001a') return; // an end mark of old systems
    const fields = fieldsOf(text);
    const [record = ''] = fields;
    if (this.frame.takes(line, fields) || record === '550') return;
    if (record === '250') this.takeRow(line, fields);
    else this.frame.loseUnknown(line, record);
  }

  private takeRow(line: number, fields: readonly string[]): void {
    const [, meter = '', , , register = '', , serial = '', sign = ''] = fields;
    const lose = (column: number, detail: string): void =>
      this.frame.lose(line, '250', column, detail, 'The row was not read; ask the sender for it again.');
    if (meter === '') return lose(2, 'the NMI is missing.');
    if (register === '') return lose(5, `the suffix of ${meter} is missing.`);
    const previous = shownAt(fields, 8, this.options);
    if ('detail' in previous) return lose(previous.column, previous.detail);
    const current = shownAt(fields, 13, this.options);
    if ('detail' in current) return lose(current.column, current.detail);
    if (current.ms <= previous.ms) return lose(15, 'the current reading is not later than the previous one.');
    const [written = '', unit = ''] = fields.slice(18, 20);
    const quantity = numberOf(written);
    if (!quantity && (written !== '' || current.quality !== null)) {
      return lose(19, `"${written.slice(0, 20)}" is no quantity.`);
    }
    const known = unitOf(unit);
    if (!known) return lose(20, `"${unit.slice(0, 20)}" is no unit of the format.`);

    const head = { meter, register, kind: 'cumulative', unit, ...known, direction: directionOf(sign) } as const;
    const channel = this.sink.channel(head);
    if (serial !== '') channel.serials.add(serial);
    channel.tally.record();
    if (quantity) channel.tally.add(quantity, current.letter);
    for (const { ms, value, quality } of [previous, current]) {
      if (value && quality !== null) this.keep(channel, line, { at: fromEpochMs(ms), value, quality });
    }
    if (quantity) this.compare(channel, line, previous, current, quantity);
  }

  /** Says a reading once; two values at one instant are both said, for a person to decide. */
  private keep(channel: Channel, line: number, reading: CumulativeReading): void {
    const recent = this.recent.get(channel) ?? [];
    const known = recent.find(({ at }) => at === reading.at);
    if (known?.value.equals(reading.value)) return;
    this.sink.reading(channel, reading);
    if (!known) {
      this.recent.set(channel, [...recent.slice(1 - mostRecent), reading]);
      return;
    }
    const { meter, register } = channel.head;
    this.frame.note(
      line,
      '250',
      null,
      `${meter} ${register} has two values at ${reading.at}: ${known.value.toFixed()} and ${reading.value.toFixed()}.`,
      'The second is kept for a person to decide.',
    );
  }

  private compare({ head }: Channel, line: number, previous: Shown, current: Shown, quantity: Decimal): void {
    if (!previous.value || !current.value) return;
    const advance = current.value.minus(previous.value);
    // The sign may tell the direction, and the display may have wrapped.
    const wrapped = advance.plus(new Decimal(10).pow(previous.digits));
    if (quantity.abs().equals(advance.abs()) || (advance.isNegative() && quantity.equals(wrapped))) return;
    this.frame.note(
      line,
      '250',
      19,
      `${head.meter} ${head.register} went from ${previous.value.toFixed()} to ${current.value.toFixed()}, which is ${advance.toFixed()}, and the row says ${quantity.toFixed()}.`,
      'Ask the sender whether a multiplier applies; the readings themselves were taken as they are.',
    );
  }
}

/** The value, time and quality that begin at a field; or which of them cannot be read. */
function shownAt(
  fields: readonly string[],
  index: number,
  options: FileOptions,
): Shown | { readonly column: number; readonly detail: string } {
  const [written = '', time = '', quality = ''] = fields.slice(index, index + 3);
  const flag = flagOf(quality);
  const isAbsent = written === '' && flag?.quality === null;
  const value = numberOf(written);
  if (!isAbsent && (!value || value.isNegative() || value.decimalPlaces() > 6))
    return { column: index + 1, detail: `"${written.slice(0, 20)}" is no register value.` };
  const ms = timeOf(time, options);
  if (ms === null) return { column: index + 2, detail: `"${time.slice(0, 20)}" is no time like 20260131235959.` };
  if (!flag) return { column: index + 3, detail: `"${quality.slice(0, 20)}" is no quality flag.` };
  return { ms, value, digits: written.split('.')[0]?.length ?? 0, ...flag };
}

/** Seen from the market: what it exports is what the premises take in. */
const directionOf = (sign: string): 'import' | 'export' | null =>
  (({ E: 'import', I: 'export' })[sign.toUpperCase()] as 'import' | 'export' | undefined) ?? null;
