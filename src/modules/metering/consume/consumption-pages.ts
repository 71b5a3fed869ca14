import type { Tx } from '../../../platform/database/transactions.js';

/*
 * The problem: meters that push leave a table in which all readings of one half-hour lie side by side. To fetch a month register by
 * register is to visit each of its pages a thousand times; to read the whole table is to read all other months as well. The planner,
 * who expects a tenth of the rows, takes one or the other, or sorts a million rows on disk.
 *
 * Method: the index says which pages hold anything of the month, and each of these is visited once, in the order of the table. What
 * comes is grouped by hashing. It takes the same time however the table is ordered.
 */

const settings = {
  enable_seqscan: 'off',
  enable_indexscan: 'off',
  enable_sort: 'off',
  work_mem: '64MB',
  jit: 'off',
};

/** Does `work` so that its statements visit every page of readings once. The settings are the transaction's, and put back. */
export async function pageByPage<T>(tx: Tx, work: () => Promise<T>): Promise<T> {
  const names = Object.keys(settings);
  const set = (values: readonly string[]) =>
    tx.query('SELECT set_config(n.name, n.value, true) FROM unnest($1::text[], $2::text[]) AS n (name, value)', [
      names,
      values,
    ]);
  const before = await tx.query<{ value: string }>(
    'SELECT current_setting(n.name) AS value FROM unnest($1::text[]) WITH ORDINALITY AS n (name, i) ORDER BY n.i',
    [names],
  );
  await set(Object.values(settings));
  const result = await work();
  await set(before.map(({ value }) => value));
  return result;
}
