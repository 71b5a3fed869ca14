import { wordsOf } from './names.js';

/*
 * Tables with a day a row: one column for each interval of the day. Their names are times, or numbers from 1.
 *
 *   MPAN,Date,00:00,00:30,…,23:30     the times at which intervals begin
 *   MPAN,Date,00:30,01:00,…,24:00     the times at which they end
 *   MPAN,Date,HH1,HH2,…,HH48,HH49,HH50     the first half-hour of the day, the second, …: 46 of them in spring, 50 in autumn
 */

export interface Slot {
  /** Index of the column, from 0. */
  readonly index: number;
  /** Minutes after midnight at which the interval begins, on the wall or as the day passes. */
  readonly minute: number;
  readonly length: number;
  /** Counted from the beginning of the day, whatever the clock does. */
  readonly isNumbered: boolean;
  readonly isQuality: boolean;
}

const qualityWords = /qual|status|flag|estimat|indicator|type/i;
const dayMinutes = 1440;

/** Minutes after midnight that a name shows; null where it shows no time. */
function minuteIn(name: string): number | null {
  const [, hour, minute] =
    /(?:^|[^\d])([01]?\d|2[0-4])[:hH_.]([0-5]\d)(?:[:_.]00)?(?!\d)/.exec(name) ??
    /^([01]\d|2[0-4])([0-5]\d)$/.exec(name.trim()) ??
    [];
  if (hour === undefined || minute === undefined) return null;
  const minutes = Number(hour) * 60 + Number(minute);
  return minutes <= dayMinutes ? minutes : null;
}

/** The number at the end of a name, and what stands before it. @example 'HH_07' → hh, 7 */
function numberAtEnd(name: string): { readonly stem: string; readonly number: number } | null {
  const [, before, digits] = /^(.*?)0*(\d{1,3})$/.exec(name.trim()) ?? [];
  return digits === undefined ? null : { stem: wordsOf(before ?? '').join(' '), number: Number(digits) };
}

interface Named {
  readonly index: number;
  readonly at: number;
}

/** The columns of intervals among the names of a header; none where the table has not a day a row. */
export function slotsOf(names: readonly string[]): Slot[] {
  const timed = timedSlots(names);
  const found = timed.length > 0 ? timed : numberedSlots(names);
  return found.length === 0 ? [] : withQualities(names, found);
}

function timedSlots(names: readonly string[]): Slot[] {
  const shown = names.flatMap((name, index): Named[] => {
    const at = qualityWords.test(name) ? null : minuteIn(name);
    return at === null ? [] : [{ index, at }];
  });
  const [first, second] = shown;
  if (!first || !second) return [];
  // The last of the names that are ends is midnight, as 24:00 or as 00:00.
  const endsAtMidnight = shown.findIndex(({ at }, i) => i > 0 && at === 0);
  const times = shown.map(({ at }, i) => (i > 0 && i === endsAtMidnight && i === shown.length - 1 ? dayMinutes : at));
  const length = second.at - first.at;
  if (length < 5 || dayMinutes % length !== 0) return [];
  const isRegular = times.every((at, i) => i === 0 || (at > (times[i - 1] ?? 0) && (at - first.at) % length === 0));
  if (!isRegular) return [];
  const areEnds = times.at(-1) === dayMinutes || (first.at === length && times.at(-1) === dayMinutes - length);
  const shift = areEnds || (first.at === length && !times.includes(0)) ? length : 0;
  if (first.at < shift) return [];
  return shown.map(({ index }, i) => ({
    index,
    minute: (times[i] ?? 0) - shift,
    length,
    isNumbered: false,
    isQuality: false,
  }));
}

/** Lengths that numbered columns can have: with the four or so that a day of 25 hours needs more, or without them. */
const counts = new Map([24, 25, 48, 50, 96, 100].map((count) => [count, count < 30 ? 60 : count < 60 ? 30 : 15]));

/** What numbered intervals are called; shops and meters are numbered too. */
const stemWords = new Set(
  'h hh hr hour hours stunde heure hora ora uur p sp period periode periodo interval intervall kwh value v q consumption usage reading'.split(
    ' ',
  ),
);

function numberedSlots(names: readonly string[]): Slot[] {
  const stems = new Map<string, Named[]>();
  names.forEach((name, index) => {
    const found = numberAtEnd(name);
    if (found?.stem.split(' ').every((word) => word === '' || stemWords.has(word)))
      stems.set(found.stem, [...(stems.get(found.stem) ?? []), { index, at: found.number }]);
  });
  const [longest] = [...stems.values()].filter(
    (list) => list.every(({ at }, i) => at === i + 1) && counts.has(list.length),
  );
  const length = longest && counts.get(longest.length);
  if (!longest || length === undefined) return [];
  return longest.map(({ index, at }) => ({
    index,
    minute: (at - 1) * length,
    length,
    isNumbered: true,
    isQuality: false,
  }));
}

/** Adds the columns of quality that stand beside the intervals: those directly behind each, where they have all the same name or the interval's own. */
function withQualities(names: readonly string[], slots: readonly Slot[]): Slot[] {
  const taken = new Set(slots.map(({ index }) => index));
  const beside = (step: 1 | -1): boolean =>
    slots.length > 2 &&
    slots.every(({ index }) => qualityWords.test(names[index + step] ?? '') && !taken.has(index + step));
  const step = beside(1) ? 1 : beside(-1) ? -1 : 0;
  if (step === 0) return [...slots];
  return slots.flatMap((slot) => [slot, { ...slot, index: slot.index + step, isQuality: true }]);
}
