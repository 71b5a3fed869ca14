import type { ColumnFacts } from './layout.js';
import type { Role, TableColumn } from './mapping.js';
import { isMissing } from './numbers.js';
import { qualitiesOf } from './qualities.js';
import { unitIn } from './names.js';
import type { Slot } from './slots.js';

/*
 * The part that each column plays, by its name and by what it holds. Where two columns would play the same part, the better named one
 * does, and the other is left aside.
 */

type Part = Pick<TableColumn, 'role' | 'kind' | 'meter' | 'register' | 'unit' | 'periodMinutes' | 'digits'> & {
  /** Of several columns for one part, the one with the least plays it. */
  readonly rank: number;
};

const ignored: Part = { role: 'ignored', rank: 0 };

/** Gives every column its part. */
export function partsOf(facts: readonly ColumnFacts[], slots: readonly Slot[]): readonly TableColumn[] {
  const bySlot = new Map(slots.map((slot) => [slot.index, slot]));
  const hasPoint = facts.some((fact) => fact.sense.says('point') && isIdentity(fact));
  const first = facts.map((fact): Part => (bySlot.has(fact.index) ? ignored : partOf(fact, hasPoint)));
  const hasValue = slots.length > 0 || first.some(({ role }, i) => role === 'value' && isNamed(facts[i]));
  const hasMeter = facts.some((fact, i) => /^(?:meter|serial)$/.test(first[i]?.role ?? '') && isIdentity(fact));
  const parts = hasValue ? first : facts.map((fact, i) => seriesOf(fact, first[i] ?? ignored, hasMeter));
  const alone = oneForEach(parts, facts).map((part) => (slots.length > 0 && part.role === 'value' ? ignored : part));
  const columns = alone.map(({ rank: _rank, ...part }, index): TableColumn => {
    const slot = bySlot.get(index);
    const place = { column: index + 1, name: facts[index]?.name ?? '' };
    if (!slot) return { ...place, ...part };
    const length = slot.isNumbered ? { periodMinutes: slot.length } : {};
    return slot.isQuality
      ? { ...place, role: 'slotQuality', minute: slot.minute }
      : { ...place, role: 'slot', kind: 'interval', minute: slot.minute, ...length };
  });
  const isEmpty = ({ column }: TableColumn): boolean => facts[column - 1]?.content === 'empty';
  const values = columns.filter((column) => column.role === 'value' && !isEmpty(column));
  return columns.map((column) => (values.length > 1 || isEmpty(column) ? named(column) : column));
}

/** Several values in a row tell their series by the names of their columns; so does one that nobody filled yet. */
const named = (column: TableColumn): TableColumn =>
  column.role !== 'value' || column.meter !== undefined ? column : { ...column, register: column.name };

/** A column of identifiers: texts, or numbers that are no quantities. */
const isIdentity = ({ content, sense, cells }: ColumnFacts): boolean =>
  sense.unit === '' &&
  !sense.says('cumulative') &&
  (content === 'text' ||
    content === 'empty' ||
    (content === 'number' && cells.every(({ text }) => /^\d+$|^\d[.,]\d+e\+\d+$/i.test(text))));

function partOf(fact: ColumnFacts, hasPoint: boolean): Part {
  const { content, sense } = fact;
  if (content === 'moment' || content === 'date' || content === 'time') return timePart(fact);
  if (content === 'number') return numberPart(fact, hasPoint);
  return textPart(fact, hasPoint);
  function timePart({ sense: { side, words, isTemporal } }: ColumnFacts): Part {
    const half = content === 'moment' ? '' : content === 'date' ? 'Date' : 'Time';
    const role = (
      side === null ? (half === '' ? 'at' : half.toLowerCase()) : `${side === 'start' ? 'from' : 'to'}${half}`
    ) as Role;
    const isOther =
      sense.says('other') || words.some((word) => /^(?:issue|bill|invoice|export(?:ed)?|expiry)$/.test(word));
    return { role, rank: (isOther ? 2 : 0) + (isTemporal ? 0 : 1) };
  }
}

function numberPart(fact: ColumnFacts, hasPoint: boolean): Part {
  const { sense, cells } = fact;
  const unit = sense.unit === '' ? {} : { unit: sense.unit };
  if (sense.says('quality')) return ignored;
  if (sense.says('point') && isIdentity(fact) && !sense.says('quantity')) return textPart(fact, hasPoint);
  const period = sense.isClock && sense.unit === '' ? periodOf(fact) : null;
  if (period) return period;
  // A "read value" may be either: what the display showed, or what was read of an interval.
  if (sense.says('cumulative') && sense.says('value')) return { role: 'value', rank: 0, ...unit };
  if (sense.says('cumulative') && !sense.says('serial')) return { role: 'value', kind: 'cumulative', rank: 0, ...unit };
  if (sense.unit !== '' || sense.says('quantity') || sense.says('value')) {
    if (sense.says('other') && sense.unit === '') return ignored;
    const isInterval = sense.says('quantity');
    return { role: 'value', ...(isInterval ? { kind: 'interval' as const } : {}), rank: 0, ...unit };
  }
  return isIdentity(fact) && cells.length > 0 ? textPart(fact, hasPoint) : ignored;
}

function textPart(fact: ColumnFacts, hasPoint: boolean): Part {
  const { sense, cells, content } = fact;
  if (sense.says('point')) return { role: 'meter', rank: 0 };
  if (sense.says('serial')) return { role: 'serial', rank: 0 };
  if (sense.says('unit')) return { role: 'unit', rank: 0 };
  const isKind = sense.says('kind') && cells.every(({ text }) => text.length <= 12);
  if ((sense.says('quality') || isKind) && hasKnownSign(fact))
    return { role: 'quality', rank: sense.says('quality') ? 0 : 1 };
  if (sense.says('quality')) return ignored;
  if (sense.says('register')) return { role: 'register', rank: 0 };
  if (sense.says('note')) return ignored;
  if (sense.says('meter')) return { role: hasPoint ? 'serial' : 'meter', rank: 1 };
  if (sense.says('kind') && sense.says('cumulative') && content === 'text') return { role: 'register', rank: 1 };
  if (content === 'empty' && (sense.says('cumulative') || sense.says('quantity')))
    return {
      role: 'value',
      kind: sense.says('cumulative') ? 'cumulative' : 'interval',
      rank: 1,
      ...(sense.unit === '' ? {} : { unit: sense.unit }),
    };
  return ignored;
}

/** A column of signs of quality has at least one that is known; a status of something else has none. */
function hasKnownSign({ name, cells }: ColumnFacts): boolean {
  const qualityOf = qualitiesOf(name, {});
  return cells.length === 0 || cells.some(({ text }) => qualityOf(text) !== undefined);
}

/** A number of the interval in its day, or a time without its colon; null where it is neither. */
function periodOf({ cells, sense }: ColumnFacts): Part | null {
  if (!cells.every(({ text }) => /^\d{1,6}$/.test(text))) return null;
  const numbers = cells.map(({ text }) => Number(text));
  const most = Math.max(...numbers);
  const least = Math.min(...numbers);
  const areTimes = numbers.every((n) => n % 100 < 60 && n <= 2400) && numbers.some((n) => n > 100);
  const isSix = cells.length > 0 && cells.every(({ text }) => text.length === 6);
  if (areTimes || isSix) return { role: 'time', digits: 'clock', rank: 1 };
  if (least < 1) return most <= 23 ? { role: 'time', digits: 'hours', rank: 1 } : null;
  if (!sense.isPeriod) return null;
  const isHour = sense.words.some((word) => /^(?:hours?|hora|ora|heure|uur|stunde)$/.test(word));
  const minutes = isHour ? 60 : most > 50 ? 15 : 30;
  return most > (isHour ? 25 : 100) ? null : { role: 'period', periodMinutes: minutes, rank: 1 };
}

/** A value that its name calls so, and not by a unit behind the name of a meter, as `Shop 3 (kWh)`. */
const isNamed = (fact: ColumnFacts | undefined): boolean =>
  fact !== undefined &&
  (fact.sense.words.length === 0 ||
    fact.sense.says('cumulative') ||
    fact.sense.says('quantity') ||
    fact.sense.says('value'));

/** Where no column is named as a value: every column of numbers is a series, of the meter or the tariff that its name says. */
function seriesOf(fact: ColumnFacts, part: Part, hasMeter: boolean): Part {
  const { content, name, sense, cells } = fact;
  const numbers = content === 'number' || (content === 'empty' && part.role === 'ignored' && name !== '');
  if (!numbers || sense.says('other') || sense.says('note') || sense.isClock) return part;
  if (part.role !== 'ignored' && part.role !== 'meter' && part.role !== 'value') return part;
  if (part.role === 'meter' && (sense.words.length === 1 || cells.every(({ text }) => /^\d{6,}$/.test(text))))
    return part;
  if (content === 'empty' || cells.every(({ text }) => isMissing(text))) return part;
  const unit = sense.unit === '' ? {} : { unit: sense.unit };
  const whose = hasMeter || sense.says('tariff') ? {} : { meter: unitIn(name).rest };
  return { role: 'value', rank: 0, ...unit, ...whose };
}

const many = new Set<Role>(['value', 'ignored']);

/** Leaves each part to one column: the best named, and of those the first. */
function oneForEach(parts: readonly Part[], facts: readonly ColumnFacts[]): Part[] {
  const best = new Map<Role, number>();
  parts.forEach(({ role, rank }, i) => {
    const held = best.get(role);
    if (many.has(role)) return;
    if (held === undefined || rank < (parts[held]?.rank ?? 0)) best.set(role, i);
  });
  const steady = (role: Role): boolean => {
    const cells = facts[best.get(role) ?? -1]?.cells ?? [];
    return cells.length > 1 && cells.every(({ text }) => text === cells[0]?.text);
  };
  // A table whose every row has the same beginning and end, and a time of its own, says of which time the whole report is.
  const isReport = best.has('at') && ['from', 'to', 'fromDate', 'toDate'].some((role) => steady(role as Role));
  const isInterval = (best.has('from') || best.has('fromDate')) && !isReport;
  return parts.map((part, i) => {
    if (many.has(part.role)) return part;
    if (best.get(part.role) !== i || (part.role === 'period' && best.has('time'))) return ignored;
    const isEnd = /^(?:from|to)/.test(part.role);
    return (isEnd && isReport) || (part.role === 'at' && isInterval) ? ignored : part;
  });
}
