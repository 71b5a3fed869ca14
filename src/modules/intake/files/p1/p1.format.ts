import { fromEpochMs, type Instant } from '../../../../domain/calendar/period.js';
import { type Decimal, one } from '../../../../domain/quantity/decimal.js';
import { numberOf } from '../nem/mdff.js';
import {
  type Channel,
  type FileFormat,
  type FileOptions,
  type FileProblem,
  type FileReader,
  type FileSink,
  Lines,
} from '../meter-file.js';
import { directionOf } from '../obis.js';
import { P1Clock } from './p1-clock.js';
import { Frames, looksLikeTelegrams, objectIn } from './p1-frame.js';
import { readTelegram, type Shown, type Telegram, type Unread } from './p1-telegram.js';
import { meteredUnitOf } from '../units.js';

/*
 * P1: what a smart meter says at its customer's port, telegram after telegram, as a logger wrote it down.
 *
 * Registers are counters, read at the instant of the telegram. Meters on the bus are read every hour, quarter or five minutes, and
 * every telegram repeats that reading until there is another: it is taken once.
 */

/** @source DSMR P1 Companion Standard 2.2 to 5.0.2; e-MUCS P1 1.7 (Belgium); IEC 62056-21, mode D */
export const p1: FileFormat = {
  name: 'P1',
  recognises: looksLikeTelegrams,
  reader: (sink, options) => new P1Reader(sink, options),
};

class P1Reader implements FileReader {
  private readonly lines: Lines;
  private readonly frames: Frames;
  private readonly clock: P1Clock;
  private readonly last = new Map<Channel, { readonly at: Instant; readonly value: Decimal }>();
  private hasSaidSeason = false;

  constructor(
    private readonly sink: FileSink,
    options: FileOptions,
  ) {
    this.clock = new P1Clock(options);
    this.frames = new Frames(
      ({ header, line, lines }) => this.read(readTelegram(header.trim(), line, lines)),
      (problem) => sink.problem(problem),
    );
    this.lines = new Lines((line, number) => this.frames.take(line, number), sink);
  }

  write(text: string): void {
    this.lines.write(text);
  }

  end(): void {
    this.lines.end();
    this.frames.finish();
  }

  private read({ header, line, time, names, shown, unread }: Telegram): void {
    for (const one of unread) this.sayUnread(one);
    const hasTimeless = shown.some(({ time }) => time === null);
    const at = hasTimeless && time !== null ? this.instantOf(time, line, '0-0:1.0.0') : null;
    if (hasTimeless && time === null) {
      const detail = 'the telegram has no time (DSMR 2 and 3 have none), so what its registers show cannot be placed.';
      this.say('loses-record', line, 'telegram', detail, 'Send the values with their times, as CSV.');
    }
    const meter = names.get(0) ?? header.slice(1, 101);
    for (const one of shown) {
      const own = one.time === null ? at : this.instantOf(one.time, one.line, one.code.code);
      const name = names.get(one.bus);
      this.take(one, name ?? (one.bus === 0 ? meter : `${meter} bus ${one.bus}`), name, own);
    }
  }

  private take(shown: Shown, meter: string, serial: string | undefined, at: number | null): void {
    const { line, code, bus, unit } = shown;
    const value = numberOf(shown.value);
    if (!value || value.isNegative()) {
      const detail = `"${shown.value.slice(0, 30)}" is no reading of at least zero.`;
      return this.say('loses-record', line, code.code, detail, 'The other lines of the telegram were read.');
    }
    const known = meteredUnitOf(unit);
    const channel = this.sink.channel({
      meter,
      register: code.code,
      kind: 'cumulative',
      unit,
      baseUnit: known?.baseUnit ?? unit,
      factor: known?.factor ?? one,
      // The standard says of every meter on the bus what it "delivered to client".
      direction: bus === 0 ? directionOf(code) : 'import',
    });
    if (serial !== undefined) channel.serials.add(serial);
    const instant = at === null ? null : fromEpochMs(at);
    const before = this.last.get(channel);
    const isAgain = instant !== null && before?.at === instant;
    if (isAgain && before.value.equals(value)) return;
    channel.tally.record();
    channel.tally.add(value, '');
    if (instant === null) return;
    if (!known || value.decimalPlaces() > 6) {
      const detail = known
        ? `${shown.value} is finer than a millionth of a ${unit}.`
        : `"${unit}" is no unit known here.`;
      return this.say('loses-record', line, code.code, detail, 'The value was counted, not taken in.');
    }
    if (isAgain) {
      const detail = `${meter} ${code.code} shows both ${before.value.toFixed()} and ${value.toFixed()} at ${instant}.`;
      this.say('note', line, code.code, detail, 'Both are kept for a person to decide.');
    }
    this.last.set(channel, { at: instant, value });
    this.sink.reading(channel, { at: instant, value, quality: 'actual' });
  }

  /** Null, and said, where the text is no instant. */
  private instantOf(text: string, line: number, record: string): number | null {
    const told = this.clock.read(text);
    if ('fault' in told) {
      this.say('loses-record', line, record, told.fault, 'What was read at that time was counted, not taken in.');
      return null;
    }
    if (!told.isLawful && !this.hasSaidSeason) {
      this.hasSaidSeason = true;
      const detail = `the letter of ${text} is not that of the zone on this day; it was believed, here and below.`;
      const remedy = 'Nothing need be done where the meter keeps one time all year; else say in which zone it hangs.';
      this.say('note', line, record, detail, remedy);
    }
    return told.at;
  }

  private sayUnread({ line, text, isUnset }: Unread): void {
    const object = objectIn.exec(text)?.[0] ?? null;
    if (isUnset)
      this.say('note', line, object, 'the meter on the bus has not sent a value yet.', 'Nothing need be done.');
    else {
      const detail = `"${text.slice(0, 40)}" is no value with its unit.`;
      this.say('loses-record', line, object, detail, 'The other lines of the telegram were read.');
    }
  }

  private say(
    severity: FileProblem['severity'],
    line: number,
    record: string | null,
    detail: string,
    remedy: string,
  ): void {
    this.sink.problem({ severity, line, record, column: null, detail, remedy });
  }
}
