import { addDays, type CivilDate, epochMs, fromEpochMs, weekdayOf } from '../../calendar/period.js';
import { dayOf, shiftDays, startOfDay, type Zone } from '../../calendar/zone.js';
import { type Decimal, decimal, one, sum } from '../../quantity/decimal.js';
import { canScale, type Gap, type Known, type Method, within } from '../estimation.js';
import { knownUse, type KnownUse } from '../known-use.js';
import type { Range } from '../range.js';

/** Days of the same kind differ by about a quarter. */
const percent = decimal('25');
/** How many days away a like day may be: of the same weekday, and of the same kind. */
const [sameWeekdayReach, sameKindReach] = [56, 28];
const dayMs = 86_400_000;

/** A part of a slot within one civil day. */
interface Part extends Range {
  readonly slot: number;
  readonly day: CivilDate;
}

interface Found extends Known {
  readonly slot: number;
}

/**
 * Rung 4: the same hours of a like day.
 *
 * That is the nearest day of the same weekday, up to eight weeks away, whose same hours are known; else the nearest allowed one up to four
 * weeks away: a working day for a working day, a day of the weekend for one of the weekend. Of two equally near, the earlier.
 *
 * @returns the use of those hours; the band is 25 % on both sides
 * @source AEMO metrology procedure, substitution by a like day (method 14), in outline
 */
export const likeDay: Method = (gap, { zone, history }) => {
  const own = knownUse(history);
  const parts = partsOf(gap, zone);
  const days = [...new Set(parts.map(({ day }) => day))];
  // Where the display advanced, days without any use come second: they cannot be scaled to it.
  for (const isUseNeeded of [false, true]) {
    const found: Found[] = [];
    for (const day of days) {
      const same = parts.filter((part) => part.day === day);
      const like = (isUseNeeded ? nearest(day, same, own, zone, true) : null) ?? nearest(day, same, own, zone, false);
      if (like === null) return `No day like ${day} is known in the same hours.`;
      found.push(...like);
    }
    const bySlot = gap.slots.map((_, slot) => found.filter((one) => one.slot === slot));
    const uses = bySlot.map((some) => sum(some.map(({ value }) => value)));
    if (!canScale(gap, uses)) continue;
    return {
      over: one,
      slots: uses.map((use, i) =>
        within(
          use,
          percent,
          (bySlot[i] ?? []).map(({ name, from, to, value }) => ({ name, from, to, value })),
        ),
      ),
    };
  }
  return 'No like day has any use, and the display has advanced.';
};

/** Slots, cut at midnight by the clock of the site. */
function partsOf({ slots }: Gap, zone: Zone): Part[] {
  return slots.flatMap(({ from, to }, slot): Part[] => {
    const parts: Part[] = [];
    let cursor = from;
    while (cursor < to) {
      const day = dayOf(fromEpochMs(cursor), zone);
      const end = Math.min(to, epochMs(startOfDay(addDays(day, 1), zone)));
      parts.push({ slot, day, from: cursor, to: end });
      cursor = end;
    }
    return parts;
  });
}

function nearest(
  day: CivilDate,
  parts: readonly Part[],
  own: KnownUse,
  zone: Zone,
  isUseNeeded: boolean,
): Found[] | null {
  for (const days of offsets(day)) {
    const found: Found[] = [];
    for (const part of parts) {
      const range = shifted(part, days, zone);
      const value: Decimal | null = own.whole(range);
      if (value === null) break;
      found.push({ name: `like day ${addDays(day, days)}`, slot: part.slot, ...range, value });
    }
    if (found.length < parts.length) continue;
    if (!isUseNeeded || found.some(({ value }) => !value.isZero())) return found;
  }
  return null;
}

const isWeekend = (date: CivilDate): boolean => weekdayOf(date) > 5;

/** How many days away the allowed days are, in the order in which they are tried. */
function offsets(day: CivilDate): number[] {
  const both = (distance: number): number[] => [-distance, distance];
  const weeks = Array.from({ length: sameWeekdayReach / 7 }, (_, i) => (i + 1) * 7).flatMap(both);
  const kind = Array.from({ length: sameKindReach }, (_, i) => i + 1)
    .filter((distance) => distance % 7 !== 0)
    .flatMap(both)
    .filter((days) => isWeekend(addDays(day, days)) === isWeekend(day));
  return [...weeks, ...kind];
}

/** The same hours of another day. A part of a day lasts as long there; a whole day is a whole day, of 23, 24 or 25 hours. */
export function shifted({ from, to }: Range, days: number, zone: Zone): Range {
  const at = (ms: number): number => epochMs(shiftDays(fromEpochMs(ms), days, zone));
  const start = at(from);
  return { from: start, to: to - from < dayMs / 2 ? start + to - from : at(to) };
}
