import { Temporal } from 'temporal-polyfill';
import { DomainError } from '../errors.js';
import { type CivilDate, epochMs, fromEpochMs, type Span } from './period.js';
import type { Zone } from './zone.js';

/*
 * The problem: a price depends on what the clock on the wall shows, and a meter knows only instants. Twice a year the two part:
 * in London on 25 October 2026 the wall shows 01:30 twice, on 29 March 2026 it never shows 01:30.
 *
 *   night 00:00–07:00, day 07:00–24:00, Europe/London, 25 October 2026:
 *   the day begins at 2026-10-24T23:00Z and 07:00 on the wall is 07:00Z, so the night lasts 8 hours; the day keeps 17.
 *
 * Method: between two clock changes the wall runs a fixed offset from UTC. So cut the span at the zone's clock changes; inside each
 * stretch add the offset, walk the civil days, lay the rules over each day, and take the offset off again. An hour shown
 * twice has its band twice, an hour skipped has none, and nothing depends on how far a clock moves.
 */

/**
 * One rule: on these days, from this wall time to that, this band. A rule that wraps past midnight (22:00–07:00) belongs to the
 * day on which it starts: on Fridays it runs into Saturday morning, and its month is Friday's.
 */
export interface BandRule {
  readonly band: string;
  /** 1..12; every month where absent. */
  readonly months?: readonly number[];
  /** 1 = Monday … 7 = Sunday, 8 = a holiday of the calendar, whatever its weekday; every day where absent. */
  readonly weekdays?: readonly number[];
  /** `HH:MM`, 00:00..23:59. */
  readonly from: string;
  /** `HH:MM`, up to 24:00; where it is earlier than `from` the rule wraps past midnight. */
  readonly to: string;
}

/** Bands and the rules that give every local minute of the year exactly one of them. It carries no zone: the site has one. */
export interface BandCalendar {
  readonly bands: readonly string[];
  readonly rules: readonly BandRule[];
  /** Days that are no weekday but a holiday, which rules name as 8; none where absent. */
  readonly holidays?: readonly CivilDate[];
}

/** A stretch of time in one band. */
export interface BandWindow extends Span {
  readonly band: string;
}

export interface CompiledRule {
  readonly band: string;
  readonly months: readonly number[];
  readonly weekdays: readonly number[];
  readonly from: number;
  readonly to: number;
}
/** A civil day as the rules see it, and the day before it, whose rules may run past midnight. */
export interface DayKind {
  readonly month: number;
  /** 1..7, or 8 on a holiday. */
  readonly weekday: number;
  readonly monthBefore: number;
  readonly weekdayBefore: number;
}
/** Minutes of the wall clock with the bands that claim them. */
export interface Cell {
  readonly from: number;
  readonly to: number;
  readonly bands: readonly string[];
}

const minutesOfDay = 1440;
const dayMs = 86_400_000;
const minuteMs = 60_000;
const all = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);
/** The day of a calendar's rules that is a holiday. */
export const holiday = 8;
export const weekdayNames = 'Monday Tuesday Wednesday Thursday Friday Saturday Sunday holidays'.split(' ');
export const monthNames = 'January February March April May June July August September October November December'.split(
  ' ',
);
export const clock = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

function minuteOf(text: string, rule: BandRule): number {
  const [, hours, minutes] = /^(\d\d):([0-5]\d)$/.exec(text) ?? [];
  const minute = Number(hours) * 60 + Number(minutes);
  if (hours === undefined || minute > minutesOfDay) {
    throw new DomainError(
      'invalid-input',
      `"${text}" in a rule of band ${rule.band} is not a wall time like 07:00 or 24:00.`,
    );
  }
  return minute;
}

export function compile(rule: BandRule): CompiledRule {
  const from = minuteOf(rule.from, rule);
  const to = minuteOf(rule.to, rule);
  if (from === to || from === minutesOfDay) {
    throw new DomainError(
      'invalid-input',
      `The rule ${rule.from}–${rule.to} of band ${rule.band} is empty; a whole day is 00:00–24:00.`,
    );
  }
  const months = rule.months ?? all(12);
  const weekdays = rule.weekdays ?? all(holiday);
  const within = (n: number, most: number): boolean => Number.isInteger(n) && n >= 1 && n <= most;
  if (!months.every((month) => within(month, 12)) || !weekdays.every((day) => within(day, holiday))) {
    throw new DomainError(
      'invalid-input',
      `A rule of band ${rule.band} names a month outside 1..12 or a weekday outside 1..7 and 8 for holidays.`,
    );
  }
  return { band: rule.band, months, weekdays, from, to };
}

/** The wall-clock cells of one kind of day, in order, each with the bands that claim it. */
export function cellsOf(rules: readonly CompiledRule[], day: DayKind): Cell[] {
  const claims: { band: string; from: number; to: number }[] = [];
  for (const rule of rules) {
    const wraps = rule.to < rule.from;
    if (rule.months.includes(day.month) && rule.weekdays.includes(day.weekday)) {
      claims.push({ band: rule.band, from: rule.from, to: wraps ? minutesOfDay : rule.to });
    }
    if (wraps && rule.months.includes(day.monthBefore) && rule.weekdays.includes(day.weekdayBefore)) {
      claims.push({ band: rule.band, from: 0, to: rule.to });
    }
  }
  const cuts = [...new Set([0, minutesOfDay, ...claims.flatMap(({ from, to }) => [from, to])])].sort((a, b) => a - b);
  return cuts.slice(0, -1).map((from, i) => ({
    from,
    to: cuts[i + 1] ?? minutesOfDay,
    bands: [...new Set(claims.filter((claim) => claim.from <= from && from < claim.to).map((claim) => claim.band))],
  }));
}

/**
 * Checks that every local minute of the year has exactly one band, and that every band named is known.
 *
 * @throws DomainError `tariff-gap` naming the first uncovered hours, `tariff-overlap` naming the first claimed twice,
 *   `invalid-input` for a rule that cannot be read
 * @example day 07:00–22:00 alone → "No band covers Monday 00:00–07:00 in January."
 */
export function checkBands(calendar: BandCalendar): void {
  const known = new Set(calendar.bands);
  if (known.size !== calendar.bands.length) throw new DomainError('invalid-input', 'A band is named twice.');
  for (const { band } of calendar.rules) {
    if (!known.has(band))
      throw new DomainError(
        'invalid-input',
        `A rule points to band ${band}, which is not among ${calendar.bands.join(', ')}.`,
      );
  }
  const unused = calendar.bands.find((band) => !calendar.rules.some((rule) => rule.band === band));
  if (unused !== undefined)
    throw new DomainError('invalid-input', `No rule points to band ${unused}: remove it or say when it applies.`);
  const rules = calendar.rules.map(compile);
  const hasHolidays = (calendar.holidays ?? []).length > 0;
  for (const day of kindsOfDay(hasHolidays)) {
    const wrong = cellsOf(rules, day).find((cell) => cell.bands.length !== 1);
    if (wrong) refuse(wrong, hoursOn(day, wrong));
  }
}

/** Every kind of day that a year can have: a holiday may follow any day, and any day a holiday. */
function* kindsOfDay(hasHolidays: boolean): Generator<DayKind> {
  for (const month of all(12)) {
    for (const weekday of all(hasHolidays ? holiday : 7)) {
      for (const monthBefore of [month, ((month + 10) % 12) + 1]) {
        const before = weekday === holiday ? all(holiday) : [weekdayBefore(weekday), ...(hasHolidays ? [holiday] : [])];
        for (const day of before) yield { month, weekday, monthBefore, weekdayBefore: day };
      }
    }
  }
}

const weekdayBefore = (weekday: number): number => ((weekday + 5) % 7) + 1;

/** @example Monday 00:00–07:00 in January */
export const hoursOn = ({ month, weekday }: DayKind, { from, to }: Cell): string =>
  `${weekday === holiday ? 'on holidays' : weekdayNames[weekday - 1]} ${clock(from)}–${clock(to)} in ${monthNames[month - 1]}`;

function refuse(cell: Cell, when: string): never {
  if (cell.bands.length === 0) {
    throw new DomainError('tariff-gap', `No band covers ${when}. Add a rule for these hours.`, { when });
  }
  throw new DomainError(
    'tariff-overlap',
    `${cell.bands.join(' and ')} both cover ${when}. Leave the hours to one of them.`,
    { when },
  );
}

/** The instants between `from` and `to` at which the zone's offset changes, with both ends. */
function offsetStretches(span: Span, zone: Zone): { from: number; to: number; offset: number }[] {
  const end = epochMs(span.to);
  const stretches = [];
  let at = Temporal.Instant.from(span.from).toZonedDateTimeISO(zone);
  while (at.epochMilliseconds < end) {
    const next = at.getTimeZoneTransition('next');
    const to = Math.min(next?.epochMilliseconds ?? end, end);
    stretches.push({ from: at.epochMilliseconds, to, offset: at.offsetNanoseconds / 1_000_000 });
    if (next === null) break;
    at = next;
  }
  return stretches;
}

const monthOfDay = (epochDay: number): number => new Date(epochDay * dayMs).getUTCMonth() + 1;
const weekdayOfDay = (epochDay: number, holidays: ReadonlySet<number>): number =>
  holidays.has(epochDay) ? holiday : ((((epochDay + 3) % 7) + 7) % 7) + 1;
const kindOf = (epochDay: number, holidays: ReadonlySet<number>): DayKind => ({
  month: monthOfDay(epochDay),
  weekday: weekdayOfDay(epochDay, holidays),
  monthBefore: monthOfDay(epochDay - 1),
  weekdayBefore: weekdayOfDay(epochDay - 1, holidays),
});

/**
 * Cuts a span of instants into stretches of one band each, by the wall clock of a zone.
 *
 * @param calendar checked by `checkBands` when it was saved
 * @param span     half-open, not empty
 * @param zone     the site's
 * @returns windows in order; neighbours never share a band
 * @throws DomainError `tariff-gap`, `tariff-overlap` at the first hour of the span that has no band, or two
 * @law the windows tile the span exactly; the band of any instant is the band of its wall time; cutting the span cuts only windows
 * @example night 00–07, day 07–24, Europe/London, 2026-10-25 → night of 8 hours, day of 17
 */
export function bandWindows(calendar: BandCalendar, span: Span, zone: Zone): BandWindow[] {
  const rules = calendar.rules.map(compile);
  const holidays = new Set((calendar.holidays ?? []).map((date) => Date.parse(date) / dayMs));
  const cellsByKind = new Map<string, Cell[]>();
  const windows: { band: string; from: number; to: number }[] = [];
  for (const stretch of offsetStretches(span, zone)) {
    const wallTo = stretch.to + stretch.offset;
    for (let wall = stretch.from + stretch.offset; wall < wallTo;) {
      const epochDay = Math.floor(wall / dayMs);
      const kind = kindOf(epochDay, holidays);
      const key = Object.values(kind).join('-');
      let cells = cellsByKind.get(key);
      if (!cells) cellsByKind.set(key, (cells = cellsOf(rules, kind)));
      for (const cell of cells) {
        const from = Math.max(wall, epochDay * dayMs + cell.from * minuteMs);
        const to = Math.min(wallTo, epochDay * dayMs + cell.to * minuteMs);
        if (from >= to) continue;
        const [band] = cell.bands;
        if (band === undefined || cell.bands.length > 1) {
          refuse(
            cell,
            `${new Date(epochDay * dayMs).toISOString().slice(0, 10)} ${clock(cell.from)}–${clock(cell.to)}`,
          );
        }
        const last = windows.at(-1);
        if (last?.band === band) last.to = to - stretch.offset;
        else windows.push({ band, from: from - stretch.offset, to: to - stretch.offset });
      }
      wall = (epochDay + 1) * dayMs;
    }
  }
  return windows.map(({ band, from, to }) => ({ band, from: fromEpochMs(from), to: fromEpochMs(to) }));
}
