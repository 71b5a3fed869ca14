import type { CostShare } from '../../../domain/apportionment/apportion.js';
import type { ComparedShare } from '../../../domain/apportionment/compare.js';
import { assert, type Issue } from '../../../domain/errors.js';
import { issueId, override, type Override, unresolved } from '../../../domain/invoice/billing-run.js';
import type { Calculated } from '../share/calculate.js';
import { computeRun } from '../compute-run.js';
import type { RunInputs } from '../run/inputs.js';

/** A period as it is, or as it would be: what a run would come to, and what was found on the way. */
export interface Side {
  readonly inputs: RunInputs;
  readonly findings: readonly Issue[];
  /** Findings in spite of which it went on, as `issueId` names them. */
  readonly takenOn: ReadonlySet<string>;
  /** Null where something stands in the way. */
  readonly figures: Calculated | null;
}

/**
 * Computes one side by the engine of every run.
 *
 * @param overrides what was taken on in the run of the period
 * @param takeOn    codes of findings that the question takes on; capping and funding find theirs late, so it is asked again
 */
export function sideOf(inputs: RunInputs, overrides: readonly Override[], takeOn: ReadonlySet<string>): Side {
  let taken = overrides;
  for (;;) {
    const { findings, figures } = computeRun(inputs, taken);
    const more = unresolved(findings, taken).filter(({ code }) => takeOn.has(code));
    if (figures !== null || more.length === 0) {
      return { inputs, findings, figures, takenOn: new Set(taken.map(({ issue }) => issue)) };
    }
    taken = [...taken, ...more.map((issue) => override(issue, 'the question', 'Taken on by the question.'))];
  }
}

/** What still stands in the way of a side. */
export const inTheWay = ({ findings, takenOn }: Side): Issue[] =>
  findings.filter((issue) => issue.severity === 'blocking' && !takenOn.has(issueId(issue)));

/** What a cost is, beside its amount. */
export interface CostName {
  /** The bill and its number, the code of the charge or fund. */
  readonly source: string;
  readonly description: string;
  /** By what it is shared or priced, in words, each rule once; none where it is of one space or from a fund. */
  readonly rules: readonly string[];
}

/** Costs of a side by name, in the order of the run, and all shares of them. */
export interface SideCosts {
  readonly names: ReadonlyMap<string, CostName>;
  readonly shares: readonly ComparedShare[];
}

/** A component of a bill, a charge or a fund is one cost, in however many parts a run shares it. */
const costName = (cost: {
  readonly bill: { readonly id: string; readonly component: number } | null;
  readonly chargeId: string | null;
  readonly fundId: string | null;
}): string => {
  if (cost.bill !== null) return `bill:${cost.bill.id}:${cost.bill.component}`;
  return cost.chargeId === null ? `fund:${cost.fundId ?? ''}` : `charge:${cost.chargeId}`;
};

export function costsOf({ inputs, figures }: Side): SideCosts {
  if (figures === null) return { names: new Map(), shares: [] };
  const all = [
    ...figures.costs.map((cost) => ({ ...cost, versionId: cost.keyVersionId, fundId: null })),
    ...figures.own.costs.map((cost) => ({ ...cost, versionId: cost.tariffVersionId, fundId: null })),
    ...figures.funds.costs.map((cost) => ({ ...cost, versionId: null })),
  ];
  const sentences = sentencesOf(inputs);
  const names = new Map<string, CostName>();
  const byNo = new Map<number, string>();
  for (const cost of all) {
    const name = costName(cost);
    byNo.set(cost.no, name);
    const rules = new Set(names.get(name)?.rules);
    const sentence = sentences.get(cost.versionId ?? '');
    if (sentence !== undefined) rules.add(sentence);
    names.set(name, { ...wordsOf(inputs, cost), rules: [...rules] });
  }
  const shares = [...figures.shares, ...figures.own.shares, ...figures.funds.shares];
  return { names, shares: shares.map((share) => comparedShare(share, byNo)) };
}

function comparedShare({ costNo, beneficiary, amount }: CostShare, byNo: ReadonlyMap<number, string>): ComparedShare {
  const cost = byNo.get(costNo);
  assert(cost !== undefined, 'A share is of a cost of its run.');
  return { cost, beneficiary, amount };
}

/** Versions of keys and tariffs in words. */
const sentencesOf = ({ keys, tariffs }: RunInputs): ReadonlyMap<string, string> =>
  new Map(
    [...keys.values(), ...tariffs.values()].flatMap(({ pieces }) =>
      pieces.map(({ versionId, sentence }) => [versionId, sentence] as const),
    ),
  );

type AnyCost = Parameters<typeof costName>[0] & { readonly description: string };

function wordsOf({ bills, charges, funds }: RunInputs, cost: AnyCost): Omit<CostName, 'rules'> {
  const bill = bills.find(({ id }) => id === cost.bill?.id);
  if (bill !== undefined) {
    const component = bill.components.find(({ no }) => no === cost.bill?.component);
    return { source: `${bill.supplier} ${bill.number}`, description: component?.description ?? cost.description };
  }
  const charge = charges.find(({ id }) => id === cost.chargeId);
  if (charge !== undefined) return { source: charge.code, description: charge.description };
  return { source: funds.find(({ id }) => id === cost.fundId)?.code ?? '', description: cost.description };
}
