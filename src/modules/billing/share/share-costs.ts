import type { CostShare } from '../../../domain/apportionment/apportion.js';
import type { Basis } from '../../../domain/apportionment/share-out.js';
import { shareOut } from '../../../domain/apportionment/share-out.js';
import type { Issue } from '../../../domain/errors.js';
import { sum } from '../../../domain/quantity/decimal.js';
import { writeMoney } from '../../../domain/quantity/money.js';
import { basisOf } from '../collect/basis.js';
import type { RunInputs } from '../run/inputs.js';
import { isOnTaxableUse, taxableBasis } from './levy-basis.js';
import type { RunCost } from '../run/run-costs.js';

/** Findings about the balance of the meters are told once for the site (find-residuals.ts), not again for each cost that uses them. */
const toldForTheSite = new Set(['residual-negative', 'residual-high', 'residual-notable']);

/**
 * Shares every cost by its key over its days.
 *
 * @returns the shares of all costs, and what stands in the way; a cost that cannot be shared has a blocking finding and no shares
 */
export function shareCosts(
  inputs: RunInputs,
  costs: readonly RunCost[],
): { readonly shares: readonly CostShare[]; readonly issues: readonly Issue[] } {
  const basisBy = new Map<string, Basis>();
  const basisFor = (cost: RunCost): Basis => {
    const isSpared = isOnTaxableUse(inputs, cost);
    const name = [cost.days.from, cost.days.to, cost.calendar, cost.bill?.id, isSpared].join(' ');
    const known =
      basisBy.get(name) ?? (isSpared ? taxableBasis(inputs, basisOf(inputs, cost), cost) : basisOf(inputs, cost));
    basisBy.set(name, known);
    return known;
  };
  const shares: CostShare[] = [];
  const issues: Issue[] = [];
  for (const cost of costs) {
    const { no, description: label, amount, component } = cost;
    const shared = shareOut({ no, label, amount, component, currency: inputs.currency }, cost.key, basisFor(cost));
    shares.push(...shared.shares);
    issues.push(...shared.issues.filter((issue) => !toldForTheSite.has(issue.code)));
  }
  return { shares, issues: [...issues, ...heldAmounts(inputs, costs, shares)] };
}

/** Nothing is held without being said. */
function heldAmounts(
  { period, currency }: RunInputs,
  costs: readonly RunCost[],
  shares: readonly CostShare[],
): Issue[] {
  return costs.flatMap(({ no, component, description, heldBecause }): Issue[] => {
    const held = sum(
      shares.filter((one) => one.costNo === no && one.beneficiary.kind === 'held').map((one) => one.amount),
    );
    if (held.isZero()) return [];
    return [
      {
        code: 'held-amount',
        severity: 'warning',
        subject: { kind: 'cost', id: component, label: description },
        ...period,
        detail: `${writeMoney(held, currency)} of "${description}" are on nobody's invoice and wait on the held account${heldBecause === null ? '' : `: ${heldBecause}`}.`,
        remedy:
          heldBecause !== null
            ? 'Settle it with the supplier, or decide on the bill that it is passed on.'
            : 'Adopt a version of the key that names spaces and members of this site only, or settle the held account by hand.',
      },
    ];
  });
}
