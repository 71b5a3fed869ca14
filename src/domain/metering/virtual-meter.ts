import type { CivilDate, Period } from '../calendar/period.js';
import { assert, DomainError } from '../errors.js';
import { type Decimal, one, plain, zero } from '../quantity/decimal.js';

/*
 * The problem: stall 4 has no meter, and yet it uses what the supplier's meter counts and no other meter does. A floor has three
 * feeders and one bill. Such a use is worked out from registers that are read, by a formula that everybody may see.
 *
 *   STALL-4 use  =  MAIN import − STALL-1 import − STALL-2 import − STALL-3 import      1000 − 310 − 250 − 225.5 = 214.5
 *   FLOOR use    =  A import + B import + C import
 *   REST use     =  MAIN import − FLOOR use         →  MAIN import − A import − B import − C import
 *
 * A formula holds from a day on, until a later version; of the versions that have begun on a day the last one adopted counts. A register
 * of a formula may itself be worked out, and then its own formula of the same day takes its place, until only registers are left that
 * somebody reads. That ends unless a formula comes back to itself, which is why such a one is refused, with the whole way round.
 *
 * Method: on each day on which some formula begins, walk the formulas of that day depth first; multiply factors on the way down and add
 * up what meets at the same register. Factors are exact and short, so no product is ever rounded.
 */

export interface Term {
  /** The register that is counted. */
  readonly part: string;
  /** Times what it counted; not 0, at most 3 and 3 digits. */
  readonly coefficient: Decimal;
}

/** One version of a register's formula. */
export interface Formula {
  readonly register: string;
  /** 1, 2, 3 …, in the order in which they were adopted. */
  readonly version: number;
  readonly from: CivilDate;
  readonly terms: readonly Term[];
}

/** A register as formulas speak of it. */
export interface FormulaRegister {
  readonly id: string;
  /** `SHOP-07 import`. */
  readonly label: string;
  readonly kind: 'cumulative' | 'interval' | 'virtual';
  readonly siteId: string;
  readonly utility: string;
  readonly unit: string;
}

/** Days over which one sum of read registers holds. */
export interface Expanded {
  readonly period: Period;
  /** Registers that are read, each once, by id; null where a formula that is needed has not begun. */
  readonly terms: readonly Term[] | null;
  /** Registers whose formula has not begun. */
  readonly without: readonly string[];
}

export const mostTerms = 200;
/** Fraction digits of a factor: with six of a reading they make the nine that a decimal may have. */
export const factorScale = 3;
const mostFactor = one.times(1000);
/** How many formulas may stand one in the other: nobody follows more. */
export const deepest = 10;

/** The formulas of a site, by register. */
export type Formulas = ReadonlyMap<string, readonly Formula[]>;

export function formulasByRegister(formulas: readonly Formula[]): Formulas {
  const byRegister = new Map<string, Formula[]>();
  for (const formula of formulas)
    byRegister.set(formula.register, [...(byRegister.get(formula.register) ?? []), formula]);
  return byRegister;
}

/** The version that counts on a day: of those that have begun the last one adopted. */
export function formulaOn(versions: readonly Formula[], day: CivilDate): Formula | null {
  let counting: Formula | null = null;
  for (const one of versions) {
    if (one.from <= day && (counting === null || one.version > counting.version)) counting = one;
  }
  return counting;
}

/**
 * Refuses a formula that could not be worked out.
 *
 * @param formula   a new version: it counts from its day on, whatever was adopted before
 * @param registers of the community, by id
 * @param others    all other formulas of its site
 * @throws DomainError `formula-loop` with the whole way round; `unit-mismatch` for another site, utility or unit; `not-found` for an
 *   unknown register; `invalid-input` for no term or too many, a register named twice, a factor that is 0 or too fine, too deep a chain
 * @example A = B − C, B = A + D → formula-loop: A → B → A
 */
export function checkFormula(
  formula: Formula,
  registers: ReadonlyMap<string, FormulaRegister>,
  others: readonly Formula[],
): void {
  const own = registers.get(formula.register);
  assert(own !== undefined, 'The register of a formula is known.');
  if (own.kind !== 'virtual') throw new DomainError('invalid-input', `${own.label} is read, so it has no formula.`);
  checkTerms(formula, own, registers);
  const labelOf = (id: string): string => registers.get(id)?.label ?? id;
  const formulas = formulasByRegister([...others, formula]);
  for (const day of daysOfChange(formulas, formula.from)) {
    const loop = findLoop(formula.register, formulas, day);
    if (loop !== null) {
      const way = loop.map(labelOf);
      throw new DomainError('formula-loop', `The formula comes back to itself from ${day} on: ${way.join(' → ')}.`, {
        loop: way,
        from: day,
      });
    }
    for (const register of formulas.keys()) checkExpansion(register, formulas, day, labelOf);
  }
}

function checkTerms({ terms }: Formula, own: FormulaRegister, registers: ReadonlyMap<string, FormulaRegister>): void {
  if (terms.length === 0 || terms.length > mostTerms) {
    throw new DomainError(
      'invalid-input',
      `The formula of ${own.label} has ${terms.length} terms; it takes 1 to ${mostTerms}.`,
    );
  }
  const seen = new Set<string>();
  for (const { part, coefficient } of terms) {
    const found = registers.get(part);
    if (!found) throw new DomainError('not-found', `There is no register ${part} for the formula of ${own.label}.`);
    if (seen.has(part)) {
      throw new DomainError(
        'invalid-input',
        `The formula of ${own.label} names ${found.label} twice; add up its factors.`,
      );
    }
    seen.add(part);
    if (found.siteId !== own.siteId || found.utility !== own.utility || found.unit !== own.unit) {
      throw new DomainError(
        'unit-mismatch',
        `${found.label} (${found.utility}, ${found.unit}) cannot be part of ${own.label} (${own.utility}, ${own.unit}): ` +
          'a formula takes registers of its own site, utility and unit.',
      );
    }
    if (coefficient.isZero() || !isShort(coefficient)) {
      throw new DomainError(
        'invalid-input',
        `The factor ${plain(coefficient)} of ${found.label} must not be 0 and has at most 3 and ${factorScale} digits.`,
      );
    }
  }
}

const isShort = (factor: Decimal): boolean =>
  factor.decimalPlaces() <= factorScale && factor.abs().lessThan(mostFactor);

/** A formula whose factors become too fine, or too many deep, by what stands in them. */
function checkExpansion(register: string, formulas: Formulas, day: CivilDate, labelOf: (id: string) => string): void {
  const expanded = expandOn(register, formulas, day, new Map());
  const fine = [...expanded.factors].find(([, factor]) => !isShort(factor));
  if (fine !== undefined) {
    throw new DomainError(
      'invalid-input',
      `Worked out, ${labelOf(register)} would count ${plain(fine[1])} × ${labelOf(fine[0])}; a factor has at most 3 and ${factorScale} digits.`,
    );
  }
  if (expanded.levels > deepest) {
    throw new DomainError(
      'invalid-input',
      `${labelOf(register)} would rest on ${expanded.levels} formulas one in the other; ${deepest} are the most.`,
    );
  }
}

/** The days from one on, on which some formula begins: between them nothing changes. */
function daysOfChange(formulas: Formulas, from: CivilDate): CivilDate[] {
  const begins = [...formulas.values()].flat().map((formula) => formula.from);
  return [...new Set([from, ...begins.filter((day) => day > from)])].sort();
}

/**
 * The way from a register through the formulas of a day back to itself.
 *
 * @returns the registers on the way, the first one again at the end; null where there is none
 * @example A = B, B = A → [A, B, A]
 */
export function findLoop(start: string, formulas: Formulas, day: CivilDate): readonly string[] | null {
  const cameFrom = new Map<string, string>();
  const waiting = [start];
  for (let register = waiting.pop(); register !== undefined; register = waiting.pop()) {
    for (const { part } of formulaOn(formulas.get(register) ?? [], day)?.terms ?? []) {
      if (part === start) return wayBack(start, register, cameFrom);
      if (cameFrom.has(part)) continue;
      cameFrom.set(part, register);
      waiting.push(part);
    }
  }
  return null;
}

function wayBack(start: string, last: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const way = [start];
  for (let at: string | undefined = last; at !== undefined && at !== start; at = cameFrom.get(at)) way.unshift(at);
  return [start, ...way];
}

interface Expansion {
  /** By register that is read. */
  readonly factors: ReadonlyMap<string, Decimal>;
  readonly without: ReadonlySet<string>;
  readonly levels: number;
}

/** @param known expansions of the same day, found before */
function expandOn(
  register: string,
  formulas: Formulas,
  day: CivilDate,
  known: Map<string, Expansion>,
  way: readonly string[] = [],
): Expansion {
  const before = known.get(register);
  if (before) return before;
  assert(!way.includes(register), 'A formula that comes back to itself was refused when it was adopted.');
  const versions = formulas.get(register);
  if (versions === undefined) return { factors: new Map([[register, one]]), without: new Set(), levels: 0 };
  const formula = formulaOn(versions, day);
  const factors = new Map<string, Decimal>();
  const without = new Set(formula === null ? [register] : []);
  let levels = 0;
  for (const { part, coefficient } of formula?.terms ?? []) {
    const inner = expandOn(part, formulas, day, known, [...way, register]);
    for (const [id, factor] of inner.factors)
      factors.set(id, (factors.get(id) ?? zero).plus(factor.times(coefficient)));
    for (const id of inner.without) without.add(id);
    levels = Math.max(levels, inner.levels);
  }
  const expansion = { factors, without, levels: levels + 1 };
  known.set(register, expansion);
  return expansion;
}

/**
 * A virtual register over some days as sums of registers that are read.
 *
 * @param formulas of the site; a register without any is one that is read
 * @returns pieces that tile the period, each with the sum that holds on its days; factors that cancel out are left out
 * @law the pieces tile the period; expanding a formula of one register by 1 is expanding that register
 */
export function expand(register: string, formulas: Formulas, period: Period): Expanded[] {
  const begins = daysOfChange(formulas, period.from).filter((day) => day < period.to);
  const pieces: Expanded[] = [];
  for (const [index, from] of begins.entries()) {
    const { factors, without } = expandOn(register, formulas, from, new Map());
    const terms = [...factors]
      .filter(([, factor]) => !factor.isZero())
      .map(([part, coefficient]) => ({ part, coefficient }))
      .toSorted((a, b) => (a.part < b.part ? -1 : 1));
    const next: Expanded = {
      period: { from, to: begins[index + 1] ?? period.to },
      terms: without.size > 0 ? null : terms,
      without: [...without].sort(),
    };
    const last = pieces.at(-1);
    if (last && isSame(last, next)) pieces.splice(-1, 1, { ...last, period: { ...last.period, to: next.period.to } });
    else pieces.push(next);
  }
  return pieces;
}

const isSame = (a: Expanded, b: Expanded): boolean => written(a) === written(b);
const written = ({ terms, without }: Expanded): string =>
  JSON.stringify([terms?.map(({ part, coefficient }) => [part, plain(coefficient)]) ?? null, without]);

/** A formula as people write it. @example `MAIN import − 2 × SHOP-01 import` */
export function writeFormula(terms: readonly { readonly label: string; readonly coefficient: Decimal }[]): string {
  return terms
    .map(({ label, coefficient }, index) => {
      const factor = coefficient.abs().equals(1) ? label : `${plain(coefficient.abs())} × ${label}`;
      if (index === 0) return coefficient.isNegative() ? `−${factor}` : factor;
      return coefficient.isNegative() ? `− ${factor}` : `+ ${factor}`;
    })
    .join(' ');
}
