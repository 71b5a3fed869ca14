import type { CivilDate } from '../calendar/period.js';
import { assert } from '../errors.js';
import { type Decimal, sum, zero } from '../quantity/decimal.js';
import type { Currency } from '../quantity/money.js';

/*
 * The books are a list of entries that only grows. Every entry adds up to zero: what one account gains another gives.
 * Positive is debit. A run passes through one account, the supplier clearing: costs go in, shares come out, and when the
 * run is issued nothing is left there. That is the central promise, told by the books.
 *
 *   bill accrued      supplier-clearing +100.00   tax-input +20.00   supplier-payable −120.00
 *   costs shared      common-cost +6.00   vacant-cost +4.00                        supplier-clearing −10.00
 *   invoices issued   receivable:rosa +60.00   receivable:lund +48.00   tax-output −18.00   supplier-clearing −90.00
 *   clearing          100.00 − 10.00 − 90.00 = 0.00
 */

/** The accounts of a community. A member's own is `receivable:<member>`. */
export type Account =
  | `receivable:${string}`
  | 'supplier-clearing'
  | 'supplier-payable'
  | 'tax-output'
  | 'tax-input'
  | 'common-cost'
  | 'vacant-cost'
  | 'held'
  | 'own-income'
  | 'funds-receivable'
  | 'members-advances'
  | 'bank';

export const receivable = (memberId: string): Account => `receivable:${memberId}`;

/** Part of an entry: debit positive, credit negative, never zero. */
export interface Posting {
  readonly account: Account;
  readonly amount: Decimal;
}

export type EntryKind =
  | 'cost-accrued'
  | 'costs-shared'
  | 'invoice-issued'
  | 'credit-note-issued'
  | 'payment-received'
  | 'payment-reversed'
  | 'advance-asked'
  | 'advances-set-off'
  | 'advances-freed';

/** One fact in the books. `kind` and `source` name the fact: the same fact is entered once. */
export interface Entry {
  readonly kind: EntryKind;
  readonly source: string;
  readonly postedOn: CivilDate;
  readonly currency: Currency;
  readonly postings: readonly Posting[];
  /** Source of the entry that this one takes back. */
  readonly reverses: string | null;
}

/**
 * An entry from its postings: those to one account are added, those of nothing are left out.
 *
 * @returns an entry whose postings are ordered by account; one without postings where everything was nothing
 * @law Σ postings = 0; otherwise it is our bug and nothing is stored
 */
export function entry(head: Omit<Entry, 'postings'>, postings: readonly Posting[]): Entry {
  const byAccount = new Map<Account, Decimal>();
  for (const { account, amount } of postings) byAccount.set(account, (byAccount.get(account) ?? zero).plus(amount));
  assert(sum(byAccount.values()).isZero(), `The postings of ${head.kind} ${head.source} sum to zero.`);
  return {
    ...head,
    postings: [...byAccount.entries()]
      .filter(([, amount]) => !amount.isZero())
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([account, amount]) => ({ account, amount })),
  };
}

/** The balance of an account over entries of one currency. */
export const balanceOf = (account: Account, entries: readonly Entry[]): Decimal =>
  sum(entries.flatMap(({ postings }) => postings.filter((one) => one.account === account).map((one) => one.amount)));

/**
 * Balances of all accounts that were ever posted to.
 *
 * @law Σ balances = 0
 */
export function trialBalance(entries: readonly Entry[]): ReadonlyMap<Account, Decimal> {
  const balances = new Map<Account, Decimal>();
  for (const { account, amount } of entries.flatMap(({ postings }) => postings)) {
    balances.set(account, (balances.get(account) ?? zero).plus(amount));
  }
  return new Map([...balances.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
