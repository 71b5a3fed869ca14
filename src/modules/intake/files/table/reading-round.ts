import { readRoundName, roundSigns } from '../../../../domain/metering/round-columns.js';
import { decideOrder } from './date-order.js';
import {
  cleaned,
  type DateOrder,
  type GivenMapping,
  type Refusal,
  type Role,
  type Row,
  type TableColumn,
} from './mapping.js';
import { momentOf } from './moments.js';
import { isMissing } from './numbers.js';

/*
 * A reading round that somebody filled in: our own table, back from a spreadsheet. It is known by the names of its columns, wherever they stand, so nobody has to
 * write down how it is read. Beside the readings it holds what was known before, which must not be taken for readings again.
 *
 * Where every date could be read in two ways, the day of the round decides: read in one order all of them lie within two weeks of it, and in the other one is more
 * than two months away. A month's difference alone tells nothing: a round may be late.
 */

const roles: Readonly<Record<string, Role>> = {
  meter: 'meter',
  serial: 'serial',
  register: 'register',
  unit: 'unit',
  reading: 'value',
  date: 'date',
  time: 'time',
};
const headerWithin = 20;
const dayMs = 86_400_000;
const nearMs = 14 * dayMs;
const farMs = 60 * dayMs;

/** A round among the rows of a table. */
export interface FilledRound {
  readonly mapping: GivenMapping;
  /** What was taken so; that what was known before is left aside goes without saying. */
  readonly notes: readonly Refusal[];
  /** What of a row must be said, read or not. */
  remarkOn(row: Row): { readonly isRead: boolean; readonly detail: string; readonly remedy: string } | null;
}

/** The round that a table is; null where it is another table. */
export function roundIn(rows: readonly Row[]): FilledRound | null {
  const header = rows.slice(0, headerWithin).find(({ cells }) => {
    const names = new Set(cells.map(nameOf));
    return roundSigns.every((sign) => names.has(sign));
  });
  if (header === undefined) return null;
  const taken = new Set<Role>();
  const columns = header.cells.map((cell, index): TableColumn => {
    const named = roles[nameOf(cell)] ?? 'ignored';
    const role = taken.has(named) ? 'ignored' : named;
    if (role !== 'ignored') taken.add(role);
    const place = { column: index + 1, name: cleaned(cell), role };
    return role === 'value' ? { ...place, kind: 'cumulative' } : place;
  });
  const data = rows.filter(({ line }) => line > header.line);
  const round = data.flatMap(({ cells }) => readRoundName(cellOf(cells, header, 'round')) ?? [])[0];
  const order = round === undefined ? null : orderByDay(data, columns, header, round.on);
  return {
    mapping: {
      headerLine: header.line,
      columns,
      ...(round === undefined ? {} : { zone: round.zone }),
      ...(order === null ? {} : { dateOrder: order }),
    },
    notes: order === null ? [] : [noteOn(order, header.line, round?.on ?? '')],
    remarkOn: ({ cells }) => remarkOn((name) => cellOf(cells, header, name)),
  };
}

function noteOn(order: DateOrder, line: number, on: string): Refusal {
  const first = order === 'day-first' ? 'day' : 'month';
  const detail = `dates were read with the ${first} first: so all of them lie within two weeks of the round of ${on}.`;
  return { line, column: null, detail, remedy: 'Write dates as 2026-11-20 where that is not so.' };
}

const nameOf = (cell: string): string => cleaned(cell).toLowerCase();
const cellOf = (cells: readonly string[], header: Row, name: string): string =>
  cleaned(cells[header.cells.findIndex((cell) => nameOf(cell) === name)] ?? '');

/** The order in which all dates lie near the round, and in the other not; null where the dates tell by themselves, or nothing tells. */
function orderByDay(data: readonly Row[], columns: readonly TableColumn[], header: Row, on: string): DateOrder | null {
  if (decideOrder(data, columns).order !== null) return null;
  const day = Date.parse(`${on}T00:00:00Z`);
  const dates = data.map(({ cells }) => cellOf(cells, header, 'date')).filter((text) => text !== '');
  const areWithin = (order: DateOrder, most: number): boolean =>
    dates.every((text) => {
      const moment = momentOf(text, order);
      return moment !== null && Math.abs(moment.wall - day) <= most;
    });
  if (areWithin('day-first', nearMs) && !areWithin('month-first', farMs)) return 'day-first';
  if (areWithin('month-first', nearMs) && !areWithin('day-first', farMs)) return 'month-first';
  return null;
}

function remarkOn(cell: (name: string) => string): ReturnType<FilledRound['remarkOn']> {
  const what = `${cell('meter')} ${cell('register')}`.trim();
  if (what === '') return null;
  if (isMissing(cell('reading'))) {
    const remark = cell('remarks');
    const detail = `${what.slice(0, 130)} was not read${remark === '' ? '' : `: ${remark.slice(0, 200)}`}.`;
    return { isRead: false, detail, remedy: 'Read it later, and send that reading by itself or with the next round.' };
  }
  const moment = momentOf(cell('date'), 'day-first') ?? momentOf(cell('date'), 'month-first');
  if (cell('time') !== '' || moment === null || moment.hasTime) return null;
  const detail = `${what.slice(0, 130)} has no time; it was taken as read when its day began.`;
  return {
    isRead: true,
    detail,
    remedy: 'Write the time where that is not so, and send the round again before billing.',
  };
}
