import { newId } from '../../src/platform/ids.js';
import { insertCommunity, type TestDatabase, testDatabase } from '../support/database.js';

/** What the database refuses of final statements by itself. Each is asked in raw SQL, past every service. */

let database: TestDatabase;
let community: string;
let invoices = 0;
const [site, proposer, approver, rosa, lund] = Array.from({ length: 5 }, newId) as [
  ...[string, string, string, string, string],
];

const sql = (text: string, params: readonly unknown[] = []) => database.owner.query(text, [...params]);
async function open(days: string, leaver: string | null, corrects: string | null = null): Promise<string> {
  const id = newId();
  await sql(
    `INSERT INTO billing_run (community_id, id, site_id, days, currency, created_by, created_at, leaver_id, corrects_id, way, cause)
     VALUES ($1, $2, $3, $4, 'GBP', $5, now(), $6, $7, CASE WHEN $7::uuid IS NOT NULL THEN 'next-run' END, CASE WHEN $7::uuid IS NOT NULL THEN 'late' END)`,
    [community, id, site, days, proposer, leaver, corrects],
  );
  return id;
}
const step = (run: string, set: string) => sql(`UPDATE billing_run SET ${set} WHERE id = $1`, [run]);
async function issue(run: string): Promise<string> {
  await step(run, `status = 'previewed', input_hash = sha256('x'), proposed_by = '${proposer}', proposed_at = now()`);
  await step(run, `status = 'approved', approved_by = '${approver}', approved_at = now()`);
  await step(run, `status = 'issued', issued_by = '${proposer}', issued_at = now()`);
  return run;
}
/** An invoice over nothing, or the credit note of one: enough for the gates that look at whether there is one. */
async function paper(run: string, credits: string | null = null): Promise<string> {
  const [id, no] = [newId(), (invoices += 1)];
  const series = credits === null ? 'MH-2026' : 'MH-CN-2026';
  await sql(
    `WITH s AS (INSERT INTO invoice_series (community_id, series, last_no) VALUES ($1, $3, 1)),
          b AS (INSERT INTO invoice_statement (community_id, invoice_id, body, sha256) VALUES ($1, $2, '{}', sha256('{}')))
     INSERT INTO invoice (community_id, id, series, no, number, kind, credits_id, reason, run_id, member_id, days, issued_on, due_on, currency, net, tax, gross, code, issued_at)
     VALUES ($1, $2::uuid, $3, $4, $5, $6, $7, $8, $9, $10, '[2026-10-01,2026-10-16)', '2026-10-16', '2026-10-30', 'GBP', 0, 0, 0, $2::uuid::text, now())`,
    [
      ...[
        community,
        id,
        `${series}-${no}`,
        1,
        `${series}-${no}`,
        credits === null ? 'invoice' : 'credit-note',
        credits,
      ],
      ...[credits === null ? null : 'by hand', run, rosa],
    ],
  );
  return id;
}
const settle = (final: string, run: string) =>
  sql('INSERT INTO correction_carried (community_id, correction_id, run_id) VALUES ($1, $2, $3)', [
    community,
    final,
    run,
  ]);

beforeEach(async () => {
  database = await testDatabase();
  community = await insertCommunity(database, 'market');
  const people = [community, [proposer, approver]];
  await sql(`INSERT INTO person (community_id, id, name) SELECT $1, id, 'P' FROM unnest($2::uuid[]) AS id`, people);
  await sql(`INSERT INTO site (community_id, id, code, name, zone) VALUES ($1, $2, 'OMH', 'Hall', 'Europe/London')`, [
    ...[community, site],
  ]);
  await sql(
    `INSERT INTO member (community_id, id, code, name) VALUES ($1, $2, 'ROSA', 'Rosa'), ($1, $3, 'LUND', 'Lund')`,
    [...[community, rosa, lund]],
  );
}, 60_000);
afterEach(() => database.drop());

const october = '[2026-10-01,2026-11-01)';
const half = '[2026-10-01,2026-10-16)';

it('lets a final statement stand beside the run of its period, once for each member, and stand for no period', async () => {
  const run = await open(october, null);
  const final = await open(half, rosa);
  await open(half, lund);
  await expect(open('[2026-10-10,2026-10-20)', rosa)).rejects.toThrow(/billing_run_one_final/);
  await issue(final);
  const { rows } = await sql('SELECT id FROM standing_run WHERE community_id = $1', [community]);
  expect(rows).toEqual([]);
  await issue(run);
  await expect(open(half, rosa)).rejects.toThrow(/overlapping-run: some of these days have been billed/);
});

it('refuses what cuts it, what corrects it, and another leaver', async () => {
  const final = await open(half, rosa);
  await expect(open('[2026-10-01,2026-10-10)', null)).rejects.toThrow(/overlapping-run: a final statement lies within/);
  await expect(step(final, `leaver_id = '${lund}'`)).rejects.toThrow(/append-only/);
  await issue(final);
  await expect(open(half, null, final)).rejects.toThrow(/run-not-in-state: a final statement is settled/);
  await expect(open('[2026-10-01,2026-10-08)', null)).rejects.toThrow(/overlapping-run/);
  await open('[2026-11-01,2026-12-01)', null);
  await expect(open('[2026-11-20,2026-12-10)', rosa)).rejects.toThrow(/overlapping-run: a final statement lies within/);
});

it('issues no run that leaves a final statement unsettled, unless it was credited', async () => {
  const final = await open(half, rosa);
  const invoice = await paper(final);
  await issue(final);
  const run = await open(october, null);
  await expect(issue(run)).rejects.toThrow(/run-changed: a final statement of these days has been issued/);
  await paper(final, invoice);
  await step(run, `status = 'issued', issued_by = '${proposer}', issued_at = now()`);
});

it('takes one that was settled, and then refuses to credit it', async () => {
  const final = await open(half, rosa);
  const invoice = await paper(final);
  await issue(final);
  const run = await open(october, null);
  await settle(final, run);
  await issue(run);
  await expect(paper(final, invoice)).rejects.toThrow(/conflict: the run of its period has settled/);
});

it('issues no final statement after the run of its days, also where both were under way', async () => {
  const final = await open(half, rosa);
  await issue(await open(october, null));
  await expect(issue(final)).rejects.toThrow(/run-changed: the run of these days has been issued/);
});

it('lets of two at once the second wait for the first, and then see it', async () => {
  const final = await open(half, rosa);
  await paper(final);
  const run = await open(october, null);
  for (const id of [final, run]) {
    await step(id, `status = 'previewed', input_hash = sha256('x'), proposed_by = '${proposer}', proposed_at = now()`);
    await step(id, `status = 'approved', approved_by = '${approver}', approved_at = now()`);
  }
  const both = await Promise.allSettled(
    [final, run].map((id) => step(id, `status = 'issued', issued_by = '${proposer}', issued_at = now()`)),
  );
  expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(String((both.find(({ status }) => status === 'rejected') as PromiseRejectedResult).reason)).toContain(
    'run-changed',
  );
});
