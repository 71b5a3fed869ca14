import {
  type BandCalendar,
  type Cell,
  cellsOf,
  clock,
  compile,
  type CompiledRule,
  type DayKind,
  holiday,
  hoursOn,
  monthNames,
  weekdayNames,
} from './bands.js';

/*
 * The problem: nobody can see from forty rules which band holds at ten on a Sunday in March. A year has 12 × 7 kinds of day, or
 * 12 × 8 with holidays, and most of them are alike.
 *
 *   day 07:00–22:00 on weekdays, night else → every month, Monday to Friday: 00:00–07:00 night, 07:00–22:00 day, 22:00–24:00 night;
 *                                             every month, Saturday to Sunday: 00:00–24:00 night
 *
 * Method: lay the rules over each kind of day, join days that look alike within a month, then months that look alike.
 */

/** Wall-clock hours in one band. */
export interface BandHours {
  readonly band: string;
  readonly from: string;
  readonly to: string;
}

/** The hours of days that are all alike. */
export interface DaysAlike {
  /** 1..12, ascending. */
  readonly months: readonly number[];
  /** 1 = Monday … 7 = Sunday, 8 = a holiday, ascending. */
  readonly weekdays: readonly number[];
  /** From 00:00 to 24:00 without a gap. */
  readonly hours: readonly BandHours[];
}

/** A day after a day of its own month; a holiday, as if it were a Monday's. */
const usualDay = (month: number, weekday: number): DayKind => ({
  month,
  weekday,
  monthBefore: month,
  weekdayBefore: weekday === holiday ? 7 : ((weekday + 5) % 7) + 1,
});

const range = (last: number): number[] => Array.from({ length: last }, (_, i) => i + 1);

/**
 * The bands of a year, as few days as there are different ones.
 *
 * Where a rule runs past midnight, the first day of a month and the day after a holiday may differ in their first hours.
 *
 * @param calendar checked by `checkBands`
 * @law every month and weekday stands in exactly one group
 */
export function yearOf(calendar: BandCalendar): DaysAlike[] {
  const rules = calendar.rules.map(compile);
  const weekdays = range((calendar.holidays ?? []).length > 0 ? holiday : 7);
  const groups = new Map<string, { months: number[]; weekdays: number[]; hours: BandHours[] }>();
  for (const month of range(12)) {
    const alike = new Map<string, { weekdays: number[]; hours: BandHours[] }>();
    for (const weekday of weekdays) {
      const hours = hoursOf(rules, usualDay(month, weekday));
      const found = alike.get(JSON.stringify(hours));
      if (found) found.weekdays.push(weekday);
      else alike.set(JSON.stringify(hours), { weekdays: [weekday], hours });
    }
    for (const day of alike.values()) {
      const key = JSON.stringify(day);
      const found = groups.get(key);
      if (found) found.months.push(month);
      else groups.set(key, { months: [month], ...day });
    }
  }
  return [...groups.values()];
}

function hoursOf(rules: readonly CompiledRule[], day: DayKind): BandHours[] {
  const hours: { band: string; from: string; to: string }[] = [];
  for (const { from, to, bands } of cellsOf(rules, day)) {
    const [band = ''] = bands;
    const last = hours.at(-1);
    if (last?.band === band) last.to = clock(to);
    else hours.push({ band, from: clock(from), to: clock(to) });
  }
  return hours;
}

/** The first hours of the year that a band has. @example 'Monday 00:00–07:00 in January' */
export function firstHoursOf(calendar: BandCalendar, band: string): string | null {
  const rules = calendar.rules.map(compile);
  for (const month of range(12)) {
    for (const weekday of range(holiday)) {
      const day = usualDay(month, weekday);
      const cell = cellsOf(rules, day).find((one: Cell) => one.bands.includes(band));
      if (cell) return hoursOn(day, cell);
    }
  }
  return null;
}

/** `[1, 2, 3, 6]` of the weekdays → `Monday to Wednesday, Saturday`. @param names of 1, 2, 3 … */
export function inRuns(numbers: readonly number[], names: readonly string[]): string {
  const runs: { first: number; last: number }[] = [];
  for (const n of [...new Set(numbers)].sort((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run?.last === n - 1) run.last = n;
    else runs.push({ first: n, last: n });
  }
  const name = (n: number): string => names[n - 1] ?? String(n);
  return runs.map(({ first, last }) => (first === last ? name(first) : `${name(first)} to ${name(last)}`)).join(', ');
}

/** Weekdays and holidays in words. @example [1, 2, 3, 8] → 'Monday to Wednesday, holidays' */
export function weekdaysInWords(weekdays: readonly number[]): string {
  const runs = inRuns(
    weekdays.filter((day) => day !== holiday),
    weekdayNames,
  );
  return [runs, ...(weekdays.includes(holiday) ? ['holidays'] : [])].filter((words) => words !== '').join(', ');
}

/** A group of days in words. @example 'every month, Monday to Friday: 00:00–07:00 night, 07:00–24:00 day' */
export function daysInWords({ months, weekdays, hours }: DaysAlike): string {
  const season = months.length === 12 ? 'every month' : inRuns(months, monthNames);
  const days = weekdays.length >= 7 ? 'every day' : weekdaysInWords(weekdays);
  return `${season}, ${days}: ${hours.map(({ band, from, to }) => `${from}–${to} ${band}`).join(', ')}`;
}
