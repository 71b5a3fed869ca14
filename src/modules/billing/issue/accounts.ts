import type { CivilDate } from '../../../domain/calendar/period.js';
import type { EntryKind } from '../../../domain/ledger/journal.js';
import { decimal, sum } from '../../../domain/quantity/decimal.js';
import { type Currency, writeMoney } from '../../../domain/quantity/money.js';
import { wordsOf } from '../../../domain/statement/catalogue/catalogue.js';
import type { BalanceEntry, Locale } from '../../../domain/statement/model.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { grouped } from '../grouped.js';

/** What a member's account was with the last invoice, and what has happened on it since. */
export interface MemberAccount {
  readonly opening: { readonly amount: string; readonly document?: string };
  readonly entries: readonly BalanceEntry[];
}

/** What moves a member's account. */
type MemberEntryKind = Exclude<EntryKind, 'cost-accrued' | 'costs-shared'>;

interface Movement {
  readonly memberId: string;
  readonly kind: MemberEntryKind;
  readonly on: CivilDate;
  readonly amount: string;
  readonly number: string | null;
  readonly reason: string | null;
  /** Whether it was entered after the last invoice. */
  readonly since: boolean;
}

/**
 * The accounts of some members, from the journal.
 *
 * Everything up to and with the last invoice, and what it set off, is the opening balance, the closing of the statement before; what follows are the
 * entries of the walk. So closing(n) = opening(n + 1), by construction.
 */
export async function readAccounts(
  tx: Tx,
  memberIds: readonly string[],
  currency: Currency,
  locale: Locale,
): Promise<ReadonlyMap<string, MemberAccount>> {
  const movements = await tx.query<Movement>(
    `WITH moved AS (
       SELECT p.member_id, e.kind, e.posted_on, e.created_at, e.id, e.source, sum(p.amount)::numeric AS amount
       FROM posting p JOIN journal_entry e ON e.community_id = p.community_id AND e.id = p.entry_id
       WHERE p.community_id = current_community() AND p.account = 'receivable' AND p.member_id = ANY($1::uuid[]) AND e.currency = $2
       GROUP BY p.member_id, e.community_id, e.id),
     last AS (
       SELECT DISTINCT ON (member_id) member_id, created_at, id FROM moved WHERE kind IN ('invoice-issued', 'advances-set-off') ORDER BY member_id, created_at DESC, id DESC)
     SELECT m.member_id AS "memberId", m.kind, m.posted_on AS "on", m.amount, i.number, i.reason,
            coalesce((m.created_at, m.id) > (l.created_at, l.id), true) AS since
     FROM moved m LEFT JOIN last l ON l.member_id = m.member_id
     LEFT JOIN invoice i ON i.community_id = current_community() AND i.number = m.source
     ORDER BY m.member_id, m.created_at, m.id`,
    [memberIds, currency],
  );
  const byMember = grouped(movements, (movement) => movement.memberId);
  return new Map(memberIds.map((id) => [id, accountOf(byMember.get(id) ?? [], currency, locale)]));
}

function accountOf(movements: readonly Movement[], currency: Currency, locale: Locale): MemberAccount {
  const before = movements.filter((movement) => !movement.since);
  const document = before.findLast((movement) => movement.kind === 'invoice-issued')?.number;
  const amount = writeMoney(sum(before.map((movement) => decimal(movement.amount))), currency);
  const entries = movements.filter((movement) => movement.since).map((movement) => entryOf(movement, currency, locale));
  return { opening: { amount, ...(document ? { document } : {}) }, entries };
}

function entryOf({ kind, on, amount, number, reason }: Movement, currency: Currency, locale: Locale): BalanceEntry {
  const words = wordsOf(locale).run.account;
  const written = { on, amount: writeMoney(decimal(amount), currency) };
  const document = number === null ? {} : { document: number };
  switch (kind) {
    case 'payment-received':
      return { kind: 'payment', ...written };
    case 'payment-reversed':
      return { kind: 'adjustment', label: words.paymentTakenBack, ...written };
    case 'credit-note-issued':
      return { kind: 'credit', ...document, label: reason ?? words.creditNote, ...written };
    case 'advance-asked':
      return { kind: 'advance', ...document, ...written };
    case 'advances-set-off':
      return { kind: 'set-off', ...document, ...written };
    case 'advances-freed':
      return { kind: 'adjustment', label: words.advancesFreed, ...document, ...written };
    case 'invoice-issued':
      return { kind: 'charges', ...document, ...written };
  }
}
