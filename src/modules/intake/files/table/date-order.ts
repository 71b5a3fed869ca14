import { cleaned, type DateOrder, type Refusal, type Row, type TableColumn } from './mapping.js';
import { momentOf, orderShown } from './moments.js';
import { RowTimes } from './times.js';

/*
 * Whether 03/04/2026 is the third of April or the fourth of March is decided over all dates of a table:
 *
 *   a number above 12 can only be a day                             25/10/2026 → the day stands first
 *   a name that says it                                             "Date (dd/mm/yyyy)"
 *   half-hours that go on over midnight                             31/03 23:30 is followed by 01/04 00:00, and that is half an hour later
 *
 * Dates that follow each other day by day prove nothing, for 01/02, 01/03, 01/04 are three days or the first of three months.
 */

export type OrderDecision =
  { readonly order: DateOrder; readonly evidence: string } | { readonly order: null; readonly refusal: Refusal };

interface Shown {
  readonly line: number;
  readonly column: number;
  readonly text: string;
}

const dateRoles = new Set(['at', 'date', 'from', 'fromDate', 'to', 'toDate']);
const inMapping = 'Declare "dateOrder" as "day-first" or "month-first" in the mapping.';

/** Decides the order over the rows of a sample, the header not among them. */
export function decideOrder(rows: readonly Row[], columns: readonly TableColumn[]): OrderDecision {
  const dated = columns.filter(({ role }) => dateRoles.has(role));
  const first: Partial<Record<'day-first' | 'month-first' | 'either', Shown>> = {};
  for (const { line, cells } of rows) {
    for (const { column } of dated) {
      const text = cleaned(cells[column - 1] ?? '');
      const shows = orderShown(text);
      if (shows) first[shows] ??= { line, column, text };
    }
  }
  const { 'day-first': dayFirst, 'month-first': monthFirst, either: doubtful } = first;
  if (dayFirst && monthFirst) {
    const detail = `"${dayFirst.text}" has the day first and "${monthFirst.text}" on line ${monthFirst.line} the month.`;
    return { order: null, refusal: { ...placeOf(dayFirst), detail, remedy: inMapping } };
  }
  if (dayFirst)
    return { order: 'day-first', evidence: `Days stand first: "${dayFirst.text}" on line ${dayFirst.line}.` };
  if (monthFirst)
    return { order: 'month-first', evidence: `Months stand first: "${monthFirst.text}" on line ${monthFirst.line}.` };
  if (!doubtful) {
    const pointed = rows.some(({ cells }) =>
      dated.some(({ column }) => /^\d{1,2}\.\d{1,2}\./.test(cells[column - 1] ?? '')),
    );
    return pointed
      ? { order: 'day-first', evidence: 'Dates are written with points, the day first.' }
      : { order: 'year-first', evidence: 'No date could be read in two ways.' };
  }
  return namedOrder(dated) ?? orderOfTimes(rows, columns) ?? { order: null, refusal: refusalOf(doubtful) };
}

const placeOf = ({ line, column }: Shown): { line: number; column: number } => ({ line, column });

/** The order that the name of a column writes out. */
function namedOrder(columns: readonly TableColumn[]): OrderDecision | null {
  for (const { name } of columns) {
    const [pattern] =
      /d{1,2}[-/. _]?m{1,2}[-/. _]?y|m{1,2}[-/. _]?d{1,2}[-/. _]?y|jj[-/.]mm|tt[-/.]mm/i.exec(name) ?? [];
    if (pattern === undefined) continue;
    const order = /^m/i.test(pattern) ? 'month-first' : 'day-first';
    return { order, evidence: `The name "${name.slice(0, 40)}" says the order of dates.` };
  }
  return null;
}

/** The order in which the times go on over midnight with the same step as before it, where the other does not. */
function orderOfTimes(rows: readonly Row[], columns: readonly TableColumn[]): OrderDecision | null {
  const goesOn = (order: DateOrder): boolean => {
    const times = new RowTimes(columns, order);
    const walls = rows.flatMap(({ cells }) => {
      const found = times.of(cells);
      const moment = 'detail' in found ? null : (found.from ?? found.at ?? found.to);
      return moment?.hasTime ? [moment.wall] : [];
    });
    const steps = walls.slice(1).map((wall, i) => Math.abs(wall - (walls[i] ?? 0)));
    const within = steps.filter((_, i) => !crosses(walls[i], walls[i + 1]) && steps[i] !== 0);
    const over = steps.filter((_, i) => crosses(walls[i], walls[i + 1]));
    const [step] = within;
    const isRegular = step !== undefined && step < 86_400_000 && within.length >= 3;
    return isRegular && over.length > 0 && over.filter((length) => length === step).length * 10 >= over.length * 8;
  };
  const [day, month] = [goesOn('day-first'), goesOn('month-first')];
  if (day === month) return null;
  const order = day ? 'day-first' : 'month-first';
  return { order, evidence: `Times go on over midnight only where the ${day ? 'day' : 'month'} stands first.` };
}

const crosses = (a = 0, b = 0): boolean => Math.floor(a / 86_400_000) !== Math.floor(b / 86_400_000);

function refusalOf(shown: Shown): Refusal {
  const spell = (order: DateOrder): string => {
    const format = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', timeZone: 'UTC' });
    return format.format(momentOf(shown.text, order)?.wall);
  };
  const [day, month] = [spell('day-first'), spell('month-first')];
  const [date = ''] = shown.text.split(/[\sT,]/);
  const detail = `${date} could be ${day} or ${month}, and no date of the table tells which.`;
  return { ...placeOf(shown), detail, remedy: inMapping };
}
