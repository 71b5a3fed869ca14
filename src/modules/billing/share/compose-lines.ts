import type { CostShare } from '../../../domain/apportionment/apportion.js';
import { compose } from '../../../domain/invoice/compose.js';
import type { Draft } from '../../../domain/invoice/invoice.js';
import { type CostWording, type DraftLine, linesByMember } from '../../../domain/invoice/lines.js';
import { wordsOf } from '../../../domain/statement/catalogue/catalogue.js';
import type { RunInputs } from '../run/inputs.js';
import type { OwnCharges } from './price-own-tariff.js';
import type { RunCost } from '../run/run-costs.js';
import { taxedByRule, taxOf, withRelief } from './tax-lines.js';

/** Lines by member, of those who have at least one. */
export type MemberLines = ReadonlyMap<string, readonly DraftLine[]>;

/** What each member is charged: one line for each share, then the member's own charges, each with its tax code and why it is this one. */
export function linesOf(
  inputs: RunInputs,
  costs: readonly RunCost[],
  shares: readonly CostShare[],
  own: OwnCharges,
): MemberLines {
  const shared = linesByMember(
    shares,
    costs.map((cost) => wordingOf(inputs, cost)),
    wordsOf(inputs.locale).run.lines,
  );
  const byNo = new Map([...costs, ...own.costs.map((cost) => ({ ...cost, key: null }))].map((cost) => [cost.no, cost]));
  const members = [...new Set([...shared.keys(), ...own.lines.keys()])].sort();
  return new Map(
    members.map((memberId) => {
      const priced = taxedByRule(inputs, own.costs, own.lines.get(memberId) ?? []);
      return [memberId, withRelief(inputs, byNo, memberId, [...(shared.get(memberId) ?? []), ...priced])];
    }),
  );
}

/** What each member would be billed, with tax by the rates of the tax point. */
export function composeLines({ period, currency, taxPoint, tax }: RunInputs, lines: MemberLines): Map<string, Draft> {
  return new Map(
    [...lines].map(([memberId, some]) => [memberId, compose({ memberId, period, currency, taxPoint }, some, tax)]),
  );
}

const wordingOf = (inputs: RunInputs, cost: RunCost): CostWording => ({
  no: cost.no,
  section: cost.section,
  description: cost.description,
  residualDescription: wordsOf(inputs.locale).run.residual(cost.description),
  price: cost.price,
  taxOf: taxOf(inputs, cost),
});
