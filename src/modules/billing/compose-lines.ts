import type { CostShare } from '../../domain/apportionment/apportion.js';
import { compose } from '../../domain/invoice/compose.js';
import type { Draft } from '../../domain/invoice/invoice.js';
import { type CostWording, type DraftLine, linesByMember } from '../../domain/invoice/lines.js';
import type { RunInputs } from './inputs.js';
import type { OwnCharges } from './price-own-tariff.js';
import type { RunCost } from './run-costs.js';

/** How lines for what no meter explains begin. */
export const residualPrefix = 'Shared areas and losses: ';

/**
 * What each member would be billed: one line for each share, then the member's own charges, with tax by the rates of the tax point.
 *
 * @returns drafts by member id, of those who have at least one line
 */
export function composeLines(
  inputs: RunInputs,
  costs: readonly RunCost[],
  shares: readonly CostShare[],
  own: OwnCharges,
): ReadonlyMap<string, Draft> {
  const isTaxed = inputs.tax.kind === 'registered';
  const shared = linesByMember(
    shares,
    costs.map((cost) => wordingOf(cost, isTaxed)),
  );
  const members = [...new Set([...shared.keys(), ...own.lines.keys()])].sort();
  return new Map(
    members.map((memberId) => {
      const lines: DraftLine[] = [...(shared.get(memberId) ?? []), ...(own.lines.get(memberId) ?? [])];
      const { period, currency, taxPoint, tax } = inputs;
      return [memberId, compose({ memberId, period, currency, taxPoint }, lines, tax)];
    }),
  );
}

const wordingOf = ({ no, section, description, price, taxCode }: RunCost, isTaxed: boolean): CostWording => ({
  no,
  section,
  description,
  residualDescription: residualPrefix + description,
  price,
  taxCodes: isTaxed ? { own: taxCode, residual: taxCode } : null,
});
