import type { WallClock } from './clock.js';
import type { Lose } from './long-rows.js';
import { cleaned, type TableColumn, type TableMapping } from './mapping.js';
import { isMissing, numberIn } from './numbers.js';
import type { RawRow } from './records.js';
import type { CellFault, Owner, Series } from './series.js';
import { RowTimes } from './times.js';

/*
 * Tables with a day a row and a column for each of its intervals.
 *
 * Where the columns are named by times, the hour that the clock leaves out in spring has no value, and the one that it shows twice has one
 * column for two hours: its value is not read. Where they are numbered they count the day as it passes, 46 half-hours in spring and
 * 50 in autumn; a table that has only 48 columns for a day of 25 hours does not tell what became of the others.
 */

const minuteMs = 60_000;

export class DayRows {
  private readonly times: RowTimes;
  private readonly slots: readonly TableColumn[];
  private readonly qualities: ReadonlyMap<number, TableColumn>;
  private readonly lengthMs: number;
  private readonly isNumbered: boolean;

  constructor(
    private readonly mapping: TableMapping,
    private readonly series: Series,
    private readonly clock: WallClock | null,
    private readonly lose: Lose,
  ) {
    this.times = new RowTimes(mapping.columns, mapping.dateOrder);
    this.slots = mapping.columns.filter(({ role }) => role === 'slot');
    const qualities = mapping.columns.filter(({ role }) => role === 'slotQuality');
    this.qualities = new Map(qualities.map((column) => [column.minute ?? 0, column]));
    const [first, second] = this.slots;
    this.lengthMs = ((second?.minute ?? 0) - (first?.minute ?? 0)) * minuteMs;
    this.isNumbered = first?.periodMinutes !== undefined;
  }

  take(row: RawRow): void {
    const { cells } = row;
    if (this.slots.every((slot) => isMissing(this.textAt(cells, slot)))) return;
    const times = this.times.of(cells);
    if ('detail' in times) return this.lose(row, times);
    const owner = this.series.ownerOf(cells);
    if ('detail' in owner) return this.lose(row, owner);
    const date = times.at ?? times.from;
    if (!date || !this.clock) return this.lose(row, { column: null, detail: 'the day of the row cannot be told.' });
    const day = this.clock.dayOf(date.wall);
    const faults = this.isNumbered
      ? this.takeNumbered(row, owner, day)
      : this.slots.map((slot) => this.takeTimed(row, owner, slot, date.wall));
    for (const fault of faults) if (fault) this.lose(row, fault);
  }

  end(): void {
    // Nothing waits: every row is a day of its own.
  }

  private takeNumbered(row: RawRow, owner: Owner, day: { from: number; to: number }): (CellFault | null)[] {
    const ends = this.slots.map(({ minute = 0 }) => minute * minuteMs + this.lengthMs);
    const dayMs = day.to - day.from;
    const count = dayMs / this.lengthMs;
    const detail = `the day has ${count} intervals, and the table has ${this.slots.length} columns for them.`;
    if (Math.max(...ends) < dayMs) return [{ column: null, detail, remedy: 'Ask the sender for all of them.' }];
    const beyond = this.slots.filter((slot, i) => (ends[i] ?? 0) > dayMs && !this.isNothing(row, slot));
    const [over] = beyond;
    if (over) return [{ column: over.column, detail: `the day has ${count} intervals, and the row has more.` }];
    return this.slots.map((slot, i) => {
      if ((ends[i] ?? 0) > dayMs) return null;
      const from = day.from + (slot.minute ?? 0) * minuteMs;
      return this.say(row, owner, slot, from);
    });
  }

  private takeTimed(row: RawRow, owner: Owner, slot: TableColumn, date: number): CellFault | null {
    const wall = date + (slot.minute ?? 0) * minuteMs;
    const instants = this.clock?.instantsOf(wall) ?? [];
    const [from] = instants;
    if (instants.length === 1 && from !== undefined) return this.say(row, owner, slot, from);
    if (this.isNothing(row, slot)) return null;
    const often = instants.length === 0 ? 'never' : 'twice';
    const detail = `in ${this.mapping.zone ?? ''} the clock showed the time of this column ${often} on that day.`;
    return { column: slot.column, detail, remedy: 'Ask the sender for times with their offset from UTC.' };
  }

  private say(row: RawRow, owner: Owner, slot: TableColumn, from: number): CellFault | null {
    const quality = this.qualities.get(slot.minute ?? 0);
    const sign = quality ? this.textAt(row.cells, quality) : this.series.signOf(row.cells);
    return this.series.say(row.cells, slot, owner, sign, { from, to: from + this.lengthMs });
  }

  /** Empty, or a zero: what senders write into an hour that did not exist. */
  private isNothing({ cells }: RawRow, slot: TableColumn): boolean {
    const text = this.textAt(cells, slot);
    return isMissing(text) || (numberIn(text, this.mapping.decimalMark)?.isZero() ?? false);
  }

  private textAt(cells: readonly string[], { column }: TableColumn): string {
    return cleaned(cells[column - 1] ?? '');
  }
}
