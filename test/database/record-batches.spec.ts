import { sealBatches } from '../../src/modules/proofs/record-batches.js';
import { newId } from '../../src/platform/ids.js';
import { insertCommunity, type TestDatabase, testDatabase } from '../support/database.js';

/** However many readings wait to be sealed, each statement takes so many that nobody's patience ends. */

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

it('seals batches of many readings a few at a time, in their order, until all are', async () => {
  const market = await insertCommunity(database, 'market');
  const taken: number[] = [];
  const work = database.transactions.inCommunity(market, async (tx) => {
    await tx.query(
      `INSERT INTO reading_batch (community_id, source, actor_kind, received_at, items)
       SELECT current_community(), 'test', 'system', now(), n FROM unnest('{150000,150000,900000,10,10}'::int[]) n`,
    );
    for (let i = 0; i < 4; i += 1) taken.push(await sealBatches(tx, newId(), 20_000));
    const sealed = await tx.query('SELECT 1 FROM record_batch WHERE community_id = current_community()');
    expect(sealed).toHaveLength(5);
    throw new Error('undone: entries do not come with them here');
  });
  await expect(work).rejects.toThrow('undone');
  expect(taken).toEqual([2, 1, 2, 0]);
});
