import { type CivilDate, daysIn } from '../../domain/calendar/period.js';
import type { EntryKind } from '../../domain/ledger/journal.js';
import { settle } from '../../domain/ledger/settle.js';
import { type Decimal, sum, zero } from '../../domain/quantity/decimal.js';

/*
 * What is open, and since when, told from the journal: a credit note lowers the invoice that it takes back, and everything else that lowered
 * the account settles the oldest invoices first. What a credit note has left, because its invoice was paid, settles like a payment.
 *
 *   invoiced 60.00 on 1 September and 75.00 on 1 October, paid 100.00; today is 12 November
 *   → 35.00 of October are open for 42 days
 *   invoiced 60.00 and 75.00, nothing paid, October taken back → 60.00 of September are open
 */

/** As much of a movement of a member's account as is looked at here. */
export interface Movement {
  readonly kind: EntryKind;
  readonly source: string;
  readonly postedOn: CivilDate;
  readonly amount: Decimal;
  /** Of a credit note: the number of the invoice that it takes back. */
  readonly credits: string | null;
}

/** An invoice with what is still owed on it. */
export interface OpenItem {
  readonly number: string;
  readonly issuedOn: CivilDate;
  readonly amount: Decimal;
  /** Since it was issued. */
  readonly days: number;
}

export interface Ageing {
  readonly upTo30: Decimal;
  readonly upTo60: Decimal;
  readonly upTo90: Decimal;
  readonly over90: Decimal;
}

/** What asks for money: invoices, and advance payments that were asked for. */
const isInvoice = ({ kind, amount }: Pick<Movement, 'kind' | 'amount'>): boolean =>
  (kind === 'invoice-issued' || kind === 'advance-asked') && amount.greaterThan(0);

/**
 * The invoices that are not paid in full.
 *
 * @param entries all of a member's account until `today`
 * @returns oldest first; none where the account is settled
 * @law Σ open ≥ balance, with equality unless the member is in credit
 */
export function openItems(entries: readonly Movement[], today: CivilDate): OpenItem[] {
  const [asking, lowering] = [entries.filter(isInvoice), entries.filter((entry) => !isInvoice(entry))];
  const loweredBy = (some: readonly Movement[]): Decimal => zero.minus(sum(some.map(({ amount }) => amount)));
  let takenBack = zero;
  const invoices = asking.map(({ source, postedOn, amount }) => {
    const credited = loweredBy(lowering.filter(({ credits }) => credits === source));
    const taken = credited.greaterThan(amount) ? amount : credited;
    takenBack = takenBack.plus(taken);
    return { number: source, issuedOn: postedOn, open: amount.minus(taken) };
  });
  const settled = loweredBy(lowering).minus(takenBack);
  const { allocations } = settle(settled.lessThan(0) ? zero : settled, invoices);
  const paid = new Map(allocations.map(({ number, amount }) => [number, amount]));
  return invoices
    .map(({ number, issuedOn, open }) => ({
      number,
      issuedOn,
      amount: open.minus(paid.get(number) ?? zero),
      days: issuedOn < today ? daysIn({ from: issuedOn, to: today }) : 0,
    }))
    .filter(({ amount }) => !amount.isZero())
    .toSorted((a, b) => b.days - a.days);
}

/** Open items by age. */
export function ageingOf(items: readonly OpenItem[]): Ageing {
  const between = (least: number, most: number): Decimal =>
    sum(items.filter(({ days }) => days >= least && days <= most).map(({ amount }) => amount));
  return { upTo30: between(0, 30), upTo60: between(31, 60), upTo90: between(61, 90), over90: between(91, Infinity) };
}
