import { daysIn, type Period } from '../../../domain/calendar/period.js';
import type { Issue } from '../../../domain/errors.js';
import { Decimal, quotient, sum, zero } from '../../../domain/quantity/decimal.js';
import { coinScale, type Currency, roundToCoin } from '../../../domain/quantity/money.js';
import { roundRational } from '../../../domain/quantity/rational.js';
import { nameOf } from '../../../domain/rating/compare-bill.js';
import type { RoundedLine } from '../../../domain/rating/rated-line.js';
import { allHours } from '../../../domain/tariff/component.js';
import type { Instead, RatedContract } from '../../costs/bill-contract.service.js';
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
 * Where the supplier has agreed to prices (supplier-contracts), an element that the contract names costs what the contract comes to on what the source
 * counted; what it does not name goes on as on the last bill.
 *
 * An expected bill has the number of the one it is taken from, so that a line still leads to a paper. A late fee is not expected.
 */

/** Days that no bill covers yet, with the bill from which their cost is expected. */
export interface Expecting {
  readonly last: SupplierBill;
  readonly days: Period;
  /** What the supplier's contract comes to over these days; absent where there is none, and before anything is measured. */
  readonly contract?: RatedContract;
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

/** What the source counted, and by what calendars. */
export type Counting = Pick<RunInputs, 'uses' | 'meters' | 'site' | 'currency'> & {
  readonly keys: ReadonlyMap<string, RunKey>;
};

/** What the days are expected to cost. @param counting what the source counted; null before anything is measured */
export function expectedBill(expecting: Expecting, currency: Currency, counting: Counting | null): SupplierBill {
  const { last, days } = expecting;
  const components = last.components
    .filter(({ kind }) => kind !== 'late-fee')
    .filter((component, index, all) => !isToldBefore(component, all.slice(0, index), expecting.contract))
    .map((component) => expectedComponent(expecting, component, currency, counting));
  const net = sum(components.map(({ amount }) => amount));
  const tax = sum(components.map((one) => one.tax));
  return { ...last, kind: 'actual', days, components, net, tax, gross: net.plus(tax) };
}

const energyGrid = 6;

function expectedComponent(
  { last, days, contract }: Expecting,
  component: BillComponent,
  currency: Currency,
  counting: Counting | null,
): BillComponent {
  const agreed = agreedFor(component, contract?.lines ?? []);
  if (agreed !== null) return { ...component, ...agreed, ...expectedAs(component, agreed.amount, currency) };
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
  return { ...component, quantity, amount, ...expectedAs(component, amount, currency) };
}

/** What an expected component is called and taxed, in proportion to what it was on the last bill. */
function expectedAs(component: BillComponent, amount: Decimal, currency: Currency) {
  const tax = component.amount.isZero()
    ? zero
    : quotient(component.tax.times(amount), component.amount, coinScale[currency], 'half-up');
  return { description: `${component.description}, expected`, tax, decision: null };
}

/** Components of one name are one element of a contract, and it is expected once. */
const isToldBefore = (
  component: BillComponent,
  before: readonly BillComponent[],
  contract: RatedContract | undefined,
): boolean =>
  agreedFor(component, contract?.lines ?? []) !== null &&
  before.some(({ description }) => nameOf(description) === nameOf(component.description));

/** What the contract asks for an element of the last bill, which names the whole component or a band of it; null where it does not name it. */
function agreedFor(
  { description, unit }: BillComponent,
  lines: readonly RoundedLine[],
): Pick<BillComponent, 'amount' | 'quantity' | 'price'> | null {
  const called = (of: (line: RoundedLine) => string): readonly RoundedLine[] =>
    lines.filter((line) => nameOf(of(line)) === nameOf(description));
  const byComponent = called((line) => line.component);
  const own = byComponent.length > 0 ? byComponent : called((line) => line.description);
  if (own.length === 0) return null;
  const amount = sum(own.map((line) => line.amount));
  const [line] = own;
  // Several prices make no price, and a demand is no quantity of the bill's own unit.
  return own.length === 1 && line !== undefined && line.unit === unit
    ? { amount, quantity: roundRational(line.quantity, energyGrid, 'half-up'), price: line.price }
    : { amount, quantity: null, price: null };
}

/** What a source that was not read to the end is taken to have counted, as the run expects it. */
export const expectedUsage =
  (counting: Counting, utility: string): Instead =>
  (days, calendar, unit) => {
    const uses = sourcesOver(counting, { days, calendar, utility }, undefined).filter((one) => one.unit === unit);
    if (uses.length === 0) return null;
    return {
      unit,
      byBand: Object.fromEntries(uses.map(({ band, quantity }) => [band === '' ? allHours : band, quantity])),
    };
  };

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
  expecting.map(({ last, days, contract }) => ({
    code: 'expected-for-leaver',
    severity: 'info',
    subject: { kind: 'bill', id: `${last.id}/expected`, label: `${last.supplier} ${last.number}` },
    ...days,
    detail: `No ${last.utility} bill covers ${days.from} to ${days.to} yet; what these days cost is expected ${fromWhat(last, contract)}.`,
    remedy: 'Nothing need be done: the run of the whole period bills what it really cost, and credits this statement.',
  }));

function fromWhat({ supplier, number }: SupplierBill, contract: RatedContract | undefined): string {
  const byBill = `from ${supplier} ${number}: energy by its prices and what the source meter counted, all else by days`;
  if (contract === undefined) return byBill;
  return contract.lines === null
    ? `${byBill}; the contract ${contract.tariff} could not be rated: ${contract.note.join(' ')}`
    : `by the contract ${contract.tariff} on what the source meter counted; what it does not name, as on ${supplier} ${number}`;
}
