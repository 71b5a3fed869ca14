import { cleaned, type TableColumn, type TableMapping } from './mapping.js';
import type { RawRow } from './records.js';
import { lastUnit } from './intervals.js';
import type { Moment } from './moments.js';
import { isMissing } from './numbers.js';
import { Neighbours } from './neighbours.js';
import type { CellFault, Owner, Series, When } from './series.js';
import { RowTimes, type Times } from './times.js';
import type { WallClock } from './clock.js';

/*
 * Tables whose rows have a time of their own: a register that was read, a quantity of an interval, or several of either side by side.
 *
 * In the night in autumn the clock shows an hour twice. Rows of that hour wait until it is over: where each time came twice, the order of
 * the rows tells the first from the second; where one came once, nobody knows which it is, and it is not guessed.
 */

interface Waiting {
  readonly row: RawRow;
  readonly times: Times;
  readonly wall: number;
  readonly instants: readonly number[];
}

/** What is remembered of a meter between two rows. */
interface Trail {
  waiting: Waiting[];
  readonly neighbours: Neighbours<RawRow>;
}

export type Lose = (row: RawRow, fault: CellFault) => void;

const minuteMs = 60_000;
const dayMs = 86_400_000;
const mostWaiting = 400;
const mostTrails = 20_000;

export class LongRows {
  private readonly times: RowTimes;
  private readonly values: readonly TableColumn[];
  private readonly trails = new Map<string, Trail>();
  private readonly hasIntervals: boolean;

  constructor(
    private readonly mapping: TableMapping,
    private readonly series: Series,
    private readonly clock: WallClock | null,
    private readonly lose: Lose,
  ) {
    this.times = new RowTimes(mapping.columns, mapping.dateOrder);
    this.values = mapping.columns.filter(({ role }) => role === 'value');
    this.hasIntervals = this.values.some(({ kind }) => kind !== 'cumulative');
  }

  take(row: RawRow): void {
    // The time of a row without value still ends the interval before it.
    const isEmpty = this.values.every(({ column }) => isMissing(cleaned(row.cells[column - 1] ?? '')));
    if (isEmpty && !this.needsNeighbours) return;
    const times = this.times.of(row.cells);
    if ('detail' in times) return isEmpty ? undefined : this.lose(row, times);
    const owner = this.series.ownerOf(row.cells);
    if ('detail' in owner) return isEmpty ? undefined : this.lose(row, owner);
    if (times.period !== null) return this.takePeriod(row, owner, times);
    const moment = times.from ?? times.at ?? times.to;
    if (!moment) return;
    const instants = this.instantsOf(moment);
    if ('detail' in instants) return this.lose(row, instants);
    const trail = this.trailOf(owner);
    if (instants.length > 1) {
      trail.waiting.push({ row, times, wall: moment.wall, instants });
      if (trail.waiting.length >= mostWaiting) this.settle(trail);
      return;
    }
    this.settle(trail);
    this.emit(row, owner, times, instants[0] ?? 0, trail);
  }

  end(): void {
    for (const trail of this.trails.values()) {
      this.settle(trail);
      trail.neighbours.end();
    }
  }

  /** Whether intervals reach as far as the row beside them. */
  private get needsNeighbours(): boolean {
    const { length } = this.mapping;
    return this.hasIntervals && (length === 'neighbour' || (length === 'day' && this.clock === null));
  }

  private trailOf({ meter, serial, register, unit }: Owner): Trail {
    const key = `${meter}\u0000${serial}\u0000${register}\u0000${unit}`;
    let trail = this.trails.get(key);
    if (!trail) {
      const neighbours = new Neighbours<RawRow>(
        this.mapping.marks ?? 'start',
        this.mapping.length === 'day',
        (row, from, to) => this.sayAll(row, { from, to }),
        (row, detail) => this.lose(row, { column: null, detail }),
      );
      trail = { waiting: [], neighbours };
      if (this.trails.size >= mostTrails) {
        this.end();
        this.trails.clear();
      }
      this.trails.set(key, trail);
    }
    return trail;
  }

  private instantsOf({ wall, offset }: Moment): readonly number[] | CellFault {
    if (offset !== null) return [wall - offset * minuteMs];
    if (!this.clock)
      return {
        column: null,
        detail: 'the time has no offset from UTC, and those before it had.',
        remedy: 'Declare "zone" in the mapping.',
      };
    const instants = this.clock.instantsOf(wall);
    if (instants.length > 0) return instants;
    return { column: null, detail: `in ${this.mapping.zone ?? ''} the clock never showed ${shown(wall)}.` };
  }

  /** Gives the rows of an hour that came twice their instants, by their order. */
  private settle(trail: Trail): void {
    const { waiting } = trail;
    if (waiting.length === 0) return;
    trail.waiting = [];
    const times = new Map<number, number>();
    for (const { wall } of waiting) times.set(wall, (times.get(wall) ?? 0) + 1);
    const seen = new Map<number, number>();
    for (const { row, times: of, wall, instants } of waiting) {
      const nth = seen.get(wall) ?? 0;
      seen.set(wall, nth + 1);
      const index = this.mapping.order === 'descending' ? 1 - nth : nth;
      const at = instants[index];
      const owner = this.series.ownerOf(row.cells);
      if (times.get(wall) === 2 && this.mapping.order !== 'mixed' && at !== undefined && !('detail' in owner))
        this.emit(row, owner, of, at, trail);
      else
        this.lose(row, {
          column: null,
          detail: `in ${this.mapping.zone ?? ''} the clock showed ${shown(wall)} twice, and the rows do not tell which is meant.`,
          remedy: 'Ask the sender for times with their offset from UTC.',
        });
    }
  }

  private emit(row: RawRow, owner: Owner, times: Times, at: number, trail: Trail): void {
    if (times.from && times.to) return this.emitBetween(row, times.to, at);
    for (const column of this.values) {
      if (column.kind === 'cumulative') this.say(row, column, owner, { at });
    }
    if (!this.hasIntervals) return;
    const { length, marks } = this.mapping;
    const isStart = marks !== 'end';
    if (this.needsNeighbours) return trail.neighbours.take(row, at, this.isEmpty(row));
    const wall = (times.from ?? times.at ?? times.to)?.wall ?? 0;
    const far = typeof length === 'number' ? length * minuteMs : dayMs;
    const other =
      typeof length === 'number'
        ? at + (isStart ? far : -far)
        : this.clock?.instantsOf(wall + (isStart ? far : -far))[0];
    if (other === undefined) return this.lose(row, { column: null, detail: 'the day of the row cannot be told.' });
    this.sayAll(row, isStart ? { from: at, to: other } : { from: other, to: at });
  }

  private emitBetween(row: RawRow, to: Moment, from: number): void {
    const wall = this.mapping.ends === 'inclusive' ? to.wall + lastUnit(to) : to.wall;
    const instants = this.instantsOf({ ...to, wall });
    if ('detail' in instants) return this.lose(row, instants);
    const end = instants.find((instant) => instant > from);
    if (end === undefined)
      return this.lose(row, { column: null, detail: 'the interval does not end after it begins.' });
    this.sayAll(row, { from, to: end });
  }

  private takePeriod(row: RawRow, owner: Owner, { at, period }: Times): void {
    const place = this.mapping.columns.find(({ role }) => role === 'period');
    const minutes = place?.periodMinutes ?? 30;
    const day = this.clock && at ? this.clock.dayOf(at.wall) : null;
    if (!day || period === null) return this.lose(row, { column: null, detail: 'the day of the row cannot be told.' });
    const from = day.from + (period - 1) * minutes * minuteMs;
    const to = from + minutes * minuteMs;
    if (to > day.to) {
      const count = (day.to - day.from) / minutes / minuteMs;
      return this.lose(row, {
        column: place?.column ?? null,
        detail: `the day has ${count} periods, and the row is of period ${period}.`,
      });
    }
    this.sayAll(row, { from, to }, owner);
  }

  private isEmpty({ cells }: RawRow): boolean {
    return this.values.every(
      ({ column, kind }) => kind === 'cumulative' || isMissing(cleaned(cells[column - 1] ?? '')),
    );
  }

  private sayAll(row: RawRow, when: When, known?: Owner): void {
    const owner = known ?? this.series.ownerOf(row.cells);
    if ('detail' in owner) return this.lose(row, owner);
    for (const column of this.values) if (column.kind !== 'cumulative') this.say(row, column, owner, when);
  }

  private say(row: RawRow, column: TableColumn, owner: Owner, when: When): void {
    const fault = this.series.say(row.cells, column, owner, this.series.signOf(row.cells), when);
    if (fault) this.lose(row, fault);
  }
}

const shown = (wall: number): string => new Date(wall).toISOString().slice(0, 16).replace('T', ' ');
