import { assert } from '../errors.js';
import { type Decimal, sum } from '../quantity/decimal.js';
import type { Beneficiary } from './beneficiary.js';
import type { CostShare } from './apportion.js';

/** Where a cost went: the central promise as four figures. */
export interface Tally {
  readonly members: Decimal;
  readonly common: Decimal;
  readonly vacant: Decimal;
  readonly held: Decimal;
}

/**
 * Adds up shares by kind of beneficiary. What an empty space costs is vacant also where a named member pays it.
 *
 * @param amount what was shared: one cost, or the sum of many
 * @law members + common + vacant + held = amount, exactly; anything else is our bug and stops the run
 * @example supplier bill 100.00 → members 90.00, common 6.00, vacant 4.00, held 0
 */
export function tally(amount: Decimal, shares: readonly CostShare[]): Tally {
  const of = (kind: Beneficiary['kind']): Decimal =>
    sum(shares.filter((share) => share.beneficiary.kind === kind).map((share) => share.amount));
  const tally = { members: of('member'), common: of('common'), vacant: of('vacant'), held: of('held') };
  assert(sum(Object.values(tally)).equals(amount), 'Members, common, vacant and held add up to the amount.');
  return tally;
}
