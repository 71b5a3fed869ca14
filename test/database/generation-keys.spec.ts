import { newId } from '../../src/platform/ids.js';
import { asOwnerOf, insertCommunity, testDatabase, type TestDatabase } from '../support/database.js';

/** What the database itself refuses of a key that allots what is made on a site. */

let db: TestDatabase;
let community: string;
let key: string;
let year = 2030;

beforeAll(async () => {
  db = await testDatabase();
  community = await insertCommunity(db, 'market');
  key = newId();
  await asOwnerOf(db, community, (client) =>
    client.query('INSERT INTO apportionment_key (community_id, id, code, name) VALUES ($1, $2, $3, $4)', [
      community,
      key,
      'roof',
      'The roof',
    ]),
  );
}, 60_000);
afterAll(() => db.drop());

const adopt = (terms: object) => {
  year += 1;
  return asOwnerOf(db, community, (client) =>
    client.query(
      `INSERT INTO key_version (community_id, id, key_id, days, terms, adopted_by, adopted_on, decision)
       VALUES ($1, $2, $3, daterange(make_date($4, 1, 1), make_date($4, 2, 1)), $5, 'all', '2026-01-14', 'minute 1')`,
      [community, newId(), key, year, JSON.stringify(terms)],
    ),
  );
};
const hours = Array.from({ length: 24 }, (_, hour) => hour);
const table = (parts: readonly string[], of: readonly number[] = hours) => ({
  hours: of,
  parts: parts.map((part, index) => ({ space: `S${index}`, part })),
});
const generation = (kind: string, ...tables: object[]) => ({ kind: 'generation', allotment: { kind, tables } });

it.each([
  ['coefficients that come to one', generation('static', table(['0.333333333', '0.333333333', '0.333333334']))],
  [
    'a table for the day and one for the night',
    generation('hybrid', table(['1'], hours.slice(7)), table(['0', '1'], hours.slice(0, 7))),
  ],
  ['proportion to use', { kind: 'generation', allotment: { kind: 'dynamic' } }],
  ['other keys', { kind: 'area' }],
])('takes %s', async (_, terms) => {
  await expect(adopt(terms)).resolves.toBeUndefined();
});

it.each([
  ['a little less than one', generation('static', table(['0.4', '0.599999999']))],
  ['a little more than one', generation('hybrid', table(['0.4', '0.600000001']))],
  ['less than nothing', generation('static', table(['1.5', '-0.5']))],
  ['one table that is whole and one that is empty', generation('static', table(['1'], hours.slice(1)), table([], [0]))],
  ['an hour without a table', generation('static', table(['1'], hours.slice(1)))],
  ['an hour with two', generation('static', table(['1']), table(['1'], [3]))],
  ['no tables', generation('static')],
  ['a way that nobody knows', generation('by-luck', table(['1']))],
])('refuses %s', async (_, terms) => {
  await expect(adopt(terms)).rejects.toThrow('key_version_generation_whole');
});
