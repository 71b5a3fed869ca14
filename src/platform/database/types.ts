import pg from 'pg';
import type { Days, Instant } from '../../domain/calendar/period.js';
import { instant } from '../../domain/calendar/period.js';

/**
 * How PostgreSQL's values arrive: exact numbers as text (never a float), instants and dates as the texts the domain uses.
 * A JavaScript Date is made nowhere on the way, because it would drop what it cannot hold and forget what a civil day is.
 */

/** `2026-10-25 00:30:00.120+00` → `2026-10-25T00:30:00.12Z`; a microsecond that PostgreSQL added is dropped. */
export function instantFromDatabase(text: string): Instant {
  const parts = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})(?:\.(\d{1,6}))?\+00$/.exec(text);
  if (!parts) return instant(text.replace(' ', 'T'));
  const fraction = (parts[3] ?? '').slice(0, 3).replace(/0+$/, '');
  return `${parts[1]}T${parts[2]}${fraction === '' ? '' : `.${fraction}`}Z`;
}

/** `[2026-10-01,2026-11-01)` → `{from, to}`; an open end is null. */
export function daysFromDatabase(text: string): Days {
  const ends = /^\[(\d{4}-\d{2}-\d{2}),(\d{4}-\d{2}-\d{2})?\)$/.exec(text);
  if (!ends?.[1]) throw new Error(`The database holds "${text}", which is not a half-open run of days.`);
  return { from: ends[1], to: ends[2] ?? null };
}

/** `{from, to}` → `[2026-10-01,2026-11-01)`, as a parameter for a column of days. */
export const daysToDatabase = (days: Days): string => `[${days.from},${days.to ?? ''})`;

const asText = (text: string): string => text;
const { TIMESTAMPTZ, DATE, NUMERIC, INT8 } = pg.types.builtins;
const daterange = 3912;

const parsers = new Map<number, (text: string) => unknown>([
  [TIMESTAMPTZ, instantFromDatabase],
  [DATE, asText],
  [NUMERIC, asText],
  [INT8, asText],
  [daterange, daysFromDatabase],
]);

/** For the `types` setting of a pool; other pools of the process (the queue's own) keep the driver's habits. */
export const databaseTypes: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) => {
    const ours = format === 'binary' ? undefined : parsers.get(oid);
    return (ours ?? pg.types.getTypeParser(oid, format)) as (value: string | Buffer) => unknown;
  },
};
