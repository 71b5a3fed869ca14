import { type Segment, Segments } from './edifact.js';
import type { FileFormat, FileOptions, FileProblem, FileReader, FileSink } from '../meter-file.js';
import { MsconsClock } from './mscons-clock.js';
import { looksLikePoint } from './mscons-codes.js';
import { MsconsFrame } from './mscons-frame.js';
import { noTimes, type Times } from './mscons-position.js';
import { type Message, MsconsValues, type Place, type Position } from './mscons-values.js';
import { obisOf } from '../obis.js';

/*
 * MSCONS: the EDIFACT message by which energy markets tell what meters counted.
 *
 *   UNH+1+MSCONS:D:04B:UN:2.4c'             a message, in the profile 2.4c of the German market
 *   BGM+7+MSI5422+9'                        9 says something new, 1 takes an earlier message back
 *   LOC+172+51238696781'                    the metering point
 *   RFF+MG:8465929523'                      the device there
 *   LIN+1'  PIA+5+1-1?:1.29.0:SRW'          a position: the register, as an OBIS code
 *   QTY+220:0.250:KWH'                      a value: 220 true, 67 substituted, …; the unit may be left to the OBIS code
 *   DTM+163:202310052200?+00:303'           its interval begins …
 *   DTM+164:202310052215?+00:303'           … and ends; a register has DTM+7 instead, or DTM+9 where nobody wrote that
 *   STS+Z33++Z83'                           the customer read it
 */

/**
 * @source EDI@Energy MSCONS MIG 2.4c on UN/EDIFACT D.04B; Ediel MSCONS on D.96A for the Nordic countries;
 * ISO 9735 for the syntax
 */
export const mscons: FileFormat = {
  name: 'MSCONS',
  recognises: (beginning) =>
    /^[\s\uFEFF]*(?:UNA|UNB|UNH)/.test(beginning) && /UNH[^A-Za-z0-9][^]{1,60}?MSCONS/.test(beginning),
  reader: (sink, options) => new MsconsReader(sink, options),
};

class MsconsReader implements FileReader {
  private readonly segments: Segments;
  private readonly frame: MsconsFrame;
  private readonly clock: MsconsClock;
  private readonly values: MsconsValues;
  private message: Message | null = null;
  private place: Place | null = null;
  private position: Position | null = null;
  /** Of the whole message. */
  private times = noTimes();

  constructor(
    private readonly sink: FileSink,
    options: FileOptions,
  ) {
    this.segments = new Segments((segment) => this.take(segment), sink);
    this.frame = new MsconsFrame(sink);
    this.clock = new MsconsClock(options);
    this.values = new MsconsValues(sink);
  }

  write(text: string): void {
    this.segments.write(text);
  }

  end(): void {
    const rest = this.segments.end();
    this.values.closePosition();
    this.frame.finish(rest);
  }

  private take(segment: Segment): void {
    const { tag } = segment;
    if (tag.startsWith('UN')) this.values.closePosition();
    if (!this.frame.takes(segment)) {
      const profile = tag === 'UNH' ? segment.at(3, 5) : '';
      this.message = tag === 'UNH' ? { profile, notice: '', takesBack: false } : null;
      this.place = null;
      this.position = null;
      this.times = noTimes();
      this.clock.begin(profile);
    } else if (this.message) this.takeData(segment, tag, this.message);
  }

  private takeData(segment: Segment, tag: string, message: Message): void {
    if (tag === 'QTY') this.openValue(segment, message);
    else if (tag === 'DTM') this.takeTime(segment);
    else if (tag === 'STS') this.values.status(segment.at(2), segment.at(4));
    else if (tag === 'LIN') this.openPosition(segment.at(2), segment.at(4));
    else if (tag === 'PIA') this.nameRegister(segment);
    else if (tag === 'LOC') this.openPlace(segment, this.place?.party ?? '');
    else if (tag === 'NAD') this.takeParty(segment);
    else if (tag === 'MEA' && this.position && segment.at(2) === 'AAZ') this.position.unit = segment.at(4);
    else if (tag === 'RFF') {
      if (segment.at(2) === 'Z13') message.notice = segment.at(2, 2);
      else if (segment.at(2) === 'MG' && this.place) this.place.device = segment.at(2, 2).trim();
    } else if (tag === 'BGM' && segment.at(4) === '1') {
      message.takesBack = true;
      const detail = `the message takes an earlier one back; its number is ${segment.at(3).slice(0, 35)}.`;
      this.say('loses-record', segment, null, detail, 'See which values came with that one, and withdraw them.');
    }
  }

  private takeParty(segment: Segment): void {
    // Sender and recipient stand above; what follows names where energy is delivered, and the older versions name the point there.
    if (['MS', 'MR', 'FR', 'DO'].includes(segment.at(2))) return;
    this.values.closePosition();
    this.position = null;
    this.place = { name: '', device: '', party: segment.at(3).trim(), times: noTimes() };
  }

  private openPlace(segment: Segment, party: string): void {
    this.values.closePosition();
    this.position = null;
    const name = segment.at(3).trim();
    this.place = { name, device: '', party, times: noTimes() };
    if (['172', '90'].includes(segment.at(2)) && name !== '' && !looksLikePoint(name)) {
      const detail = `"${name.slice(0, 40)}" does not look like a metering point, of 11, 16, 18 or 33 characters.`;
      this.say('note', segment, 3, detail, 'Ask the sender, unless both of you call the point so.');
    }
  }

  private openPosition(number: string, product: string): Position {
    this.values.closePosition();
    const register = product !== '' ? product : number !== '' ? `LIN ${number}` : 'unnamed';
    this.position = { register, isNamed: product !== '', code: null, unit: '', times: noTimes() };
    return this.position;
  }

  /** `1-1?:1.29.0` is one component; some senders forget the release character, which makes it two. */
  private nameRegister(segment: Segment): void {
    if (!this.position || this.position.code) return;
    const [first = '', second = ''] = segment.componentsOf(3);
    const code = obisOf(first) ?? obisOf(`${first}:${second}`);
    if (code) Object.assign(this.position, { register: code.code, isNamed: true, code });
    else if (first !== '') Object.assign(this.position, { register: first, isNamed: true });
  }

  private openValue(segment: Segment, message: Message): void {
    const [qualifier = '', text = '', unit = ''] = segment.componentsOf(2);
    const position = this.position ?? this.openPosition('', '');
    this.values.open({
      line: segment.line,
      qualifier,
      text,
      unit,
      message,
      place: this.place,
      position,
      times: noTimes(),
      isCustomers: false,
      hasMethod: false,
    });
  }

  private takeTime(segment: Segment): void {
    const [of = '', text = '', format = ''] = segment.componentsOf(2);
    if (!this.place && (of === '735' || of === 'ZZZ' || of === '')) {
      if (this.clock.setOffset(text)) return;
      const detail = `"${text.slice(0, 20)}" is no offset from UTC.`;
      return this.say('refuses-file', segment, 2, detail, 'Ask the sender for the file again.');
    }
    const set = Object.hasOwn(setters, of) ? setters[of] : undefined;
    if (!set) return;
    const isGas = of === '306' && (format === '102' || this.position?.code?.medium === 7);
    const told = this.clock.read(text, format, isGas);
    const times = this.values.times ?? this.position?.times ?? this.place?.times ?? this.times;
    if ('fault' in told) {
      times.isBroken = true;
      return this.say('loses-record', segment, 2, told.fault, 'The values at that time were counted, not taken in.');
    }
    if ('at' in told) set(times, told.at, told.at);
    else set(times, told.from, told.to);
    if ('isDate' in told && told.isDate && of !== '306' && of !== '324') {
      const edge = of === '164' ? 'end' : 'beginning';
      const detail = `a day is given and no time; the ${edge} of the day was taken.`;
      this.say('note', segment, 2, detail, 'Ask the sender where an hour matters.');
    }
    if (times !== this.values.times && (of === '163' || of === '164')) this.comparePeriod(segment, times);
  }

  private comparePeriod(segment: Segment, { from, to }: Times): void {
    if (from === null || to === null || from <= to) return;
    const detail = 'the period ends before it has begun.';
    this.say('loses-record', segment, 2, detail, 'Ask the sender for the file again.');
  }

  private say(
    severity: FileProblem['severity'],
    { line, tag }: Segment,
    column: number | null,
    detail: string,
    remedy: string,
  ): void {
    this.sink.problem({ severity, line, record: tag, column, detail, remedy });
  }
}

type Setter = (times: Times, from: number, to: number) => void;
const setSpan: Setter = (times, from, to) => Object.assign(times, { from, to });

/** What a DTM is the time of; all others are of no concern to a reading. */
const setters: Readonly<Record<string, Setter>> = {
  '163': (times, from) => (times.from = from),
  '164': (times, _from, to) => (times.to = to),
  '7': (times, from) => (times.at = from),
  '9': (times, from) => (times.read = from),
  '60': (times, from) => (times.changed = from),
  '306': setSpan,
  '324': setSpan,
};
