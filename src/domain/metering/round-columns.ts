/**
 * The columns of a reading round as a table: what is written out to be filled in, and by what it is known when it comes back.
 *
 * `round` says of which round a row is, as `HALL 2026-11-20 Europe/London`: a form that no spreadsheet takes for a date. `reading`, `date` and `time` are for
 * whoever reads; a row without a reading was not read.
 */
export const roundColumns = [
  ...['round', 'space', 'occupied_by', 'meter', 'serial', 'register', 'unit', 'multiplier'],
  ...['last_value', 'last_read', 'last_quality', 'expected_from', 'expected_to', 'reading', 'date', 'time', 'remarks'],
] as const;

/** Columns without which a table is no reading round; people may take others out. */
export const roundSigns: readonly string[] = ['round', 'meter', 'register', 'unit', 'reading', 'date', 'time'];

/** What the column `round` says. */
export const roundName = (site: string, on: string, zone: string): string => `${site} ${on} ${zone}`;

/** Day and zone of a round by its name; null where it is none. @example readRoundName('HALL 2026-11-20 Europe/London') */
export function readRoundName(name: string): { readonly on: string; readonly zone: string } | null {
  const [, on, zone] = /^\S+ (\d{4}-\d\d-\d\d) (\S+)$/.exec(name.trim()) ?? [];
  return on === undefined || zone === undefined ? null : { on, zone };
}
