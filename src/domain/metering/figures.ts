import { Decimal, plain, quotient } from '../quantity/decimal.js';
import type { Range } from './range.js';
import type { Installation, Quality, Register } from './reading.js';

/**
 * What the readings of one register say of a span: everything that a rule compares, and nothing that only a reading knows. A million
 * readings become these few figures where they are (SQL) or here (measure.ts), and both must come to the same.
 */

/** A register with its devices. */
export interface Source {
  readonly register: Register;
  /** Length of its intervals; null for a display. */
  readonly intervalMinutes: number | null;
  readonly installations: readonly Installation[];
}

/** What is looked at. */
export interface Frame {
  readonly span: Range;
  /** Up to here, at most the end of the span, everything should have come; the start of a day. */
  readonly due: number;
  /** The civil days from the start of the span until `due` by the clock of the site: of 23, 24 or 25 hours. */
  readonly days: readonly Range[];
  /** Nothing can have been read after this instant. */
  readonly latest: number;
  /** Neighbouring readings farther apart give no value between them. */
  readonly maxGapMs: number;
  /** The most that can pass in an hour where a device does not declare it; null: no limit. */
  readonly mostPerHour: Decimal | null;
  /** The highest interval is worth telling where it is more than so many percent of the third; null: nobody asks. */
  readonly towersFrom: Decimal | null;
}

/** Use between two instants. */
export interface Slice extends Range {
  readonly quantity: Decimal;
}

/** A reading that cannot be of its time. An interval is named by its end where that lies in the future. */
export interface Stray extends Range {
  readonly why: 'in-the-future' | 'not-installed';
  readonly value: Decimal;
}

/** Two readings of a display, of which the later shows less; between them nothing was read. */
export interface Fall extends Range {
  readonly start: Decimal;
  readonly end: Decimal;
  /** False where an estimate lies between them. */
  readonly isDirect: boolean;
  readonly multiplier: Decimal;
  /** What the display wrapped at, where it is declared. */
  readonly capacity: Decimal | null;
  readonly maxPerHour: Decimal | null;
  /** What was used if the display wrapped; null where that is not plausible. */
  readonly wrapped: Decimal | null;
}

/** Use beyond what can pass in its time. */
export interface Beyond extends Slice {
  readonly maxPerHour: Decimal;
}

/** Time that is not known: without an interval, or an edge of the span at which a display was not read. */
export interface Gap extends Range {
  readonly why: 'no-interval' | 'never-read' | 'before-first' | 'sets-base' | 'after-last' | 'gap-too-long';
}

/** A civil day whose use is known exactly, from readings that are no estimates. */
export interface DayUse extends Slice {
  /** What each interval counted where all of them counted the same; null where they did not, and for displays. */
  readonly each: Decimal | null;
}

/** How much was counted in how much time: for an average. */
export interface Counted {
  readonly quantity: Decimal;
  readonly ms: number;
}

export interface RegisterFigures {
  readonly source: Source;
  readonly frame: Frame;
  /** Readings that speak of the span, and how many of them were read and not computed. */
  readonly count: number;
  readonly actual: number;
  readonly strays: readonly Stray[];
  readonly falls: readonly Fall[];
  readonly beyond: readonly Beyond[];
  readonly gaps: readonly Gap[];
  readonly days: readonly DayUse[];
  /** The three intervals with the highest use, the highest first, where it towers above the third; else empty, as for displays. */
  readonly highest: readonly Slice[];
  /** What was read; null where nothing was, or where it contradicts itself. */
  readonly counted: Counted | null;
}

/** Values that estimation made. Validation is silent about them: they were made to be unremarkable. */
export const isEstimate = (quality: Quality): boolean => quality === 'estimated' || quality === 'substituted';

/** Values that somebody or something read. */
export const isRead = (quality: Quality): boolean => quality === 'actual' || quality === 'customer';

export const hourMs = 3_600_000;

/** True where two ranges share time. */
export const meets = (a: Range, b: Range): boolean => a.from < b.to && a.to > b.from;

/** True where a quantity is more than can pass in its time. Exact: both sides are multiplied out. */
export const exceeds = ({ quantity, from, to }: Slice, maxPerHour: Decimal): boolean =>
  quantity.times(hourMs).greaterThan(maxPerHour.times(to - from));

/**
 * What was counted, where it speaks of the time that should be known: of half of it at least, and of no more than twice of it. A day of
 * readings tells little of a month, and a month's share of a year that nobody read tells nothing.
 */
export function comparable({ counted, frame }: RegisterFigures): Counted | null {
  const due = frame.due - frame.span.from;
  return counted !== null && counted.ms * 2 >= due && counted.ms <= due * 2 ? counted : null;
}

/** A length of time as evidence writes it: hours, to three digits. */
export const hoursOf = ({ from, to }: Range): string =>
  plain(quotient(new Decimal(to - from), new Decimal(hourMs), 3, 'half-even'));

/** The three highest of some slices, where the first towers above the third; the earlier first where two are equal. */
export function towering(slices: readonly Slice[], { towersFrom }: Frame): Slice[] {
  const ranked = slices.toSorted((a, b) => b.quantity.comparedTo(a.quantity) || a.from - b.from).slice(0, 3);
  const [highest, , third] = ranked;
  const towers =
    towersFrom !== null &&
    highest &&
    third &&
    highest.quantity.times(100).greaterThan(third.quantity.times(towersFrom));
  return towers ? ranked.map(({ from, to, quantity }) => ({ from, to, quantity })) : [];
}
