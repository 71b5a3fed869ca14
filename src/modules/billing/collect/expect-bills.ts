import { daysIn, type Period } from '../../../domain/calendar/period.js';
import type { Issue } from '../../../domain/errors.js';
import { Decimal, quotient, sum, zero } from '../../../domain/quantity/decimal.js';
import { coinScale, type Currency, roundToCoin } from '../../../domain/quantity/money.js';
import type { BillComponent, RunInputs, RunKey, SupplierBill } from '../run/inputs.js';
import { sourcesOver } from './basis.js';
import { uncovered } from './bill-days.js';

/*
 * A final statement is due before the supplier's bill is there. Until then its days are expected to cost what the last bill says: energy and
 * levies by its prices and what the source counted, all else by days.
 *
 *   Day units   0.20 a kWh on the last bill, the source counted 1,198.5 from 1 to 15 October   → 239.70
 *   Standing    54.00 for the 30 days of September                                             → 15 days, 27.00
 *
 * An expected bill has the number of the one it is taken from, so that a line still leads to a paper. A late fee is not expected.
 */

/** Days that no bill covers yet, with the bill from which their cost is expected. */
export interface Expecting {
  readonly last: SupplierBill;
  readonly days: Period;
}

/** The days of a period that no bill of a utility covers, with the last bills of that utility before it. */
export function expectingOf(
  period: Period,
  bills: readonly SupplierBill[],
  before: readonly SupplierBill[],
): Expecting[] {
  return before.flatMap((last) => {
    const covering = bills.filter(({ utility }) => utility === last.utility).map(({ days }) => days);
    return uncovered(period, covering).map((days) => ({ last, days }));
  });
}

type Counting = Pick<RunInputs, 'uses' | 'meters' | 'site' | 'currency'> & {
  readonly keys: ReadonlyMap<string, RunKey>;
};

/** What the days are expected to cost. @param counting what the source counted; null before anything is measured */
export function expectedBill({ last, days }: Expecting, currency: Currency, counting: Counting | null): SupplierBill {
  const components = last.components
    .filter(({ kind }) => kind !== 'late-fee')
    .map((component) => expectedComponent({ last, days }, component, currency, counting));
  const net = sum(components.map(({ amount }) => amount));
  const tax = sum(components.map((one) => one.tax));
  return { ...last, kind: 'actual', days, components, net, tax, gross: net.plus(tax) };
}

const energyGrid = 6;

function expectedComponent(
  { last, days }: Expecting,
  component: BillComponent,
  currency: Currency,
  counting: Counting | null,
): BillComponent {
  const byDays = (whole: Decimal, scale: number): Decimal =>
    quotient(whole.times(daysIn(days)), new Decimal(daysIn(last.days)), scale, 'half-up');
  const { quantity: stated, price } = component;
  const counted = counting === null || stated === null ? null : countedFor({ last, days }, component, counting);
  const quantity = stated === null ? null : (counted ?? byDays(stated, energyGrid));
  const amount =
    stated === null || quantity === null || stated.isZero()
      ? byDays(component.amount, coinScale[currency])
      : price === null
        ? quotient(component.amount.times(quantity), stated, coinScale[currency], 'half-up')
        : roundToCoin(quantity.times(price), currency);
  const tax = component.amount.isZero()
    ? zero
    : quotient(component.tax.times(amount), component.amount, coinScale[currency], 'half-up');
  const description = `${component.description}, expected`;
  return { ...component, description, quantity, amount, tax, decision: null };
}

/** What the source counted of what a component charges; null where it charges something else, or where no source tells. */
function countedFor({ last, days }: Expecting, component: BillComponent, counting: Counting): Decimal | null {
  const { kind, unit, band, keyId } = component;
  const isOfEnergy =
    kind === 'energy' || (kind === 'levy' && last.components.some((one) => one.kind === 'energy' && one.unit === unit));
  const calendar =
    band === null
      ? null
      : (counting.keys.get(keyId)?.pieces.find((piece) => piece.calendar !== null)?.calendar ?? null);
  if (!isOfEnergy || (band !== null && calendar === null)) return null;
  const measure = { days, calendar, utility: last.utility };
  const counted = sourcesOver(counting, measure, undefined).filter(
    (one) => one.band === (band ?? '') && one.unit === unit,
  );
  return counted.length === 0 ? null : sum(counted.map((one) => one.quantity));
}

/** That a cost is expected, and from what, is said. */
export const saidOfBills = (expecting: readonly Expecting[]): Issue[] =>
  expecting.map(({ last, days }) => ({
    code: 'expected-for-leaver',
    severity: 'info',
    subject: { kind: 'bill', id: `${last.id}/expected`, label: `${last.supplier} ${last.number}` },
    ...days,
    detail: `No ${last.utility} bill covers ${days.from} to ${days.to} yet; what these days cost is expected from ${last.supplier} ${last.number}: energy by its prices and what the source meter counted, all else by days.`,
    remedy: 'Nothing need be done: the run of the whole period bills what it really cost, and credits this statement.',
  }));
