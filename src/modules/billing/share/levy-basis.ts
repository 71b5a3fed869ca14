import { simpleKeysOf } from '../../../domain/apportionment/key.js';
import type { SourceUse } from '../../../domain/apportionment/residual.js';
import type { Basis } from '../../../domain/apportionment/share-out.js';
import { Decimal, zero } from '../../../domain/quantity/decimal.js';
import { usesOver, usualUtility } from '../collect/basis.js';
import type { MeasuredUse, RunInputs } from '../run/inputs.js';
import type { RunCost } from '../run/run-costs.js';
import { declaredPercent, reliefFor } from '../collect/premises.js';

/*
 * A levy that the supplier charged is shared among the use that bears it. The kilowatt hours of a home are taken out of what the
 * members used and out of what the source counted, so that the losses stay what they were:
 *
 *   source 1,000, Rosa 600, flat 300, losses 100 → without the flat: source 700, Rosa 600, losses 100
 */

const hundred = new Decimal(100);

/** True for a levy of a bill where only taxable use bears it; of a key of several parts, those that go by use. */
export const isOnTaxableUse = (
  { taxRules }: RunInputs,
  { section, bill, key }: Pick<RunCost, 'section' | 'bill' | 'key'>,
): boolean =>
  section === 'levy' &&
  bill !== null &&
  taxRules.levy.sharedBy === 'taxable-use' &&
  simpleKeysOf(key).some(({ kind }) => kind === 'metered');

/** The basis of such a levy. */
export function taxableBasis(inputs: RunInputs, basis: Basis, cost: RunCost): Basis {
  const utility = cost.bill?.utility ?? usualUtility;
  const exempt = exemption(inputs, utility);
  const measure = { days: cost.days, calendar: cost.calendar, utility };
  const spared = usesOver(inputs, measure, (use) => use.quantity.times(exempt(use)).times('0.01'));
  const isSame = (a: { spaceId: string; memberId: string | null; band: string }, b: typeof a): boolean =>
    a.spaceId === b.spaceId && a.memberId === b.memberId && a.band === b.band;
  return {
    ...basis,
    uses: basis.uses.map((use) => ({
      ...use,
      quantity: use.quantity.minus(spared.find((one) => isSame(one, use))?.quantity ?? zero),
    })),
    sources: without(basis.sources, spared),
  };
}

/** Percent of a use that bears no levy. */
function exemption(inputs: RunInputs, utility: string): (use: MeasuredUse) => Decimal {
  const judged = new Map<string, Decimal | null>();
  return (use) => {
    if (use.memberId === null) return zero;
    let whole = judged.get(use.memberId);
    if (whole === undefined) judged.set(use.memberId, (whole = wholeExemption(inputs, use.memberId, utility)));
    return whole ?? declaredPercent(inputs, use);
  };
}

/** A hundred where all of a member's use is spared, null where each use is judged by what was declared for it. */
function wholeExemption(inputs: RunInputs, memberId: string, utility: string): Decimal | null {
  const found = reliefFor(inputs, memberId, utility);
  if (found === null || found.relief.kind !== 'all') return null;
  const { use, rule } = found;
  const isQualifying =
    !use.qualifying.isZero() &&
    use.qualifying.times(hundred).greaterThanOrEqualTo(use.quantity.times(rule.qualifyingFromPercent));
  return isQualifying || inputs.taxRules.levy.smallUseExempt ? hundred : null;
}

/** What the source counted without what is spared; from the band where it was used, or else from whichever has it. */
function without(
  sources: readonly SourceUse[],
  spared: readonly { readonly band: string; readonly quantity: Decimal }[],
): SourceUse[] {
  const left = sources.map((source) => ({ ...source }));
  for (const { band, quantity } of spared) {
    let rest = quantity;
    for (const source of left.toSorted((a, b) => Number(b.band === band) - Number(a.band === band))) {
      const taken = Decimal.min(rest, source.quantity);
      source.quantity = source.quantity.minus(taken);
      rest = rest.minus(taken);
    }
  }
  return left;
}
