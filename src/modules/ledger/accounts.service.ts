import { Injectable } from '@nestjs/common';
import type { CivilDate } from '../../domain/calendar/period.js';
import { assert } from '../../domain/errors.js';
import { partOpen } from '../../domain/ledger/dispute.js';
import { type Decimal, decimal, zero } from '../../domain/quantity/decimal.js';
import { type Currency, isCurrency, writeMoney } from '../../domain/quantity/money.js';
import { idOf } from '../../platform/database/addresses.js';
import { Transactions, type Tx } from '../../platform/database/transactions.js';
import { pageOf, readCursor } from '../../platform/http/cursor.js';
import { limitOf, type PageQuery } from '../../platform/http/wire.js';
import { ageingOf, type Movement, type OpenItem, openItems } from './ageing.js';
import { type AccountEntry, LedgerService } from './ledger.service.js';
import type { AccountName, AccountQuery, AccountsReply, MemberAccountReply } from './ledger.schema.js';
import { receivableEntries } from './receivable-entries.js';

interface BalanceRow {
  readonly account: AccountName;
  readonly member: { readonly id: string; readonly code: string; readonly name: string } | null;
  readonly currency: string;
  readonly balance: string;
  readonly postings: number;
}

/** Balances, read from the journal: nothing is stored that could disagree with it. */
@Injectable()
export class AccountsService {
  constructor(
    private readonly transactions: Transactions,
    private readonly ledger: LedgerService,
  ) {}

  /** All accounts by name and member, and the trial balance over all of them. */
  list(communityId: string, query: PageQuery): Promise<AccountsReply> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const limit = limitOf(query);
      const [account, member] = readCursor(query.cursor, 2) ?? ['', ''];
      const rows = await tx.query<BalanceRow>(
        `SELECT b.account, CASE WHEN m.id IS NOT NULL THEN jsonb_build_object('id', m.id, 'code', m.code, 'name', m.name) END AS member,
                b.currency, b.balance, b.postings::integer AS postings
         FROM account_balance b LEFT JOIN member m ON m.community_id = b.community_id AND m.id = b.member_id
         WHERE b.community_id = $1 AND (b.account COLLATE "C", coalesce(m.code, '') COLLATE "C") > ($2, $3)
         ORDER BY b.account COLLATE "C", coalesce(m.code, '') COLLATE "C" LIMIT $4`,
        [communityId, account, member, limit + 1],
      );
      const { items, next } = pageOf(rows, limit, (row) => [row.account, row.member?.code ?? '']);
      const { today } = await this.ledger.books(tx, communityId);
      const entries = await receivableEntries(
        tx,
        communityId,
        items.flatMap((row) => row.member?.id ?? []),
      );
      return {
        items: items.map((row) => balanceReply(row, entries, today)),
        next,
        trialBalance: await trialBalance(tx, communityId),
      };
    });
  }

  /** A member's account with a running balance. @throws DomainError `not-found`; a member outside of `own` in the same words */
  ofMember(
    communityId: string,
    address: string,
    query: AccountQuery,
    own: readonly string[] | null,
  ): Promise<MemberAccountReply> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const id = await idOf(tx, communityId, 'member', address);
      if (own !== null && !own.includes(id)) await idOf(tx, communityId, 'member', nobody);
      const [member] = await tx.query<MemberAccountReply['member']>(
        'SELECT id, code, name FROM member WHERE community_id = $1 AND id = $2',
        [communityId, id],
      );
      assert(member, 'A member that was just found is there.');
      const { currency, today } = await this.ledger.books(tx, communityId);
      const [from, to] = [query.from ?? null, query.to ?? null];
      const account = await this.ledger.memberStatementOfAccount(tx, communityId, id, from, to);
      const all = (await receivableEntries(tx, communityId, [id])).get(id) ?? [];
      const open = openItems(all, today);
      const questioned = await questionedParts(tx, communityId, id);
      const documents = await documentsOf(
        tx,
        communityId,
        open.map(({ number }) => number),
      );
      return {
        member,
        currency,
        from,
        to,
        opening: writeMoney(account.opening, currency),
        entries: withBalances(account.opening, account.entries, currency),
        closing: writeMoney(account.closing, currency),
        open: open.map((item) =>
          openReply(item, documents.get(item.number), questioned.get(item.number) ?? zero, currency),
        ),
        ageing: ageingReply(all, today, currency),
      };
    });
  }
}

/** An address that names no member, so that a foreign account is refused in the words for one that is not there. */
const nobody = '00000000-0000-0000-0000-000000000000';

/** What a member questions, by the number of the invoice. */
async function questionedParts(tx: Tx, communityId: string, memberId: string): Promise<ReadonlyMap<string, Decimal>> {
  const rows = await tx.query<{ number: string; amount: string }>(
    'SELECT number, amount FROM questioned_part WHERE community_id = $1 AND member_id = $2',
    [communityId, memberId],
  );
  return new Map(rows.map(({ number, amount }) => [number, decimal(amount)]));
}

interface DocumentRow {
  readonly number: string;
  readonly dueOn: CivilDate;
  readonly reminded: readonly { readonly on: CivilDate; readonly amount: string }[];
}

/** Until when documents are to be paid, and when their members were reminded of them, by number. */
async function documentsOf(
  tx: Tx,
  communityId: string,
  numbers: readonly string[],
): Promise<ReadonlyMap<string, DocumentRow>> {
  const rows = await tx.query<DocumentRow>(
    `SELECT i.number, i.due_on AS "dueOn",
            coalesce((SELECT jsonb_agg(jsonb_build_object('on', r.sent_on, 'amount', r.amount::text) ORDER BY r.no)
                      FROM reminder r WHERE r.community_id = i.community_id AND r.invoice_id = i.id), '[]') AS reminded
     FROM invoice i WHERE i.community_id = $1 AND i.number = ANY($2)`,
    [communityId, numbers],
  );
  return new Map(rows.map((row) => [row.number, row]));
}

function openReply(
  item: OpenItem,
  document: DocumentRow | undefined,
  questioned: Decimal,
  currency: Currency,
): MemberAccountReply['open'][number] {
  const { paused, due } = partOpen(item.amount, questioned);
  const money = (part: Decimal): string => writeMoney(part, currency);
  return {
    ...{ ...item, dueOn: document?.dueOn ?? null, amount: money(item.amount), paused: money(paused), due: money(due) },
    reminded: (document?.reminded ?? []).map(({ on, amount }) => ({ on, amount: money(decimal(amount)) })),
  };
}

function balanceReply(
  row: BalanceRow,
  entries: ReadonlyMap<string, readonly Movement[]>,
  today: CivilDate,
): AccountsReply['items'][number] {
  assert(isCurrency(row.currency), 'Entries are in a currency that is known.');
  const own = row.member === null ? undefined : entries.get(row.member.id);
  return {
    ...row,
    balance: writeMoney(decimal(row.balance), row.currency),
    ageing: own ? ageingReply(own, today, row.currency) : null,
  };
}

function ageingReply(entries: readonly Movement[], today: CivilDate, currency: Currency): MemberAccountReply['ageing'] {
  const ageing = ageingOf(openItems(entries, today));
  const money = (amount: Decimal): string => writeMoney(amount, currency);
  return {
    upTo30: money(ageing.upTo30),
    upTo60: money(ageing.upTo60),
    upTo90: money(ageing.upTo90),
    over90: money(ageing.over90),
  };
}

function withBalances(
  opening: Decimal,
  entries: readonly AccountEntry[],
  currency: Currency,
): MemberAccountReply['entries'] {
  let balance = opening;
  return entries.map((entry) => {
    balance = balance.plus(entry.amount);
    return { ...entry, amount: writeMoney(entry.amount, currency), balance: writeMoney(balance, currency) };
  });
}

/** The sum of all postings, by currency: zero, or our bug is seen here. */
async function trialBalance(tx: Tx, communityId: string): Promise<AccountsReply['trialBalance']> {
  const rows = await tx.query<{ currency: string; balance: string }>(
    'SELECT currency, sum(balance) AS balance FROM account_balance WHERE community_id = $1 GROUP BY currency ORDER BY currency',
    [communityId],
  );
  return rows.map(({ currency, balance }) => {
    assert(isCurrency(currency), 'Entries are in a currency that is known.');
    return { currency, balance: writeMoney(decimal(balance), currency), balances: decimal(balance).isZero() };
  });
}
