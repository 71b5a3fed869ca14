import { fromEpochMs, type Instant } from '../../../../domain/calendar/period.js';
import type { Quality } from '../../../../domain/metering/reading.js';
import { type Decimal, one } from '../../../../domain/quantity/decimal.js';
import { numberOf } from '../nem/mdff.js';
import type { Channel, ChannelHead, FileProblem, FileSink } from '../meter-file.js';
import { isSince24 } from './mscons-clock.js';
import { noticesOfValues, qualityOf, unitOf } from './mscons-codes.js';
import { type Placement, placementOf, type Times } from './mscons-position.js';
import { directionOf, impliedUnitOf, type Obis, registerKindOf } from '../obis.js';

/*
 * Takes values, each once all that stands below it is there: QTY opens it, and whatever opens something else closes it. Every value that
 * is a number is counted under its qualifier; one becomes a reading where it is known of which register it is, when, and that it is meant.
 */

export interface Message {
  /** Profile, as `2.4c`; empty where the message has none. */
  readonly profile: string;
  /** What the message is for, as `13017`. */
  notice: string;
  takesBack: boolean;
}

export interface Place {
  /** Of the metering point, of the device there, of the party there; empty where not given. */
  readonly name: string;
  device: string;
  readonly party: string;
  readonly times: Times;
}

export interface Position {
  register: string;
  isNamed: boolean;
  code: Obis | null;
  /** Of all its values, where they do not say; empty where not given. */
  unit: string;
  readonly times: Times;
}

export interface Value {
  readonly line: number;
  readonly qualifier: string;
  readonly text: string;
  readonly unit: string;
  readonly message: Message;
  readonly place: Place | null;
  readonly position: Position;
  readonly times: Times;
  /** The customer read it. */
  isCustomers: boolean;
  /** It is said how a substitute was made. */
  hasMethod: boolean;
}

/** A value that may belong to the span of its metering point, if no other of its position comes. */
interface Waiting {
  readonly of: Value;
  readonly number: Decimal;
  readonly quality: Quality | null;
  readonly from: number;
  readonly to: number;
}

/** Where values of one position go. */
interface Series {
  readonly unit: string;
  readonly kind: ChannelHead['kind'];
  readonly channel: Channel;
  /** Its unit is the one in which it is kept. */
  readonly isBase: boolean;
  /** Why none of its values can be taken in. */
  readonly fault: string | null;
}

const remedies = {
  number: 'The value is lost; ask the sender for it again.',
  counted: 'The value was counted, not taken in; ask the sender.',
};

export class MsconsValues {
  private value: Value | null = null;
  private waiting: Waiting | null = null;
  /** Values of the position so far. */
  private count = 0;
  private series: Series | null = null;
  private last: { readonly ms: number; readonly at: Instant } = { ms: 0, at: fromEpochMs(0) };

  constructor(private readonly sink: FileSink) {}

  /** Of the value that is open. */
  get times(): Times | undefined {
    return this.value?.times;
  }

  open(value: Value): void {
    this.close();
    this.value = value;
  }

  status(category: string, reason: string): void {
    if (!this.value) return;
    if (category === 'Z33' && reason === 'Z83') this.value.isCustomers = true;
    if (category === 'Z32') this.value.hasMethod = true;
  }

  /** The position ends, and with it whatever is open in it. */
  closePosition(): void {
    this.close();
    const { waiting } = this;
    this.waiting = null;
    if (waiting) this.settle(waiting.of, waiting.number, waiting.quality, { ...waiting, kind: 'interval' });
    this.count = 0;
    this.series = null;
  }

  private close(): void {
    const { value } = this;
    this.value = null;
    if (!value || value.message.takesBack) return;
    this.count += 1;
    const number = numberOf(value.text.includes('.') ? value.text : value.text.replace(',', '.'));
    if (!number)
      return this.lose(value, `"${value.text.slice(0, 30)}" is no number of at most 15 and 9 digits.`, remedies.number);
    const said = qualityOf(value.qualifier);
    const quality = said === 'actual' && value.isCustomers ? 'customer' : (said ?? null);
    if (said === undefined) this.lose(value, `"${value.qualifier}" is no kind of value known here.`, remedies.counted);
    if ((value.qualifier === '67' || value.qualifier === '201') && !value.hasMethod) this.sayMethod(value);
    const { position, place, times } = value;
    const placement = placementOf(position.code, times, position.times, place?.times);
    if (this.waiting) {
      const { of, number: waited, quality: meant } = this.waiting;
      this.waiting = null;
      this.settle(of, waited, meant, severalWithoutTime);
    }
    if (placement.kind !== 'open') this.settle(value, number, quality, placement);
    else if (this.count > 1) this.settle(value, number, quality, severalWithoutTime);
    else this.waiting = { of: value, number, quality, from: placement.from, to: placement.to };
  }

  private settle(value: Value, number: Decimal, quality: Quality | null, placement: Placement): void {
    const kind = placement.kind === 'cumulative' || placement.kind === 'interval' ? placement.kind : kindOf(value);
    const series = this.seriesOf(value, kind);
    if (!series) return;
    const { channel } = series;
    channel.tally.record();
    channel.tally.add(number, value.qualifier);
    if (quality === null || placement.kind === 'said') return;
    const kept = kind === 'interval' && !series.isBase ? number.times(channel.head.factor) : number;
    const fault =
      placement.kind === 'fault'
        ? placement.fault
        : (series.fault ??
          (kept.isNegative()
            ? `${number.toFixed()} is less than zero.`
            : kept.decimalPlaces() > 6
              ? `${number.toFixed()} is finer than a millionth of a ${channel.head.baseUnit}.`
              : null));
    if (fault !== null) return this.lose(value, fault, remedies.counted);
    if (placement.kind === 'cumulative') {
      this.sink.reading(channel, { at: this.instant(placement.at), value: kept, quality });
    } else if (placement.kind === 'interval') {
      channel.intervalMinutes.add((placement.to - placement.from) / 60_000);
      const from = this.instant(placement.from);
      this.sink.reading(channel, { from, to: this.instant(placement.to), quantity: kept, quality });
    }
  }

  /** The channel of a value, opened once for the values of a position. Null, and said, where nobody knows of which meter it is. */
  private seriesOf(value: Value, kind: ChannelHead['kind']): Series | null {
    const { position, place } = value;
    const { code } = position;
    const unit = unitNameOf(value);
    if (this.series?.unit === unit && this.series.kind === kind) return this.series;
    const meter = place?.name || place?.device || place?.party;
    if (!meter) {
      this.lose(value, 'it belongs to no metering point (LOC).', remedies.number);
      return null;
    }
    const known = unitOf(unit);
    const factor = known?.factor ?? one;
    const channel = this.sink.channel({
      meter,
      register: position.register,
      kind,
      unit,
      baseUnit: known?.baseUnit ?? unit,
      factor,
      direction: code && directionOf(code),
    });
    if (place?.device) channel.serials.add(place.device);
    if (!this.series) this.sayRegister(value, kind);
    const unknown =
      unit === '' ? 'its unit is not given, and its register implies none.' : `"${unit}" is no unit known here.`;
    this.series = { unit, kind, channel, isBase: factor.equals(one), fault: known ? null : unknown };
    return this.series;
  }

  private sayRegister(value: Value, kind: ChannelHead['kind']): void {
    const { code, isNamed, register } = value.position;
    if (!isNamed)
      this.note(
        value,
        `the position names no register (PIA); it is called "${register}" here.`,
        'Ask the sender which register it is.',
      );
    else if (kind === 'interval' && code && registerKindOf(code) === 'cumulative') {
      const detail = `${code.code} is a counter by its code, but its values are given for spans of time; they were taken as amounts.`;
      this.note(value, detail, 'Ask the sender where they look too high.');
    }
  }

  private sayMethod({ line, qualifier, message }: Value): void {
    if (!isSince24(message.profile) || !noticesOfValues.has(message.notice)) return;
    const detail = `the value is ${qualifier === '67' ? 'a substitute' : 'a proposal'}, and the message does not say how it was made (STS+Z32).`;
    this.say('note', line, null, detail, 'Ask the sender where it matters.');
  }

  /** One interval ends where the next begins, so that most instants come twice in a row. */
  private instant(ms: number): Instant {
    if (ms !== this.last.ms) this.last = { ms, at: fromEpochMs(ms) };
    return this.last.at;
  }

  private lose({ line }: Value, detail: string, remedy: string): void {
    this.say('loses-record', line, 2, detail, remedy);
  }

  private note({ line }: Value, detail: string, remedy: string): void {
    this.say('note', line, null, detail, remedy);
  }

  private say(
    severity: FileProblem['severity'],
    line: number,
    column: number | null,
    detail: string,
    remedy: string,
  ): void {
    this.sink.problem({ severity, line, record: 'QTY', column, detail, remedy });
  }
}

const severalWithoutTime: Placement = {
  kind: 'fault',
  fault: 'the position has several values, and this one has no time of its own.',
};

/** What a value without a time would be. */
const kindOf = ({ position: { code } }: Value): ChannelHead['kind'] => (code && registerKindOf(code)) ?? 'interval';

/** In the words of the file, or, where it leaves them out, in those that the register implies. */
function unitNameOf({ unit, position }: Value): string {
  const stated = unit !== '' ? unit : position.unit;
  return stated !== '' ? stated : ((position.code && impliedUnitOf(position.code)) ?? '');
}
