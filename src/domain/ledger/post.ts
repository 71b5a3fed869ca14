import { billedMember } from '../apportionment/beneficiary.js';
import type { CostShare } from '../apportionment/apportion.js';
import type { CivilDate } from '../calendar/period.js';
import { DomainError } from '../errors.js';
import type { InvoiceLine, IssuedDocument } from '../invoice/invoice.js';
import { type Decimal, sum, zero } from '../quantity/decimal.js';
import type { Currency } from '../quantity/money.js';
import { type Account, type Entry, entry, receivable } from './journal.js';

/**
 * A cost that a run shares: a supplier's, owed to the supplier; the community's own (rent, service), which is its income; or a relief, below
 * zero, that a fund owes to the community; or what a correction of an earlier run left on the held account.
 */
export interface AccruedCost {
  readonly source: string;
  readonly of: 'supplier' | 'community' | 'fund' | 'held';
  /** What is shared: without tax where the community reclaims it, with tax where it does not. */
  readonly net: Decimal;
  /** Tax that the community reclaims; zero where it is not registered or the cost is its own. */
  readonly tax: Decimal;
  readonly currency: Currency;
  readonly on: CivilDate;
}

/** Who is owed a cost; of a fund, which owes it to us, the sign says so. */
const owed: Readonly<Record<AccruedCost['of'], Account>> = {
  supplier: 'supplier-payable',
  community: 'own-income',
  fund: 'funds-receivable',
  held: 'held',
};

const less = (amount: Decimal): Decimal => zero.minus(amount);

/**
 * A cost, or the part of it that belongs to the run's period, enters the clearing.
 *
 * @law clearing +net, reclaimable tax +tax, and the supplier (or the community's income, or the fund) −(net + tax)
 */
export function postCostAccrued({ source, of, net, tax, currency, on }: AccruedCost): Entry {
  return entry({ kind: 'cost-accrued', source, postedOn: on, currency, reverses: null }, [
    { account: 'supplier-clearing', amount: net },
    { account: 'tax-input', amount: tax },
    { account: owed[of], amount: less(net.plus(tax)) },
  ]);
}

/** As much of a share as the books look at. */
export type Borne = Pick<CostShare, 'beneficiary' | 'amount'>;

/** Where a share goes that is on nobody's invoice. */
function borneBy({ beneficiary }: Borne): Account | null {
  if (billedMember(beneficiary) !== null) return null;
  if (beneficiary.kind === 'held') return 'held';
  return beneficiary.kind === 'vacant' ? 'vacant-cost' : 'common-cost';
}

/**
 * What the community bears or holds of a run leaves the clearing for accounts with a name.
 *
 * @param runId  the fact: a run shares its costs once
 * @param shares of all costs of the run; those that go on invoices are left to the invoices
 */
export function postCostsShared(runId: string, shares: readonly Borne[], currency: Currency, on: CivilDate): Entry {
  const postings = shares.flatMap((share) => {
    const account = borneBy(share);
    return account === null ? [] : [{ account, amount: share.amount }];
  });
  const gone = sum(postings.map((posting) => posting.amount));
  return entry({ kind: 'costs-shared', source: runId, postedOn: on, currency, reverses: null }, [
    ...postings,
    { account: 'supplier-clearing', amount: less(gone) },
  ]);
}

/** As much of an issued document as the books look at. */
export interface Bookable extends Pick<
  IssuedDocument,
  'number' | 'issuedOn' | 'memberId' | 'currency' | 'net' | 'tax' | 'gross'
> {
  readonly kind: IssuedDocument['kind'] | 'advance';
  /** True of what asks for an advance payment, and of the credit note that takes such a one back. */
  readonly isAdvance?: boolean;
  readonly lines: readonly Pick<InvoiceLine, 'costNo' | 'net'>[];
}

/**
 * An issued document. An invoice takes its shared costs out of the clearing. A credit note gives them to `held` and not
 * back to the clearing, which stays at zero: what was taken back waits there, by name, until it is billed again. What asks for an
 * advance payment touches no cost: the community owes it until it is set off.
 *
 * @law the member's account moves by the gross total; invoice and credit note together move it by nothing
 */
export function postDocument(document: Bookable): Entry {
  if (document.isAdvance) return postAdvance(document);
  const shared = sum(document.lines.filter((line) => line.costNo !== null).map((line) => line.net));
  const credit = document.kind === 'credit-note';
  return entry(
    {
      kind: credit ? 'credit-note-issued' : 'invoice-issued',
      source: document.number,
      postedOn: document.issuedOn,
      currency: document.currency,
      reverses: null,
    },
    [
      { account: receivable(document.memberId), amount: document.gross },
      { account: 'tax-output', amount: less(document.tax) },
      { account: credit ? 'held' : 'supplier-clearing', amount: less(shared) },
      { account: 'own-income', amount: less(document.net.minus(shared)) },
    ],
  );
}

function postAdvance({ kind, number, issuedOn, memberId, currency, net, tax, gross }: Bookable): Entry {
  const head = { source: number, postedOn: issuedOn, currency, reverses: null };
  return entry({ ...head, kind: kind === 'credit-note' ? 'credit-note-issued' : 'advance-asked' }, [
    { account: receivable(memberId), amount: gross },
    { account: 'tax-output', amount: less(tax) },
    { account: 'members-advances', amount: less(net) },
  ]);
}

/** Advance payments that an invoice sets off, in one sum. */
export interface AdvancesSetOff {
  /** Number of the invoice; where they are freed again, of the credit note that takes it back. */
  readonly source: string;
  readonly memberId: string;
  readonly currency: Currency;
  readonly on: CivilDate;
  /** ≥ 0. */
  readonly net: Decimal;
  readonly tax: Decimal;
}

/**
 * Advance payments are set off against an invoice: what the community owed the member, and the tax that was charged with it, leave for
 * the member's account, where the invoice stands with all its own tax.
 *
 * @param freed the invoice was taken back: the mirror of the entry
 * @law Σ postings = 0; set off and freed together move no account
 */
export function postSetOff({ source, memberId, currency, on, net, tax }: AdvancesSetOff, freed = false): Entry {
  const turned = (amount: Decimal): Decimal => (freed ? less(amount) : amount);
  return entry(
    { kind: freed ? 'advances-freed' : 'advances-set-off', source, postedOn: on, currency, reverses: null },
    [
      { account: 'members-advances', amount: turned(net) },
      { account: 'tax-output', amount: turned(tax) },
      { account: receivable(memberId), amount: less(turned(net.plus(tax))) },
    ],
  );
}

/** Money that a member paid. */
export interface Payment {
  readonly id: string;
  readonly memberId: string;
  /** More than zero. */
  readonly amount: Decimal;
  readonly currency: Currency;
  readonly receivedOn: CivilDate;
}

/** A payment arrives at the bank and lowers what the member owes. @throws DomainError `invalid-input` unless it is more than zero */
export function postPayment({ id, memberId, amount, currency, receivedOn }: Payment): Entry {
  if (amount.lessThanOrEqualTo(0)) {
    throw new DomainError('invalid-input', 'A payment is more than zero; to take one back, reverse it.', {
      payment: id,
    });
  }
  return entry({ kind: 'payment-received', source: id, postedOn: receivedOn, currency, reverses: null }, [
    { account: 'bank', amount },
    { account: receivable(memberId), amount: less(amount) },
  ]);
}

/**
 * A payment that came back: bounced, called back, entered by mistake. The mirror of its entry.
 *
 * @param source the fact of the return, not the payment's
 * @throws DomainError `invalid-input` where the entry is no payment
 */
export function postPaymentReversed(payment: Entry, source: string, on: CivilDate): Entry {
  if (payment.kind !== 'payment-received') {
    throw new DomainError(
      'invalid-input',
      `${payment.source} is no payment; only payments are reversed, documents are credited.`,
    );
  }
  return entry(
    { kind: 'payment-reversed', source, postedOn: on, currency: payment.currency, reverses: payment.source },
    payment.postings.map(({ account, amount }) => ({ account, amount: less(amount) })),
  );
}
