import fc from 'fast-check';
import type pg from 'pg';
import { accrueByBasis, basisByUse } from '../../src/domain/apportionment/accrual-basis.js';
import { addDays, daysIn, type Period } from '../../src/domain/calendar/period.js';
import { Decimal, plain, sum } from '../../src/domain/quantity/decimal.js';
import { newId } from '../../src/platform/ids.js';
import { asOwnerOf, insertCommunity, testDatabase, type TestDatabase } from '../support/database.js';

/** What the database itself refuses of the parts of a bill: each run has its own, and together they are the bill. */

let db: TestDatabase;
let community: string;
const [site, person, other, key] = [newId(), newId(), newId(), newId()];

const inOne = (work: (client: pg.PoolClient) => Promise<unknown>) => asOwnerOf(db, community, work);
const sql = (text: string, params: unknown[] = []) => inOne((client) => client.query(text, params));
const asApp = (text: string, params: unknown[] = []) =>
  db.transactions.inCommunity(community, (tx) => tx.query(text, params));

/** 15 October to 15 November: 300 of 400 before November. */
const marks = [
  { day: '2026-10-15', counted: '0' },
  { day: '2026-11-01', counted: '300' },
  { day: '2026-11-15', counted: '400' },
];

async function bill(days = '[2026-10-15,2026-11-15)', amount = '100.00', tax = '20.00'): Promise<string> {
  const id = newId();
  await inOne(async (client) => {
    await client.query(
      `INSERT INTO supplier_bill (community_id, id, site_id, supplier, number, days, currency, net, tax, gross)
       VALUES ($1, $2, $3, 'Northgrid', $2::uuid::text, $4, 'GBP', $5::numeric, $6::numeric, $5::numeric + $6::numeric)`,
      [community, id, site, days, amount, tax],
    );
    await client.query(
      `INSERT INTO supplier_bill_component (community_id, bill_id, no, description, kind, amount, tax, tax_code, key_id)
       VALUES ($1, $2, 1, 'Units', 'energy', $3, $4, 'S', $5)`,
      [community, id, amount, tax, key],
    );
  });
  return id;
}

const fixed = (billId: string, run: string, by: object = marks, amount = '100.00', tax = '20.00') =>
  [
    `INSERT INTO bill_accrual (community_id, id, bill_id, component_no, run_id, amount, tax, coin_scale, unit, by, marks, is_estimated)
     VALUES ($1, $2, $3, 1, $4, $5, $6, 2, 'kWh', 'use', $7, false)`,
    [community, newId(), billId, run, amount, tax, JSON.stringify(by)],
  ] as const;

/** A run with one cost, which the community bears, up to the moment before it is issued. */
async function run(days: string, billId: string, amount: string, tax: string, ofAmount = '100.00'): Promise<string> {
  const id = newId();
  await inOne(async (client) => {
    await client.query(
      `INSERT INTO billing_run (community_id, id, site_id, days, currency, created_by, created_at) VALUES ($1, $2, $3, $4, 'GBP', $5, now())`,
      [community, id, site, days, person],
    );
    await client.query(
      `INSERT INTO run_cost (community_id, run_id, no, bill_id, bill_component_no, section, component, description, tax_code, of_amount, amount, supplier_tax)
       VALUES ($1, $2, 1, $3, 1, 'energy', 'units', 'Units', 'S', $4, $5, $6)`,
      [community, id, billId, ofAmount, amount, tax],
    );
    await client.query(
      `INSERT INTO run_share (community_id, run_id, cost_no, no, kind, part, weight, amount, reasons) VALUES ($1, $2, 1, 1, 'common', 'own', 1, $3, '{}')`,
      [community, id, amount],
    );
  });
  await sql(
    `UPDATE billing_run SET status = 'previewed', input_hash = sha256('x'), proposed_by = $2, proposed_at = now() WHERE id = $1`,
    [id, person],
  );
  await sql(`UPDATE billing_run SET status = 'approved', approved_by = $2, approved_at = now() WHERE id = $1`, [
    id,
    other,
  ]);
  return id;
}
const issue = (id: string, ...before: readonly (readonly [string, readonly unknown[]])[]) =>
  inOne(async (client) => {
    for (const [text, params] of before) await client.query(text, [...params]);
    await client.query(`UPDATE billing_run SET status = 'issued', issued_by = $2, issued_at = now() WHERE id = $1`, [
      id,
      person,
    ]);
  });
let year = 2030;
/** The same days in a year of their own, so that no two runs meet. */
const fresh = (days: string): string => days.replaceAll('2026', String(year));
const freshMarks = () => marks.map((mark) => ({ ...mark, day: fresh(mark.day) }));
const straddling = '[2026-10-15,2026-11-15)';
const [october, november] = ['[2026-10-01,2026-11-01)', '[2026-11-01,2026-12-01)'];

beforeAll(async () => {
  db = await testDatabase();
  community = await insertCommunity(db, 'market');
  await sql(`INSERT INTO site (community_id, id, code, name, zone) VALUES ($1, $2, 'OMH', 'Hall', 'Europe/London')`, [
    community,
    site,
  ]);
  for (const [id, name] of [
    [person, 'Tess'],
    [other, 'Amir'],
  ])
    await sql('INSERT INTO person (community_id, id, name) VALUES ($1, $2, $3)', [community, id, name]);
  await sql(`INSERT INTO apportionment_key (community_id, id, code, name) VALUES ($1, $2, 'area', 'Area')`, [
    community,
    key,
  ]);
});
afterAll(() => db.drop());
beforeEach(() => {
  year += 1;
});

describe('the parts of a bill', () => {
  it('are issued where they are what the marks say, in whatever order', async () => {
    const id = await bill(fresh(straddling));
    const second = await run(fresh(november), id, '25.00', '5.00');
    const first = await run(fresh(october), id, '75.00', '15.00');
    await issue(second, fixed(id, second, freshMarks()));
    await issue(first);
    const { rows } = await db.owner.query(
      `SELECT sum(amount) AS net, sum(supplier_tax) AS tax FROM run_cost WHERE bill_id = $1`,
      [id],
    );
    expect(rows).toEqual([{ net: '100.00', tax: '20.00' }]);
  });

  it.each([
    ['a coin more', '75.01', '15.00'],
    ['a coin less', '74.99', '15.00'],
    ['a coin more of the tax', '75.00', '15.01'],
    ['the part by days', '54.84', '10.97'],
  ])('are refused with %s', async (_, amount, tax) => {
    const id = await bill(fresh(straddling));
    const first = await run(fresh(october), id, amount, tax);
    await expect(issue(first, fixed(id, first, freshMarks()))).rejects.toThrow('bill-does-not-add-up');
  });

  it('need marks where the bill is longer than the run', async () => {
    const id = await bill(fresh(straddling));
    await expect(issue(await run(fresh(october), id, '75.00', '15.00'))).rejects.toThrow('bill-does-not-add-up');
  });

  it('are the component where the bill lies in the run, with the tax or without', async () => {
    const id = await bill(fresh('[2026-10-01,2026-10-20)'));
    await expect(issue(await run(fresh(october), id, '99.99', '20.00'))).rejects.toThrow('bill-does-not-add-up');
    const another = await bill(fresh('[2026-11-01,2026-11-20)'));
    await issue(await run(fresh(november), another, '120.00', '0.00', '120.00'));
  });
});

describe('the marks of a bill', () => {
  it.each([
    ['begin after it', [{ day: '2026-10-16', counted: '0' }, marks[2]]],
    ['end before it', [marks[0], marks[1]]],
    ['begin with something', [{ day: '2026-10-15', counted: '1' }, marks[2]]],
    ['count backwards', [marks[0], { day: '2026-11-01', counted: '500' }, marks[2]]],
    ['come to nothing', [marks[0], { day: '2026-11-15', counted: '0' }]],
    ['name a day twice', [marks[0], marks[1], { day: '2026-11-01', counted: '310' }, marks[2]]],
  ])('are refused where they %s', async (_, wrong) => {
    const id = await bill(fresh(straddling));
    const first = await run(fresh(october), id, '75.00', '15.00');
    const [text, params] = fixed(id, first, JSON.parse(fresh(JSON.stringify(wrong))) as object);
    await expect(sql(text, [...params])).rejects.toThrow('the marks of a bill go from nothing');
  });

  it('are fixed once and stay', async () => {
    const id = await bill(fresh(straddling));
    const first = await run(fresh(october), id, '75.00', '15.00');
    await issue(first, fixed(id, first, freshMarks()));
    const [text, params] = fixed(id, first, freshMarks());
    await expect(sql(text, [...params])).rejects.toThrow('bill_accrual_once');
    for (const change of ['UPDATE bill_accrual SET amount = 1', 'DELETE FROM bill_accrual']) {
      await expect(sql(change)).rejects.toThrow('append-only');
      await expect(asApp(change)).rejects.toThrow('permission denied');
    }
  });

  it('are read in SQL as the domain reads them, to the coin', async () => {
    const whole: Period = { from: '2026-10-15', to: '2026-11-15' };
    const length = daysIn(whole);
    const drawn = fc
      .record({
        of: fc.integer({ min: -1e9, max: 1e9 }),
        uses: fc
          .array(fc.integer({ min: 0, max: 5e9 }), { minLength: length, maxLength: length })
          .filter((all) => all.some((one) => one > 0)),
        kept: fc.array(fc.boolean(), { minLength: length, maxLength: length }),
        at: fc.integer({ min: 1, max: length }),
      })
      .map(({ of, uses, kept, at }) => {
        const counted = uses.map((_, i) => sum(uses.slice(0, i + 1).map((one) => new Decimal(one).times('0.000001'))));
        const known = counted
          .map((value, i) => ({ day: addDays(whole.from, i + 1), counted: value }))
          .filter((_, i) => i === length - 1 || kept[i]);
        const day = addDays(whole.from, at);
        return { amount: new Decimal(of).times('0.01'), basis: basisByUse(whole, known, false), day };
      });
    const cases = fc.sample(drawn, { numRuns: 300, seed: 23 });
    const asked = cases.map(({ amount, basis, day }, no) => ({
      ...{ no, amount: plain(amount), day },
      marks: basis.marks.map((mark) => ({ day: mark.day, counted: plain(mark.counted) })),
    }));
    const { rows } = await db.owner.query<{ accrued: string }>(
      `SELECT accrued_by(amount, 2, marks, day) AS accrued
       FROM jsonb_to_recordset($1) AS c (no integer, amount numeric, marks jsonb, day date) ORDER BY no`,
      [JSON.stringify(asked)],
    );
    expect(rows.map(({ accrued }) => new Decimal(accrued).toFixed(2))).toEqual(
      cases.map(({ amount, basis, day }) =>
        accrueByBasis(amount, 'GBP', whole, basis, { from: whole.from, to: day })?.amount.toFixed(2),
      ),
    );
  });
});
