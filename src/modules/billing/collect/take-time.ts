import { workerPatience } from '../../../platform/database/connection.js';
import type { Tx } from '../../../platform/database/transactions.js';

/**
 * Lets the transaction take the time of a worker's. Steps of a run read a month of everybody's readings: what is far too long for a
 * request that shows something is an ordinary time for one that bills a thousand members.
 */
export async function takeTime(tx: Tx): Promise<void> {
  await tx.query(
    `SELECT set_config('statement_timeout', $1, true), set_config('idle_in_transaction_session_timeout', $2, true)`,
    [String(workerPatience.statementMs), String(workerPatience.idleInTransactionMs)],
  );
}
