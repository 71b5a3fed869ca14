import type { Tx } from '../../platform/database/transactions.js';
import type { ErasureReply } from './erasure.schema.js';

type Kept = ErasureReply['kept'][number];

/** What is kept of a member for its books, counted by one statement: the names are the keys of `reasons`. */
const counts = `
  SELECT (SELECT count(*) FROM invoice i WHERE i.community_id = current_community() AND i.member_id = $1)::int AS documents,
         (SELECT count(*) FROM reminder r WHERE r.community_id = current_community() AND r.member_id = $1)::int AS reminders,
         (SELECT count(*) FROM payment p WHERE p.community_id = current_community() AND p.member_id = $1)::int AS payments,
         (SELECT count(*) FROM qualifying_use u JOIN occupancy o ON o.community_id = u.community_id AND o.id = u.occupancy_id
           WHERE u.community_id = current_community() AND o.member_id = $1)::int AS declarations,
         (SELECT count(*) FROM advance_plan a JOIN occupancy o ON o.community_id = a.community_id AND o.id = a.occupancy_id
           WHERE a.community_id = current_community() AND o.member_id = $1)::int AS plans,
         (SELECT count(*) FROM run_sum_opening s WHERE s.community_id = current_community() AND s.member_id = $1)::int AS openings,
         1 AS code,
         (SELECT count(*) FROM run_share s WHERE s.community_id = current_community() AND s.member_id = $1)::int AS shares,
         (SELECT count(*) FROM posting p WHERE p.community_id = current_community() AND p.member_id = $1)::int AS postings,
         (SELECT count(*) FROM occupancy o WHERE o.community_id = current_community() AND o.member_id = $1)::int AS occupancies,
         (SELECT count(*) FROM run_use u WHERE u.community_id = current_community() AND u.member_id = $1)::int AS uses`;

/** What is kept, until the years of the books have passed or for good, and why. */
const reasons: Readonly<Record<string, readonly [until: 'books' | 'always', why: string]>> = {
  documents: [
    'books',
    'Invoices and credit notes with their statements, PDFs and proofs: the law asks for them, with the name that is printed on them.',
  ],
  payments: ['books', 'Payments with their references prove what was paid.'],
  declarations: ['books', 'What was declared about the use proves the rate of tax.'],
  plans: ['books', 'Advance payments were asked for by these agreements.'],
  openings: ['books', 'What opens the member’s own envelopes proves its invoices.'],
  code: ['books', 'The code stands on the documents.'],
  shares: ['always', 'The shares of every cost come to its amount, for all others too; they name no person any more.'],
  postings: ['always', 'The accounts balance with them; they name no person any more.'],
  reminders: ['always', 'When somebody was reminded of which document and of how much; they name no person any more.'],
  occupancies: ['always', 'Which days a space was taken shares the costs of all; nobody stands behind them any more.'],
  uses: ['always', 'What was used in a billed time, as totals. Single readings go by the policy "retention".'],
};

/** @param id of a member @param until the first day on which the books need not be kept; null where there are none */
export async function keptOf(tx: Tx, id: string, until: string | null): Promise<Kept[]> {
  const [row] = await tx.query<Record<string, number>>(counts, [id]);
  return Object.entries(reasons).flatMap(([what, [term, why]]) => {
    const count = row?.[what] ?? 0;
    return count === 0 ? [] : [{ what, count, until: term === 'books' ? until : null, why }];
  });
}
