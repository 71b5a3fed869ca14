import { type DateOrder, cleaned, type Role, type TableColumn } from './mapping.js';
import { clockOf, epochOf, type Moment, momentOf } from './moments.js';

/*
 * The times of a row, put together from its columns: one cell for date and time or one for each, for a lone time or for both ends.
 */

/** A lone time, or the ends of an interval; and the number of a period in the day of the lone time. */
export interface Times {
  readonly at: Moment | null;
  readonly from: Moment | null;
  readonly to: Moment | null;
  readonly period: number | null;
}

/** A cell that cannot be read. */
export interface Fault {
  readonly column: number;
  readonly detail: string;
}

type Place = Pick<TableColumn, 'column' | 'digits'>;

const dayMs = 86_400_000;

export class RowTimes {
  private readonly places = new Map<Role, Place>();

  constructor(
    columns: readonly TableColumn[],
    private readonly order: DateOrder,
  ) {
    for (const column of columns) if (!this.places.has(column.role)) this.places.set(column.role, column);
  }

  /** Whether the rows give both ends of their intervals, or one, or a lone time. */
  get given(): 'ends' | 'start' | 'end' | 'lone' | 'period' | 'none' {
    const has = (...roles: Role[]): boolean => roles.some((role) => this.places.has(role));
    const start = has('from', 'fromDate') || (has('date') && has('fromTime'));
    const end = has('to', 'toDate') || (has('date', 'fromDate') && has('toTime'));
    if (start && end) return 'ends';
    if (start) return 'start';
    if (end) return 'end';
    if (!has('at', 'date')) return 'none';
    return has('period') ? 'period' : 'lone';
  }

  /** Reads the times of a row. */
  of(cells: readonly string[]): Times | Fault {
    const { given } = this;
    if (given === 'lone' || given === 'period') return this.lone(cells, given === 'period');
    const from = given === 'end' ? null : this.moment(cells, ['from'], ['fromDate', 'date'], ['fromTime', 'time']);
    if (from && 'detail' in from) return from;
    const to = given === 'start' ? null : this.moment(cells, ['to'], ['toDate', 'fromDate', 'date'], ['toTime']);
    if (to && 'detail' in to) return to;
    // The end of an interval that is given as a time only lies in the next day where it is not after the beginning.
    const isNextDay = from && to && !this.places.has('to') && !this.places.has('toDate') && to.wall <= from.wall;
    return { at: null, from, to: isNextDay ? { ...to, wall: to.wall + dayMs } : to, period: null };
  }

  private lone(cells: readonly string[], hasPeriod: boolean): Times | Fault {
    const at = this.moment(cells, ['at'], ['date'], hasPeriod ? [] : ['time']);
    if ('detail' in at) return at;
    const place = hasPeriod ? this.places.get('period') : undefined;
    if (!place) return { at, from: null, to: null, period: null };
    const text = cellAt(cells, place);
    if (/^\d{1,3}$/.test(text) && Number(text) > 0) return { at, from: null, to: null, period: Number(text) };
    return { column: place.column, detail: `"${text.slice(0, 20)}" is no number of a period, counted from 1.` };
  }

  /** A moment of one cell, or of a date and the time beside it. */
  private moment(cells: readonly string[], whole: Role[], dates: Role[], times: Role[]): Moment | Fault {
    const place = this.first(whole) ?? this.first(dates);
    if (!place) return { column: 1, detail: 'no column of the table has the date.' };
    const text = cellAt(cells, place);
    const found = momentOf(text, this.order) ?? epochOf(text);
    if (!found) {
      const detail = text === '' ? 'the date is missing.' : `"${text.slice(0, 30)}" is no date${this.ordered(text)}.`;
      return { column: place.column, detail };
    }
    const beside = found.hasTime ? undefined : this.first(times);
    if (!beside) return found;
    const time = cellAt(cells, beside);
    if (time === '') return found;
    const clock = clockOf(spelled(time, beside.digits));
    if (!clock) return { column: beside.column, detail: `"${time.slice(0, 20)}" is no time like 00:30.` };
    return { wall: found.wall + clock.ms, offset: clock.offset, hasTime: true };
  }

  private first(roles: readonly Role[]): Place | undefined {
    for (const role of roles) {
      const place = this.places.get(role);
      if (place) return place;
    }
    return undefined;
  }

  private ordered(text: string): string {
    return /^\d{1,2}[-/.]\d{1,2}[-/.]\d/.test(text) && this.order !== 'year-first'
      ? ` with the ${this.order === 'day-first' ? 'day' : 'month'} first`
      : '';
  }
}

const cellAt = (cells: readonly string[], { column }: Place): string => cleaned(cells[column - 1] ?? '');

/** A time without colon, with it. @example '130' → '01:30' */
function spelled(text: string, digits: Place['digits']): string {
  if (!/^\d{1,6}$/.test(text)) return text;
  if (digits === 'hours') return `${text}:00`;
  const six = text.length > 4 ? text.padStart(6, '0') : `${text.padStart(4, '0')}00`;
  return `${six.slice(0, 2)}:${six.slice(2, 4)}:${six.slice(4)}`;
}
