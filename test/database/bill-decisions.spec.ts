import { newId } from '../../src/platform/ids.js';
import { asOwnerOf, insertCommunity, testDatabase, type TestDatabase } from '../support/database.js';

/** What the database itself refuses of decisions about bills, and of bills that come in the place of others. */

let db: TestDatabase;
let community: string;
const [site, elsewhere, person, second, key] = [newId(), newId(), newId(), newId(), newId()];

const inOne = (texts: readonly (readonly [string, readonly unknown[]])[]) =>
  asOwnerOf(db, community, async (client) => {
    for (const [text, params] of texts) await client.query(text, [...params]);
  });
const sql = (text: string, params: readonly unknown[] = []) => inOne([[text, params]]);
const asApp = (text: string) => db.transactions.inCommunity(community, (tx) => tx.query(text));

interface Bill {
  readonly site?: string;
  readonly supplier?: string;
  readonly utility?: string;
  readonly days?: string;
  readonly kind?: string;
  readonly replaces?: string | null;
  readonly component?: string;
}
async function bill(of: Bill = {}): Promise<string> {
  const id = newId();
  const { supplier = 'Northgrid', utility = 'electricity', days = '[2026-10-01,2026-11-01)', kind = 'actual' } = of;
  await inOne([
    [
      `INSERT INTO supplier_bill (community_id, id, site_id, supplier, number, utility, days, currency, net, tax, gross, kind, replaces_id)
       VALUES ($1, $2, $3, $4, $2::uuid::text, $5, $6, 'GBP', 100, 20, 120, $7, $8)`,
      [community, id, of.site ?? site, supplier, utility, days, kind, of.replaces ?? null],
    ],
    [
      `INSERT INTO supplier_bill_component (community_id, bill_id, no, description, kind, amount, tax, tax_code, key_id)
       VALUES ($1, $2, 1, 'Units', $3, 100, 20, 'S', $4)`,
      [community, id, of.component ?? 'energy', key],
    ],
  ]);
  return id;
}
const decide = (billId: string, more: { component?: number; choice?: string; reason?: string; by?: string } = {}) =>
  sql(
    `INSERT INTO bill_decision (community_id, id, bill_id, component_no, choice, reason, decided_by, decided_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, now())`,
    [
      ...[community, newId(), billId, more.component ?? 1, more.choice ?? 'hold', more.reason ?? 'Asked Northgrid'],
      more.by ?? person,
    ],
  );
/** A run of October that bears an amount of a bill, up to the moment before it is issued. */
async function approved(billId: string, amount: string, tax: string): Promise<string> {
  const id = newId();
  await inOne([
    [
      `INSERT INTO billing_run (community_id, id, site_id, days, currency, created_by, created_at) VALUES ($1, $2, $3, '[2026-10-01,2026-11-01)', 'GBP', $4, now())`,
      [community, id, site, person],
    ],
    [
      `INSERT INTO run_cost (community_id, run_id, no, bill_id, bill_component_no, section, component, description, tax_code, of_amount, amount, supplier_tax)
       VALUES ($1, $2, 1, $3, 1, 'energy', 'units', 'Units, held', 'S', 100, $4, $5)`,
      [community, id, billId, amount, tax],
    ],
    [
      `INSERT INTO run_share (community_id, run_id, cost_no, no, kind, part, weight, amount, reasons) VALUES ($1, $2, 1, 1, 'held', 'own', 1, $3, '{}')`,
      [community, id, amount],
    ],
  ]);
  await sql(
    `UPDATE billing_run SET status = 'previewed', input_hash = sha256('x'), proposed_by = $2, proposed_at = now() WHERE id = $1`,
    [id, person],
  );
  await sql(`UPDATE billing_run SET status = 'approved', approved_by = $2, approved_at = now() WHERE id = $1`, [
    ...[id, second],
  ]);
  return id;
}
const issue = (id: string) =>
  sql(`UPDATE billing_run SET status = 'issued', issued_by = $2, issued_at = now() WHERE id = $1`, [id, person]);

beforeAll(async () => {
  db = await testDatabase();
  community = await insertCommunity(db, 'market');
  for (const [id, code] of [
    [site, 'OMH'],
    [elsewhere, 'NMH'],
  ])
    await sql(`INSERT INTO site (community_id, id, code, name, zone) VALUES ($1, $2, $3, 'Hall', 'Europe/London')`, [
      ...[community, id, code],
    ]);
  for (const [id, name] of [
    [person, 'Tess'],
    [second, 'Amir'],
  ])
    await sql('INSERT INTO person (community_id, id, name) VALUES ($1, $2, $3)', [community, id, name]);
  await sql(`INSERT INTO apportionment_key (community_id, id, code, name) VALUES ($1, $2, 'area', 'Area')`, [
    ...[community, key],
  ]);
});
afterAll(() => db.drop());

describe('a decision about a component', () => {
  it('is one of two, with a reason, by a person of the community, about a component that is there', async () => {
    const id = await bill();
    await decide(id);
    await decide(id, { choice: 'pass-on' });
    await expect(decide(id, { choice: 'ignore' })).rejects.toThrow('bill_decision_choice_check');
    await expect(decide(id, { reason: '' })).rejects.toThrow('short_text');
    await expect(decide(id, { by: newId() })).rejects.toThrow('foreign key');
    await expect(decide(id, { component: 2 })).rejects.toThrow('foreign key');
    await expect(decide(newId())).rejects.toThrow('foreign key');
  });

  it('stays as it was made, and is seen by its community alone', async () => {
    await decide(await bill());
    for (const change of [`UPDATE bill_decision SET choice = 'pass-on'`, 'DELETE FROM bill_decision'])
      await expect(asApp(change)).rejects.toThrow('permission denied');
    const foreign = await insertCommunity(db, 'neighbours');
    expect(await db.transactions.inCommunity(foreign, (tx) => tx.query('SELECT FROM bill_decision'))).toEqual([]);
  });
});

describe('a bill in the place of another', () => {
  it('is of the same site, supplier, utility and days, and the only one', async () => {
    const replaces = await bill();
    for (const wrong of [
      { site: elsewhere },
      { supplier: 'Southgrid' },
      { utility: 'gas' },
      { days: '[2026-11-01,2026-12-01)' },
    ])
      await expect(bill({ ...wrong, replaces })).rejects.toThrow('a bill replaces one of the same');
    await bill({ replaces, kind: 'corrected' });
    await expect(bill({ replaces })).rejects.toThrow('supplier_bill_replaced_once');
  });

  it('is named by a corrected bill; a credit gives back, and replaces nothing', async () => {
    await expect(bill({ kind: 'corrected' })).rejects.toThrow('supplier_bill_kind_fits');
    await expect(bill({ kind: 'credit' })).rejects.toThrow('supplier_bill_kind_fits');
    await expect(bill({ kind: 'guessed' })).rejects.toThrow('supplier_bill_kind_check');
    await expect(bill({ component: 'penance' })).rejects.toThrow('supplier_bill_component_kind_check');
    await bill({ component: 'late-fee' });
  });

  it('leaves nothing of the other to a run that is issued after', async () => {
    const replaced = await bill();
    const run = await approved(replaced, '100.00', '20.00');
    const now = await bill({ replaces: replaced });
    await expect(issue(run)).rejects.toThrow(/bill-does-not-add-up: .* its part is 0 plus tax 0/);
    await sql(`UPDATE billing_run SET status = 'cancelled' WHERE id = $1`, [run]);
    await issue(await approved(now, '100.00', '20.00'));
  });
});
