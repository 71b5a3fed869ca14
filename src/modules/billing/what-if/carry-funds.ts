import { type Decimal, sum, zero } from '../../../domain/quantity/decimal.js';
import type { RunInputs } from '../run/inputs.js';
import type { Side } from './side.js';

/*
 * What a fund gives in one period it cannot give in the next. Runs that were issued have drawn what they drew; a question that has a
 * period draw more or less leaves the fund that much less or more for the periods after it.
 */

/** What periods before have drawn beyond what was drawn indeed, by fund and member. */
export type Carried = ReadonlyMap<string, ReadonlyMap<string, Decimal>>;

/** Draws of a run as they are stored. */
export interface StoredDraw {
  readonly fundId: string;
  readonly memberId: string;
  readonly amount: Decimal;
}

/** Inputs whose funds have given what was carried; a fund that has no more has nothing. */
export const withCarried = (inputs: RunInputs, carried: Carried): RunInputs => ({
  ...inputs,
  funds: inputs.funds.map((fund) => {
    const drawn = carried.get(fund.id) ?? new Map<string, Decimal>();
    const left = fund.left.minus(sum(drawn.values()));
    const had = { ...fund.had };
    for (const [memberId, amount] of drawn) had[memberId] = (had[memberId] ?? zero).plus(amount);
    return { ...fund, left: left.lessThan(0) ? zero : left, had };
  }),
});

/** What is carried on from a side: what its funds gave, less what was drawn for the period indeed. */
export function carriedOn(before: Carried, { figures }: Side, stored: readonly StoredDraw[]): Carried {
  const carried = new Map([...before].map(([id, drawn]) => [id, new Map(drawn)]));
  const add = (fundId: string, memberId: string, amount: Decimal): void => {
    const drawn = carried.get(fundId) ?? new Map<string, Decimal>();
    carried.set(fundId, drawn);
    drawn.set(memberId, (drawn.get(memberId) ?? zero).plus(amount));
  };
  if (figures === null) return carried;
  const fundOf = new Map(figures.funds.costs.map(({ no, fundId }) => [no, fundId]));
  for (const { costNo, beneficiary, amount } of figures.funds.shares) {
    if (beneficiary.kind === 'member') add(fundOf.get(costNo) ?? '', beneficiary.memberId, amount.negated());
  }
  for (const { fundId, memberId, amount } of stored) add(fundId, memberId, amount.negated());
  return carried;
}
