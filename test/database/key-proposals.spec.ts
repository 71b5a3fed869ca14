import type pg from 'pg';
import { newId } from '../../src/platform/ids.js';
import { asOwnerOf, insertCommunity, testDatabase, type TestDatabase } from '../support/database.js';

/** What the database itself refuses of keys that two people adopt, also from its owner. */

let db: TestDatabase;
let community: string;
const [tess, amir, key] = [newId(), newId(), newId()];

const asOwner = (work: (client: pg.PoolClient) => Promise<unknown>) => asOwnerOf(db, community, work);
const sql = (text: string, params: unknown[] = []) => asOwner((client) => client.query(text, params));

const adoption = `'Meeting', '2025-12-01', 'Minute 7'`;
const insertVersion = (client: pg.PoolClient, id: string, days: string, terms = '{"kind": "area"}') =>
  client.query(
    `INSERT INTO key_version (community_id, id, key_id, days, terms, adopted_by, adopted_on, decision) VALUES ($1, $2, $3, $4, $5, ${adoption})`,
    [community, id, key, days, terms],
  );
const propose = async (days: string, more: Readonly<Record<string, unknown>> = {}): Promise<string> => {
  const id = newId();
  const given = {
    community_id: community,
    id,
    key_id: key,
    days,
    terms: '{"kind": "area"}',
    proposed_by: tess,
    ...more,
  };
  const names = Object.keys(given);
  await sql(
    `INSERT INTO key_proposal (${names.join(', ')}, adopted_by, adopted_on, decision, proposed_at)
     VALUES (${names.map((_, i) => `$${i + 1}`).join(', ')}, ${adoption}, now())`,
    Object.values(given),
  );
  return id;
};
const end = (
  client: Pick<pg.PoolClient, 'query'>,
  id: string,
  outcome: string,
  by: string,
  more: (string | null)[] = [],
) =>
  client.query(
    'UPDATE key_proposal SET outcome = $2, decided_by = $3, decided_at = now(), version_id = $4, reason = $5 WHERE id = $1',
    [id, outcome, by, more[0] ?? null, more[1] ?? null],
  );
const ended = (...[id, outcome, by, more]: [string, string, string, (string | null)[]?]) =>
  asOwner((client) => end(client, id, outcome, by, more));
/** In one transaction, as the service does it. */
const confirmed = (id: string, by: string, days: string, terms?: string) =>
  asOwner(async (client) => {
    const version = newId();
    await insertVersion(client, version, days, terms);
    await end(client, id, 'confirmed', by, [version]);
  });
const byTwo = (days: string) =>
  sql(
    `INSERT INTO community_policy (community_id, id, name, days, terms, decision) VALUES ($1, $2, 'adoption', $3, '{"keys": "second-person"}', '')`,
    [community, newId(), days],
  );

beforeAll(async () => {
  db = await testDatabase();
  community = await insertCommunity(db, 'market');
  await sql(`INSERT INTO person (community_id, id, name) VALUES ($1, $2, 'Tess'), ($1, $3, 'Amir')`, [
    community,
    tess,
    amir,
  ]);
  await sql(`INSERT INTO apportionment_key (community_id, id, code, name) VALUES ($1, $2, 'k', 'K')`, [community, key]);
  await asOwner((client) => insertVersion(client, newId(), '[2020-01-01,2021-01-01)'));
  await byTwo('[2000-01-01,)');
}, 60_000);
afterAll(() => db.drop());

it('takes no version that one person makes, where the community wants two', async () => {
  await expect(asOwner((client) => insertVersion(client, newId(), '[2021-01-01,2022-01-01)'))).rejects.toThrow(
    'key-not-adopted: this community adopts keys by two people',
  );
});

it('takes a version with the confirmation of another person, and not of the same', async () => {
  const days = '[2021-01-01,2022-01-01)';
  const id = await propose(days);
  await expect(confirmed(id, tess, days)).rejects.toThrow('key_proposal_two_people');
  await confirmed(id, amir, days);
  await expect(ended(id, 'withdrawn', tess)).rejects.toThrow('append-only');
});

it('takes no other version than the one that was proposed, and none that stood before', async () => {
  const days = '[2022-01-01,2023-01-01)';
  const id = await propose(days);
  await expect(confirmed(id, amir, days, '{"kind": "equal"}')).rejects.toThrow('not the one that was proposed');
  await expect(confirmed(id, amir, '[2022-01-01,)')).rejects.toThrow('not the one that was proposed');
  const version = newId();
  await sql(`UPDATE community_policy SET days = '[2000-01-01,2001-01-01)' WHERE name = 'adoption'`);
  await asOwner((client) => insertVersion(client, version, days));
  await byTwo('[2001-01-01,)');
  await expect(ended(id, 'confirmed', amir, [version])).rejects.toThrow('not the one that was proposed');
});

it.each<[string, string, () => string, (string | null)[], string]>([
  ['a confirmation without a version', 'confirmed', () => amir, [], 'key_proposal_makes_a_version'],
  ['a refusal without a reason', 'refused', () => amir, [], 'key_proposal_says_why'],
  ['a refusal by its proposer', 'refused', () => tess, [null, 'no'], 'key_proposal_two_people'],
  ['a withdrawal by another', 'withdrawn', () => amir, [], 'key_proposal_two_people'],
  ['an end that nobody knows', 'forgotten', () => amir, [], 'key_proposal_outcome_check'],
])('refuses %s', async (_, outcome, by, more, constraint) => {
  await expect(ended(await propose('[2024-01-01,2025-01-01)'), outcome, by(), more)).rejects.toThrow(constraint);
});

it('keeps a proposal as it was made, and its end as it was told', async () => {
  const id = await propose('[2025-01-01,2026-01-01)');
  await expect(sql(`UPDATE key_proposal SET terms = '{}' WHERE id = $1`, [id])).rejects.toThrow('append-only');
  await ended(id, 'refused', amir, [null, 'not in the minutes']);
  await expect(sql(`UPDATE key_proposal SET reason = 'because' WHERE id = $1`, [id])).rejects.toThrow('append-only');
  await expect(sql('UPDATE key_proposal SET outcome = NULL, decided_by = NULL WHERE id = $1', [id])).rejects.toThrow(
    'append-only',
  );
  await expect(sql('DELETE FROM key_proposal WHERE id = $1', [id])).rejects.toThrow('append-only');
});

it('takes no proposal that is decided when it is made, and no half of a vote', async () => {
  const decided = { outcome: 'withdrawn', decided_by: tess, decided_at: '2026-01-01T00:00Z' };
  await expect(propose('[2026-01-01,)', decided)).rejects.toThrow('four-eyes');
  await expect(propose('[2026-01-01,)', { votes_for: 3 })).rejects.toThrow('key_proposal_vote_carried');
  const lost = { votes_for: 3, votes_against: 3, votes_abstained: 0 };
  await expect(propose('[2026-01-01,)', lost)).rejects.toThrow('key_proposal_vote_carried');
});
