import { newId } from '../../src/platform/ids.js';
import { asOwnerOf, insertCommunity, type TestDatabase, testDatabase } from '../support/database.js';

/** What the database refuses of the policy that two people guard. */

let database: TestDatabase;
let community: string;
const [tess, amir] = [newId(), newId()];
const sql = (text: string, params: readonly unknown[] = []) => database.owner.query(text, [...params]);

/** Ends the open version and begins another, with the proposal that it comes from where there is one. */
const adopt = (from: string, keys: string, proposal: string | null = null) =>
  asOwnerOf(database, community, async (client) => {
    const id = newId();
    await client.query(
      `UPDATE community_policy SET days = daterange(lower(days), $1) WHERE name = 'adoption' AND upper_inf(days)`,
      [from],
    );
    await client.query(
      `INSERT INTO community_policy (community_id, id, name, days, terms, decision) VALUES ($1, $2, 'adoption', daterange($3, NULL), $4, '')`,
      [community, id, from, JSON.stringify({ keys })],
    );
    if (proposal !== null)
      await client.query(
        'UPDATE policy_proposal SET confirmed_by = $2, confirmed_at = now(), policy_id = $3 WHERE id = $1',
        [...[proposal, amir, id]],
      );
  });
async function propose(since: string, keys: string): Promise<string> {
  const id = newId();
  await sql(
    `INSERT INTO policy_proposal (community_id, id, name, since, terms, decision, proposed_by) VALUES ($1, $2, 'adoption', $3, $4, '', $5)`,
    [community, id, since, JSON.stringify({ keys }), tess],
  );
  return id;
}

beforeAll(async () => {
  database = await testDatabase();
  community = await insertCommunity(database, 'market');
  await sql(`INSERT INTO person (community_id, id, name) SELECT $1, id, 'P' FROM unnest($2::uuid[]) AS id`, [
    ...[community, [tess, amir]],
  ]);
  await sql(`DELETE FROM community_policy WHERE name = 'adoption'`).catch(() => undefined);
  await adopt('2026-01-01', 'second-person');
}, 60_000);
afterAll(() => database.drop());

it('refuses to undo the second person without one, and with a proposal of something else', async () => {
  await expect(adopt('2026-02-01', 'treasurer')).rejects.toThrow(/four-eyes: one person cannot undo/);
  await expect(adopt('2026-02-01', 'recorded-vote')).rejects.toThrow(/four-eyes/);
  const other = await propose('2026-03-01', 'treasurer');
  await expect(adopt('2026-02-01', 'treasurer', other)).rejects.toThrow(/four-eyes/);
  await expect(adopt('2026-03-01', 'recorded-vote', other)).rejects.toThrow(/four-eyes/);
});

it('takes it with a proposal that another person confirmed, which then stays as it is', async () => {
  const proposal = await propose('2026-04-01', 'treasurer');
  await expect(
    sql('UPDATE policy_proposal SET confirmed_by = $2, confirmed_at = now(), policy_id = NULL WHERE id = $1', [
      ...[proposal, amir],
    ]),
  ).rejects.toThrow(/policy_proposal_confirmed_whole/);
  await adopt('2026-04-01', 'treasurer', proposal);
  await expect(sql('DELETE FROM policy_proposal WHERE id = $1', [proposal])).rejects.toThrow(/append-only/);
  await expect(sql(`UPDATE policy_proposal SET since = '2026-05-01' WHERE id = $1`, [proposal])).rejects.toThrow(
    /append-only/,
  );
  await adopt('2026-06-01', 'recorded-vote');
});

it('refuses that one person is both', async () => {
  const proposal = await propose('2026-07-01', 'treasurer');
  const policy = await sql(`SELECT id FROM community_policy WHERE name = 'adoption' LIMIT 1`);
  await expect(
    sql('UPDATE policy_proposal SET confirmed_by = $2, confirmed_at = now(), policy_id = $3 WHERE id = $1', [
      ...[proposal, tess, policy.rows[0].id],
    ]),
  ).rejects.toThrow(/policy_proposal_four_eyes/);
});

it('keeps a proposal that was withdrawn by its proposer as it is, and takes no confirmation of it', async () => {
  const proposal = await propose('2026-08-01', 'treasurer');
  const withdraw = 'UPDATE policy_proposal SET withdrawn_by = $2, withdrawn_at = now() WHERE id = $1';
  await expect(sql(withdraw, [proposal, amir])).rejects.toThrow(/policy_proposal_withdrawn_by_proposer/);
  await expect(sql('UPDATE policy_proposal SET withdrawn_at = now() WHERE id = $1', [proposal])).rejects.toThrow(
    /policy_proposal_withdrawn_whole/,
  );
  const policy = await sql(`SELECT id FROM community_policy WHERE name = 'adoption' LIMIT 1`);
  const confirm = 'confirmed_by = $2, confirmed_at = now(), policy_id = $3';
  await expect(
    sql(`UPDATE policy_proposal SET withdrawn_by = proposed_by, withdrawn_at = now(), ${confirm} WHERE id = $1`, [
      ...[proposal, amir, policy.rows[0].id],
    ]),
  ).rejects.toThrow(/policy_proposal_one_end/);
  await sql(withdraw, [proposal, tess]);
  await expect(
    sql(`UPDATE policy_proposal SET ${confirm} WHERE id = $1`, [...[proposal, amir, policy.rows[0].id]]),
  ).rejects.toThrow(/append-only/);
  await expect(
    sql('UPDATE policy_proposal SET withdrawn_by = NULL, withdrawn_at = NULL WHERE id = $1', [proposal]),
  ).rejects.toThrow(/append-only/);
});
