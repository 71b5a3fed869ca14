import { plain } from '../../../domain/quantity/decimal.js';
import { coinScale, writeMoney } from '../../../domain/quantity/money.js';
import { constraintRefusals } from '../../../platform/database/constraints.js';
import { insertRows } from '../../../platform/database/insert-rows.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { newId } from '../../../platform/ids.js';
import { isShared } from '../collect/collect-accruals.js';
import type { RunInputs } from '../run/inputs.js';

constraintRefusals.set('bill_accrual_once', {
  code: 'run-changed',
  sentence: 'Another run of the same bill was issued in between; calculate this run again.',
});

/**
 * Writes down by what the bills that a run shares with other runs belong to days, once and for all of them.
 *
 * The database makes every part of an issued run again from these marks, and refuses one that is another (bill-accrual migration).
 */
export async function fixAccruals(tx: Tx, runId: string, inputs: RunInputs): Promise<void> {
  const { currency, period, bills, accruals } = inputs;
  const shared = new Set(bills.filter((bill) => isShared(period, bill)).map((bill) => bill.id));
  const fixed = await tx.query<{ name: string }>(
    `SELECT bill_id || '/' || component_no AS name FROM bill_accrual WHERE community_id = current_community() AND bill_id = ANY($1::uuid[])`,
    [[...shared]],
  );
  const known = new Set(fixed.map(({ name }) => name));
  const rows = accruals.filter(({ billId, component }) => shared.has(billId) && !known.has(`${billId}/${component}`));
  await insertRows(
    tx,
    'bill_accrual',
    {
      id: ['uuid', () => newId()],
      bill_id: ['uuid', (one) => one.billId],
      component_no: ['integer', (one) => one.component],
      run_id: ['uuid', () => runId],
      amount: ['numeric', (one) => writeMoney(one.amount, currency)],
      tax: ['numeric', (one) => writeMoney(one.tax, currency)],
      coin_scale: ['integer', () => coinScale[currency]],
      unit: ['text', (one) => one.unit],
      by: ['text', (one) => one.basis.by],
      marks: ['jsonb', (one) => one.basis.marks.map(({ day, counted }) => ({ day, counted: plain(counted) }))],
      is_estimated: ['boolean', (one) => one.basis.isEstimated],
    },
    rows,
  );
}
