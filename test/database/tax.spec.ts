import { newId } from '../../src/platform/ids.js';
import { asOwnerOf, insertCommunity, testDatabase, type TestDatabase } from '../support/database.js';

/** What the database itself refuses of tax, declarations and calorific values, whoever asks and past every service. */

let db: TestDatabase;
let community: string;
const [site, space, member, occupancy] = [newId(), newId(), newId(), newId()];

const sql = (text: string, params: unknown[] = []) => asOwnerOf(db, community, (client) => client.query(text, params));
const asApp = (text: string, params: unknown[] = []) =>
  db.transactions.inCommunity(community, (tx) => tx.query(text, params));

beforeAll(async () => {
  db = await testDatabase();
  community = await insertCommunity(db, 'taxed');
  await sql(`INSERT INTO site (community_id, id, code, name, zone) VALUES ($1, $2, 'H', 'Hall', 'Europe/London')`, [
    community,
    site,
  ]);
  await sql(`INSERT INTO space (community_id, id, site_id, code, name, area) VALUES ($1, $2, $3, 'F', 'Flat', 20)`, [
    community,
    space,
    site,
  ]);
  await sql(`INSERT INTO member (community_id, id, code, name) VALUES ($1, $2, 'R', 'Rosa')`, [community, member]);
  await sql(
    `INSERT INTO occupancy (community_id, id, space_id, member_id, days) VALUES ($1, $2, $3, $4, '[2026-01-01,)')`,
    [community, occupancy, space, member],
  );
});
afterAll(() => db.drop());

describe('a tax rate', () => {
  const rate = (category: string, of: string, reason = '') =>
    sql(
      `INSERT INTO tax_rate (community_id, id, code, label, category, reason, rate, days)
       VALUES ($1, $2, $3, 'Rate', $4, $5, $6, '[2026-01-01,)')`,
      [community, newId(), `c${newId()}`, category, reason, of],
    );

  it.each([
    ['S', '0.2', ''],
    ['Z', '0', ''],
    ['E', '0', 'VATA 1994 Schedule 9 Group 1'],
    ['O', '0', 'not a supply'],
    ['AE', '0', 'UStG § 13b'],
  ])('of category %s may be %s', async (category, of, reason) => {
    await expect(rate(category, of, reason)).resolves.toBeUndefined();
  });

  it.each([
    ['S', '0', ''],
    ['Z', '0.2', ''],
    ['E', '0.2', 'why'],
    ['E', '0', ''],
    ['O', '0', ''],
    ['AE', '0', ''],
    ['X', '0', 'why'],
  ])('of category %s may not be %s with the reason "%s"', async (category, of, reason) => {
    await expect(rate(category, of, reason)).rejects.toMatchObject({ code: '23514' });
  });

  it('says its category: none is assumed', async () => {
    const text = `INSERT INTO tax_rate (community_id, id, code, label, rate, days) VALUES ($1, $2, 'N', 'None', 0.2, '[2026-01-01,)')`;
    await expect(sql(text, [community, newId()])).rejects.toMatchObject({ code: '23502' });
  });
});

describe('a declaration of use', () => {
  const declare = (days: string, percent = '20', kind = 'mixed') =>
    sql(
      `INSERT INTO qualifying_use (community_id, id, occupancy_id, days, kind, percent, evidence, declared_on)
       VALUES ($1, $2, $3, $4, $5, $6, 'Certificate', '2026-01-01')`,
      [community, newId(), occupancy, days, kind, percent],
    );

  it('is one for an occupancy on a day', async () => {
    await declare('[2026-01-01,2026-06-01)');
    await declare('[2026-06-01,)');
    await expect(declare('[2026-05-31,2026-06-01)')).rejects.toMatchObject({ code: '23P01' });
  });

  it.each(['-1', '100.1', 'NaN', '0.0000001'])('is no percent of %s', async (percent) => {
    await expect(declare('[2030-01-01,2030-02-01)', percent)).rejects.toMatchObject({ code: '23514' });
  });

  it('is of a known kind', async () => {
    await expect(declare('[2025-01-01,2025-02-01)', '20', 'hobby')).rejects.toMatchObject({ code: '23514' });
  });

  it('never changes but to end', async () => {
    await expect(asApp('UPDATE qualifying_use SET percent = 99')).rejects.toThrow(/append-only|never changes/);
    await expect(asApp('DELETE FROM qualifying_use')).rejects.toThrow(/append-only|never changes/);
  });
});

describe('a calorific value', () => {
  const enter = (value: string, version = 1, day = '2026-10-01') =>
    sql(
      `INSERT INTO calorific_value (community_id, site_id, day, version, value, source, entered_at) VALUES ($1, $2, $3, $4, $5, 'National Gas', now())`,
      [community, site, day, version, value],
    );

  it.each(['0', '-1', '1000', 'NaN', '39.1234567'])('is not %s', async (value) => {
    await expect(enter(value, 9)).rejects.toMatchObject({ code: '23514' });
  });

  it('is one for a version of a day, and stays', async () => {
    await enter('39.4');
    await expect(enter('39.5')).rejects.toMatchObject({ code: '23505' });
    await enter('39.5', 2);
    await expect(asApp('UPDATE calorific_value SET value = 40')).rejects.toThrow(/permission denied|append-only/);
    await expect(sql('DELETE FROM calorific_value')).rejects.toThrow(/append-only/);
  });

  it('is seen by its own community alone', async () => {
    const other = await insertCommunity(db, 'another');
    const seen = await db.transactions.inCommunity(other, (tx) => tx.query('SELECT FROM calorific_value'));
    expect(seen).toEqual([]);
  });
});
