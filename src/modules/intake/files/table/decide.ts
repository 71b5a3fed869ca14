import { assumptionsOf } from './assumptions.js';
import { cellsIn, valuesIn } from './cells.js';
import { decideOrder } from './date-order.js';
import { areDoubled, endsOf, kindOfValues, lengthOf, marksOf, doubt, orderOf, type Sampled } from './intervals.js';
import { type Layout, layoutFor, meterAbove, noHeader } from './layout.js';
import {
  cleaned,
  type GivenMapping,
  type Refusal,
  type Row,
  type TableColumn,
  type TableDecision,
  type TableMapping,
} from './mapping.js';
import { wordsOf } from './names.js';
import { decideMark, numberIn, unitApart } from './numbers.js';
import { partsOf } from './columns.js';
import { slotsOf } from './slots.js';
import { type Moment } from './moments.js';
import { RowTimes } from './times.js';

/*
 * From the first rows of a table to the way it is read. Every step either finds evidence in the table, or was declared, or is a refusal
 * that shows both readings and says how to declare one; several are said at once. Only what cannot harm is assumed, and said.
 */

const none: TableMapping['constants'] = { meter: null, register: null, unit: null };

/**
 * Decides how a table is read.
 *
 * @param sample its first rows, with the header and what stands above it
 * @param given what was declared: it takes the place of what would be decided
 * @param siteZone the zone of times without offset, where neither the table nor the mapping names one
 * @returns the mapping with its evidence, or every reason for which there is none
 */
export function decideMapping(
  sample: readonly Row[],
  given: GivenMapping = {},
  siteZone: string | null = null,
): TableDecision {
  const layout = layoutFor(sample, given);
  if (!layout || layout.columns.length < 2) return { mapping: null, refusals: [noHeader(sample)] };
  return new Decider(layout, given, siteZone).decide();
}

class Decider {
  private readonly evidence: Partial<Record<keyof TableMapping, string>> = {};
  private readonly refusals: Refusal[] = [];
  private readonly assumptions: Refusal[] = [];
  private readonly line: number;

  constructor(
    private readonly layout: Layout,
    private readonly given: GivenMapping,
    private readonly siteZone: string | null,
  ) {
    this.line = Math.max(1, layout.header.line);
  }

  decide(): TableDecision {
    const { given, layout } = this;
    const first = this.columns();
    const order = this.dateOrder(first);
    const times = new RowTimes(first, order);
    if (times.given === 'none')
      this.refuse(null, 'no column has a date.', 'Declare which column has it in "columns" of the mapping.');
    const decimalMark = this.decimalMark(first);
    const told = this.toldApart(first, times);
    const rows = this.sampled(told, times);
    const columns = this.kinds(told, rows, times, decimalMark);
    const values = columns.filter(({ role }) => role === 'value');
    const hasSlots = columns.some(({ role }) => role === 'slot');
    if (values.length === 0 && !hasSlots)
      this.refuse(
        null,
        'no column has readings or quantities.',
        'Declare which column has them in "columns" of the mapping.',
      );
    if (!hasSlots && columns.length > mostColumns)
      this.refuse(
        null,
        `the table has ${columns.length} columns, and ${mostColumns} are read.`,
        'Split the table into several.',
      );
    const isInterval = values.some(({ kind }) => kind === 'interval');
    const decided: TableMapping = {
      separator: given.separator ?? ',',
      headerLine: layout.header.line,
      decimalMark,
      dateOrder: order,
      zone: this.zone(rows, columns),
      shape: hasSlots ? 'days' : values.length > 1 ? 'meters' : isInterval ? 'intervals' : 'readings',
      columns,
      ...this.spans(rows, times, isInterval),
      constants: { ...none, ...this.meterAbove(columns), ...this.unitOfCells(columns), ...given.constants },
      qualities: given.qualities ?? {},
      fractionDigits: given.fractionDigits ?? null,
    };
    if (this.refusals.length > 0) return { mapping: null, refusals: this.refusals };
    const assumptions = [...this.assumptions, ...assumptionsOf(decided, layout, times)];
    return { mapping: decided, evidence: this.evidence, assumptions };
  }

  private columns(): readonly TableColumn[] {
    const { layout, given } = this;
    const dated = layout.columns.some(({ content }) => content === 'moment' || content === 'time');
    const slots = dated ? [] : slotsOf(layout.columns.map(({ name }) => name));
    const parts = partsOf(layout.columns, slots);
    const declared = new Map((given.columns ?? []).map((column) => [column.column, column]));
    for (const { column, name } of declared.values()) {
      const here = layout.columns[column - 1]?.name ?? '';
      if (name !== '' && name !== here)
        this.refusals.push({
          line: this.line,
          column,
          detail: `the column is named "${here.slice(0, 40)}", and the mapping was declared for "${name.slice(0, 40)}".`,
          remedy: 'Declare the mapping anew, or leave it out.',
        });
    }
    return parts.map((column) => ({ ...(declared.get(column.column) ?? column), name: column.name }));
  }

  private dateOrder(columns: readonly TableColumn[]): TableMapping['dateOrder'] {
    if (this.given.dateOrder) return this.given.dateOrder;
    const found = decideOrder(this.layout.data, columns);
    if (found.order === null) this.refusals.push(found.refusal);
    else this.evidence.dateOrder = found.evidence;
    return found.order ?? 'day-first';
  }

  private decimalMark(columns: readonly TableColumn[]): TableMapping['decimalMark'] {
    if (this.given.decimalMark) return this.given.decimalMark;
    const places = columns.filter(({ role }) => role === 'value' || role === 'slot');
    const found = decideMark(valuesIn(this.layout.data, places), this.given.separator ?? ',');
    if (found.mark === null) this.refusals.push(found.refusal);
    else this.evidence.decimalMark = found.evidence;
    return found.mark ?? '.';
  }

  /** Where rows of a meter have the same time, a column of few words tells its registers apart, whatever its name. */
  private toldApart(columns: readonly TableColumn[], times: RowTimes): readonly TableColumn[] {
    if (!areDoubled(this.sampled(columns, times)) || columns.some(({ role }) => role === 'register')) return columns;
    const { layout, given } = this;
    for (const { column, role, name } of columns) {
      const facts = layout.columns[column - 1];
      const isDeclared = given.columns?.some((one) => one.column === column) ?? false;
      const texts = new Set(facts?.cells.map(({ text }) => text));
      if (role !== 'ignored' || isDeclared || facts?.content !== 'text' || texts.size < 2 || texts.size > 20) continue;
      const told = columns.map((one) => (one.column === column ? { ...one, role: 'register' as const } : one));
      if (areDoubled(this.sampled(told, times))) continue;
      this.evidence.columns = `"${name.slice(0, 40)}" tells apart the rows of a meter that have the same time.`;
      return told;
    }
    return columns;
  }

  private sampled(columns: readonly TableColumn[], times: RowTimes): (Sampled & { cells: readonly string[] })[] {
    const keys = columns.filter(({ role }) => ['meter', 'serial', 'register', 'unit'].includes(role));
    return this.layout.data.flatMap(({ line, cells }) => {
      const found = times.of(cells);
      if ('detail' in found) return [];
      const key = keys.map(({ column }) => cleaned(cells[column - 1] ?? '')).join('|');
      return [{ line, key, cells, at: found.at, from: found.from, to: found.to }];
    });
  }

  /** Gives each value its kind: by its name, by its times, by the name of its register, or by what it does. */
  private kinds(
    columns: readonly TableColumn[],
    rows: readonly (Sampled & { cells: readonly string[] })[],
    times: RowTimes,
    mark: TableMapping['decimalMark'],
  ): readonly TableColumn[] {
    const register = columns.find(({ role }) => role === 'register');
    const registers = rows.map(({ cells }) => (register ? (cells[register.column - 1] ?? '') : ''));
    const areIntervals =
      ['ends', 'start', 'end', 'period'].includes(times.given) ||
      (registers.length > 0 &&
        registers.every((name) => wordsOf(name).some((word) => /^(?:interval|lastgang|profile)$/.test(word))));
    const open = columns.filter(({ role, kind }) => role === 'value' && !kind);
    const [first] = open;
    if (!first) return columns;
    const kind = areIntervals ? 'interval' : this.kindOfAll(open, rows, mark);
    if (kind === null) {
      this.refusals.push({ line: rows[0]?.line ?? this.line, column: first.column, ...doubt.kind(first.name) });
      return columns;
    }
    return columns.map((column) => (open.includes(column) ? { ...column, kind } : column));
  }

  /** Values side by side are of one kind. */
  private kindOfAll(
    columns: readonly TableColumn[],
    rows: readonly (Sampled & { cells: readonly string[] })[],
    mark: TableMapping['decimalMark'],
  ): 'cumulative' | 'interval' | null {
    const values = rows.flatMap((row) =>
      columns.flatMap(({ column }) => {
        const value = numberIn(unitApart(cleaned(row.cells[column - 1] ?? '')).number, mark);
        return value ? [{ ...row, key: `${row.key}|${column}`, value }] : [];
      }),
    );
    const kind = kindOfValues(values);
    const does = kind === 'cumulative' ? 'never fall, as a register' : 'rise and fall, as what is used';
    if (kind !== null) this.evidence.columns = `The values of "${columns[0]?.name.slice(0, 40) ?? ''}" ${does}.`;
    return kind;
  }

  private zone(rows: readonly Sampled[], columns: readonly TableColumn[]): string | null {
    if (this.given.zone !== undefined) return this.given.zone;
    const without = rows.find(({ at, from, to }) => [at, from, to].some((moment) => lacksOffset(moment)));
    if (!without && rows.length > 0) return null;
    const named = columns.find(
      ({ role, name }) =>
        /^(?:at|date|time|from|to)/.test(role) && /\b(?:utc|gmt)\b/i.test(name) && !/bst|local/i.test(name),
    );
    if (named) this.evidence.zone = `The name "${named.name.slice(0, 40)}" says that times are in UTC.`;
    const zone = named ? 'UTC' : this.siteZone;
    if (zone === null)
      this.refuse(
        without?.line ?? null,
        'the times have no offset from UTC, and nobody said in which zone they are.',
        'Declare "zone" in the mapping, as Europe/London.',
      );
    return zone;
  }

  /** What times mean for intervals; nothing of it matters to registers and to tables with a day a row. */
  private spans(
    rows: readonly Sampled[],
    times: RowTimes,
    isInterval: boolean,
  ): Pick<TableMapping, 'marks' | 'length' | 'ends' | 'order'> {
    const { given } = this;
    const order = given.order ?? orderOf(rows);
    const unneeded = { marks: null, length: null, ends: null, order };
    if (!isInterval || times.given === 'period' || times.given === 'none') return unneeded;
    if (times.given === 'ends') {
      const ends = given.ends ?? endsOf(rows);
      if (ends === null) this.refusals.push({ line: rows[0]?.line ?? this.line, column: null, ...doubt.ends });
      return { ...unneeded, ends };
    }
    const length = given.length ?? lengthOf(rows);
    if (
      order === 'mixed' &&
      (length === 'neighbour' || (length === 'day' && rows.some(({ at }) => at?.offset !== null)))
    )
      this.refuse(
        rows[0]?.line ?? null,
        'intervals reach as far as the next row, and the rows are in no order of time.',
        'Sort the rows by time.',
      );
    if (length === null) this.refusals.push({ line: rows[0]?.line ?? this.line, column: null, ...doubt.length });
    if (times.given !== 'lone') return { ...unneeded, length, marks: given.marks ?? times.given };
    const areDays = length === 'day' && rows.every(({ at }) => !at?.hasTime);
    const declared = given.marks ?? (areDays ? 'start' : null);
    if (declared !== null) return { ...unneeded, length, marks: declared };
    if (length === 'neighbour') this.refusals.push({ line: rows[0]?.line ?? this.line, column: null, ...doubt.marks });
    const hint = marksOf(rows, length);
    const end = hint === 'end' ? 'end' : 'beginning';
    const why = hint === null ? 'the table does not say so' : 'so the first time of the day hints';
    this.assumptions.push({
      line: rows[0]?.line ?? this.line,
      column: null,
      detail: `each time was taken as the ${end} of its interval; ${why}.`,
      remedy: doubt.marks.remedy,
    });
    return { ...unneeded, length, marks: hint ?? 'start' };
  }

  /** The meter that a line above the header names, where no column does. */
  private meterAbove(columns: readonly TableColumn[]): Partial<TableMapping['constants']> {
    const meter = meterAbove(this.layout);
    const isNamed = columns.some(({ role, meter: of }) => role === 'meter' || role === 'serial' || of !== undefined);
    if (meter === null || isNamed) return {};
    this.evidence.constants = `The lines above the header name the meter ${meter}.`;
    return { meter };
  }

  /** The unit that stands behind the values themselves, where it is the same everywhere. */
  private unitOfCells(columns: readonly TableColumn[]): Partial<TableMapping['constants']> {
    const places = columns.filter(({ role, unit }) => (role === 'value' || role === 'slot') && unit === undefined);
    const units = new Set<string>();
    for (const { text } of cellsIn(this.layout.data, places)) units.add(unitApart(text).unit);
    const [unit = ''] = units;
    return units.size === 1 && unit !== '' ? { unit } : {};
  }

  private refuse(line: number | null, detail: string, remedy: string): void {
    this.refusals.push({ line: line ?? this.line, column: null, detail, remedy });
  }
}

/** Columns of a table that has not a day a row. */
const mostColumns = 64;

const lacksOffset = (moment: Moment | null): boolean => moment !== null && moment.offset === null;
