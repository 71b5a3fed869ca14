import type { CostShare } from '../../../domain/apportionment/apportion.js';
import { keyOfShare } from '../../../domain/apportionment/share-out.js';
import type { LineWhy } from '../../../domain/invoice/invoice.js';
import { applyRelief } from '../../../domain/invoice/reduced-rate.js';
import type { DraftLine } from '../../../domain/invoice/lines.js';
import { chooseTaxCode, measuredHow, type TaxChoice, type TreatedCost } from '../../../domain/invoice/tax-treatment.js';
import { usualUtility } from '../collect/basis.js';
import { isOnTaxableUse } from './levy-basis.js';
import type { Charge, RunInputs } from '../run/inputs.js';
import type { RunCost } from '../run/run-costs.js';
import { wordsOf } from '../../../domain/statement/catalogue/catalogue.js';
import { reliefFor } from '../collect/premises.js';

/*
 * Which tax each line of a run bears. The way a cost was measured chooses the code; then, when all lines of a member are known, its use
 * at the premises decides whether they bear the reduced one.
 */

type Taxed = Pick<RunCost, 'bill' | 'chargeId' | 'section' | 'taxCode'> & { readonly key: RunCost['key'] | null };

const sections: Readonly<Partial<Record<Charge['section'], TreatedCost['of']>>> = {
  energy: 'energy-charge',
  service: 'service-charge',
};

/** A cost as its tax looks at it. The community's own prices of energy are by meter, or by days. */
function treated(
  { charges }: RunInputs,
  { bill, chargeId, section, key, taxCode }: Taxed,
  isByDays: boolean,
  share: CostShare | null,
): TreatedCost {
  const charge = charges.find((one) => one.id === chargeId);
  const isTariff = charge?.kind === 'tariff';
  return {
    of: bill !== null ? 'bill' : (sections[charge?.section ?? 'other'] ?? 'other-charge'),
    section: isTariff && isByDays ? 'standing' : section,
    keyKind: key !== null && share !== null ? keyOfShare(key, share).kind : isByDays ? 'equal' : 'metered',
    onSpace: (charge?.spaceId ?? null) !== null,
    taxCode,
  };
}

/** The code of each share of a cost; null where no tax is charged. */
export function taxOf(inputs: RunInputs, cost: RunCost): ((share: CostShare) => TaxChoice) | null {
  if (inputs.tax.kind === 'unregistered') return null;
  return (share) => chooseTaxCode(treated(inputs, cost, false, share), share.part, inputs.taxRules.treatment);
}

/** Lines of the community's own prices with the code that their measuring chooses. */
export function taxedByRule(
  inputs: RunInputs,
  costs: readonly (Omit<Taxed, 'key'> & { readonly no: number })[],
  lines: readonly DraftLine[],
): DraftLine[] {
  if (inputs.tax.kind === 'unregistered') return [...lines];
  return lines.map((line) => {
    const cost = costs.find(({ no }) => no === line.costNo);
    if (cost === undefined) return line;
    const seen = treated(inputs, { ...cost, key: null }, line.unit === 'days', null);
    const { code, because } = chooseTaxCode(seen, 'own', inputs.taxRules.treatment);
    return { ...line, taxCode: code, taxBecause: because };
  });
}

/** What a line is measured in, where it is energy by meter or its standing charge; null for all other lines. */
function utilityOf(inputs: RunInputs, costs: ReadonlyMap<number, Taxed>, line: DraftLine): string | null {
  const cost = line.costNo === null ? undefined : costs.get(line.costNo);
  if (cost === undefined || line.section === 'vacant-space' || line.section === 'shared-areas') return null;
  const how = measuredHow(treated(inputs, cost, line.unit === 'days', shareOf(line.why)), 'own');
  return how === 'metered' || how === 'standing' ? (cost.bill?.utility ?? usualUtility) : null;
}

/** The share that a line is, or is a part of; null for a line of the community's own prices. */
const shareOf = (why: LineWhy): CostShare | null =>
  why.kind === 'part' ? shareOf(why.cut) : why.kind === 'share' ? why.share : null;

/** A levy that is shared among taxable use alone is due on that use alone: no part of it is reduced. */
function isLevyOnTaxable(inputs: RunInputs, costs: ReadonlyMap<number, Taxed>, { costNo, why }: DraftLine): boolean {
  const cost = costNo === null ? undefined : costs.get(costNo);
  const share = shareOf(why);
  if (cost === undefined || cost.key === null || share === null) return false;
  return isOnTaxableUse(inputs, { ...cost, key: keyOfShare(cost.key, share) });
}

/** The lines of a member with the reduced rate where its use at the premises earns it. */
export function withRelief(
  inputs: RunInputs,
  costs: ReadonlyMap<number, Taxed>,
  memberId: string,
  lines: readonly DraftLine[],
): DraftLine[] {
  if (inputs.tax.kind === 'unregistered') return [...lines];
  const { currency, period, codes } = inputs;
  const words = wordsOf(inputs.locale).run.relief;
  return inputs.taxRules.reduced.reduce<readonly DraftLine[]>((taxed, { utility }) => {
    const found = reliefFor(inputs, memberId, utility, words);
    if (found === null) return taxed;
    const tieKey = `${period.from}/${period.to}:relief:${codes[memberId] ?? memberId}`;
    return taxed.flatMap((line, index) => {
      const isOther = utilityOf(inputs, costs, line) !== utility;
      const isKept = found.relief.kind === 'split' && isLevyOnTaxable(inputs, costs, line);
      if (isOther || isKept) return [line];
      return applyRelief([line], found.relief, found.rule, currency, `${tieKey}:${index}`, words);
    });
  }, lines) as DraftLine[];
}
