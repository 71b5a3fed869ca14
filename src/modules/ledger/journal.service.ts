import { Injectable } from '@nestjs/common';
import { assert } from '../../domain/errors.js';
import { decimal } from '../../domain/quantity/decimal.js';
import { isCurrency, writeMoney } from '../../domain/quantity/money.js';
import { Transactions, type Tx } from '../../platform/database/transactions.js';
import { pageOf, readCursor } from '../../platform/http/cursor.js';
import { limitOf } from '../../platform/http/wire.js';
import type { JournalEntryReply, JournalQuery } from './ledger.schema.js';

interface Slice {
  readonly from: string | null;
  readonly to: string | null;
  /** Posting day and id of the last entry before the slice; null from the beginning. */
  readonly after: readonly [string, string] | null;
  /** Null for all. */
  readonly limit: number | null;
}

/** The journal as it is read: in the order of posting days. */
@Injectable()
export class JournalService {
  constructor(private readonly transactions: Transactions) {}

  page(communityId: string, query: JournalQuery): Promise<{ items: JournalEntryReply[]; next: string | null }> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const limit = limitOf(query);
      const [day, id] = readCursor(query.cursor, 2) ?? [];
      const after = day === undefined || id === undefined ? null : ([day, id] as const);
      const rows = await entries(tx, communityId, { ...daysOf(query), after, limit: limit + 1 });
      return pageOf(rows, limit, (entry) => [entry.postedOn, entry.id]);
    });
  }

  /** Every entry of the days asked for, for an export. */
  all(communityId: string, query: Pick<JournalQuery, 'from' | 'to'>): Promise<JournalEntryReply[]> {
    return this.transactions.inCommunity(communityId, (tx) =>
      entries(tx, communityId, { ...daysOf(query), after: null, limit: null }),
    );
  }
}

const daysOf = ({ from, to }: Pick<JournalQuery, 'from' | 'to'>) => ({ from: from ?? null, to: to ?? null });

async function entries(tx: Tx, communityId: string, { from, to, after, limit }: Slice): Promise<JournalEntryReply[]> {
  const rows = await tx.query<JournalEntryReply>(
    `SELECT e.id, e.kind, e.source, e.run_id AS "runId", e.posted_on AS "postedOn", e.text, e.currency, l.postings
     FROM journal_entry e
     CROSS JOIN LATERAL (
       SELECT jsonb_agg(jsonb_build_object('account', p.account, 'amount', p.amount::text,
                'member', CASE WHEN m.id IS NOT NULL THEN jsonb_build_object('id', m.id, 'code', m.code) END) ORDER BY p.no) AS postings
       FROM posting p LEFT JOIN member m ON m.community_id = p.community_id AND m.id = p.member_id
       WHERE p.community_id = e.community_id AND p.entry_id = e.id) l
     WHERE e.community_id = $1 AND ($2::date IS NULL OR e.posted_on >= $2::date) AND ($3::date IS NULL OR e.posted_on < $3::date)
       AND ($4::date IS NULL OR (e.posted_on, e.id) > ($4::date, $5::uuid))
     ORDER BY e.posted_on, e.id LIMIT $6`,
    [communityId, from, to, after?.[0] ?? null, after?.[1] ?? null, limit],
  );
  return rows.map(inCoins);
}

function inCoins({ postings, ...entry }: JournalEntryReply): JournalEntryReply {
  const { currency } = entry;
  assert(isCurrency(currency), 'Entries are in a currency that is known.');
  return { ...entry, postings: postings.map((one) => ({ ...one, amount: writeMoney(decimal(one.amount), currency) })) };
}
