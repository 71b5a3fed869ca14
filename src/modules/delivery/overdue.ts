import type { CivilDate, Period } from '../../domain/calendar/period.js';
import { type Overdue, overdueOn, type Reminded } from '../../domain/ledger/reminder.js';
import { type Decimal, decimal, zero } from '../../domain/quantity/decimal.js';
import { type Currency, isCurrency } from '../../domain/quantity/money.js';
import { assert } from '../../domain/errors.js';
import type { Tx } from '../../platform/database/transactions.js';

/** A document that is overdue, with whose it is and what was done about it. */
export interface OverdueDocument extends Overdue {
  readonly invoiceId: string;
  readonly kind: 'invoice' | 'advance';
  readonly period: Period;
  readonly dueOn: CivilDate;
  readonly currency: Currency;
  readonly open: Decimal;
  readonly member: { readonly id: string; readonly code: string; readonly name: string };
  readonly email: string;
  readonly reminded: readonly (Reminded & { readonly letterId: string; readonly amount: string })[];
}

interface Row extends Omit<OverdueDocument, keyof Overdue | 'open' | 'currency'> {
  readonly number: string;
  readonly currency: string;
  readonly questioned: string;
  readonly isHeldBack: boolean;
}

const select = `
  SELECT i.id AS "invoiceId", i.number, i.kind, i.days AS period, i.due_on AS "dueOn", i.currency,
         jsonb_build_object('id', m.id, 'code', m.code, 'name', m.name) AS member, m.email, coalesce(q.amount, 0) AS questioned,
         coalesce((SELECT l.state = 'held' OR (l.state = 'waiting' AND l.handing_at IS NULL) FROM mail l
                   WHERE l.community_id = i.community_id AND l.kind = $3 AND l.subject_id = i.id ORDER BY l.copy DESC LIMIT 1), false) AS "isHeldBack",
         coalesce((SELECT jsonb_agg(jsonb_build_object('step', r.step, 'on', r.sent_on, 'letterId', r.letter_id, 'amount', r.amount::text) ORDER BY r.no)
                   FROM reminder r WHERE r.community_id = i.community_id AND r.invoice_id = i.id), '[]') AS reminded
  FROM invoice i JOIN member m ON m.community_id = i.community_id AND m.id = i.member_id
  LEFT JOIN questioned_part q ON q.community_id = i.community_id AND q.number = i.number
  WHERE i.community_id = current_community() AND i.kind <> 'credit-note' AND i.number = ANY($1) AND i.due_on < $2::date AND m.erased_at IS NULL`;

/** Everybody who owes something, whenever it is due. */
export const debtors = async (tx: Tx): Promise<string[]> =>
  (
    await tx.query<{ id: string }>(
      `SELECT member_id AS id FROM account_balance WHERE community_id = current_community() AND account = 'receivable' AND balance > 0`,
    )
  ).map(({ id }) => id);

/**
 * What is overdue today of what is open, the longest first.
 *
 * @param open what is not paid, by the number of the document
 * @param statementKind of the mails that bring a document: while one waits or is held back, nobody is reminded of it
 */
export async function overdueToday(
  tx: Tx,
  open: ReadonlyMap<string, Decimal>,
  steps: readonly number[],
  today: CivilDate,
  statementKind: string,
): Promise<OverdueDocument[]> {
  const rows = await tx.query<Row>(select, [[...open.keys()], today, statementKind]);
  const claims = rows.map(({ number, dueOn, questioned, isHeldBack, reminded }) => ({
    ...{ number, dueOn, isHeldBack, reminded },
    ...{ open: open.get(number) ?? zero, questioned: decimal(questioned) },
  }));
  const byNumber = new Map(rows.map((row) => [row.number, row]));
  return overdueOn(claims, steps, today).map((overdue) => {
    const row = byNumber.get(overdue.number);
    assert(row && isCurrency(row.currency), 'What is overdue is a document in a currency that is known.');
    const { invoiceId, kind, period, dueOn, currency, member, email, reminded } = row;
    return {
      ...overdue,
      ...{ invoiceId, kind, period, dueOn, currency, member, email, reminded },
      open: open.get(overdue.number) ?? zero,
    };
  });
}
