import { newId } from '../../src/platform/ids.js';
import { insertCommunity, makeMonths, type TestDatabase, testDatabase } from '../support/database.js';

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
  await makeMonths(database, '2026-10-01', '2026-10-31');
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

describe('a month of readings', () => {
  const parts = async (): Promise<string[]> =>
    (
      await owner(
        `SELECT inhrelid::regclass::text AS part FROM pg_inherits WHERE inhparent = 'reading'::regclass ORDER BY 1`,
      )
    ).rows.map(({ part }) => part);

  it('has a part of its own, made once, however many ask at once', async () => {
    const make = () => asApp(`SELECT make_reading_month('2027-03-17')`);
    await Promise.all(Array.from({ length: 5 }, make));
    expect(await parts()).toEqual(['reading_2026_10', 'reading_2027_03']);
    await insert('2027-03-31T23:59:59Z', '1');
    await expect(insert('2027-04-01T00:00:00Z', '1')).rejects.toMatchObject({ code: 'invalid-input' });
  });

  it('is made while others read and write the table', async () => {
    const [reader, maker] = [await database.owner.connect(), await database.owner.connect()];
    try {
      await reader.query('BEGIN; LOCK TABLE reading IN ACCESS SHARE MODE; LOCK TABLE reading IN ROW EXCLUSIVE MODE');
      await maker.query("BEGIN; SET LOCAL lock_timeout = '2s'; SELECT make_reading_month('2027-09-01')");
      await reader.query('SELECT count(*) FROM reading');
      await maker.query('COMMIT');
      expect(await parts()).toContain('reading_2027_09');
    } finally {
      await reader.query('ROLLBACK');
      [reader, maker].forEach((client) => client.release());
    }
  });

  it('after 2099 is not made', async () => {
    await expect(asApp(`SELECT make_reading_month('2100-01-01')`)).rejects.toMatchObject({ code: 'invalid-input' });
  });

  it('before 2000 shares one', async () => {
    await asApp(`SELECT make_reading_month(day) FROM unnest('{1987-05-01,1999-12-31}'::date[]) AS d (day)`);
    expect(await parts()).toContain('reading_before_2000');
    expect((await parts()).filter((part) => part.startsWith('reading_19'))).toEqual([]);
  });

  it('is not reached past the table, and keeps what it has', async () => {
    for (const sql of [
      'SELECT FROM reading_2026_10',
      'DELETE FROM reading_2026_10',
      `INSERT INTO reading_2026_10 DEFAULT VALUES`,
    ]) {
      await expect(asApp(sql)).rejects.toThrow(/permission denied/);
    }
    await expect(owner('DELETE FROM reading_2026_10')).rejects.toThrow(/append-only/);
    await expect(owner('UPDATE reading_2026_10 SET value = 1')).rejects.toThrow(/append-only/);
    await expect(owner('TRUNCATE reading_2026_10')).rejects.toThrow(/append-only/);
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
