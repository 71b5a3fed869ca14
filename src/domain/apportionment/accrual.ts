import { daysIn, type Period, within } from '../calendar/period.js';
import { DomainError } from '../errors.js';
import { Decimal, plain } from '../quantity/decimal.js';
import { coinScale, type Currency, toCoins } from '../quantity/money.js';

/*
 * The problem: the supplier bills from 15 September to 15 December, the community by calendar month. Rounding each month's
 * part by itself would lose or invent coins over the bill: 100.00 over three equal months is 33.33 three times, 99.99.
 *
 *   100.00 over 90 days, cut at 30 and 60 days:
 *     until day 30: 33.33 · until day 60: 66.67 · until day 90: 100.00
 *     parts:        33.33         33.34                 33.33            together 100.00
 *
 * Method: round the running total at each cut, half away from zero, and take differences. The parts of any tiling add up to
 * the bill, whatever the cuts, in whatever order they are computed, years apart.
 */

/** The part of a bill that belongs to a period, and the quotient behind it. */
export interface Accrued {
  readonly amount: Decimal;
  /** Days or measured quantity before the part, in it, and in the whole bill. */
  readonly before: Decimal;
  readonly during: Decimal;
  readonly whole: Decimal;
}

const asInteger = (value: Decimal, scale: number): bigint => BigInt(value.toFixed(scale).replace('.', ''));

/** Coins of `total` × `upTo` / `of`, half away from zero; the part's coins are the difference of two such. */
function runningCoins(total: bigint, upTo: bigint, of: bigint): bigint {
  const size = total < 0n ? -total : total;
  const coins = (2n * size * upTo + of) / (2n * of);
  return total < 0n ? -coins : coins;
}

/**
 * The part of an amount that falls between two marks of a measured whole.
 *
 * @param before what was measured from the bill's first day to the part's, ≥ 0
 * @param during what was measured in the part, ≥ 0
 * @param of     what was measured over the whole bill, ≥ before + during, > 0
 * @throws DomainError `no-weight` where the whole is zero; `invalid-input` where the marks do not lie in it in order
 * @law the parts of any tiling add up to the amount; each is within one coin of its ideal; a credit mirrors its charge
 */
export function accrueByUse(
  amount: Decimal,
  currency: Currency,
  before: Decimal,
  during: Decimal,
  of: Decimal,
): Accrued {
  if (of.isZero()) throw new DomainError('no-weight', 'Nothing was measured over the whole bill; accrue it by days.');
  const after = before.plus(during);
  if (before.lessThan(0) || during.lessThan(0) || after.greaterThan(of)) {
    throw new DomainError(
      'invalid-input',
      `A part from ${plain(before)} to ${plain(after)} does not lie within the whole of ${plain(of)}.`,
    );
  }
  const scale = Math.max(before.decimalPlaces(), during.decimalPlaces(), of.decimalPlaces());
  const total = toCoins(amount, currency);
  const measure = asInteger(of, scale);
  const coins =
    runningCoins(total, asInteger(after, scale), measure) - runningCoins(total, asInteger(before, scale), measure);
  const coin = new Decimal(10).pow(-coinScale[currency]);
  return { amount: new Decimal(coins.toString()).times(coin), before, during, whole: of };
}

/**
 * The part of a bill's component that belongs to a period, by days.
 *
 * @param bill the days that the supplier charges for
 * @param part the billing period; days outside the bill get nothing
 * @returns null where the two share no day
 * @law the parts over any tiling of the bill's days add up to the component, to the last coin
 * @example accrueByDays(100.00, 'GBP', 2026-10-01/2026-12-30, 2026-10-31/2026-11-30) → 33.34, days 30 to 60 of 90
 */
export function accrueByDays(amount: Decimal, currency: Currency, bill: Period, part: Period): Accrued | null {
  const shared = within(bill, part);
  if (shared === null) return null;
  const before = shared.from === bill.from ? 0 : daysIn({ from: bill.from, to: shared.from });
  const [during, whole] = [daysIn(shared), daysIn(bill)];
  return accrueByUse(amount, currency, new Decimal(before), new Decimal(during), new Decimal(whole));
}
