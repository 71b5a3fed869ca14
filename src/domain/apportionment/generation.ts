import type { Instant } from '../calendar/period.js';
import { DomainError } from '../errors.js';
import { Decimal, plain, sum, zero } from '../quantity/decimal.js';
import { splitOnGrid } from '../quantity/split.js';
import { tieRank } from '../quantity/tie-break.js';

/*
 * The problem: panels on the roof feed the house first; what the house does not use goes out, what it lacks comes in. Within
 * each interval somebody has to say whose kWh came from the roof, because they have another price than those of the grid.
 *
 *   12:00–12:15   made 6 kWh, used 10: Rosa 7, Lund 3     local min(6, 10) = 6, from the grid 4, exported 0
 *     dynamic     in proportion to use        Rosa 6 × 7/10 = 4.2 · Lund 1.8
 *     static      agreed halves               Rosa 3 of her 3 · Lund 3 of his 3        what one does not use is exported
 *     hybrid      agreed halves first, then what one does not use to the others in proportion to what they lack
 *     priority    Lund first: 3 · Rosa then: 3
 *
 * Method: whole steps of the energy grid, so nothing is rounded. Inside an interval the parts of a proportion are found by the
 * largest remainder (quantity/split.ts), so that they add up to what there was to share. A part never exceeds its claimant's
 * own use: the exact part does not, and the use lies on the grid, so the next step above does not either.
 *
 * Source of the dynamic formula: Swiss ZEV practice and EnWG section 42b; of the static coefficients: RD 244/2019 (Spain).
 */

/** Fraction digits of a quantity of energy. */
export const energyScale = 6;

/** A quantity of one participant in an interval: ≥ 0, on the energy grid. */
export interface Metered {
  readonly id: string;
  readonly quantity: Decimal;
}

/** What was made and used in one interval. A participant may be on both lists. */
export interface Interval {
  readonly at: Instant;
  /** The hour on the wall clock in which it begins, 0 to 23: coefficients may differ by it. */
  readonly hour: number;
  readonly made: readonly Metered[];
  readonly used: readonly Metered[];
}

/** Agreed parts of what is made; they come to exactly 1. */
export type Coefficients = readonly { readonly id: string; readonly part: Decimal }[];

/** Coefficients by hour: one table for all hours, or tables with the hours in which they hold. */
export interface HourlyCoefficients {
  readonly tables: readonly { readonly hours: readonly number[]; readonly parts: Coefficients }[];
}

/** How what is made on site is allotted to those who use it. */
export type Allotment =
  | { readonly kind: 'dynamic' }
  | ({ readonly kind: 'static' | 'hybrid' } & HourlyCoefficients)
  | {
      /** Groups in order of precedence; who is in none comes last. Within a group, in proportion to use. */
      readonly kind: 'priority';
      readonly order: readonly (readonly string[])[];
    };

/** What one user got in an interval: local + grid = own use. */
export interface UserPart {
  readonly id: string;
  readonly local: Decimal;
  readonly grid: Decimal;
}

/** What became of what one producer made: local + exported = made. */
export interface ProducerPart {
  readonly id: string;
  readonly local: Decimal;
  readonly exported: Decimal;
}

export interface Allotted {
  readonly users: readonly UserPart[];
  readonly producers: readonly ProducerPart[];
}

const hoursOfDay = 24;

/**
 * Checks how generation is allotted before it is saved.
 *
 * @throws DomainError `key-incomplete` where the coefficients of a table do not come to exactly 1, or an hour has none or two
 *   tables; `negative-weight`; `duplicate-share` where somebody is named twice
 * @source RD 244/2019 annex I: coefficients of each hour come to one
 */
export function checkAllotment(allotment: Allotment): void {
  if (allotment.kind === 'dynamic') return;
  if (allotment.kind === 'priority') {
    refuseTwice(allotment.order.flat());
    return;
  }
  for (let hour = 0; hour < hoursOfDay; hour += 1) {
    const count = allotment.tables.filter(({ hours }) => hours.includes(hour)).length;
    if (count === 1) continue;
    throw new DomainError(
      'key-incomplete',
      `The hour from ${hour}:00 has ${count === 0 ? 'no' : 'more than one'} table of coefficients; give it one.`,
      { hour },
    );
  }
  for (const { parts } of allotment.tables) checkParts(parts);
}

function checkParts(parts: Coefficients): void {
  refuseTwice(parts.map(({ id }) => id));
  const below = parts.find(({ part }) => part.lessThan(0));
  if (below !== undefined) {
    throw new DomainError(
      'negative-weight',
      `The coefficient of ${below.id} is ${plain(below.part)}; it is zero or more.`,
    );
  }
  const whole = sum(parts.map(({ part }) => part));
  if (!whole.equals(1)) {
    throw new DomainError('key-incomplete', `The coefficients come to ${plain(whole)}; they must come to exactly 1.`, {
      sum: plain(whole),
    });
  }
}

function refuseTwice(ids: readonly string[]): void {
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new DomainError('duplicate-share', `${twice} is named twice.`, { id: twice });
}

/**
 * Allots what was made in one interval to those who used energy in it.
 *
 * @param interval ids unique on each list; quantities on the energy grid
 * @returns users and producers in the order given
 * @throws DomainError `duplicate-share`, `negative-weight`; `off-grid-total`; `not-found` where an hour has no coefficients
 * @law local + grid = use, and local ≤ use; local + exported = made; Σ local of users = Σ local of producers ≤ min(made, used),
 *   and equal to it but under static coefficients, which export what their holder does not use; order-free
 * @example made 6, used 10 by one, dynamic → local 6, grid 4, exported 0
 */
export function allot(interval: Interval, allotment: Allotment): Allotted {
  const { made, used } = interval;
  for (const list of [made, used]) {
    refuseTwice(list.map(({ id }) => id));
    const below = list.find(({ quantity }) => quantity.lessThan(0));
    if (below !== undefined)
      throw new DomainError('negative-weight', `${below.id} has less than nothing in an interval.`);
  }
  const supply = total(made);
  const locals = localOf(interval, supply, allotment);
  const local = sum(locals);
  const ofProducers = inProportion(local, made, `${interval.at}:made`);
  return {
    users: used.map(({ id, quantity }, index) => {
      const own = locals[index] ?? zero;
      return { id, local: own, grid: quantity.minus(own) };
    }),
    producers: made.map(({ id, quantity }, index) => {
      const own = ofProducers[index] ?? zero;
      return { id, local: own, exported: quantity.minus(own) };
    }),
  };
}

const total = (list: readonly Metered[]): Decimal => sum(list.map(({ quantity }) => quantity));

function localOf(interval: Interval, supply: Decimal, allotment: Allotment): Decimal[] {
  const { used, at } = interval;
  switch (allotment.kind) {
    case 'dynamic':
      return inProportion(Decimal.min(supply, total(used)), used, at);
    case 'static':
      return byCoefficients(interval, supply, allotment);
    case 'hybrid': {
      const first = byCoefficients(interval, supply, allotment);
      const lacking = used.map(({ id, quantity }, index) => ({ id, quantity: quantity.minus(first[index] ?? zero) }));
      const left = Decimal.min(supply.minus(sum(first)), total(lacking));
      const second = inProportion(left, lacking, `${at}:left`);
      return first.map((own, index) => own.plus(second[index] ?? zero));
    }
    case 'priority':
      return byPriority(used, supply, allotment.order, at);
  }
}

/** Parts in proportion to quantities; nothing of nothing. */
function inProportion(amount: Decimal, list: readonly Metered[], tieKey: string): Decimal[] {
  if (amount.isZero()) return list.map(() => zero);
  const weights = list.map(({ quantity }) => quantity);
  return splitOnGrid(amount, energyScale, weights, (index) => tieRank(tieKey, list[index]?.id ?? ''));
}

function byCoefficients({ at, hour, used }: Interval, supply: Decimal, { tables }: HourlyCoefficients): Decimal[] {
  const parts = tables.find(({ hours }) => hours.includes(hour))?.parts;
  if (parts === undefined) throw new DomainError('not-found', `No coefficients hold at ${hour}:00.`, { hour });
  const shares = splitOnGrid(
    supply,
    energyScale,
    parts.map(({ part }) => part),
    (index) => tieRank(`${at}:parts`, parts[index]?.id ?? ''),
  );
  const allotted = new Map(parts.map(({ id }, index) => [id, shares[index] ?? zero]));
  return used.map(({ id, quantity }) => Decimal.min(allotted.get(id) ?? zero, quantity));
}

function byPriority(
  used: readonly Metered[],
  supply: Decimal,
  order: readonly (readonly string[])[],
  at: Instant,
): Decimal[] {
  const rankOf = (id: string): number => {
    const rank = order.findIndex((group) => group.includes(id));
    return rank < 0 ? order.length : rank;
  };
  const locals = new Map<string, Decimal>();
  let left = supply;
  for (let rank = 0; rank <= order.length; rank += 1) {
    const group = used.filter(({ id }) => rankOf(id) === rank);
    const amount = Decimal.min(left, total(group));
    inProportion(amount, group, `${at}:${rank}`).forEach((own, index) => locals.set(group[index]?.id ?? '', own));
    left = left.minus(amount);
  }
  return used.map(({ id }) => locals.get(id) ?? zero);
}

/**
 * Adds up what users and producers had over many intervals.
 *
 * @returns one sum for each id, in order of id
 */
export function addUp(intervals: readonly Allotted[]): Allotted {
  const users = new Map<string, UserPart>();
  const producers = new Map<string, ProducerPart>();
  for (const interval of intervals) {
    for (const { id, local, grid } of interval.users) {
      const before = users.get(id);
      users.set(id, { id, local: local.plus(before?.local ?? zero), grid: grid.plus(before?.grid ?? zero) });
    }
    for (const { id, local, exported } of interval.producers) {
      const before = producers.get(id);
      const sums = { local: local.plus(before?.local ?? zero), exported: exported.plus(before?.exported ?? zero) };
      producers.set(id, { id, ...sums });
    }
  }
  const ordered = <Part extends { readonly id: string }>(parts: ReadonlyMap<string, Part>): Part[] =>
    [...parts.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return { users: ordered(users), producers: ordered(producers) };
}
