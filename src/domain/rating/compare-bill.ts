import { type Decimal, sum } from '../quantity/decimal.js';
import type { RoundedLine } from './rated-line.js';

/*
 * The problem: the supplier's bill is right in itself, quantity × price, and still wrong: it has last year's price, a standing charge too
 * many, or units that the meter did not count. The contract is a tariff like any, so what the bill should say can be rated.
 *
 *   contract        Day units 0.20, Standing charge 1.80 a day; the source counted 2,476.9 by day, October has 31 days
 *   expected        Day units 495.38 · Standing charge 55.80
 *   billed          Day units 520.15 · Standing charge 55.80 · Meter rental 4.00
 *   differences     Day units 24.77 · Standing charge 0.00 · Meter rental 4.00, which no element of the contract asks
 *
 * Method: elements go by their names, written alike but for case and spaces; what has the same name on either side is one element. A tariff that
 * names several lines alike (bands, tiers, two versions within the bill) is added up first.
 */

/** A component of a bill, as far as a contract looks at it. */
export interface BilledElement {
  readonly no: number;
  readonly name: string;
  /** Net of tax. */
  readonly amount: Decimal;
}

/** One element on both sides. */
export interface ComparedElement {
  readonly name: string;
  /** Numbers of the bill's components; none where the bill does not have it. */
  readonly components: readonly number[];
  /** Null where the bill does not have it. */
  readonly billed: Decimal | null;
  /** Null where the contract does not ask it. */
  readonly expected: Decimal | null;
  /** Billed − expected; what is absent counts as nothing. */
  readonly difference: Decimal;
  readonly isWithin: boolean;
  /** The lines of the contract. */
  readonly lines: readonly RoundedLine[];
}

/** What is let pass: either is enough. */
export interface Tolerance {
  readonly amount: Decimal;
  /** Of what is expected. */
  readonly percent: Decimal;
}

/** Elements of a bill and of a contract go by their names, but for case and spaces. */
export const nameOf = (text: string): string => text.trim().replace(/\s+/g, ' ').toLowerCase();

/**
 * Compares a supplier's bill with what its contract comes to, element by element.
 *
 * @param rated what the contract comes to over the days of the bill, in coins
 * @returns elements in the order of the bill, then those that only the contract has
 * @law Σ differences = Σ billed − Σ expected; independent of the order of lines
 * @example compareBill([{ no: 1, name: 'Day units', amount: 520.15 }], day units 495.38, …) → difference 24.77
 */
export function compareBill(
  billed: readonly BilledElement[],
  rated: readonly RoundedLine[],
  tolerance: Tolerance,
): ComparedElement[] {
  const linesOf = (of: (line: RoundedLine) => string): Map<string, RoundedLine[]> => {
    const found = new Map<string, RoundedLine[]>();
    for (const line of rated) found.set(nameOf(of(line)), [...(found.get(nameOf(of(line))) ?? []), line]);
    return found;
  };
  const [byDescription, byComponent] = [linesOf((one) => one.description), linesOf((one) => one.component)];
  const names = [...new Set(billed.map(({ name }) => nameOf(name)))];
  const taken = new Set<RoundedLine>();
  const ofBill = names.map((name) => {
    const own = billed.filter((one) => nameOf(one.name) === name);
    // A bill may name the whole component or a band of it.
    const lines = (byComponent.get(name) ?? byDescription.get(name) ?? []).filter((line) => !taken.has(line));
    lines.forEach((line) => taken.add(line));
    return compared(own[0]?.name ?? name, own, lines, tolerance);
  });
  const left = [...byComponent.values()].flatMap((lines) => {
    const rest = lines.filter((line) => !taken.has(line));
    return rest[0] === undefined ? [] : [compared(rest[0].component, [], rest, tolerance)];
  });
  return [...ofBill, ...left];
}

function compared(
  name: string,
  own: readonly BilledElement[],
  lines: readonly RoundedLine[],
  { amount, percent }: Tolerance,
): ComparedElement {
  const [billed, expected] = [sum(own.map((one) => one.amount)), sum(lines.map((line) => line.amount))];
  const difference = billed.minus(expected);
  const isWithin =
    !difference.abs().greaterThan(amount) || !difference.abs().times(100).greaterThan(expected.abs().times(percent));
  return {
    name,
    components: own.map(({ no }) => no),
    billed: own.length === 0 ? null : billed,
    expected: lines.length === 0 ? null : expected,
    ...{ difference, isWithin, lines },
  };
}
