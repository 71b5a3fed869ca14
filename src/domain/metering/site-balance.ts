import { type Decimal, quotient, zero } from '../quantity/decimal.js';

/*
 * What goes into a site is what its meters see, and a little more: losses, tolerance, and what has no meter.
 *
 *   residual  =  imported + generated − exported − metered − derived       1000 + 120 − 40 − 1050 − 0 = 30, which is 2.78 % of 1080
 *
 * Up to about 3 % is what losses and tolerance do by themselves. Much more points to a meter that is missing or wrong. Less than nothing
 * is impossible: a wrong multiplier, a meter that counts the wrong way or on another circuit, an exchange that nobody recorded.
 *
 * Derived is what virtual meters of spaces tell beside the sub-meters: a stall without a meter is explained by its formula. What such a
 * formula adds of sub-meters they have counted themselves, so only the rest of it is derived.
 */

/** What flowed at a site in one time, of one utility in one unit. */
export interface Flows {
  /** Of the supplier's meters. */
  readonly imported: Decimal;
  /** Made on the site: sub-meters of direction export. */
  readonly generated: Decimal;
  /** Given back to the supplier. */
  readonly exported: Decimal;
  /** Of sub-meters, each counted once where it stands. */
  readonly metered: Decimal;
  /** Of virtual meters of spaces, beside what sub-meters counted. */
  readonly derived: Decimal;
}

export type BalanceState = 'ok' | 'notable' | 'high' | 'negative';

/** Percentages of what was supplied above which a residual is noted, and above which it blocks. */
export interface BalanceLimits {
  readonly notable: Decimal;
  readonly high: Decimal;
}

export interface SiteBalance extends Flows {
  /** What there was to be used: imported + generated − exported. */
  readonly supplied: Decimal;
  readonly residual: Decimal;
  /** Of what was supplied, to two digits, for information; null where nothing was. */
  readonly percent: Decimal | null;
  readonly state: BalanceState;
}

/**
 * Balances a site.
 *
 * @law supplied = metered + derived + residual; balances of the parts of a time add up to that of the whole
 * @example imported 1000, metered 880, nothing else → residual 120, 12.00 %, high above 10 %
 */
export function balance(flows: Flows, limits: BalanceLimits): SiteBalance {
  const supplied = flows.imported.plus(flows.generated).minus(flows.exported);
  const residual = supplied.minus(flows.metered).minus(flows.derived);
  const percent = supplied.greaterThan(0) ? quotient(residual.times(100), supplied, 2, 'half-even') : null;
  return { ...flows, supplied, residual, percent, state: stateOf(supplied, residual, limits) };
}

/** Judges a residual by products, so that no percentage is rounded before it is judged. */
export function stateOf(supplied: Decimal, residual: Decimal, { notable, high }: BalanceLimits): BalanceState {
  const above = (percent: Decimal): boolean => residual.times(100).greaterThan(supplied.times(percent));
  if (residual.lessThan(zero)) return 'negative';
  if (above(high)) return 'high';
  return above(notable) ? 'notable' : 'ok';
}
