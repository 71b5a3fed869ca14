import { decimal } from '../../domain/quantity/decimal.js';
import type { Tx } from '../../platform/database/transactions.js';
import type { Movement } from './ageing.js';

/** In SQL over a journal entry `e`: the number of the invoice that a credit note takes back. */
export const creditsColumn = `(SELECT o.number FROM invoice c JOIN invoice o ON o.community_id = c.community_id AND o.id = c.credits_id
  WHERE e.kind = 'credit-note-issued' AND c.community_id = e.community_id AND c.number = e.source)`;

/** Every movement of some members' accounts, by member, in the order in which they were posted. */
export async function receivableEntries(
  tx: Tx,
  communityId: string,
  memberIds: readonly string[],
): Promise<ReadonlyMap<string, readonly Movement[]>> {
  if (memberIds.length === 0) return new Map();
  const rows = await tx.query<Omit<Movement, 'amount'> & { memberId: string; amount: string }>(
    `SELECT p.member_id AS "memberId", e.kind, e.source, e.posted_on AS "postedOn", p.amount, ${creditsColumn} AS credits
     FROM posting p JOIN journal_entry e ON e.community_id = p.community_id AND e.id = p.entry_id
     WHERE p.community_id = $1 AND p.account = 'receivable' AND p.member_id = ANY($2::uuid[]) ORDER BY e.posted_on, e.id`,
    [communityId, memberIds],
  );
  const byMember = new Map<string, Movement[]>(memberIds.map((id) => [id, []]));
  for (const { memberId, amount, ...row } of rows) byMember.get(memberId)?.push({ ...row, amount: decimal(amount) });
  return byMember;
}
