import { newId } from '../../src/platform/ids.js';
import { insertCommunity, type TestDatabase, testDatabase } from '../support/database.js';

/** An estimate is a fact about who thought what, when and why: it stays, and a new one stands beside it. */

let database: TestDatabase;
let market: string;
let arches: string;
let register: string;
let person: string;

const owner = (sql: string, params: unknown[] = []) => database.owner.query(sql, params);
const asApp = <Row>(sql: string, params: unknown[] = [], community = market) =>
  database.transactions.inCommunity(community, (tx) => tx.query<Row>(sql, params));

interface Estimate {
  readonly community: string;
  readonly register: string;
  readonly at: string;
  readonly until: string | null;
  readonly version: number;
  readonly value: string;
  readonly low: string;
  readonly high: string;
  readonly method: string;
  readonly inputs: string;
  readonly reason: string;
  readonly madeBy: string;
}
const insert = (change: Partial<Estimate> = {}, community = market) => {
  const row: Estimate = {
    community: market,
    register,
    at: '2026-10-13T10:00:00Z',
    until: '2026-10-13T10:30:00Z',
    version: 1,
    value: '1.1',
    low: '0.959',
    high: '1.241',
    method: 'node-balance',
    inputs: '[]',
    reason: 'the logger was silent',
    madeBy: person,
    ...change,
  };
  return asApp(
    `INSERT INTO reading_estimate (community_id, register_id, at, until, version, value, low, high, method, inputs, reason, made_by, made_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, '2026-11-02T09:00Z')`,
    Object.values(row),
    community,
  );
};

beforeAll(async () => {
  database = await testDatabase();
  market = await insertCommunity(database, 'market');
  arches = await insertCommunity(database, 'arches');
  const [site, meter] = [newId(), newId()];
  [register, person] = [newId(), newId()];
  await asApp(`INSERT INTO person (community_id, id, name) VALUES ($1, $2, 'Tess')`, [market, person]);
  await asApp(`INSERT INTO site (community_id, id, code, name, zone) VALUES ($1, $2, 'OMH', 'Hall', 'Europe/London')`, [
    market,
    site,
  ]);
  await asApp(
    `INSERT INTO meter (community_id, id, site_id, code, name, role) VALUES ($1, $2, $3, 'SHOP-01', 'Shop', 'sub')`,
    [market, meter, site],
  );
  await asApp(
    `INSERT INTO register (community_id, id, meter_id, code, kind, unit, interval_minutes) VALUES ($1, $2, $3, 'hh', 'interval', 'kWh', 30)`,
    [market, register, meter],
  );
  await insert();
});
afterAll(() => database.drop());

describe('an estimate', () => {
  it.each([
    ['UPDATE', 'UPDATE reading_estimate SET value = 1'],
    ['DELETE', 'DELETE FROM reading_estimate'],
    ['TRUNCATE', 'TRUNCATE reading_estimate'],
  ])('refuses %s, by the application and by the owner', async (_, sql) => {
    await expect(asApp(sql)).rejects.toThrow(/permission denied|append-only/i);
    await expect(owner(sql)).rejects.toThrow(/append-only|never changed/i);
  });

  it('stands once in each version, and again in the next', async () => {
    await expect(insert()).rejects.toThrow(/duplicate key|already/i);
    await insert({ version: 2, value: '1.2' });
  });

  it.each<[string, Partial<Estimate>]>([
    ['a negative value', { value: '-0.1', low: '-0.2' }],
    ['a negative band', { low: '-0.1' }],
    ['a value below its band', { value: '0.9' }],
    ['a value above its band', { value: '1.3' }],
    ['a seventh fraction digit', { value: '1.1000001' }],
    ['an end before its start', { until: '2026-10-13T10:00:00Z' }],
    ['a method that nobody knows', { method: 'guess' }],
    ['inputs that are no list', { inputs: '{}' }],
    ['no reason', { reason: '' }],
    ['version 0', { version: 0 }],
    ['nobody who made it', { madeBy: '00000000-0000-7000-8000-000000000000' }],
    ['no register', { register: '00000000-0000-7000-8000-000000000000' }],
  ])('is refused with %s', async (_, change) => {
    await expect(insert({ version: 9, ...change })).rejects.toThrow(
      /lies outside of what can be stored|does not exist here/,
    );
    expect(await asApp('SELECT FROM reading_estimate WHERE version = 9')).toEqual([]);
  });

  it('is seen and written by its own community alone', async () => {
    expect(await asApp('SELECT FROM reading_estimate')).not.toEqual([]);
    expect(await asApp('SELECT FROM reading_estimate', [], arches)).toEqual([]);
    await expect(insert({ version: 5 }, arches)).rejects.toThrow(/row-level security|not allowed/i);
    // Nor can another community point at a register that is not its own.
    await expect(insert({ version: 5, community: arches }, arches)).rejects.toThrow();
  });
});
