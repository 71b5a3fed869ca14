import type { DomainErrorCode } from '../../../domain/errors.js';
import { qualities, type Quality } from '../../../domain/metering/reading.js';

/**
 * One pushed reading, checked by hand: readings come by the million, and this runs for each of them.
 *
 *   {"meter": "SHOP-07", "register": "import", "at": "2026-10-01T00:30:00+01:00", "value": "48210.400", "unit": "kWh"}
 *   {"meter": "SHOP-07", "register": "import-hh", "from": "…", "to": "…", "quantity": "0.412", "unit": "kWh"}
 *
 * What passes is plain: instants are kept as they were written (PostgreSQL reads them) beside their milliseconds, values in
 * one written form, so that equal values are equal texts.
 */
export interface ReadingItem {
  readonly meter: string;
  readonly register: string;
  /** The instant of a register reading, or the start of an interval, as it was written. */
  readonly at: string;
  readonly ms: number;
  /** The end of an interval; null for a register reading. */
  readonly until: string | null;
  readonly untilMs: number | null;
  /** Canonical: no leading and no trailing zeros. */
  readonly value: string;
  readonly unit: string;
  /** Null where the sender does not say. */
  readonly quality: Quality | null;
}

/** What is wrong with an item, and at which of its fields. */
export interface ItemProblem {
  readonly code: DomainErrorCode;
  readonly detail: string;
  /** JSON pointer into the item. */
  readonly pointer?: string;
}

const fields = new Set(['meter', 'register', 'at', 'from', 'to', 'value', 'quantity', 'unit', 'quality']);
const knownQualities = new Set<unknown>(qualities);

const wrong = (pointer: string, detail: string, code: DomainErrorCode = 'invalid-input'): ItemProblem => ({
  code,
  pointer,
  detail,
});

/** Reads an item, or says what is wrong with it first. */
export function readItem(item: unknown): ReadingItem | ItemProblem {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) {
    return { code: 'invalid-input', detail: 'This is not an object with meter, register, at and value.' };
  }
  for (const field in item) {
    if (!fields.has(field))
      return wrong(`/${field.slice(0, 60)}`, `"${field.slice(0, 60)}" is not a field of a reading; leave it out.`);
  }
  const { meter, register, at, from, to, value, quantity, unit, quality } = item as Partial<Record<string, unknown>>;
  if (!isName(meter))
    return wrong('/meter', 'The meter is missing: give its code or id as a text of at most 100 characters.');
  if (!isName(register))
    return wrong('/register', 'The register is missing: give its code as a text of at most 100 characters.');
  if (typeof unit !== 'string' || unit === '' || unit.length > 20 || !isPlain(unit))
    return wrong('/unit', 'The unit is missing: give it as a text like kWh.');
  if (quality !== undefined && !knownQualities.has(quality))
    return wrong('/quality', `The quality must be one of ${qualities.join(', ')}.`);
  const names: Names = { meter, register, unit, quality: (quality as Quality | undefined) ?? null };
  if (at !== undefined) {
    if (from !== undefined || to !== undefined || quantity !== undefined) {
      return wrong('/at', 'A reading has either at and value, or from, to and quantity; this one mixes them.');
    }
    return readingAt(names, at, value);
  }
  if (from === undefined && to === undefined)
    return wrong('/at', 'The time is missing: give at for a register reading, or from and to for an interval.');
  if (value !== undefined)
    return wrong('/value', 'An interval carries quantity, not value; a register reading carries at, not from and to.');
  return readingOver(names, from, to, quantity);
}

type Names = Pick<ReadingItem, 'meter' | 'register' | 'unit' | 'quality'>;

function readingAt(names: Names, at: unknown, value: unknown): ReadingItem | ItemProblem {
  const ms = instantMs(at);
  if (ms === null) return wrongInstant('/at', at);
  const canonical = energy(value);
  if (canonical === null) return wrongValue('/value', value);
  const { meter, register, unit, quality } = names;
  return { meter, register, unit, quality, at: at as string, ms, until: null, untilMs: null, value: canonical };
}

function readingOver(names: Names, from: unknown, to: unknown, quantity: unknown): ReadingItem | ItemProblem {
  const ms = instantMs(from);
  if (ms === null) return wrongInstant('/from', from);
  const untilMs = instantMs(to);
  if (untilMs === null) return wrongInstant('/to', to);
  if (untilMs <= ms)
    return wrong('/to', 'The interval ends before it begins; to must come after from.', 'invalid-period');
  const canonical = energy(quantity);
  if (canonical === null) return wrongValue('/quantity', quantity);
  const { meter, register, unit, quality } = names;
  return { meter, register, unit, quality, at: from as string, ms, until: to as string, untilMs, value: canonical };
}

const unprintable = /[\u0000-\u001f\u007f\ufffe\uffff]|\p{Surrogate}/u;
const isPlain = (text: string): boolean => !unprintable.test(text);
const simpleName = /^[A-Za-z0-9._-]{1,63}$/;
const isName = (name: unknown): name is string =>
  typeof name === 'string' && (simpleName.test(name) || (name !== '' && name.length <= 100 && isPlain(name)));

const decimalShape = /^\d{1,12}(\.\d{1,6})?$/;

/** The canonical text of a quantity, or null where it is none: at most 12 and 6 digits, no sign, no exponent. */
export function energy(value: unknown): string | null {
  if (typeof value !== 'string' || !decimalShape.test(value)) return null;
  let start = 0;
  while (value[start] === '0' && start + 1 < value.length && value[start + 1] !== '.') start += 1;
  let end = value.length;
  if (value.includes('.')) {
    while (value[end - 1] === '0') end -= 1;
    if (value[end - 1] === '.') end -= 1;
  }
  return value.slice(start, end);
}

function wrongValue(pointer: string, value: unknown): ItemProblem {
  const field = pointer.slice(1);
  if (value === undefined)
    return wrong(pointer, `The ${field} is missing: give it as a decimal in quotation marks like "48210.400".`);
  if (typeof value === 'number') {
    return wrong(
      pointer,
      `The ${field} is a JSON number, which may lose digits on its way; send it in quotation marks like "48210.400".`,
      'invalid-decimal',
    );
  }
  if (typeof value === 'string' && /^-\d+(\.\d+)?$/.test(value)) {
    return wrong(
      pointer,
      `The ${field} is negative; a meter counts upwards, and export has a register of its own.`,
      'invalid-decimal',
    );
  }
  return wrong(
    pointer,
    `The ${field} must be a decimal in quotation marks like "48210.400": at most 12 digits before and 6 after the point, no exponent.`,
    'invalid-decimal',
  );
}

function wrongInstant(pointer: string, value: unknown): ItemProblem {
  const field = pointer.slice(1);
  if (value === undefined)
    return wrong(pointer, `${field} is missing: give an instant with an offset like 2026-10-01T00:30:00+01:00.`);
  return wrong(
    pointer,
    `${field} is not an instant with an offset like 2026-10-01T00:30:00+01:00; an hour without an offset happens twice a year, and not at all once.`,
    'invalid-period',
  );
}

const monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const [hyphen, colon, point, letterT, letterZ, plus] = [...'-:.TZ+'].map((sign) => sign.charCodeAt(0));

/** The number that two digits at a place of a text make; -1 where there are none. */
function two(text: string, place: number): number {
  const tens = text.charCodeAt(place) - 48;
  const ones = text.charCodeAt(place + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
}

/**
 * Milliseconds since 1970 of an RFC 3339 instant with an offset, or null. It reads what the domain's `instant` reads, sign by sign:
 * a regular expression costs more than everything else that is done with a reading.
 */
export function instantMs(value: unknown): number | null {
  if (typeof value !== 'string' || value.length < 17 || value.length > 29) return null;
  const century = two(value, 0);
  const month = two(value, 5);
  const day = two(value, 8);
  const hour = two(value, 11);
  const minute = two(value, 14);
  const year = century * 100 + two(value, 2);
  const isSeparated =
    value.charCodeAt(4) === hyphen &&
    value.charCodeAt(7) === hyphen &&
    value.charCodeAt(10) === letterT &&
    value.charCodeAt(13) === colon;
  if (
    !isSeparated ||
    century < 19 ||
    two(value, 2) < 0 ||
    month < 1 ||
    day < 1 ||
    hour < 0 ||
    hour > 23 ||
    minute < 0 ||
    minute > 59
  )
    return null;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const length = month === 2 && isLeap ? 29 : monthLengths[month - 1];
  if (length === undefined || day > length) return null;
  let place = 16;
  let ms = 0;
  if (value.charCodeAt(place) === colon) {
    const second = two(value, 17);
    if (second < 0 || second > 59) return null;
    ms = second * 1000;
    place = 19;
    if (value.charCodeAt(place) === point) {
      const first = (place += 1);
      for (let weight = 100; weight >= 1; weight /= 10) {
        const digit = value.charCodeAt(place) - 48;
        if (!(digit >= 0 && digit <= 9)) break;
        ms += digit * weight;
        place += 1;
      }
      if (place === first) return null;
    }
  }
  const offset = offsetMinutes(value, place);
  return offset === null ? null : Date.UTC(year, month - 1, day, hour, minute - offset) + ms;
}

/** The offset that ends a text, in minutes east of UTC; null where the text does not end with one. */
function offsetMinutes(text: string, place: number): number | null {
  const sign = text.charCodeAt(place);
  if (sign === letterZ) return place + 1 === text.length ? 0 : null;
  if ((sign !== plus && sign !== hyphen) || place + 6 !== text.length || text.charCodeAt(place + 3) !== colon)
    return null;
  const hours = two(text, place + 1);
  const minutes = two(text, place + 4);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return null;
  return (hours * 60 + minutes) * (sign === plus ? 1 : -1);
}
