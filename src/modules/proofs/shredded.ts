import type { Tx } from '../../platform/database/transactions.js';
import type { Difference } from './difference.js';

/**
 * Entries that nothing opens any more because what they spoke of was erased. They are believed where the record says so itself: the entry
 * of the erasure holds a hash over all that it took, so that nobody hides a row that was rewritten by calling it erased.
 */
export async function shreddedEntries(tx: Tx): Promise<{ ids: ReadonlySet<string>; differences: Difference[] }> {
  const erasures = await tx.query<{ id: string; entries: string[]; isRecorded: boolean }>(
    `SELECT s.erasure_id AS id, array_agg(s.entry_id::text) AS entries, EXISTS (
       SELECT FROM audit_entry a WHERE a.community_id = s.community_id AND a.subject_kind = 'erasure' AND a.subject_id = s.erasure_id::text
         AND a.data->>'entriesSha256' = shredded_by(s.erasure_id)) AS "isRecorded"
     FROM record_shredded s WHERE s.community_id = current_community() GROUP BY s.community_id, s.erasure_id ORDER BY s.erasure_id`,
  );
  return {
    ids: new Set(erasures.filter(({ isRecorded }) => isRecorded).flatMap(({ entries }) => entries)),
    differences: erasures
      .filter(({ isRecorded }) => !isRecorded)
      .map(({ id, entries }) => ({
        kind: 'fact-missing',
        subject: `erasure ${id}`,
        detail: `${entries.length} entries are said to be erased by ${id}; the record does not say so of these.`,
      })),
  };
}
