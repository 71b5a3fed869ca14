import { fromEpochMs } from '../../../../domain/calendar/period.js';
import { type Decimal, roundToScale } from '../../../../domain/quantity/decimal.js';
import { type Channel, type FileSink, kept } from '../meter-file.js';
import { cleaned, type TableColumn, type TableMapping } from './mapping.js';
import { directionOf, unitIn, unitKept } from './names.js';
import { isMissing, numberIn, unitApart } from './numbers.js';
import { type QualityOf, qualitiesOf } from './qualities.js';

/*
 * From a cell with a value to a reading of a channel.
 */

/** Why a cell was not read. */
export interface CellFault {
  readonly column: number | null;
  readonly detail: string;
  readonly remedy?: string;
}

/** When a value was read, or between which instants it was used; milliseconds since 1970. */
export type When = { readonly at: number } | { readonly from: number; readonly to: number };

/** Of which meter a row speaks. */
export interface Owner {
  readonly meter: string;
  readonly serial: string;
  readonly register: string;
  readonly unit: string;
}

const mostChannels = 20_000;
const mostLengths = 50;
const finest = 6;

export class Series {
  private readonly channels = new Map<string, Channel>();
  private readonly places: Readonly<
    Record<'meter' | 'serial' | 'register' | 'unit' | 'quality', TableColumn | undefined>
  >;
  private readonly qualityOf: QualityOf;
  private end = { ms: Number.NaN, text: '' };

  constructor(
    private readonly mapping: TableMapping,
    private readonly sink: FileSink,
  ) {
    const first = (role: TableColumn['role']): TableColumn | undefined =>
      mapping.columns.find((column) => column.role === role);
    this.places = {
      meter: first('meter'),
      serial: first('serial'),
      register: first('register'),
      unit: first('unit'),
      quality: first('quality'),
    };
    const named = this.places.quality ?? first('slotQuality');
    this.qualityOf = qualitiesOf(named?.name ?? '', mapping.qualities);
  }

  /** Of which meter a row speaks; a fault where it should and does not. */
  ownerOf(cells: readonly string[]): Owner | CellFault {
    const { places, mapping } = this;
    const serial = textAt(cells, places.serial);
    const point = textAt(cells, places.meter);
    const column = (places.meter ?? places.serial)?.column;
    const meter = point || serial || (mapping.constants.meter ?? '');
    if (meter === '' && column !== undefined) return { column, detail: 'the meter is missing.' };
    if (/^\d[.,]\d+e\+\d+$/i.test(meter) && column !== undefined)
      return {
        column,
        detail: `a spreadsheet made a number of the meter: "${meter.slice(0, 20)}".`,
        remedy: 'Keep the column as text and send the file again.',
      };
    const register = textAt(cells, places.register) || (mapping.constants.register ?? '');
    const unit = textAt(cells, places.unit) || unitIn(register).unit || (mapping.constants.unit ?? '');
    return { meter, serial: point === '' ? '' : serial, register, unit };
  }

  /** The sign of quality of a row. */
  signOf(cells: readonly string[]): string {
    return textAt(cells, this.places.quality);
  }

  /**
   * Says a value as a reading. A cell without a value says nothing.
   *
   * @returns what is wrong with the cell, or null
   */
  say(cells: readonly string[], column: TableColumn, owner: Owner, sign: string, when: When): CellFault | null {
    const text = textAt(cells, column);
    if (isMissing(text)) return null;
    const apart = unitApart(text);
    const value = numberIn(apart.number, this.mapping.decimalMark);
    const lose = (detail: string, remedy?: string): CellFault => ({
      column: column.column,
      detail,
      ...(remedy === undefined ? {} : { remedy }),
    });
    if (!value) return lose(`"${text.slice(0, 20)}" is no number with a decimal ${this.markName}.`);
    if (value.isNegative() && !value.isZero())
      return lose(`"${text.slice(0, 20)}" is below zero.`, 'Keep what flows out in a column of its own.');
    const declared = column.unit ?? owner.unit;
    if (apart.unit !== '' && declared !== '' && apart.unit.toLowerCase() !== declared.toLowerCase())
      return lose(`"${text.slice(0, 20)}" is not in ${declared}.`);
    const quality = this.qualityOf(sign);
    if (quality === undefined)
      return {
        column: this.places.quality?.column ?? column.column,
        detail: `"${sign.slice(0, 20)}" is no known sign of quality.`,
        remedy: 'Declare in "qualities" of the mapping what it means.',
      };
    const channel = this.channel(column, owner, declared || apart.unit);
    if ('detail' in channel) return channel;
    const exact = 'at' in when ? value : value.times(channel.head.factor);
    const fine = this.grained(exact);
    if (!fine)
      return lose(
        `"${text.slice(0, 20)}" is finer than a millionth of ${channel.head.baseUnit || 'its unit'}.`,
        'Declare "fractionDigits" in the mapping where it may be rounded.',
      );
    channel.tally.record();
    channel.tally.add(value, sign);
    if (quality === null) return null;
    if ('at' in when) this.sink.reading(channel, { at: fromEpochMs(when.at), value: fine, quality });
    else {
      const { from, to } = when;
      if (channel.intervalMinutes.size < mostLengths) channel.intervalMinutes.add((to - from) / 60_000);
      // Most intervals begin where the one before them ended, and that instant is written already.
      const begin = from === this.end.ms ? this.end.text : fromEpochMs(from);
      this.end = { ms: to, text: fromEpochMs(to) };
      this.sink.reading(channel, { from: begin, to: this.end.text, quantity: fine, quality });
    }
    return null;
  }

  /** A value on the grid of readings: as it is, or rounded where that was declared; null where it is too fine. */
  private grained(value: Decimal): Decimal | null {
    const { fractionDigits } = this.mapping;
    const rounded =
      fractionDigits === null ? value : roundToScale(value, Math.min(fractionDigits, finest), 'half-even');
    return rounded.decimalPlaces() > finest ? null : rounded;
  }

  private channel(column: TableColumn, owner: Owner, unit: string): Channel | CellFault {
    const meter = column.meter ?? owner.meter;
    const register = [owner.register, column.register ?? ''].filter((part) => part !== '').join(' ');
    const kind = column.kind ?? 'interval';
    const key = `${meter}\u0000${register}\u0000${unit}\u0000${kind}`;
    const held = this.channels.get(key);
    if (held) {
      if (owner.serial !== '') held.serials.add(owner.serial);
      return held;
    }
    const known = unitKept(unit);
    if (!known)
      return { column: this.places.unit?.column ?? column.column, detail: `"${unit.slice(0, 20)}" is no known unit.` };
    if (this.channels.size >= mostChannels) {
      const detail = `the table has more than ${mostChannels} meters and registers.`;
      return { column: column.column, detail, remedy: 'Split the table into several.' };
    }
    const direction = directionOf(register === '' ? column.name : register);
    const head = { meter: kept(meter), register: kept(register), kind, unit: kept(unit), ...known, direction };
    const channel = this.sink.channel(head);
    if (owner.serial !== '') channel.serials.add(kept(owner.serial));
    this.channels.set(kept(key), channel);
    return channel;
  }

  private get markName(): string {
    return this.mapping.decimalMark === '.' ? 'point' : 'comma';
  }
}

const textAt = (cells: readonly string[], place: TableColumn | undefined): string =>
  place ? cleaned(cells[place.column - 1] ?? '') : '';
