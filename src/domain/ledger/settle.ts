import type { CivilDate } from '../calendar/period.js';
import { DomainError } from '../errors.js';
import { type Decimal, zero } from '../quantity/decimal.js';

/*
 * A member pays 100.00 and has two open invoices: 60.00 of September and 75.00 of October. The oldest is settled first:
 * 60.00 to September, 40.00 to October, of which 35.00 stay open. What is more than all that is open is the member's credit.
 */

/** An invoice that is not yet paid in full; credit notes are already taken off. */
export interface OpenInvoice {
  readonly number: string;
  readonly issuedOn: CivilDate;
  /** What is still owed on it. */
  readonly open: Decimal;
}

export interface Settlement {
  /** Oldest first; only invoices that get something. */
  readonly allocations: readonly { readonly number: string; readonly amount: Decimal }[];
  /** What is left when all invoices are paid. */
  readonly credit: Decimal;
}

const oldestFirst = (a: OpenInvoice, b: OpenInvoice): number => {
  const [left, right] = [`${a.issuedOn} ${a.number}`, `${b.issuedOn} ${b.number}`];
  return left < right ? -1 : left > right ? 1 : 0;
};

/**
 * Settles open invoices with a payment, oldest first.
 *
 * @param payment ≥ 0
 * @throws DomainError `invalid-input` where the payment is negative
 * @law Σ allocations + credit = payment; no invoice gets more than is open; credit only where nothing stays open
 */
export function settle(payment: Decimal, invoices: readonly OpenInvoice[]): Settlement {
  if (payment.lessThan(0))
    throw new DomainError('invalid-input', 'A payment cannot be negative; reverse the one that came back.');
  const allocations: { number: string; amount: Decimal }[] = [];
  let left = payment;
  for (const { number, open } of invoices.toSorted(oldestFirst)) {
    const amount = open.lessThan(left) ? open : left;
    if (amount.lessThanOrEqualTo(zero)) continue;
    allocations.push({ number, amount });
    left = left.minus(amount);
  }
  return { allocations, credit: left };
}
