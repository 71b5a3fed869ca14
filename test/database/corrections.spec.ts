import { newId } from '../../src/platform/ids.js';
import { insertCommunity, type TestDatabase, testDatabase } from '../support/database.js';

/** What the database refuses of corrections by itself. Each is asked in raw SQL, past every service. */

let database: TestDatabase;
let community: string;
let original: string;
const [site, proposer, approver, rosa, charge] = Array.from({ length: 5 }, newId) as [
  string,
  string,
  string,
  string,
  string,
];
const days = '[2026-10-01,2026-11-01)';

const sql = (text: string, params: readonly unknown[] = []) => database.owner.query(text, [...params]);
async function openRun(corrects: string | null, on = days): Promise<string> {
  const id = newId();
  await sql(
    `INSERT INTO billing_run (community_id, id, site_id, days, currency, created_by, created_at, corrects_id, way, cause)
     VALUES ($1, $2, $3, $4, 'GBP', $5, now(), $6, CASE WHEN $6::uuid IS NOT NULL THEN 'credit-and-reissue' END,
             CASE WHEN $6::uuid IS NOT NULL THEN 'a late reading' END)`,
    [community, id, site, on, proposer, corrects],
  );
  return id;
}
const step = (run: string, set: string) => sql(`UPDATE billing_run SET ${set} WHERE id = $1`, [run]);
async function issue(run: string): Promise<void> {
  await step(run, `status = 'previewed', input_hash = sha256('x'), proposed_by = '${proposer}', proposed_at = now()`);
  await step(run, `status = 'approved', approved_by = '${approver}', approved_at = now()`);
  await step(run, `status = 'issued', issued_by = '${proposer}', issued_at = now()`);
}
/** A cost that went from one amount to another, shared and told by what is given. */
async function changed(
  run: string,
  before: string,
  after: string,
  delta: readonly [string, string] | null,
): Promise<void> {
  await sql(
    `WITH c AS (INSERT INTO run_cost (community_id, run_id, no, charge_id, section, component, description, tax_code, of_amount, amount, stood_at)
                VALUES ($1, $2, 1, $3, 'space', 'charge:rent', 'Rent', 'S', 10, $5, $4))
     INSERT INTO run_share (community_id, run_id, cost_no, no, kind, part, weight, amount, reasons) VALUES ($1, $2, 1, 1, 'common', 'own', 1, $5, '{}')`,
    [community, run, charge, before, after],
  );
  if (delta === null) return;
  await sql(
    `INSERT INTO run_delta (community_id, run_id, no, cost_no, kind, section, tax_code, before, after, reasons)
     VALUES ($1, $2, 1, 1, 'common', '', '', $3, $4, '[{"what": "cost"}]')`,
    [community, run, ...delta],
  );
}
const standing = async (): Promise<string[]> =>
  (await sql('SELECT id FROM standing_run WHERE community_id = $1', [community])).rows.map(({ id }) => id as string);

beforeAll(async () => {
  database = await testDatabase();
  community = await insertCommunity(database, 'market');
  await sql(`INSERT INTO person (community_id, id, name) SELECT $1, id, 'P' FROM unnest($2::uuid[]) AS id`, [
    community,
    [proposer, approver],
  ]);
  await sql(`INSERT INTO site (community_id, id, code, name, zone) VALUES ($1, $2, 'OMH', 'Hall', 'Europe/London')`, [
    community,
    site,
  ]);
  await sql(`INSERT INTO member (community_id, id, code, name) VALUES ($1, $2, 'ROSA', 'Rosa')`, [community, rosa]);
  const key = newId();
  await sql(`INSERT INTO apportionment_key (community_id, id, code, name) VALUES ($1, $2, 'area', 'Area')`, [
    community,
    key,
  ]);
  await sql(
    `INSERT INTO charge (community_id, id, site_id, code, description, section, kind, amount, per, proration, days, tax_code, key_id)
     VALUES ($1, $2, $3, 'rent', 'Rent', 'rent', 'recurring', 10, 'month', 'day-of-month', '[2026-01-01,)', 'S', $4)`,
    [community, charge, site, key],
  );
  original = await openRun(null);
  await issue(original);
}, 60_000);
afterAll(() => database.drop());
afterEach(() =>
  sql(
    `UPDATE billing_run SET status = 'cancelled', cancelled_at = now() WHERE status IN ('open', 'previewed', 'approved')`,
  ),
);

it('refuses a correction of what was not issued, of other days, of a correction, and one without how and why', async () => {
  const open = await openRun(null, '[2026-11-01,2026-12-01)');
  await expect(openRun(open, '[2026-11-01,2026-12-01)')).rejects.toThrow(/run-not-in-state/);
  await expect(openRun(original, '[2026-10-01,2026-10-31)')).rejects.toThrow(/run-not-in-state/);
  const correction = await openRun(original);
  await expect(openRun(correction)).rejects.toThrow(/run-not-in-state/);
  await expect(step(correction, `way = NULL`)).rejects.toThrow(/append-only|correction_is_whole/);
  await expect(step(correction, `cause = 'another'`)).rejects.toThrow(/append-only/);
});

it('refuses two corrections of a run at once, and lets another follow', async () => {
  await openRun(original);
  await expect(openRun(original)).rejects.toThrow(/billing_run_one_correction/);
  await sql(`UPDATE billing_run SET status = 'cancelled' WHERE status = 'open'`);
  await expect(openRun(original)).resolves.toBeDefined();
});

it('refuses deltas that do not come to what the cost changed by, when they are written and at issue', async () => {
  await expect(changed(await openRun(original), '9.00', '10.00', ['9.00', '9.99'])).rejects.toThrow(
    /shares-do-not-add-up: cost 1 went from 9.00 to 10.00, its deltas come to 0.99/,
  );
  await sql(`UPDATE billing_run SET status = 'cancelled' WHERE status = 'open'`);
  const silent = await openRun(original);
  await changed(silent, '9.00', '10.00', null);
  await expect(issue(silent)).rejects.toThrow(/shares-do-not-add-up: cost 1 went from 9.00 to 10.00/);
});

it('refuses a delta of nothing, one without a reason, and one of somebody without a name', async () => {
  const run = await openRun(original);
  await changed(run, '10.00', '10.00', null);
  const delta = (kind: string, after: string, reasons: string) =>
    sql(
      `INSERT INTO run_delta (community_id, run_id, no, cost_no, kind, section, tax_code, before, after, reasons)
       VALUES ($1, $2, 1, 1, $3, '', '', 10, $4, $5)`,
      [community, run, kind, after, reasons],
    );
  await expect(delta('common', '10', '[{"what": "cost"}]')).rejects.toThrow(/check/);
  await expect(delta('common', '11', '[]')).rejects.toThrow(/check/);
  await expect(delta('member', '11', '[{"what": "cost"}]')).rejects.toThrow(/run_delta_names_its_owner/);
});

it('freezes deltas with the approval', async () => {
  const run = await openRun(original);
  await changed(run, '9.00', '10.00', ['9.00', '10.00']);
  await step(run, `status = 'previewed', input_hash = sha256('x'), proposed_by = '${proposer}', proposed_at = now()`);
  await step(run, `status = 'approved', approved_by = '${approver}', approved_at = now()`);
  await expect(sql('DELETE FROM run_delta WHERE run_id = $1', [run])).rejects.toThrow(/append-only/);
});

it('says of a run and its corrections which one stands: the last that was issued', async () => {
  expect(await standing()).toEqual([original]);
  const first = await openRun(original);
  expect(await standing()).toEqual([original]);
  await issue(first);
  const second = await openRun(original);
  await issue(second);
  expect(await standing()).toEqual([second]);
});
