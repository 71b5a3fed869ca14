import { accrueByDays } from '../apportionment/accrual.js';
import { addMonths, type CivilDate, type Days, daysIn, monthOf, type Period, within } from '../calendar/period.js';
import { assert, DomainError } from '../errors.js';
import { Decimal, quotient, type Rounding, sum, zero } from '../quantity/decimal.js';
import { coinScale, type Currency } from '../quantity/money.js';

/*
 * A member pays something every month, and once a year it is set off against what the year came to.
 *
 *   plan      100.00 a month from 1 January, 120.00 from 16 July; a month has one amount, or days have
 *   by month  whoever is there on the first of a month is asked for the month: July 100.00, August 120.00
 *   by day    15/31 of 100.00 is 48.39, 16/31 of 120.00 is 61.94: July 110.33
 *   set off   a year that ends on 20 July takes July whole by month; by day 19 of its 31 days, and the next year the rest
 *
 * Cuts by days are differences of running totals rounded at each cut (accrual.ts), so that the parts of any tiling are the whole. What was
 * set off is remembered as an amount; what comes next is the running total less that, and so nothing is set off twice or lost.
 *
 * "Advance" alone is the difference of two displays here (domain/metering); what members pay is an advance payment.
 */

/** Whether a month belongs to one period and one plan as a whole, or each of its days to its own. */
export type AdvanceRule = 'by-month' | 'by-day';

/** What was agreed for some days. */
export interface PlanVersion {
  readonly id: string;
  readonly days: Days;
  /** A month, without tax where the community charges it; ≥ 0. */
  readonly amount: Decimal;
}

/** What is asked for days of one month under one version. */
export interface AskedPart {
  readonly versionId: string;
  readonly days: Period;
  readonly amount: Decimal;
  /** The amount of the whole month that it is a part of, and of how many days the month has. */
  readonly of: Decimal;
  readonly monthDays: number;
}

/**
 * What is to be asked for a month.
 *
 * @param versions of one occupancy; their days do not overlap, and lie within those of the occupancy
 * @param day      any day of the month
 * @returns parts in the order of their days; none where nothing was agreed, or nothing is to be paid
 * @throws DomainError `overlapping-version`
 * @law versions that tile the month with one amount ask for exactly that amount, by month and by day; no part is less than zero
 */
export function askedFor(
  versions: readonly PlanVersion[],
  day: CivilDate,
  rule: AdvanceRule,
  currency: Currency,
): AskedPart[] {
  const month = monthOf(day);
  const there = versions.flatMap((version) => {
    const days = within(month, version.days);
    return days === null ? [] : [{ version, days }];
  });
  const inOrder = there.toSorted((a, b) => (a.days.from < b.days.from ? -1 : 1));
  inOrder.forEach(({ days }, index) => {
    const next = inOrder[index + 1];
    if (next !== undefined && next.days.from < days.to) {
      throw new DomainError('overlapping-version', `Two advance plans hold on ${next.days.from}; end one first.`);
    }
  });
  const monthDays = daysIn(month);
  const parts = inOrder.flatMap(({ version: { id, amount }, days }): AskedPart[] => {
    const of = { versionId: id, of: amount, monthDays };
    if (rule === 'by-day') return [{ ...of, days, amount: byDays(amount, currency, month, days) }];
    return days.from === month.from ? [{ ...of, days: month, amount }] : [];
  });
  return parts.filter((part) => part.amount.greaterThan(zero));
}

const byDays = (amount: Decimal, currency: Currency, whole: Period, part: Period): Decimal =>
  accrueByDays(amount, currency, whole, part)?.amount ?? zero;

/** An advance payment that was asked, and what of it has been set off. */
export interface AskedAdvance {
  readonly id: string;
  /** The days it was asked for. */
  readonly days: Period;
  readonly net: Decimal;
  readonly tax: Decimal;
  /** Of net and tax, on earlier invoices. */
  readonly before: { readonly net: Decimal; readonly tax: Decimal };
}

/** What of an advance payment is set off on an invoice. */
export interface SetOff {
  readonly id: string;
  readonly net: Decimal;
  readonly tax: Decimal;
  readonly gross: Decimal;
}

/**
 * What of the advance payments belongs to the days of an invoice, or to days before it that nothing has been set off for yet.
 *
 * By month, a month belongs to the period in which its first day lies; by day, each day to its own. With `isLast` (the member has left)
 * all that was asked is set off, because no invoice comes after.
 *
 * @returns those with something to set off, in the order given; they may be more than the invoice: the rest is the member's credit
 * @law over any tiling of periods, what is set off comes to what was asked, in net and in tax; each part is ≥ 0 and ≤ what is left
 */
export function setOff(
  advances: readonly AskedAdvance[],
  period: Period,
  rule: AdvanceRule,
  currency: Currency,
  isLast: boolean,
): SetOff[] {
  return advances.flatMap(({ id, days, net, tax, before }) => {
    const upTo = (amount: Decimal): Decimal => {
      if (days.from >= period.to) return isLast ? amount : zero;
      if (isLast || rule === 'by-month' || days.to <= period.to) return amount;
      return byDays(amount, currency, days, { from: days.from, to: period.to });
    };
    // What was taken by another rule before may be more than this one would have by now.
    const rest = (amount: Decimal, had: Decimal): Decimal => {
      const more = upTo(amount).minus(had);
      return more.lessThan(zero) ? zero : more;
    };
    const part = { net: rest(net, before.net), tax: rest(tax, before.tax) };
    assert(
      part.net.plus(before.net).lessThanOrEqualTo(net) && part.tax.plus(before.tax).lessThanOrEqualTo(tax),
      'No more is set off than was asked.',
    );
    return part.net.isZero() && part.tax.isZero() ? [] : [{ id, ...part, gross: part.net.plus(part.tax) }];
  });
}

/** What an invoice is worth after advance payments: one of the two is zero. */
export interface Remainder {
  readonly toPay: Decimal;
  readonly toReturn: Decimal;
}

/**
 * What is left of an invoice when advance payments are set off.
 *
 * @law to pay − to return = gross − Σ set off; neither is less than zero, and one of them is zero
 * @example 1,240.00 with 1,440.00 set off → to return 200.00
 */
export function remainder(gross: Decimal, off: readonly Pick<SetOff, 'gross'>[]): Remainder {
  const left = gross.minus(sum(off.map((one) => one.gross)));
  return left.lessThan(zero) ? { toPay: zero, toReturn: left.negated() } : { toPay: left, toReturn: zero };
}

/** A suggestion, with every figure it was made from. */
export interface Suggestion {
  /** A month, without tax where the community charges it. */
  readonly amount: Decimal;
  /** Before it was rounded to the step, on the coin. */
  readonly exact: Decimal;
  readonly months: number | null;
  readonly days: number;
}

const monthsOfYear = 12;
const daysOfYear = 365;

/**
 * What a month of the next year would be, from what a period came to: a twelfth of a year, else of 365 of its days.
 *
 * @param net      of the invoices of the period; where it is below zero nothing is suggested
 * @param step     amounts are multiples of it, > 0. @example 5.00
 * @param rounding to the step, as the community decided
 * @law amount is a multiple of the step; with `up` twelve of them are not less than a year that came to net
 * @example suggestAdvance(1,234.00 of a year, step 5.00, up) → 105.00, of 102.83
 */
export function suggestAdvance(
  net: Decimal,
  period: Period,
  currency: Currency,
  { step, rounding }: { readonly step: Decimal; readonly rounding: Rounding },
): Suggestion {
  if (step.lessThanOrEqualTo(zero)) throw new DomainError('invalid-input', 'Amounts are rounded to more than nothing.');
  const days = daysIn(period);
  const months = Array.from({ length: monthsOfYear }, (_, i) => i + 1).find(
    (n) => addMonths(period.from, n) === period.to,
  );
  const charged = net.lessThan(zero) ? zero : net;
  const [numerator, denominator] =
    months === undefined ? [charged.times(daysOfYear), days * monthsOfYear] : [charged, months];
  const exact = quotient(numerator, new Decimal(denominator), coinScale[currency], 'half-up');
  const steps = quotient(numerator, step.times(denominator), 0, rounding);
  return { amount: steps.times(step), exact, months: months ?? null, days };
}
