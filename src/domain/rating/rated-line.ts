import { daysIn, type Instant, type Period } from '../calendar/period.js';
import type { Fraction, ProrationPolicy } from '../calendar/proration.js';
import { DomainError } from '../errors.js';
import type { Decimal, Rounding } from '../quantity/decimal.js';
import { coinScale, type Currency } from '../quantity/money.js';
import { multiply, type Rational, rational, roundRational } from '../quantity/rational.js';
import type { TierCount, TierLimit, TierScheme } from '../tariff/component.js';

/** The part of a quantity that a tier takes: above `from`, up to `upTo`; null for all above. */
export interface TierReached {
  /** 1 for the first. */
  readonly no: number;
  readonly from: Rational;
  readonly upTo: Rational | null;
}

/** What decided how much demand is charged for. */
export type DemandBy = 'peak' | 'earlier-peak' | 'least';

/** Why a line comes to what it does: the rule, and every figure that went in beside quantity and price. */
export type RatedWhy =
  | { readonly rule: 'per-day' }
  | {
      readonly rule: 'periodic';
      readonly per: 'month' | 'year' | 'period';
      readonly proration: ProrationPolicy;
      readonly part: Fraction;
    }
  | { readonly rule: 'per-unit' }
  | { readonly rule: 'levy'; readonly rate: string }
  | { readonly rule: 'export' }
  | {
      readonly rule: 'tier';
      readonly scheme: TierScheme;
      readonly count: TierCount;
      readonly limits: TierLimit;
      readonly tier: TierReached;
      /** What was counted against the limits, and what of it was used in the line's band. */
      readonly counted: Decimal;
      readonly own: Decimal;
      /** The demand in kW that limits per kW were multiplied by. */
      readonly demand: Rational | null;
    }
  | {
      readonly rule: 'demand';
      readonly minutes: number;
      readonly at: Instant;
      readonly energy: Decimal;
      /** The mean power of these minutes. */
      readonly measured: Rational;
      readonly charged: Rational;
      readonly by: DemandBy;
      readonly earlier: { readonly at: Instant; readonly demand: Rational; readonly percent: Decimal } | null;
      readonly least: Decimal | null;
      readonly powerFactor: Decimal | null;
      readonly tier: TierReached;
      readonly part: Fraction;
    }
  | { readonly rule: 'series'; readonly series: string; readonly intervals: number }
  | {
      readonly rule: 'minimum' | 'maximum';
      readonly bound: Decimal;
      readonly sum: Decimal;
      readonly of: readonly string[];
    }
  | { readonly rule: 'discount'; readonly percent: Decimal; readonly sum: Decimal; readonly of: readonly string[] };

/** What one component comes to over some days: exact, not yet money that anybody can pay. */
export interface RatedLine {
  readonly component: string;
  /** The component, with the band, the tier and the window where there are any. */
  readonly description: string;
  readonly band: string | null;
  readonly quantity: Rational;
  readonly unit: string;
  /** Null where each interval had its own, and where the line makes up a difference. */
  readonly price: Decimal | null;
  /** Exact and unrounded. */
  readonly amount: Rational;
  readonly days: number;
  readonly period: Period;
  readonly why: RatedWhy;
}

/** A line that is money. */
export interface RoundedLine extends Omit<RatedLine, 'amount'> {
  /** On the currency's grid. */
  readonly amount: Decimal;
}

/** The currency, and how a line is rounded to its coin. */
export interface Coins {
  readonly currency: Currency;
  readonly rounding: Rounding;
}

/** Rounds a line to the coin by a named rounding: once, here or by whoever adds lines first. */
export const roundLine = (line: RatedLine, currency: Currency, rounding: Rounding): RoundedLine => ({
  ...line,
  amount: roundRational(line.amount, coinScale[currency], rounding),
});

/** A line of so many units at a price. */
export function productLine(
  line: Pick<RatedLine, 'component' | 'description' | 'band' | 'quantity' | 'unit' | 'period' | 'why'>,
  price: Decimal,
): RatedLine {
  return { ...line, price, amount: multiply(line.quantity, rational(price)), days: daysIn(line.period) };
}

/** Stops where a price per kWh would meet cubic metres. @throws DomainError `invalid-input` */
export function sameUnit(component: string, priced: string, used: string): void {
  if (priced !== used) {
    throw new DomainError('invalid-input', `${component} is priced per ${priced}, and the usage is in ${used}.`, {
      component,
      priced,
      used,
    });
  }
}
