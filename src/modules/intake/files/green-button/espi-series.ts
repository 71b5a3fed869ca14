import { fromEpochMs, type Instant } from '../../../../domain/calendar/period.js';
import { type Quality, worse } from '../../../../domain/metering/reading.js';
import { Decimal, isDecimal, one, zero } from '../../../../domain/quantity/decimal.js';
import { codeOf, qualityOf } from './espi-codes.js';
import type { ReadingType } from './espi-reading-type.js';
import type { Channel, FileSink } from '../meter-file.js';
import { type StretchBudget, Stretches } from '../stretches.js';

/** An IntervalReading as the file writes it; '' for what it does not say. */
export interface WrittenReading {
  readonly line: number;
  start: string;
  duration: string;
  value: string;
  /** Codes, the way they came. */
  readonly qualities: string[];
  /** Whether it has a timePeriod; without one its place in the block says when it was. */
  isTimed: boolean;
  isTwofold: boolean;
  /** Of the readings of its block, from 0. */
  readonly index: number;
}

/** Seconds since 1970 of the year 2200: what lies beyond is not in seconds. */
const latestSecond = 7_258_118_400;

/** Reads a number as xs:decimal and programs write it, `450`, `-1.50`, `1.2E3`; null where it is none or is out of bounds. */
function numberOf(text: string): Decimal | null {
  if (/^\d{1,15}$/.test(text)) return new Decimal(text);
  if (text.length > 40 || !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,2})?$/i.test(text)) return null;
  const value = new Decimal(text.replace('+', ''));
  return isDecimal(value.toFixed()) ? value : null;
}

/** Milliseconds of a time in seconds since 1970, or of an ISO time with an offset; null where it is neither. */
function timeOf(text: string): number | null {
  const [, seconds, fraction = ''] = /^\+?(\d{1,10})(?:\.(\d*))?$/.exec(text) ?? [];
  if (seconds !== undefined) return Number(seconds) * 1000 + Number(fraction.padEnd(3, '0').slice(0, 3));
  const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;
  const ms = iso.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(ms) ? null : ms;
}

/** Seconds of a length; null where it is none. */
const secondsOf = (text: string): number | null => (/^\d{1,10}(\.0*)?$/.test(text) ? Number(text) : null);

/** What one MeterReading says of one UsagePoint: takes its readings to a channel. */
export class Series {
  private readonly stretches: Stretches;
  private lastSeconds = -1;
  /** The end of the reading before: most begin there, and it need not be written twice. */
  private end: { readonly ms: number; readonly at: Instant } = { ms: 0, at: '' };

  /** @param scale of the type: a value times this is in its unit */
  constructor(
    private readonly channel: Channel,
    private readonly type: ReadingType,
    private readonly scale: Decimal,
    private readonly sink: FileSink,
    budget: StretchBudget,
  ) {
    this.stretches = new Stretches(budget);
  }

  /** @param blockStart as the interval of the block writes it; '' where it does not */
  take(written: WrittenReading, blockStart: string): void {
    const { line } = written;
    const span = this.spanOf(written, blockStart);
    const value = span && this.valueOf(written);
    const quality = value && this.qualityOf(written);
    if (!span || !value || !quality) return;
    const { channel } = this;
    const { factor, baseUnit } = channel.head;
    const isInterval = this.type.kind === 'interval';
    const quantity = isInterval ? value.times(factor) : value;
    if (quantity.decimalPlaces() > 6) {
      this.lose(line, `the value is finer than a millionth of a ${isInterval ? baseUnit : channel.head.unit}.`);
      return;
    }
    const seconds = (span.to - span.from) / 1000;
    // A register is read when its period is over; as a rule it has none, and begins and ends at once.
    if (this.stretches.add(span.from, Math.max(span.to, span.from + 1), seconds * 1000) > 0)
      this.note(
        line,
        `${channel.head.meter} ${channel.head.register} has the time from ${fromEpochMs(span.from)} twice.`,
        'Where the two differ, the second is kept for a person to decide.',
      );
    channel.tally.record();
    channel.tally.add(value, quality.sign);
    const to = fromEpochMs(span.to);
    if (isInterval) {
      this.measure(seconds);
      const from = span.from === this.end.ms ? this.end.at : fromEpochMs(span.from);
      this.end = { ms: span.to, at: to };
      this.sink.reading(channel, { from, to, quantity, quality: quality.of });
    } else this.sink.reading(channel, { at: to, value: quantity, quality: quality.of });
  }

  private valueOf({ line, value: text, isTwofold }: WrittenReading): Decimal | null {
    if (isTwofold) return this.lose(line, 'the reading has two values.');
    if (text === '') return this.lose(line, 'the reading has no value; what is missing is not zero.');
    const written = numberOf(text);
    if (!written) return this.lose(line, `"${text.slice(0, 40)}" is no number that can be read.`);
    if (written.isZero()) return zero;
    if (this.scale.equals(one)) return this.positive(line, written);
    const value = written.times(this.scale);
    return isDecimal(value.toFixed())
      ? this.positive(line, value)
      : this.lose(line, `${text.slice(0, 40)} times its power of ten has more than 15 or 9 digits.`);
  }

  private positive(line: number, value: Decimal): Decimal | null {
    if (!value.isNegative()) return value;
    return this.lose(
      line,
      `the value ${value.toFixed()} is below zero.`,
      'Ask the sender for what was delivered and what was received in two series.',
    );
  }

  private spanOf(written: WrittenReading, blockStart: string): { from: number; to: number } | null {
    const { line, isTimed, index } = written;
    // A register that is read at an instant has no length; the intervalLength of its type is how often that happens.
    const otherwise = isTimed && this.type.kind === 'cumulative' ? '0' : this.type.intervalLength;
    const length = isTimed && written.duration !== '' ? written.duration : otherwise;
    const seconds = secondsOf(length);
    const text = isTimed ? written.start : blockStart;
    const start = timeOf(text);
    if (text === '') return this.lose(line, 'the reading does not say when it begins, nor does its block.');
    if (start === null) return this.lose(line, `"${text.slice(0, 40)}" is no time.`, secondsSince1970);
    if (seconds === null)
      return this.lose(
        line,
        length === ''
          ? 'neither the reading nor its ReadingType says how long it lasts.'
          : `"${length.slice(0, 40)}" is no length in seconds.`,
      );
    if (seconds === 0 && this.type.kind === 'interval')
      return this.lose(
        line,
        'the reading lasts no time, and its ReadingType does not say that it is a register.',
        'Ask the sender whether accumulationBehaviour is right.',
      );
    const from = isTimed ? start : start + index * seconds * 1000;
    const to = from + seconds * 1000;
    if (/\.\d{3}\d*[1-9]/.test(text))
      this.note(line, `${text.slice(0, 40)} is finer than a millisecond and was cut there.`, 'Nothing need be done.');
    if (from <= 0 || to > latestSecond * 1000)
      return this.lose(line, 'the reading does not lie between 1970 and 2200.', secondsSince1970);
    return { from, to };
  }

  /** The worst of the qualities of a reading: a sender may give several. */
  private qualityOf({ line, qualities }: WrittenReading): { sign: string; of: Quality } | null {
    const codes = qualities.length > 0 ? qualities.map(codeOf) : [this.type.defaultQuality];
    let worst: Quality = 'actual';
    for (const code of codes) {
      // The format says that a reading of which it says nothing is good.
      const quality = code === '' ? 'actual' : qualityOf(code);
      if (quality === null)
        return this.lose(line, 'the value is a forecast (quality 12), not a reading.', 'Import it when it was read.');
      if (quality === undefined)
        this.note(
          line,
          `"${code.slice(0, 40)}" is no quality that is known here.`,
          'The value counts as estimated; ask the sender what it means.',
        );
      worst = worse(worst, quality ?? 'estimated');
    }
    return { sign: codes.join('+').slice(0, 40), of: worst };
  }

  private measure(seconds: number): void {
    if (seconds === this.lastSeconds) return;
    this.lastSeconds = seconds;
    this.channel.intervalMinutes.add(seconds / 60);
  }

  private lose(line: number, detail: string, remedy = 'Ask the sender for that reading again.'): null {
    this.say('loses-record', line, detail, remedy);
    return null;
  }

  private note(line: number, detail: string, remedy: string): void {
    this.say('note', line, detail, remedy);
  }

  private say(severity: 'loses-record' | 'note', line: number, detail: string, remedy: string): void {
    this.sink.problem({ severity, line, record: 'IntervalReading', column: null, detail, remedy });
  }
}

const secondsSince1970 = 'The format counts seconds since 1970, in UTC; ask the sender for that reading again.';
