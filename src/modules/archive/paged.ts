import type { Tx } from '../../platform/database/transactions.js';

/** Rows of a statement a page at a time, so that no table is ever held whole. One walk at a time in a transaction. */
export async function* pagesOf<Row>(tx: Tx, sql: string, perPage: number): AsyncGenerator<Row[]> {
  await tx.query(`DECLARE page NO SCROLL CURSOR FOR ${sql}`);
  try {
    for (;;) {
      const rows = await tx.query<Row>(`FETCH FORWARD ${perPage} FROM page`);
      if (rows.length > 0) yield rows;
      if (rows.length < perPage) return;
    }
  } finally {
    // In a transaction that has failed nothing can be closed any more, and all is gone with it.
    await tx.query('CLOSE page').catch(() => undefined);
  }
}
