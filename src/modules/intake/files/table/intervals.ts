import type { Decimal } from '../../../../domain/quantity/decimal.js';
import type { Refusal, TableMapping } from './mapping.js';
import type { Moment } from './moments.js';

/*
 * What the times of a table mean for its values, decided over many rows:
 *
 *   a value that never falls is a register, one that rises and falls is what was used in between
 *   half-hours from 00:00 are named by their beginnings, from 00:30 by their ends
 *   00:00–00:29, 00:30–00:59 give the last minute of an interval; 1 to 31 January the last day
 */

/** A row of the sample with its times and one value. */
export interface Sampled {
  readonly line: number;
  /** The meter and the register, as far as the row tells them. */
  readonly key: string;
  readonly at: Moment | null;
  readonly from: Moment | null;
  readonly to: Moment | null;
}

/** Where on the scale of time a moment lies. Within a sample all have offsets or none has. */
export const placeOf = ({ wall, offset }: Moment): number => wall - (offset ?? 0) * minuteMs;

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** What is added to the end of an interval that is given as its last moment: a second, a minute or a day. */
export const lastUnit = ({ wall, hasTime }: Moment): number =>
  !hasTime ? dayMs : wall % minuteMs === 59_000 ? 1000 : minuteMs;

const byKey = <T extends Sampled>(rows: readonly T[]): T[][] => {
  const keys = new Map<string, T[]>();
  for (const row of rows) {
    const list = keys.get(row.key);
    if (list) list.push(row);
    else keys.set(row.key, [row]);
  }
  return [...keys.values()];
};

const timeOf = ({ at, from, to }: Sampled): number => {
  const moment = from ?? at ?? to;
  return moment ? placeOf(moment) : 0;
};

/**
 * Tells what displays showed from what was used, where no name does: a register falls only where it is exchanged or wraps, and then it
 * falls to almost nothing; and chance lets eight values in a row rise once in forty thousand times.
 *
 * @param rows with their values, missing ones not among them; `key` also tells columns apart
 */
export function kindOfValues(
  rows: readonly (Sampled & { readonly value: Decimal })[],
): 'cumulative' | 'interval' | null {
  let falls = 0;
  let deepFalls = 0;
  let steps = 0;
  let rises = 0;
  for (const list of byKey(rows)) {
    const inTime = list.toSorted((a, b) => timeOf(a) - timeOf(b));
    for (let i = 1; i < inTime.length; i += 1) {
      const [before, after] = [inTime[i - 1]?.value, inTime[i]?.value];
      if (!before || !after) continue;
      steps += 1;
      if (after.greaterThan(before)) rises += 1;
      if (after.lessThan(before)) falls += 1;
      if (after.times(10).lessThan(before)) deepFalls += 1;
    }
  }
  if ((falls >= 2 || falls > deepFalls) && falls * 10 >= steps) return 'interval';
  return falls === 0 && rises >= 7 ? 'cumulative' : null;
}

/** In which order of time the rows of a meter stand. */
export function orderOf(rows: readonly Sampled[]): TableMapping['order'] {
  let up = 0;
  let down = 0;
  for (const list of byKey(rows)) {
    for (let i = 1; i < list.length; i += 1) {
      const [before, after] = [list[i - 1], list[i]];
      const change = before && after ? timeOf(after) - timeOf(before) : 0;
      if (change > 0) up += 1;
      if (change < 0) down += 1;
    }
  }
  // A night in which the clock goes back steps back once, and a file may hold little more than that night.
  const most = (up + down) * 7;
  return up * 10 >= most ? 'ascending' : down * 10 >= most ? 'descending' : 'mixed';
}

/** True where so many rows have the meter and the time of another that a column must tell them apart. */
export function areDoubled(rows: readonly Sampled[]): boolean {
  const seen = new Set(rows.map((row) => `${row.key}|${timeOf(row)}`));
  return seen.size * 10 <= rows.length * 9 && rows.length > 1;
}

/** How long the intervals are, by the most frequent step between the rows of a meter; null where there are no steps. */
export function lengthOf(rows: readonly Sampled[]): TableMapping['length'] {
  const counts = new Map<number, number>();
  let steps = 0;
  for (const list of byKey(rows)) {
    const times = [...new Set(list.map(timeOf))].sort((a, b) => a - b);
    for (let i = 1; i < times.length; i += 1) {
      const minutes = ((times[i] ?? 0) - (times[i - 1] ?? 0)) / minuteMs;
      counts.set(minutes, (counts.get(minutes) ?? 0) + 1);
      steps += 1;
    }
  }
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  if (!most) return null;
  const [minutes, count] = most;
  if (count * 2 < steps) return 'neighbour';
  if (Number.isInteger(minutes) && minutes <= 720 && 1440 % minutes === 0) return minutes;
  return minutes >= 1380 && minutes <= 1500 ? 'day' : 'neighbour';
}

/**
 * Which end of its interval a lone time stands for, as the first time of the day hints: half-hours that begin with 00:00 are named by
 * their beginnings, and whole days of them that begin with 00:30 by their ends. It is a hint and no proof.
 */
export function marksOf(rows: readonly Sampled[], length: TableMapping['length']): 'start' | 'end' | null {
  if (typeof length !== 'number') return null;
  const votes = { start: 0, end: 0 };
  for (const list of byKey(rows)) {
    const walls = list.flatMap(({ at }) => (at ? [at.wall] : []));
    const first = walls.reduce((least, wall) => (wall < least ? wall : least), walls[0] ?? 0);
    const minutes = (((first % dayMs) + dayMs) % dayMs) / minuteMs;
    if (minutes === 0) votes.start += 1;
    if (minutes === length && (walls.length + 1) * length >= 1440) votes.end += 1;
  }
  return votes.start === votes.end ? null : votes.start > votes.end ? 'start' : 'end';
}

/** Whether ends are the first moment after their intervals or the last one in them; null where the rows do not tell. */
export function endsOf(rows: readonly Sampled[]): TableMapping['ends'] {
  let touching = 0;
  let oneOff = 0;
  for (const list of byKey(rows)) {
    const inTime = list.toSorted((a, b) => timeOf(a) - timeOf(b));
    for (let i = 1; i < inTime.length; i += 1) {
      const [to, next] = [inTime[i - 1]?.to, inTime[i]?.from];
      if (!to || !next) continue;
      const gap = placeOf(next) - placeOf(to);
      if (gap === 0) touching += 1;
      if (gap === lastUnit(to)) oneOff += 1;
    }
  }
  if (touching !== oneOff) return touching > oneOff ? 'exclusive' : 'inclusive';
  const lengths = rows.flatMap(({ from, to }) => (from && to ? [{ ms: placeOf(to) - placeOf(from), to }] : []));
  if (lengths.some(({ ms, to }) => ms === 0 && !to.hasTime)) return 'inclusive';
  if (lengths.length === 0 || lengths.some(({ to }) => !to.hasTime)) return null;
  return lengths.every(({ ms, to }) => (ms + lastUnit(to)) % (5 * minuteMs) === 0) ? 'inclusive' : 'exclusive';
}

/** Sentences for what a sample leaves open. */
export const doubt = {
  kind: (name: string): Omit<Refusal, 'line' | 'column'> => ({
    detail: `the values of "${name.slice(0, 40)}" could be what a display showed or what was used in between.`,
    remedy: 'Declare the "kind" of the column as "cumulative" or "interval" in the mapping.',
  }),
  length: {
    detail: 'it is not said how long the intervals are, and there are not two rows of a meter that would tell.',
    remedy: 'Declare the "length" in the mapping: minutes, "day" or "neighbour".',
  },
  marks: {
    detail: 'a value could belong to the time before its date or to the time after it.',
    remedy: 'Declare "marks" as "start" or "end" in the mapping.',
  },
  ends: {
    detail: 'the last day of an interval could be in it or be the first day after it.',
    remedy: 'Declare "ends" as "inclusive" or "exclusive" in the mapping.',
  },
};
