import { DataSource } from 'typeorm';
import { ReadingsByMonth1767225600015 } from '../../migrations/1767225600015-readings-by-month.js';
import { Retention1767225600016 } from '../../migrations/1767225600016-retention.js';
import { ownerDataSource } from '../../src/platform/database/connection.js';
import { newId } from '../../src/platform/ids.js';
import { insertCommunity, makeMonths, type TestDatabase, testDatabase } from '../support/database.js';

/** The readings of a community move into parts and back into one table, and nothing of them changes. */

let database: TestDatabase;
let source: DataSource;
let market: string;

beforeAll(async () => {
  database = await testDatabase();
  source = await new DataSource(ownerDataSource(database.url, () => undefined)).initialize();
  market = await insertCommunity(database, 'market');
  await makeMonths(database, '1999-12-01', '2026-12-01');
  await asApp(
    `INSERT INTO reading (community_no, register_no, at, until, batch_no, quality, value)
     SELECT no, r, at, CASE r WHEN 2 THEN at + interval '1 day' END, 1, 'actual', 10.5 FROM community, generate_series(1, 2) AS r,
       unnest('{1999-06-01Z, 1999-12-31T23:59:59.999Z, 2000-01-01Z, 2026-09-30T23:59:59Z, 2026-10-01Z, 2026-11-01T00:00:00.5Z}'::timestamptz[]) AS at
     WHERE id = $1`,
    [market],
  );
});
afterAll(async () => {
  await source.destroy();
  await database.drop();
});

const asApp = <Row>(sql: string, params: unknown[] = [], community = market) =>
  database.transactions.inCommunity(community, (tx) => tx.query<Row>(sql, params));
const all = () => asApp('SELECT * FROM reading ORDER BY register_no, at');
const counting = () => asApp('SELECT * FROM reading_in_force ORDER BY register_no, at');
const owner = async <Row>(sql: string): Promise<Row[]> => (await database.owner.query(sql)).rows as Row[];
const parts = async (): Promise<string[]> =>
  (
    await owner<{ part: string }>(
      `SELECT inhrelid::regclass::text AS part FROM pg_inherits WHERE inhparent = 'reading'::regclass ORDER BY 1`,
    )
  ).map(({ part }) => part);
/** What the catalogue says of the table, besides its parts. */
const described = () =>
  owner(`
    SELECT 'column' AS kind, attname AS name, format_type(atttypid, atttypmod) || attnotnull AS what FROM pg_attribute
    WHERE attrelid = 'reading'::regclass AND attnum > 0
    UNION ALL SELECT 'constraint', contype::text, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'reading'::regclass
    UNION ALL SELECT 'trigger', tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = 'reading'::regclass
    UNION ALL SELECT 'policy', polname, pg_get_expr(polqual, polrelid) || pg_get_expr(polwithcheck, polrelid) FROM pg_policy WHERE polrelid = 'reading'::regclass
    UNION ALL SELECT 'row security', relname, (relrowsecurity AND relforcerowsecurity)::text FROM pg_class WHERE oid = 'reading'::regclass
    UNION ALL SELECT 'grant', p, has_table_privilege('commonmeter_app', 'reading', p)::text
      FROM unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE}'::text[]) AS p
    ORDER BY 1, 2, 3`);

describe('the readings', () => {
  it('go into one table and back into parts, with all that guards them', async () => {
    const [rows, counted, table] = [await all(), await counting(), await described()];
    expect(rows).toHaveLength(12);
    const [months, retention] = [new ReadingsByMonth1767225600015(), new Retention1767225600016()];
    const runner = source.createQueryRunner();
    try {
      await retention.down(runner);
      await months.down(runner);
      expect([await parts(), await all(), await counting()]).toEqual([[], rows, counted]);
      const withParts = (what: unknown) => JSON.stringify(what).replaceAll('ON ONLY', 'ON');
      expect(withParts(await described())).toBe(withParts(table));
      await months.up(runner);
      await retention.up(runner);
    } finally {
      await runner.release();
    }
    // Of the months that had no readings none is made again.
    expect(await parts()).toEqual([
      'reading_2000_01',
      'reading_2026_09',
      'reading_2026_10',
      'reading_2026_11',
      'reading_before_2000',
    ]);
    expect([await all(), await counting(), await described()]).toEqual([rows, counted, table]);
    expect(await asApp('SELECT * FROM reading', [], newId())).toEqual([]);
    for (const part of ['reading_2026_10', 'reading_before_2000']) {
      await expect(asApp(`SELECT FROM ${part}`)).rejects.toThrow(/permission denied/);
      await expect(database.owner.query(`DELETE FROM ${part}`)).rejects.toThrow(/append-only/);
    }
  });

  it('lie in parts that are guarded like the table, though nobody reaches them', async () => {
    const open = await owner(
      `SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'reading'::regclass
         AND (NOT c.relrowsecurity OR NOT c.relforcerowsecurity OR NOT EXISTS (SELECT FROM pg_policy WHERE polrelid = c.oid)
           OR (SELECT count(*) FROM pg_trigger WHERE tgrelid = c.oid AND NOT tgisinternal AND tgname LIKE 'append_only%') <> 2
           OR EXISTS (SELECT FROM unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE}'::text[]) AS p WHERE has_table_privilege('commonmeter_app', c.oid, p)))`,
    );
    expect(open).toEqual([]);
  });
});
