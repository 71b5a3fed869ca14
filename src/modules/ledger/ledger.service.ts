import { Injectable } from '@nestjs/common';
import type { CivilDate } from '../../domain/calendar/period.js';
import { dayOf } from '../../domain/calendar/zone.js';
import { assert, DomainError } from '../../domain/errors.js';
import { type Account, type Entry, type EntryKind, type Posting, receivable } from '../../domain/ledger/journal.js';
import { type Decimal, decimal, plain, sum } from '../../domain/quantity/decimal.js';
import { type Currency, isCurrency } from '../../domain/quantity/money.js';
import { Clock } from '../../platform/clock.js';
import type { Tx } from '../../platform/database/transactions.js';
import { newId } from '../../platform/ids.js';
import { openItems } from './ageing.js';
import { creditsColumn, receivableEntries } from './receivable-entries.js';

/** In what a community keeps its books, and the day it is there. */
export interface Books {
  readonly currency: Currency;
  readonly today: CivilDate;
}

/** An entry of the domain with what the books say about it. */
export interface JournalText {
  readonly entry: Entry;
  readonly text: string;
  readonly runId: string | null;
}

/** What became of an entry: `id` is null where it had no postings and there was nothing to write. */
export interface Posted {
  readonly id: string | null;
  readonly isNew: boolean;
}

/** One movement of a member's account. */
export interface AccountEntry {
  readonly id: string;
  readonly kind: EntryKind;
  readonly source: string;
  readonly postedOn: CivilDate;
  readonly text: string;
  /** Positive: the member owes more. */
  readonly amount: Decimal;
  /** Of a credit note: the number of the invoice that it takes back. */
  readonly credits: string | null;
}

/** @law closing = opening + Σ entries */
export interface StatementOfAccount {
  readonly opening: Decimal;
  readonly entries: readonly AccountEntry[];
  readonly closing: Decimal;
}

interface StoredEntry {
  readonly id: string;
  readonly kind: EntryKind;
  readonly source: string;
  readonly postings: readonly { readonly account: string; readonly memberId: string | null; readonly amount: string }[];
}

/** The double-entry journal. It only grows; a fact is entered once, however often it is told. */
@Injectable()
export class LedgerService {
  constructor(private readonly clock: Clock) {}

  async books(tx: Tx, communityId: string): Promise<Books> {
    const [row] = await tx.query<{ currency: string; zone: string }>(
      'SELECT currency, zone FROM community WHERE id = $1',
      [communityId],
    );
    assert(row && isCurrency(row.currency), 'A community keeps its books in a currency that is known.');
    return { currency: row.currency, today: dayOf(this.clock.now(), row.zone) };
  }

  /** Writes one entry. See `postAll`. */
  async post(tx: Tx, communityId: string, text: JournalText): Promise<Posted> {
    const [posted] = await this.postAll(tx, communityId, [text]);
    assert(posted, 'Every entry has an answer.');
    return posted;
  }

  /**
   * Writes entries, in two statements however many they are.
   *
   * A fact (kind and source) that is in the books with the same postings is left as it is.
   *
   * @returns one answer for each entry, in their order
   * @throws DomainError `already-exists` where a fact is in the books with other postings
   */
  async postAll(tx: Tx, communityId: string, texts: readonly JournalText[]): Promise<Posted[]> {
    const rows = texts.filter(({ entry }) => entry.postings.length > 0).map((text) => ({ ...text, id: newId() }));
    const written = await tx.query<{ id: string }>(
      `INSERT INTO journal_entry (community_id, id, kind, source, run_id, posted_on, text, currency, created_at)
       SELECT $1, id, kind, source, run_id, posted_on, text, currency, $3
       FROM jsonb_to_recordset($2) AS e (id uuid, kind text, source text, run_id uuid, posted_on date, text text, currency text)
       ON CONFLICT (community_id, kind, source) DO NOTHING RETURNING id`,
      [communityId, JSON.stringify(rows.map(entryRow)), this.clock.now()],
    );
    const fresh = new Set(written.map(({ id }) => id));
    await insertPostings(
      tx,
      communityId,
      rows.filter(({ id }) => fresh.has(id)),
    );
    const known = await this.knownEntries(
      tx,
      communityId,
      rows.filter(({ id }) => !fresh.has(id)),
    );
    return texts.map((text): Posted => {
      const row = rows.find(({ entry }) => entry === text.entry);
      if (!row) return { id: null, isNew: false };
      return fresh.has(row.id) ? { id: row.id, isNew: true } : { id: sameFact(text.entry, known), isNew: false };
    });
  }

  private async knownEntries(tx: Tx, communityId: string, texts: readonly JournalText[]): Promise<StoredEntry[]> {
    if (texts.length === 0) return [];
    return tx.query<StoredEntry>(
      `SELECT e.id, e.kind, e.source,
              (SELECT jsonb_agg(jsonb_build_object('account', p.account, 'memberId', p.member_id, 'amount', p.amount::text) ORDER BY p.no)
               FROM posting p WHERE p.community_id = e.community_id AND p.entry_id = e.id) AS postings
       FROM journal_entry e
       WHERE e.community_id = $1 AND (e.kind, e.source) IN (SELECT * FROM unnest($2::text[], $3::text[]))`,
      [communityId, texts.map(({ entry }) => entry.kind), texts.map(({ entry }) => entry.source)],
    );
  }

  /**
   * A member's account over some days: what was owed before, what happened, what is owed after.
   *
   * @param from first day of the entries; null for all from the beginning
   * @param to   the first day after them; null for all until now
   */
  async memberStatementOfAccount(
    tx: Tx,
    communityId: string,
    memberId: string,
    from: CivilDate | null,
    to: CivilDate | null,
  ): Promise<StatementOfAccount> {
    const opening = from === null ? decimal('0') : await this.memberBalanceBefore(tx, communityId, memberId, from);
    const rows = await tx.query<Omit<AccountEntry, 'amount'> & { amount: string }>(
      `SELECT e.id, e.kind, e.source, e.posted_on AS "postedOn", e.text, sum(p.amount) AS amount, ${creditsColumn} AS credits
       FROM posting p JOIN journal_entry e ON e.community_id = p.community_id AND e.id = p.entry_id
       WHERE p.community_id = $1 AND p.account = 'receivable' AND p.member_id = $2
         AND ($3::date IS NULL OR e.posted_on >= $3::date) AND ($4::date IS NULL OR e.posted_on < $4::date)
       GROUP BY e.community_id, e.id ORDER BY e.posted_on, e.id`,
      [communityId, memberId, from, to],
    );
    const entries = rows.map((row) => ({ ...row, amount: decimal(row.amount) }));
    return { opening, entries, closing: opening.plus(sum(entries.map(({ amount }) => amount))) };
  }

  /** What is still open on each document of some members that is not paid in full, by its number; payments settle the oldest first. */
  async openByDocument(
    tx: Tx,
    communityId: string,
    memberIds: readonly string[],
  ): Promise<ReadonlyMap<string, Decimal>> {
    const open = new Map<string, Decimal>();
    for (const entries of (await receivableEntries(tx, communityId, memberIds)).values()) {
      const last = entries.at(-1)?.postedOn ?? '';
      for (const item of openItems(entries, last)) open.set(item.number, item.amount);
    }
    return open;
  }

  /** What a member owed when a day began; negative where the community owed the member. */
  async memberBalanceBefore(tx: Tx, communityId: string, memberId: string, day: CivilDate): Promise<Decimal> {
    const balances = await this.memberBalancesBefore(tx, communityId, [memberId], day);
    return balances.get(memberId) ?? decimal('0');
  }

  /** The same for many members at once; a member without entries owes nothing and is listed. */
  async memberBalancesBefore(
    tx: Tx,
    communityId: string,
    memberIds: readonly string[],
    day: CivilDate,
  ): Promise<ReadonlyMap<string, Decimal>> {
    const rows = await tx.query<{ memberId: string; balance: string }>(
      `SELECT p.member_id AS "memberId", sum(p.amount) AS balance
       FROM posting p JOIN journal_entry e ON e.community_id = p.community_id AND e.id = p.entry_id
       WHERE p.community_id = $1 AND p.account = 'receivable' AND p.member_id = ANY($2::uuid[]) AND e.posted_on < $3::date
       GROUP BY p.member_id`,
      [communityId, memberIds, day],
    );
    const found = new Map(rows.map(({ memberId, balance }) => [memberId, decimal(balance)]));
    return new Map(memberIds.map((id) => [id, found.get(id) ?? decimal('0')]));
  }
}

const entryRow = ({ id, entry, text, runId }: JournalText & { id: string }) => ({
  id,
  text,
  kind: entry.kind,
  source: entry.source,
  run_id: runId,
  posted_on: entry.postedOn,
  currency: entry.currency,
});

/** The member of `receivable:<member>`; null for the community's own accounts. */
const memberOf = (account: Account): string | null =>
  account.startsWith('receivable:') ? account.slice('receivable:'.length) : null;

async function insertPostings(
  tx: Tx,
  communityId: string,
  texts: readonly (JournalText & { readonly id: string })[],
): Promise<void> {
  if (texts.length === 0) return;
  const rows = texts.flatMap(({ id, entry }) =>
    entry.postings.map(({ account, amount }, index) => {
      const member = memberOf(account);
      return {
        entry_id: id,
        no: index + 1,
        account: member === null ? account : 'receivable',
        member_id: member,
        amount: plain(amount),
      };
    }),
  );
  await tx.query(
    `INSERT INTO posting (community_id, entry_id, no, account, member_id, amount)
     SELECT $1, entry_id, no, account, member_id, amount
     FROM jsonb_to_recordset($2) AS p (entry_id uuid, no integer, account text, member_id uuid, amount numeric)`,
    [communityId, JSON.stringify(rows)],
  );
}

/** The entry that tells the same fact with the same postings. @throws DomainError `already-exists` */
function sameFact({ kind, source, postings }: Entry, known: readonly StoredEntry[]): string {
  const stored = known.find((one) => one.kind === kind && one.source === source);
  assert(stored, 'An entry that was not written is in the books already.');
  const before: Posting[] = stored.postings.map(({ account, memberId, amount }) => ({
    account: memberId === null ? (account as Account) : receivable(memberId),
    amount: decimal(amount),
  }));
  const same =
    before.length === postings.length &&
    postings.every((one) => before.some((other) => other.account === one.account && other.amount.equals(one.amount)));
  if (!same)
    throw new DomainError(
      'already-exists',
      `${source} is in the books already, with other amounts; a correction is an entry of its own.`,
    );
  return stored.id;
}
