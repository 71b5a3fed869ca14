import type pg from 'pg';
import { newId } from '../../src/platform/ids.js';
import { asOwnerOf, insertCommunity, testDatabase, type TestDatabase } from '../support/database.js';

/** What the database itself refuses of funds: not a coin more than there is, whoever asks and however many at once. */

let db: TestDatabase;
let community: string;
const [site, person, other, rosa, lund] = [newId(), newId(), newId(), newId(), newId()];

const inOne = (work: (client: pg.PoolClient) => Promise<unknown>) => asOwnerOf(db, community, work);
const sql = (text: string, params: unknown[] = []) => inOne((client) => client.query(text, params));
const asApp = (text: string, params: unknown[] = []) =>
  db.transactions.inCommunity(community, (tx) => tx.query(text, params));

let year = 2030;
/** A run whose one cost is what a fund gives to members, from open to the moment before it is issued. */
async function runThatGives(fund: string, given: readonly (readonly [string, string])[]): Promise<string> {
  const run = newId();
  year += 1;
  const total = given.reduce((sum, [, pence]) => sum + BigInt(pence), 0n);
  await inOne(async (client) => {
    await client.query(
      `INSERT INTO billing_run (community_id, id, site_id, days, currency, created_by, created_at)
       VALUES ($1, $2, $3, daterange(make_date($4, 1, 1), make_date($4, 2, 1)), 'GBP', $5, now())`,
      [community, run, site, year, person],
    );
    await client.query(
      `INSERT INTO run_cost (community_id, run_id, no, fund_id, section, component, description, tax_code, of_amount, amount)
       VALUES ($1, $2, 1, $3, 'credit', 'fund', 'Relief', 'S', -$4::numeric * 0.01, -$4::numeric * 0.01)`,
      [community, run, fund, String(total)],
    );
    const rows = given.map(([member, pence], index) => ({ no: index + 1, member, pence }));
    await client.query(
      `INSERT INTO run_share (community_id, run_id, cost_no, no, kind, part, member_id, weight, amount, reasons)
       SELECT $1, $2, 1, r.no, 'member', 'own', r.member, 1, -r.pence * 0.01, '{}'
       FROM jsonb_to_recordset($3) AS r (no integer, member uuid, pence numeric)`,
      [community, run, JSON.stringify(rows)],
    );
  });
  return run;
}
const drawing = `INSERT INTO fund_draw (community_id, fund_id, run_id, cost_no, member_id, amount, drawn_at)
  VALUES ($1, $2, $3, 1, $4, $5::numeric * 0.01, now())`;
const draw = (client: pg.PoolClient, fund: string, run: string, member: string, pence: string) =>
  client.query(drawing, [community, fund, run, member, pence]);
const steps = [
  `UPDATE billing_run SET status = 'previewed', input_hash = sha256('x'), proposed_by = $2, proposed_at = now() WHERE id = $1`,
  `UPDATE billing_run SET status = 'approved', approved_by = $2, approved_at = now() WHERE id = $1`,
  `UPDATE billing_run SET status = 'issued', issued_by = $2, issued_at = now() WHERE id = $1`,
];
async function issue(client: pg.PoolClient, run: string): Promise<void> {
  for (const [index, step] of steps.entries()) await client.query(step, [run, index === 1 ? other : person]);
}

const fundOf = async (cap: string, memberCap: string | null = null): Promise<string> => {
  const id = newId();
  await sql(
    `INSERT INTO fund (community_id, id, code, name, funder, days, rate, beneficiaries, sections, cap, member_cap, tax_code, notice, evidence)
     VALUES ($1, $2, $3, 'Relief', 'Council', '[2026-01-01,)', '{}', '{}', '{energy}', $4, $5, 'S', 'A tenth.', 'Letter')`,
    [community, id, `f${id}`, cap, memberCap],
  );
  return id;
};

beforeAll(async () => {
  db = await testDatabase();
  community = await insertCommunity(db, 'funded');
  await sql(`INSERT INTO site (community_id, id, code, name, zone) VALUES ($1, $2, 'H', 'Hall', 'Europe/London')`, [
    community,
    site,
  ]);
  for (const id of [person, other])
    await sql(`INSERT INTO person (community_id, id, name) VALUES ($1, $2, 'P')`, [community, id]);
  for (const id of [rosa, lund]) {
    await sql(`INSERT INTO member (community_id, id, code, name) VALUES ($1, $2, $3, 'M')`, [community, id, `m${id}`]);
  }
  // Funds are looked at here, and not whether invoices come to their runs: those runs have none.
  await db.owner.query('ALTER TABLE billing_run DISABLE TRIGGER reconciles');
}, 60_000);
afterAll(() => db.drop());

describe('a fund', () => {
  it('is drawn by a run that is issued, and knows what was drawn', async () => {
    const fund = await fundOf('100.00');
    const run = await runThatGives(fund, [
      [rosa, '6000'],
      [lund, '4000'],
    ]);
    await inOne(async (client) => {
      await issue(client, run);
      await draw(client, fund, run, rosa, '6000');
      await draw(client, fund, run, lund, '4000');
    });
    const [row] = await asApp('SELECT drawn FROM fund WHERE id = $1', [fund]);
    expect(row).toEqual({ drawn: '100.00' });
  });

  it('never gives a coin more than it has', async () => {
    const fund = await fundOf('100.00');
    const run = await runThatGives(fund, [[rosa, '10001']]);
    const drawn = inOne(async (client) => {
      await issue(client, run);
      await draw(client, fund, run, rosa, '10001');
    });
    await expect(drawn).rejects.toMatchObject({ constraint: 'fund_not_overdrawn' });
  });

  it('refuses the second of two who draw at once, who waits for the first', async () => {
    const fund = await fundOf('100.00');
    const runs = [await runThatGives(fund, [[rosa, '8000']]), await runThatGives(fund, [[lund, '8000']])] as const;
    const outcome = (run: string, member: string) =>
      inOne(async (client) => {
        await issue(client, run);
        await draw(client, fund, run, member, '8000');
        await client.query('SELECT pg_sleep(0.2)');
      }).then(
        () => 'drawn',
        (error: { constraint?: string }) => error.constraint,
      );
    const outcomes = await Promise.all([outcome(runs[0], rosa), outcome(runs[1], lund)]);
    expect(outcomes.toSorted()).toEqual(['drawn', 'fund_not_overdrawn']);
    const [row] = await asApp('SELECT drawn FROM fund WHERE id = $1', [fund]);
    expect(row).toEqual({ drawn: '80.00' });
  });

  it('gives no member more than one may have, over all runs', async () => {
    const fund = await fundOf('100.00', '50.00');
    const runs = [await runThatGives(fund, [[rosa, '3000']]), await runThatGives(fund, [[rosa, '3000']])];
    const [first, second] = runs.map(
      (run) => () =>
        inOne(async (client) => {
          await issue(client, run);
          await draw(client, fund, run, rosa, '3000');
        }),
    );
    await first?.();
    await expect(second?.()).rejects.toThrow(/fund-exhausted: a member draws more/);
  });

  it('is not drawn by a run that is not issued, nor by less than its cost says', async () => {
    const fund = await fundOf('100.00');
    const run = await runThatGives(fund, [
      [rosa, '6000'],
      [lund, '4000'],
    ]);
    await expect(inOne((client) => draw(client, fund, run, rosa, '6000'))).rejects.toThrow(/of a run that is issued/);
    const half = inOne(async (client) => {
      await issue(client, run);
      await draw(client, fund, run, rosa, '6000');
    });
    await expect(half).rejects.toThrow(/cost 1 of the run gives 100\.00, the fund was drawn by 60\.00/);
  });

  it('does not say that something was drawn which was not', async () => {
    const fund = await fundOf('100.00');
    await expect(sql('UPDATE fund SET drawn = 10 WHERE id = $1', [fund])).rejects.toThrow(/its draws come to 0/);
    await expect(asApp(`UPDATE fund SET cap = 1000 WHERE id = $1`, [fund])).rejects.toThrow(/permission denied/);
    await expect(asApp('DELETE FROM fund')).rejects.toThrow(/permission denied/);
  });

  it('keeps its draws', async () => {
    await expect(sql('UPDATE fund_draw SET amount = 1')).rejects.toThrow(/append-only/);
    await expect(asApp('DELETE FROM fund_draw')).rejects.toThrow(/permission denied|append-only/);
  });

  it.each([
    ['cap', '0'],
    ['cap', 'NaN'],
    ['member_cap', '0'],
    ['drawn', '-1'],
  ])('has no %s of %s', async (column, value) => {
    const text = `INSERT INTO fund (community_id, id, code, name, funder, days, rate, beneficiaries, sections, cap, member_cap, drawn, tax_code, notice, evidence)
      VALUES ($1, $2, $3, 'R', 'C', '[2026-01-01,)', '{}', '{}', '{energy}', $4, $5, $6, 'S', 'N', 'E')`;
    const of = (name: string, usual: string | null) => (column === name ? value : usual);
    const bad = [community, newId(), `b${newId()}`, of('cap', '10'), of('member_cap', null), of('drawn', '0')];
    await expect(sql(text, bad)).rejects.toMatchObject({ code: '23514' });
  });

  it('bears costs below zero alone', async () => {
    const fund = await fundOf('100.00');
    await expect(runThatGives(fund, [[rosa, '-100']])).rejects.toMatchObject({ constraint: 'run_cost_fund_gives' });
  });
});
