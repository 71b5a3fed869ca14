import { type Decimal, sum, zero } from '../quantity/decimal.js';
import { type Beneficiary, beneficiaryId, billedMember } from './beneficiary.js';

/*
 * The problem: a meeting is to vote on sharing a cost another way. Each shop asks what it would have paid, and the meeting asks who
 * pays what the others save.
 *
 *   light of the hall 100.00   now by area:   Rosa 50.00 · Lund 30.00 · common 20.00   together 100.00
 *                              then by use:   Rosa 35.00 · Lund 65.00                  together 100.00
 *   difference                                Rosa −15.00 · Lund +35.00 · common −20.00, together 0.00
 *
 * Method: the shares of both are laid side by side by cost and by who bears them; who stands on one side only bears nothing on the
 * other. Nobody is left out, so the differences of a cost add up to what the cost itself changed by: to nothing where it is the same.
 */

/** A share of a cost as far as two ways of sharing it are compared. */
export interface ComparedShare {
  /** Names the cost on both sides, however many parts each side has of it. */
  readonly cost: string;
  readonly beneficiary: Beneficiary;
  /** On the currency's grid. */
  readonly amount: Decimal;
}

/** One figure on both sides; `difference` is then − now. */
export interface Difference {
  readonly now: Decimal;
  readonly then: Decimal;
  readonly difference: Decimal;
}

/** What one bears of a cost on both sides. */
export interface BearerDifference extends Difference {
  readonly beneficiary: Beneficiary;
}

export interface CostDifference extends Difference {
  readonly cost: string;
  readonly bearers: readonly BearerDifference[];
}

/**
 * Lays two ways of sharing side by side.
 *
 * @param now  shares of any number of costs; several of one cost and beneficiary count together
 * @param then likewise
 * @returns costs by when they first come, those of `now` first; in each the bearers likewise
 * @law per cost Σ bearers = the cost, on both sides and in the difference; a cost that is the same has differences that sum to zero;
 *   the other way round every difference is turned; a side against itself differs nowhere; nobody is left out
 * @example compareShares(byArea, byUse) → light of the hall: Rosa −15.00 · Lund +35.00 · common −20.00
 */
export function compareShares(now: readonly ComparedShare[], then: readonly ComparedShare[]): CostDifference[] {
  const costs = new Map<string, Map<string, { beneficiary: Beneficiary; now: Decimal; then: Decimal }>>();
  const add = (side: 'now' | 'then', { cost, beneficiary, amount }: ComparedShare): void => {
    const bearers = costs.get(cost) ?? new Map<string, { beneficiary: Beneficiary; now: Decimal; then: Decimal }>();
    costs.set(cost, bearers);
    const id = bearerId(beneficiary);
    const known = bearers.get(id) ?? { beneficiary, now: zero, then: zero };
    bearers.set(id, { ...known, [side]: known[side].plus(amount) });
  };
  for (const share of now) add('now', share);
  for (const share of then) add('then', share);
  return [...costs].map(([cost, bearers]) => {
    const all = [...bearers.values()].map((one) => ({ beneficiary: one.beneficiary, ...differenceOf(one) }));
    return { cost, ...addedUp(all), bearers: all };
  });
}

/** An empty space is another bearer where another pays for it. */
const bearerId = (one: Beneficiary): string => JSON.stringify([beneficiaryId(one), billedMember(one)]);

/** @returns then − now, where zero has no sign */
export const differenceOf = ({ now, then }: { readonly now: Decimal; readonly then: Decimal }): Difference => ({
  now,
  then,
  difference: then.equals(now) ? zero : then.minus(now),
});

/** Both sides added up. @law the difference of the sums is the sum of the differences */
export const addedUp = (all: readonly Difference[]): Difference =>
  differenceOf({ now: sum(all.map(({ now }) => now)), then: sum(all.map(({ then }) => then)) });

/** What the members pay and what nobody is billed for. */
export interface WhoPays {
  /** By id of the member: own shares, and those of the empty spaces that the member pays for. */
  readonly members: ReadonlyMap<string, Difference>;
  readonly common: Difference;
  /** Of empty spaces that no member pays for. */
  readonly vacant: Difference;
  readonly held: Difference;
}

/**
 * Adds up by who pays.
 *
 * @law Σ members + common + vacant + held = Σ costs, on both sides and in the difference
 */
export function whoPays(costs: readonly CostDifference[]): WhoPays {
  const bearers = costs.flatMap((cost) => cost.bearers);
  const members = new Map<string, Difference>();
  for (const bearer of bearers) {
    const id = billedMember(bearer.beneficiary);
    if (id !== null) members.set(id, addedUp([bearer, ...(members.has(id) ? [members.get(id) as Difference] : [])]));
  }
  const unpaid = (kind: Beneficiary['kind']): Difference =>
    addedUp(bearers.filter(({ beneficiary: one }) => one.kind === kind && billedMember(one) === null));
  return { members, common: unpaid('common'), vacant: unpaid('vacant'), held: unpaid('held') };
}
