import type { TaxCategory } from '../../domain/invoice/tax.js';
import type { PolicyName, PolicyTerms } from '../community/community.service.js';
import type { NewTaxRate } from './tax-rates.schema.js';

/*
 * What is usual in a country, as rows that a community may adopt: rates and policies with their dates and sources. Nothing here is in
 * force until somebody adopts it, and then it stands among the community's own rates and policies, where it is changed like any other.
 *
 * It is no advice. Each entry says where it was read; `verified: false` means that its primary text was not seen, and that an adviser
 * is to be asked before it is relied on.
 */

interface Sourced {
  readonly source: string;
  readonly verified: boolean;
}

interface ProfileRate extends Sourced {
  readonly code: string;
  readonly label: string;
  /** A fraction. */
  readonly rate: string;
  readonly category: TaxCategory;
  readonly reason: string;
  readonly days: { readonly from: string; readonly to: string | null };
}

/** A rate of a profile as it is entered: where it was read stays with the profile. */
export const rateOf = ({ code, label, rate, category, reason, days }: ProfileRate): NewTaxRate => ({
  code,
  label,
  rate,
  category,
  reason,
  days,
});

type ProfilePolicy = {
  [Name in PolicyName]: Sourced & { readonly name: Name; readonly terms: Partial<PolicyTerms<Name>> };
}[PolicyName];

export interface CountryProfile {
  readonly code: 'GB' | 'DE' | 'CH' | 'AT' | 'plain';
  readonly name: string;
  /** The day on which the sources were read. */
  readonly readOn: string;
  readonly rates: readonly ProfileRate[];
  /** Terms that are not named stay as the community has them. */
  readonly policies: readonly ProfilePolicy[];
  /** Up to which gross amount a shorter invoice is enough; null where none is known. Ours are shorter only where a member's address is missing. */
  readonly simplifiedInvoice: (Sourced & { readonly upTo: string; readonly currency: string }) | null;
}

export const readOn = '2026-11-23';
export const since = (from: string, to: string | null = null) => ({ from, to });
export const charged = { category: 'S', reason: '' } as const;
export const exempt = (reason: string) => ({ rate: '0', category: 'E', reason }) as const;

/** Metered is a supply of energy, all else follows the rent. */
export const byMeter = {
  metered: 'standard',
  standing: 'standard',
  unmetered: 'rent',
  commonParts: 'rent',
  spaceWork: 'standard',
} as const;
