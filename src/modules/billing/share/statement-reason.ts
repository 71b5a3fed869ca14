import type { CostShare } from '../../../domain/apportionment/apportion.js';
import type { Reason as Weighed } from '../../../domain/apportionment/weights.js';
import type { LineWhy } from '../../../domain/invoice/invoice.js';
import { Decimal, plain } from '../../../domain/quantity/decimal.js';
import { type Currency, writeMoney } from '../../../domain/quantity/money.js';
import { wordsOf } from '../../../domain/statement/catalogue/catalogue.js';
import type { Locale, Reason } from '../../../domain/statement/model.js';

/*
 * Why a line costs what it costs, in the figures that a member can redo: as small as they can be without losing anything.
 *
 *   area, all October:   620 of 12,772 m² × days, and everybody was there for 31 days → 20 of 412 m²
 *   equal, all October:  31 of 713 days → 1 of 23 equal shares, in one space or in two, one after the other
 *   area, two spaces:    374 of 12,772 m² × days, made of 10 m² × 15 days + 14 m² × 16 days
 */

/** Digits after the point that a written decimal may have. */
const finest = 9;

/** @param wholeDays the days over which the cost was shared: only who was there for all of them has a figure without days */
export function reasonOf(why: LineWhy, currency: Currency, wholeDays: number, locale: Locale = 'en-GB'): Reason {
  switch (why.kind) {
    case 'share':
      return ofShare(why.share, currency, wholeDays, locale);
    case 'per-unit':
      return { rule: 'per-unit', quantity: plain(why.quantity), unit: why.unit, price: plain(why.price) };
    case 'part':
      return { rule: 'share', of: writeMoney(why.of, currency), ...written(why.weight, why.whole), unit: why.unit };
    case 'agreed':
      return { rule: 'set-amount', amount: writeMoney(why.amount, currency), by: why.by };
    case 'reverses':
      return { rule: 'reverses', amount: writeMoney(why.amount, currency), document: why.invoice };
  }
}

function ofShare(
  { pool, weight, whole, reasons, steps }: CostShare,
  currency: Currency,
  wholeDays: number,
  locale: Locale,
): Reason {
  const { limits, agreement } = wordsOf(locale).run;
  const of = writeMoney(pool, currency);
  const last = steps?.at(-1)?.step;
  if (last === 'cap' || last === 'floor') return { rule: 'set-amount', amount: of, by: limits[last] };
  const days = commonDays(reasons) === wholeDays ? wholeDays : null;
  const byDay = days === null ? null : exactQuotient(whole, days);
  const what = reasons[0]?.what;
  const shares = what === 'days' && weight.equals(wholeDays) ? exactQuotient(whole, wholeDays) : null;
  if (shares?.isInteger()) return { rule: 'equal-share', of, shares: Number.parseInt(plain(shares), 10) };
  if (what === 'parts' && weight.equals(whole)) return { rule: 'set-amount', amount: of, by: agreement };
  if (days !== null && byDay !== null) {
    const own = weight.dividedBy(days);
    if ((what === 'parts' || what === 'agreed-parts') && (byDay.equals(1) || byDay.equals(100))) {
      return { rule: 'fixed-share', of, percent: plain(byDay.equals(1) ? own.times(100) : own) };
    }
    return { rule: 'share', of, ...written(own, byDay), unit: unitOf(reasons[0], false) };
  }
  return {
    rule: 'share',
    of,
    ...written(weight, whole),
    unit: unitOf(reasons[0], true),
    ...madeOf(weight, whole, reasons),
  };
}

/** As many products as a line can show. */
const mostProducts = 3;

/** What a weight of square metres and days is made of. */
function madeOf(
  weight: Decimal,
  whole: Decimal,
  reasons: readonly Weighed[],
): Pick<Extract<Reason, { rule: 'share' }>, 'made'> {
  const areas = reasons.filter((reason) => reason.what === 'area-days');
  const isWritten = Math.max(weight.decimalPlaces(), whole.decimalPlaces()) <= finest;
  if (areas.length === 0 || areas.length < reasons.length || areas.length > mostProducts || !isWritten) return {};
  const made = areas.map(({ area, weight: times, days }) => [
    { quantity: plain(area), unit: 'm²' },
    ...(times.equals(1) ? [] : [{ quantity: plain(times) }]),
    { quantity: String(days), unit: 'days' },
  ]);
  return { made };
}

/** The days that every reason counts, where they all count the same. */
function commonDays(reasons: readonly Weighed[]): number | null {
  const [first] = reasons;
  if (first === undefined || !('days' in first)) return null;
  return reasons.every((reason) => 'days' in reason && reason.days === first.days) ? first.days : null;
}

/** a ÷ b where that is a short decimal; null where it is not. */
function exactQuotient(a: Decimal, b: number): Decimal | null {
  const quotient = a.dividedBy(b);
  return quotient.decimalPlaces() <= finest ? quotient : null;
}

/** Weight and whole, both raised by the same power of ten where they are finer than a written decimal may be. */
function written(weight: Decimal, whole: Decimal): { weight: string; total: string } {
  const excess = Math.max(weight.decimalPlaces(), whole.decimalPlaces()) - finest;
  const factor = new Decimal(10).pow(Math.max(excess, 0));
  return { weight: plain(weight.times(factor)), total: plain(whole.times(factor)) };
}

function unitOf(reason: Weighed | undefined, withDays: boolean): string {
  const days = withDays ? ' × days' : '';
  switch (reason?.what) {
    case 'metered':
    case 'peak':
      return reason.unit;
    case 'area-days':
      return `m²${days}`;
    case 'days':
    case 'occupied-days':
    case 'member-days':
      return withDays ? 'days' : 'shares';
    case 'head-days':
      return `people${days}`;
    case 'occupied-minutes':
    case 'booked-minutes':
      return 'minutes';
    case 'booked-price':
      return 'agreed price × minutes';
    case 'parts':
    case 'agreed-parts':
      return `parts${days}`;
    case undefined:
      return 'parts';
  }
}
