import { Injectable } from '@nestjs/common';
import { assert, DomainError } from '../../domain/errors.js';
import type { Entry } from '../../domain/ledger/journal.js';
import { postPayment, postPaymentReversed } from '../../domain/ledger/post.js';
import { decimal } from '../../domain/quantity/decimal.js';
import { isCurrency, writeMoney } from '../../domain/quantity/money.js';
import { Clock } from '../../platform/clock.js';
import { idOf, seenMemberId } from '../../platform/database/addresses.js';
import { Transactions, type Tx } from '../../platform/database/transactions.js';
import { pageOf, readCursor } from '../../platform/http/cursor.js';
import { InvalidRequest } from '../../platform/http/validation.js';
import { isId, limitOf } from '../../platform/http/wire.js';
import { newId } from '../../platform/ids.js';
import type { Actor } from '../access/access-changes.service.js';
import { AuditService } from '../audit/audit.service.js';
import { LedgerService } from './ledger.service.js';
import type { NewPayment, NewReversal, PaymentReply, PaymentsQuery } from './ledger.schema.js';

/** Money that members paid. A payment is never edited: one that went back, or was entered wrongly, is reversed. */
@Injectable()
export class PaymentsService {
  constructor(
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    private readonly audit: AuditService,
    private readonly ledger: LedgerService,
  ) {}

  /**
   * Enters a payment and posts it: the bank gains, the member owes less.
   *
   * @throws DomainError `not-found` (member), `currency-mismatch`, `off-grid-total`; `invalid-input` for a day that has not come
   */
  create(communityId: string, given: NewPayment, actor: Actor): Promise<PaymentReply> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const { currency, today } = await this.ledger.books(tx, communityId);
      if (given.currency !== currency) {
        throw new DomainError(
          'currency-mismatch',
          `The community keeps its books in ${currency}; a payment in ${given.currency} cannot be entered there.`,
        );
      }
      if (given.receivedOn > today) {
        throw new InvalidRequest([{ pointer: '/receivedOn', detail: `lies in the future; today is ${today}` }]);
      }
      const memberId = await idOf(tx, communityId, 'member', given.member);
      const id = newId();
      const { receivedOn, method, reference } = given;
      const amount = writeMoney(decimal(given.amount), currency);
      await tx.query(
        `INSERT INTO payment (community_id, id, member_id, received_on, amount, currency, method, reference, created_by, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
        [communityId, id, memberId, receivedOn, amount, currency, method, reference, personOf(actor), this.clock.now()],
      );
      const payment = await read(tx, communityId, id);
      const text = `Payment from ${payment.member.code}, ${method}`;
      await this.ledger.post(tx, communityId, { entry: entryOf(payment), text, runId: null });
      const data = { memberId, amount, currency, receivedOn };
      await this.audit.record(tx, { actor, type: 'payment.received', subjectKind: 'payment', subjectId: id, data });
      return payment;
    });
  }

  /**
   * Takes a payment back, whole.
   *
   * @throws DomainError `not-found`, `already-decided` where it has been reversed, `invalid-input` for a reversal itself
   */
  reverse(communityId: string, id: string, { reason }: NewReversal, actor: Actor): Promise<PaymentReply> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const { today } = await this.ledger.books(tx, communityId);
      const payment = await read(tx, communityId, id);
      if (payment.reverses !== null) {
        throw new DomainError(
          'invalid-input',
          'This is itself the reversal of a payment; enter the payment again if it came after all.',
        );
      }
      if (payment.reversedBy !== null)
        throw new DomainError('already-decided', 'This payment has been reversed already.');
      const reversalId = newId();
      await tx.query(
        `INSERT INTO payment (community_id, id, member_id, received_on, amount, currency, method, reference, reverses_id, reason, created_by, created_at)
         SELECT community_id, $3, member_id, $4, amount, currency, method, reference, id, $5, $6, $7
         FROM payment WHERE community_id = $1 AND id = $2`,
        [communityId, payment.id, reversalId, today, reason, personOf(actor), this.clock.now()],
      );
      await this.ledger.post(tx, communityId, {
        entry: postPaymentReversed(entryOf(payment), reversalId, today),
        text: `Payment from ${payment.member.code} taken back`,
        runId: null,
      });
      await this.audit.record(tx, {
        actor,
        type: 'payment.reversed',
        subjectKind: 'payment',
        subjectId: payment.id,
        data: { reversal: reversalId },
      });
      return read(tx, communityId, reversalId);
    });
  }

  /** The last entered first. @param own the members whose payments alone may be seen; null for all */
  list(
    communityId: string,
    query: PaymentsQuery,
    own: readonly string[] | null,
  ): Promise<{ items: PaymentReply[]; next: string | null }> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const limit = limitOf(query);
      const [before = null] = readCursor(query.cursor, 1) ?? [];
      const memberId = query.member === undefined ? null : await seenMemberId(tx, communityId, query.member, own);
      const rows = await tx.query<PaymentRow>(
        `${paymentColumns}
         WHERE p.community_id = $1 AND ($2::uuid IS NULL OR p.id < $2::uuid)
           AND ($3::uuid IS NULL OR p.member_id = $3::uuid) AND ($4::uuid[] IS NULL OR p.member_id = ANY($4::uuid[]))
         ORDER BY p.id DESC LIMIT $5`,
        [communityId, before, memberId, own, limit + 1],
      );
      const { items, next } = pageOf(rows, limit, (row) => [row.id]);
      return { items: items.map(paymentReply), next };
    });
  }

  /** @throws DomainError `not-found`, for a foreign payment in the same words */
  get(communityId: string, id: string, own: readonly string[] | null): Promise<PaymentReply> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const payment = await read(tx, communityId, id);
      if (own !== null && !own.includes(payment.member.id)) throw noSuchPayment(id);
      return payment;
    });
  }
}

/** @throws DomainError `not-allowed`: money is entered by somebody with a name */
function personOf({ kind, id }: Actor): string {
  if (kind !== 'person' || id === null)
    throw new DomainError('not-allowed', 'Payments are entered by a person, not by a device or the program.');
  return id;
}

const noSuchPayment = (id: string): DomainError => new DomainError('not-found', `There is no payment ${id}.`);

function entryOf({ id, member, amount, currency, receivedOn }: PaymentReply): Entry {
  assert(isCurrency(currency), 'A payment was entered in a currency that is known.');
  return postPayment({ id, memberId: member.id, amount: decimal(amount), currency, receivedOn });
}

type PaymentRow = PaymentReply;

const paymentColumns = `
  SELECT p.id, jsonb_build_object('id', m.id, 'code', m.code, 'name', m.name) AS member, p.received_on AS "receivedOn", p.amount,
         p.currency, p.method, p.reference, p.reverses_id AS reverses, r.id AS "reversedBy", p.reason, p.created_at AS "createdAt"
  FROM payment p
  JOIN member m ON m.community_id = p.community_id AND m.id = p.member_id
  LEFT JOIN payment r ON r.community_id = p.community_id AND r.reverses_id = p.id`;

function paymentReply(row: PaymentRow): PaymentReply {
  assert(isCurrency(row.currency), 'A payment was entered in a currency that is known.');
  return { ...row, amount: writeMoney(decimal(row.amount), row.currency) };
}

async function read(tx: Tx, communityId: string, id: string): Promise<PaymentReply> {
  const rows = isId(id)
    ? await tx.query<PaymentRow>(`${paymentColumns} WHERE p.community_id = $1 AND p.id = $2`, [communityId, id])
    : [];
  if (!rows[0]) throw noSuchPayment(id);
  return paymentReply(rows[0]);
}
