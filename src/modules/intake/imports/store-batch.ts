import { insertRows } from '../../../platform/database/insert-rows.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { statuses } from '../../metering/readings/readings.service.js';
import type { Outcome } from './outcome.js';
import { storable, storeProblems } from './store-look.js';

/** A batch that was taken: its number, and those of its first and last item. */
export interface Batch {
  readonly no: string;
  readonly first: number;
  readonly last: number;
}

/**
 * Writes down what became of a batch, in the transaction that took it, so that it counts exactly once.
 *
 * @param batches none for a dry run
 */
export async function storeBatch(
  tx: Tx,
  importId: string,
  batches: readonly Batch[],
  { counts, reasons, rejected }: Outcome,
): Promise<void> {
  await insertRows(
    tx,
    'import_batch',
    {
      batch_no: ['bigint', ({ no }) => no],
      import_id: ['uuid', () => importId],
      first_item: ['bigint', ({ first }) => first],
      last_item: ['bigint', ({ last }) => last],
    },
    batches,
  );
  const taken = statuses.reduce((sum, status) => sum + counts[status], 0);
  await tx.query(
    `UPDATE reading_import SET items_taken = items_taken + $2, attempts = 0, last_error = NULL,
            ${statuses.map((status, i) => `${status} = ${status} + $${i + 3}`).join(', ')}
     WHERE community_id = current_community() AND id = $1`,
    [importId, taken, ...statuses.map((status) => counts[status])],
  );
  await addReasons(tx, importId, reasons);
  await storeProblems(tx, importId, rejected);
}

async function addReasons(tx: Tx, importId: string, reasons: Outcome['reasons']): Promise<void> {
  if (reasons.length === 0) return;
  const rows = reasons.map(({ meter, register, detail, ...reason }) => ({
    ...reason,
    meter: storable(meter),
    register: storable(register),
    detail: storable(detail),
  }));
  await tx.query(
    `INSERT INTO import_reason AS known (community_id, import_id, status, code, meter, register, from_at, count, detail)
     SELECT current_community(), $1::uuid, n.status, n.code, n.meter, n.register, min(n."from"), sum(n.count), min(n.detail)
     FROM jsonb_to_recordset($2) AS n (status text, code text, meter text, register text, "from" text, count bigint, detail text)
     GROUP BY n.status, n.code, n.meter, n.register
     ON CONFLICT (community_id, import_id, status, code, meter, register) DO UPDATE SET count = known.count + excluded.count`,
    [importId, JSON.stringify(rows)],
  );
}
