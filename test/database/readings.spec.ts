import { newId } from '../../src/platform/ids.js';
import { insertCommunity, type TestDatabase, testDatabase } from '../support/database.js';

/** What was read stays, whoever asks and however: readings are superseded, never edited. */

let database: TestDatabase;
let market: string;
let arches: string;
let registerNo: number;
let registerId: string;

const owner = (sql: string, params: unknown[] = []) => database.owner.query(sql, params);
const asApp = <Row>(sql: string, params: unknown[] = [], community = market) =>
  database.transactions.inCommunity(community, (tx) => tx.query<Row>(sql, params));
const insert = (at: string, value: string, until: string | null = null, quality = 'actual') =>
  asApp(
    `INSERT INTO reading (community_no, register_no, at, until, batch_no, quality, value)
     SELECT no, $2::int, $3::timestamptz, $4::timestamptz, 1, $5::text, $6::numeric FROM community WHERE id = $1 RETURNING 1`,
    [market, registerNo, at, until, quality, value],
  );

beforeAll(async () => {
  database = await testDatabase();
  market = await insertCommunity(database, 'market');
  arches = await insertCommunity(database, 'arches');
  const [site, meter] = [newId(), newId()];
  registerId = newId();
  await asApp(`INSERT INTO site (community_id, id, code, name, zone) VALUES ($1, $2, 'OMH', 'Hall', 'Europe/London')`, [
    market,
    site,
  ]);
  await asApp(
    `INSERT INTO meter (community_id, id, site_id, code, name, role) VALUES ($1, $2, $3, 'SHOP-01', 'Shop', 'sub')`,
    [market, meter, site],
  );
  const [row] = await asApp<{ no: number }>(
    `INSERT INTO register (community_id, id, meter_id, code, kind, unit) VALUES ($1, $2, $3, 'import', 'cumulative', 'kWh') RETURNING no`,
    [market, registerId, meter],
  );
  registerNo = row!.no;
  await asApp(`INSERT INTO installation (community_id, id, meter_id, period) VALUES ($1, $2, $3, '[2026-01-01Z,)')`, [
    market,
    newId(),
    meter,
  ]);
  await insert('2026-10-01T00:00:00Z', '100');
});
afterAll(() => database.drop());

describe('a reading', () => {
  it.each([
    ['UPDATE', 'UPDATE reading SET value = 1'],
    ['DELETE', 'DELETE FROM reading'],
    ['TRUNCATE', 'TRUNCATE reading'],
  ])('refuses %s by the application', async (_, sql) => {
    await expect(asApp(sql)).rejects.toThrow(/permission denied|append-only|never changed or deleted/i);
  });

  it.each([
    ['UPDATE', 'UPDATE reading SET value = 1'],
    ['DELETE', 'DELETE FROM reading'],
    ['TRUNCATE', 'TRUNCATE reading'],
  ])('refuses %s by the owner of the table', async (_, sql) => {
    await expect(owner(sql)).rejects.toThrow(/append-only/);
    expect(await asApp('SELECT value::text FROM reading')).toEqual([{ value: '100' }]);
  });

  it.each(['reading_correction', 'reading_exception', 'exception_decision', 'unclaimed_reading', 'reading_batch'])(
    'and %s are never truncated',
    async (table) => {
      await expect(owner(`TRUNCATE ${table} CASCADE`)).rejects.toThrow(/append-only/);
    },
  );

  it.each([
    ['NaN', 'NaN'],
    ['a negative value', '-1'],
    ['seven decimals', '1.0000001'],
    ['a million millions', '1000000000000'],
    ['infinity', 'Infinity'],
  ])('refuses %s', async (_, value) => {
    await expect(insert('2026-10-02T00:00:00Z', value)).rejects.toMatchObject({ code: 'invalid-input' });
  });

  it('refuses an interval that ends before it begins, and a quality nobody knows', async () => {
    await expect(insert('2026-10-02T00:00:00Z', '1', '2026-10-01T00:00:00Z')).rejects.toMatchObject({
      code: 'invalid-input',
    });
    await expect(insert('2026-10-02T00:00:00Z', '1', null, 'guessed')).rejects.toMatchObject({ code: 'invalid-input' });
  });

  it('is there once for a register and an instant', async () => {
    await expect(insert('2026-10-01T00:00:00Z', '101')).rejects.toMatchObject({ code: 'already-exists' });
  });

  it('of another community is neither seen nor written', async () => {
    expect(await asApp('SELECT * FROM reading', [], arches)).toEqual([]);
    expect(await asApp('SELECT * FROM reading_in_force', [], arches)).toEqual([]);
    const sql = `INSERT INTO reading (community_no, register_no, at, batch_no, quality, value) VALUES ($1, $2, '2026-10-03Z', 1, 'actual', 1)`;
    const [{ no }] = (await owner('SELECT no FROM community WHERE id = $1', [market])).rows;
    await expect(asApp(sql, [no, registerNo], arches)).rejects.toThrow(/row-level security/);
  });
});

describe('the version of the catalogue of registers', () => {
  const version = async (): Promise<string | undefined> =>
    (await asApp<{ version: string }>('SELECT version FROM register_catalog'))[0]?.version;

  it.each([
    ['a meter', `UPDATE meter SET name = 'Bakery'`],
    ['a register', `UPDATE register SET code = 'import'`],
    ['an installation', `UPDATE installation SET serial = 'B'`],
    ['an alias', `DELETE FROM register_alias`],
  ])('changes with %s', async (_, sql) => {
    const before = await version();
    await asApp(sql);
    expect(await version()).not.toBe(before);
  });

  it('never comes back after a rollback', async () => {
    const seen: (string | undefined)[] = [];
    const change = `UPDATE meter SET name = 'Never'`;
    await database.transactions
      .inCommunity(market, async (tx) => {
        await tx.query(change);
        seen.push((await tx.query<{ version: string }>('SELECT version FROM register_catalog'))[0]?.version);
        throw new Error('undone');
      })
      .catch(() => undefined);
    await asApp(change);
    expect(seen).not.toContain(await version());
  });
});
