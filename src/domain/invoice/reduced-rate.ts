import { type Decimal, plain, sum, zero } from '../quantity/decimal.js';
import type { Currency } from '../quantity/money.js';
import { split } from '../quantity/split.js';
import type { DraftLine } from './lines.js';

/*
 * The problem: some use is taxed less: little of it, or use at home or by a charity. The limit is one of the person at the premises, so
 * it can be judged only when all meters and all lines of the member there are known.
 *
 *   Rosa, October:  900 kWh in 31 days, 900 ≤ 33 × 31 = 1,023                   → small use, all reduced
 *   Flat, October:  2,000 kWh, of which 1,400 are used at home: 70 % ≥ 60 %      → all reduced
 *   Lund, October:  2,000 kWh, of which 400 are used at home                     → a line of 200.00: 40.00 reduced, 160.00 normal
 *
 * Method: compare products, never quotients; where a line is split, split it exactly (quantity/split.ts), so that its two parts are
 * the line. Standing charges follow the units.
 */

/** The dated rule of a community for one utility. */
export interface ReducedRate {
  readonly utility: string;
  /** The code whose lines may be reduced, and what they become. */
  readonly normal: string;
  readonly reduced: string;
  /** kWh a day up to which all is reduced; null: no such limit. */
  readonly smallUsePerDay: Decimal | null;
  /** Percent of qualifying use from which all is reduced. */
  readonly qualifyingFromPercent: Decimal;
}

/** All that a member used of a utility at the premises in the period. */
export interface PremisesUse {
  readonly quantity: Decimal;
  /** Of it, what is used at home or by a charity, by the declarations of its days. */
  readonly qualifying: Decimal;
  /** Days on which the member was there, at least one. */
  readonly days: number;
}

/** What a member's lines of the utility become. */
export type Relief =
  | { readonly kind: 'none' }
  | { readonly kind: 'all'; readonly because: string }
  | { readonly kind: 'split'; readonly qualifying: Decimal; readonly rest: Decimal; readonly because: string };

/** What is said of a relief in one language. Figures come as written decimals and are set as the language sets them. */
export interface ReliefWords {
  readonly smallUse: (quantity: string, days: number, perDay: string) => string;
  readonly declared: (qualifying: string, quantity: string) => string;
  /** The two parts of a line that was split, after its description. */
  readonly qualifyingPart: string;
  readonly otherPart: string;
}

export const reliefInEnglish: ReliefWords = {
  smallUse: (quantity, days, perDay) => `${quantity} kWh in ${days} days are not more than ${perDay} a day`,
  declared: (qualifying, quantity) => `${qualifying} of ${quantity} kWh are used at home or by a charity, as declared`,
  qualifyingPart: 'qualifying use',
  otherPart: 'other use',
};

/**
 * Uses with the percent declared for each: the sum, and what of it qualifies.
 *
 * @param uses quantity ≥ 0, percent 0 to 100
 * @law qualifying ≤ quantity
 */
export function premisesUse(
  uses: readonly { readonly quantity: Decimal; readonly percent: Decimal }[],
  days: number,
): PremisesUse {
  const quantity = sum(uses.map((use) => use.quantity));
  const qualifying = sum(uses.map((use) => use.quantity.times(use.percent).times('0.01')));
  return { quantity, qualifying, days };
}

/**
 * Judges the use of a member at the premises.
 *
 * @param words of the language in which the reason is said; English where absent
 * @law more use never leads from none to small use; more qualifying use never leads to less relief
 * @source VATA 1994 Schedule 7A Group 1 Note 5 (1,000 kWh of electricity, 4,397 kWh of gas a month) and Note 2 (60 %); Oracle, Application
 *   of De Minimis: judged when all segments at the premises are known
 */
export function reliefOf(
  { quantity, qualifying, days }: PremisesUse,
  rule: ReducedRate,
  words: ReliefWords = reliefInEnglish,
): Relief {
  const limit = rule.smallUsePerDay?.times(days) ?? null;
  if (limit !== null && quantity.lessThanOrEqualTo(limit)) {
    return { kind: 'all', because: words.smallUse(plain(quantity), days, plain(rule.smallUsePerDay ?? zero)) };
  }
  if (qualifying.isZero()) return { kind: 'none' };
  const asked = quantity.times(rule.qualifyingFromPercent).times('0.01');
  const declared = words.declared(plain(qualifying), plain(quantity));
  if (qualifying.greaterThanOrEqualTo(asked)) return { kind: 'all', because: declared };
  return { kind: 'split', qualifying, rest: quantity.minus(qualifying), because: declared };
}

/**
 * Gives the lines of a utility that bear its normal code what they bear by the judgement.
 *
 * @param lines  of one member and this utility; others are to be left out by the caller
 * @param tieKey decides the odd coin of a split, with the line's place in the list
 * @returns in the order given; a line that is split becomes two, the reduced part first
 * @law Σ net stays as it was; lines of other codes are untouched; a credit mirrors its charge
 */
export function applyRelief(
  lines: readonly DraftLine[],
  relief: Relief,
  { normal, reduced }: ReducedRate,
  currency: Currency,
  tieKey: string,
  words: ReliefWords = reliefInEnglish,
): DraftLine[] {
  if (relief.kind === 'none') return [...lines];
  return lines.flatMap((line, index): DraftLine[] => {
    if (line.taxCode !== normal) return [line];
    const because = [line.taxBecause, relief.because].filter(Boolean).join('; ');
    if (relief.kind === 'all') return [{ ...line, taxCode: reduced, taxBecause: because }];
    const shares = [
      { id: 'reduced', weight: relief.qualifying },
      { id: 'normal', weight: relief.rest },
    ];
    const [less = zero, more = zero] = split(line.net, currency, shares, `${tieKey}:${index}`).map((one) => one.amount);
    const cut = (weight: Decimal) =>
      ({
        kind: 'part',
        of: line.net,
        weight,
        whole: relief.qualifying.plus(relief.rest),
        unit: 'kWh',
        cut: line.why,
      }) as const;
    // A part of what a meter counted has no reading of its own: the kWh stand in the reason, and not as a quantity.
    const part = { quantity: null, unit: null, price: null, taxBecause: because };
    const { description } = line;
    return [
      {
        ...line,
        ...part,
        description: `${description}, ${words.qualifyingPart}`,
        net: less,
        taxCode: reduced,
        why: cut(relief.qualifying),
      },
      { ...line, ...part, description: `${description}, ${words.otherPart}`, net: more, why: cut(relief.rest) },
    ];
  });
}
