import type { SimpleKey } from '../apportionment/key.js';
import type { Section } from './invoice.js';

/*
 * The problem: the same kilowatt hour is a supply of power where a meter counted it, and part of the rent where floor area shared it.
 * So the way a cost was measured decides its tax code, and one bill may bear several.
 *
 *   one bill, opted building not:  units by sub-meter → standard · losses and hall lighting → rent · units by floor area → rent
 *   one cost, 70 % by sub-meter, 30 % by floor area:  70 % → standard · 30 % → rent
 *
 * Method: say of each part of a cost how it was measured; a rule of the community, dated, names the code for that. Where the rule is
 * silent the code stays that was entered with the cost. Nothing about any country is known here.
 */

/** How what a line charges was measured. */
export type MeasuredHow = 'metered' | 'standing' | 'unmetered' | 'commonParts' | 'spaceWork';

/** The tax code for each way of measuring; null: the code that was entered with the cost. */
export type TaxTreatment = Readonly<Record<MeasuredHow, string | null>>;

/** A cost as far as its tax looks at it. */
export interface TreatedCost {
  /** `bill`: of a supplier; the others are charges of the community, by their section. */
  readonly of: 'bill' | 'energy-charge' | 'service-charge' | 'other-charge';
  readonly section: Section;
  /** By what this part of it was shared: a cost that goes partly by use and partly by area is measured in two ways. */
  readonly keyKind: SimpleKey['kind'];
  /** True where it is put on one space and not shared by a key. */
  readonly onSpace: boolean;
  /** The code that was entered with it. */
  readonly taxCode: string;
}

/** A code and the sentence that says why it is this one. */
export interface TaxChoice {
  readonly code: string;
  readonly because: string;
}

/** What is said of a code that no rule chose. */
export const asEntered = 'as entered with the cost';

/** Why a code was chosen, as lines store it; the statement says it in its own language. */
export const becauseInEnglish: Readonly<Record<MeasuredHow, string>> = {
  metered: 'measured at your own meter',
  standing: 'a standing charge',
  unmetered: 'shared without a meter',
  commonParts: 'common parts and losses',
  spaceWork: 'work in your space alone',
};

/**
 * How a part of a cost was measured; null where the rule has nothing to say of it (rent, fees, what is agreed).
 *
 * @param part the share by the key itself, or of what no meter explains
 * @source HMRC Notice 742 section 11, as reported by Croner and CIPFA; HMRC forum answer of 21 March 2024
 */
export function measuredHow(cost: TreatedCost, part: 'own' | 'residual'): MeasuredHow | null {
  if (cost.of === 'other-charge') return null;
  if (cost.onSpace) return cost.of === 'service-charge' ? 'spaceWork' : null;
  if (part === 'residual' || cost.of === 'service-charge') return 'commonParts';
  if (cost.keyKind === 'metered' || cost.keyKind === 'peak') return 'metered';
  return cost.section === 'standing' ? 'standing' : 'unmetered';
}

/**
 * The tax code of a part of a cost, and why.
 *
 * @example measured at the shop's meter, treatment { metered: 'standard', … } → standard, "measured at your own meter"
 */
export function chooseTaxCode(cost: TreatedCost, part: 'own' | 'residual', treatment: TaxTreatment): TaxChoice {
  const how = measuredHow(cost, part);
  const code = how === null ? null : treatment[how];
  return how === null || code === null
    ? { code: cost.taxCode, because: asEntered }
    : { code, because: becauseInEnglish[how] };
}
