import type { ColumnFacts, Layout } from './layout.js';
import type { Refusal, TableColumn, TableMapping } from './mapping.js';
import { unitIn } from './names.js';
import type { RowTimes } from './times.js';

/*
 * What a table does not say, and what was left aside: nothing of it keeps the table from being read, and all of it is said.
 */

/** Sentences for a person who looks at how a table was read. */
export function assumptionsOf(mapping: TableMapping, layout: Layout, times: RowTimes): Refusal[] {
  const line = Math.max(1, mapping.headerLine);
  return [meterOf(mapping), unitOf(mapping, layout), leftAside(mapping, layout), timeOf(mapping, times)].flatMap(
    (said) => (said === null ? [] : [{ line, column: null, ...said }]),
  );
}

type Said = Pick<Refusal, 'detail' | 'remedy'> | null;

const has = ({ columns }: TableMapping, ...roles: TableColumn['role'][]): boolean =>
  columns.some(({ role }) => roles.includes(role));
const valuesOf = ({ columns }: TableMapping): readonly TableColumn[] =>
  columns.filter(({ role }) => role === 'value' || role === 'slot');

function meterOf(mapping: TableMapping): Said {
  const isNamed = has(mapping, 'meter', 'serial') || mapping.constants.meter !== null;
  if (isNamed || valuesOf(mapping).every(({ meter }) => meter !== undefined)) return null;
  return { detail: 'the table does not name the meter.', remedy: 'Declare "constants.meter" in the mapping.' };
}

/** A register counts in its own unit, whatever the table says; a quantity without unit is a number. */
function unitOf(mapping: TableMapping, { columns }: Layout): Said {
  const isWithout = valuesOf(mapping).some(({ kind, unit }) => kind === 'interval' && unit === undefined);
  if (!isWithout || has(mapping, 'unit') || mapping.constants.unit !== null) return null;
  const register = mapping.columns.find(({ role }) => role === 'register');
  const names: ColumnFacts['cells'] = (register && columns[register.column - 1]?.cells) ?? [];
  if (names.length > 0 && names.every(({ text }) => unitIn(text).unit !== '')) return null;
  const detail = 'the table does not name the unit of its quantities.';
  return { detail, remedy: 'Declare "constants.unit" in the mapping, as kWh.' };
}

function leftAside(mapping: TableMapping, { columns }: Layout): Said {
  if (mapping.shape === 'days') return null;
  const left = columns.filter(
    ({ index, content, sense, cells }) =>
      mapping.columns[index]?.role === 'ignored' &&
      content === 'number' &&
      !sense.says('other') &&
      cells.some(({ text }) => /[.,]\d/.test(text)),
  );
  if (left.length === 0) return null;
  const names = left.slice(0, 5).map(({ name }) => `"${name.slice(0, 40)}"`);
  const detail = `columns of numbers were left aside: ${names.join(', ')}.`;
  return { detail, remedy: 'Declare their role as "value" in "columns" of the mapping where they hold readings.' };
}

function timeOf(mapping: TableMapping, times: RowTimes): Said {
  const isRegister = mapping.columns.some(({ role, kind }) => role === 'value' && kind === 'cumulative');
  if (!isRegister || times.given !== 'lone' || !has(mapping, 'date') || has(mapping, 'time')) return null;
  const detail = 'readings have a date and no time; each was taken as read when its day began.';
  return { detail, remedy: 'Add a column with the time of the reading where that is not so.' };
}
