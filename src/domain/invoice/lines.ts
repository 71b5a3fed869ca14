import { billedMember } from '../apportionment/beneficiary.js';
import type { CostShare } from '../apportionment/apportion.js';
import { assert } from '../errors.js';
import { type Decimal, plain } from '../quantity/decimal.js';
import type { InvoiceLine, Section } from './invoice.js';
import type { TaxChoice } from './tax-treatment.js';

/** A line before it has a number and a rate. */
export type DraftLine = Omit<InvoiceLine, 'no' | 'taxRate' | 'taxCategory'>;

/** How a cost appears on an invoice. */
export interface CostWording {
  readonly no: number;
  readonly section: Section;
  readonly description: string;
  /** Name of the line for the part that no meter explains. */
  readonly residualDescription: string;
  /** The supplier's price per unit, printed beside metered quantities; null where the cost has none. */
  readonly price: Decimal | null;
  /** By `chooseTaxCode`, for each share by how its part was measured; null where the community charges no tax. */
  readonly taxOf: ((share: CostShare) => TaxChoice) | null;
}

/** What a description says beyond the name of its cost. */
export interface LineWords {
  readonly whileEmpty: (spaces: string) => string;
  readonly partOf: (part: string, of: string) => string;
}

export const linesInEnglish: LineWords = {
  whileEmpty: (spaces) => `${spaces} while empty`,
  partOf: (part, of) => `${part} of ${of}`,
};

/**
 * The lines that members' shares become: one line for one share, so that each line has one formula.
 *
 * Shares of an empty space go to the invoice of its named payer, in a section of their own. What the community bears or
 * holds is on nobody's invoice. A share of nothing by nothing (no weight, no amount) makes no line.
 *
 * @param shares  of any number of costs and beneficiaries
 * @param wording one for each cost
 * @param words of the language; English where absent
 * @returns lines by member, each member's in the order of the shares
 * @law the nets of all lines, with the shares of common, held and payerless vacant, add up to the costs
 */
export function linesByMember(
  shares: readonly CostShare[],
  wording: readonly CostWording[],
  words: LineWords = linesInEnglish,
): ReadonlyMap<string, readonly DraftLine[]> {
  const byCost = new Map(wording.map((cost) => [cost.no, cost]));
  const byMember = new Map<string, DraftLine[]>();
  for (const share of shares) {
    const memberId = billedMember(share.beneficiary);
    if (memberId === null || (share.weight.isZero() && share.amount.isZero())) continue;
    const cost = byCost.get(share.costNo);
    assert(cost !== undefined, `Cost ${share.costNo} is worded, since it was shared.`);
    const lines = byMember.get(memberId);
    if (lines === undefined) byMember.set(memberId, [lineOf(share, cost, words)]);
    else lines.push(lineOf(share, cost, words));
  }
  return byMember;
}

function lineOf(share: CostShare, cost: CostWording, words: LineWords): DraftLine {
  const vacant = share.beneficiary.kind === 'vacant';
  const residual = share.part === 'residual';
  const [reason] = share.reasons;
  const unit = !residual && reason?.what === 'metered' ? reason.unit : null;
  const spaces = [...new Set(share.reasons.flatMap((one) => ('spaceLabel' in one ? [one.spaceLabel] : [])))];
  const choice = cost.taxOf?.(share);
  const description = (residual ? cost.residualDescription : cost.description) + partsOf(share, words);
  return {
    costNo: cost.no,
    section: vacant ? 'vacant-space' : residual ? 'shared-areas' : cost.section,
    description: vacant ? `${description}, ${words.whileEmpty(spaces.join(', '))}` : description,
    quantity: unit === null ? null : share.weight,
    unit,
    price: unit === null ? null : cost.price,
    net: share.amount,
    taxCode: choice?.code ?? null,
    ...(choice === undefined ? {} : { taxBecause: choice.because }),
    why: { kind: 'share', share },
  };
}

/** Which part of its cost a share under a composite key is of. @example ', 70 of 100' */
const partsOf = ({ steps = [] }: CostShare, words: LineWords): string =>
  steps.map((step) => (step.step === 'part' ? `, ${words.partOf(plain(step.part), plain(step.of))}` : '')).join('');
