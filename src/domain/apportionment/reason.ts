import type { Instant } from '../calendar/period.js';
import type { Decimal } from '../quantity/decimal.js';

interface OfSpace {
  readonly spaceId: string;
  readonly spaceLabel: string;
  /** What this reason adds to the weight: the product of its factors. */
  readonly value: Decimal;
}

interface OfResource {
  readonly resourceId: string;
  readonly resourceLabel: string;
  /** When the booking begins, also where that is before the period. */
  readonly from: Instant;
  /** Of the booking, in the period. */
  readonly minutes: number;
  readonly value: Decimal;
}

/** Why a weight is what it is: one addend with its factors. */
export type Reason =
  | (OfSpace & {
      readonly what: 'metered';
      readonly band: string;
      readonly unit: string;
      /** What deduction meters took off; the value is what was left. */
      readonly deducted?: Decimal;
    })
  | (OfSpace & { readonly what: 'peak'; readonly at: Instant; readonly unit: string })
  | (OfSpace & { readonly what: 'area-days'; readonly area: Decimal; readonly weight: Decimal; readonly days: number })
  | (OfSpace & { readonly what: 'days'; readonly days: number })
  | (OfSpace & { readonly what: 'occupied-days'; readonly days: number })
  | (OfSpace & { readonly what: 'occupied-minutes'; readonly minutes: number })
  | (OfSpace & { readonly what: 'head-days'; readonly heads: Decimal; readonly days: number })
  | { readonly what: 'member-days'; readonly days: number; readonly value: Decimal }
  | (OfResource & { readonly what: 'booked-minutes' })
  | (OfResource & { readonly what: 'booked-price'; readonly perHour: Decimal; readonly minimum: Decimal })
  | (OfSpace & { readonly what: 'parts'; readonly part: Decimal; readonly days: number })
  | { readonly what: 'agreed-parts'; readonly part: Decimal; readonly days: number; readonly value: Decimal };

/** How a share came from the cost to the formula that it is computed by. */
export type Step =
  /** A composite key gave this part of the cost to one of its keys. */
  | {
      readonly step: 'part';
      readonly no: number;
      readonly part: Decimal;
      readonly of: Decimal;
      readonly amount: Decimal;
      readonly pool: Decimal;
    }
  /** The share stands at a limit; without it, it would have been another amount in that round. */
  | {
      readonly step: 'cap' | 'floor';
      readonly round: number;
      readonly limit: Decimal;
      readonly without: Decimal;
    }
  /** The share lies within its limits, and what others could not bear, or had to, was shared again. */
  | { readonly step: 'shared-again'; readonly round: number; readonly pool: Decimal }
  /** Everybody stands at a cap; this is what was left. */
  | { readonly step: 'rest'; readonly pool: Decimal };
