import { newId } from '../../src/platform/ids.js';
import { insertCommunity, type TestDatabase, testDatabase } from '../support/database.js';

/** What the database refuses of contracts by itself. */

let database: TestDatabase;
let community: string;
const site = newId();

const enter = (since: string, tariff: string | null = null) =>
  database.owner.query(
    `INSERT INTO supplier_contract (community_id, id, site_id, supplier, utility, tariff_id, since, decision)
     VALUES ($1, $2, $3, 'Northgrid', 'electricity', $4, $5, 'contract 7')`,
    [community, newId(), site, tariff, since],
  );

beforeAll(async () => {
  database = await testDatabase();
  community = await insertCommunity(database, 'market');
  await database.owner.query(
    `INSERT INTO site (community_id, id, code, name, zone) VALUES ($1, $2, 'OMH', 'Hall', 'Europe/London')`,
    [community, site],
  );
}, 60_000);
afterAll(() => database.drop());

it('refuses two of one supplier from the same day, one of a tariff that is not there, and every change', async () => {
  await enter('2026-01-01');
  await enter('2026-02-01');
  await expect(enter('2026-01-01')).rejects.toThrow(/supplier_contract_once/);
  await expect(enter('2026-03-01', newId())).rejects.toThrow(/foreign key/);
  await expect(database.owner.query('UPDATE supplier_contract SET tariff_id = NULL')).rejects.toThrow(/append-only/);
  await expect(database.owner.query('DELETE FROM supplier_contract')).rejects.toThrow(/append-only/);
});
