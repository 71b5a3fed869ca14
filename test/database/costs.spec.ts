import type pg from 'pg';
import { newId } from '../../src/platform/ids.js';
import { asOwnerOf, insertCommunity, testDatabase, type TestDatabase } from '../support/database.js';

/** What the database itself refuses of tariffs, keys and costs, whoever asks and past every service. */

let db: TestDatabase;
let community: string;
const [site, key, tariff, calendar, space] = [newId(), newId(), newId(), newId(), newId()];

const asOwner = (work: (client: pg.PoolClient) => Promise<unknown>) => asOwnerOf(db, community, work);
const sql = (text: string, params: unknown[] = []) => asOwner((client) => client.query(text, params));
const asApp = (text: string, params: unknown[] = []) =>
  db.transactions.inCommunity(community, (tx) => tx.query(text, params));

interface Bill {
  readonly net?: string;
  readonly tax?: string;
  readonly gross?: string;
  readonly number?: string;
  readonly days?: string;
}
const insertBill = (
  id: string,
  { net = '10.00', tax = '2.00', gross = '12.00', number = id, days = '[2026-10-01,2026-11-01)' }: Bill = {},
) =>
  [
    `INSERT INTO supplier_bill (community_id, id, site_id, supplier, number, days, currency, net, tax, gross)
     VALUES ($1, $2, $3, 'Northern Power', $4, $5, 'GBP', $6, $7, $8)`,
    [community, id, site, number, days, net, tax, gross],
  ] as const;
const insertComponent = (
  billId: string,
  no: number,
  amount = '10.00',
  tax = '2.00',
  more: { quantity?: string; price?: string; kind?: string } = {},
) =>
  [
    `INSERT INTO supplier_bill_component (community_id, bill_id, no, description, kind, quantity, unit, price, amount, tax, tax_code, key_id)
     VALUES ($1, $2, $3, 'Units', $4, $5, 'kWh', $6, $7, $8, 'S', $9)`,
    [community, billId, no, more.kind ?? 'energy', more.quantity ?? '1', more.price ?? '10', amount, tax, key],
  ] as const;
const bill = (of: Bill, ...components: (readonly [string, string])[]) => {
  const id = newId();
  return asOwner(async (client) => {
    const [text, params] = insertBill(id, of);
    await client.query(text, [...params]);
    for (const [index, [amount, tax]] of components.entries()) {
      const [each, values] = insertComponent(id, index + 1, amount, tax);
      await client.query(each, [...values]);
    }
  }).then(() => id);
};
const version = (table: 'tariff' | 'key', owner: string, days: string) =>
  sql(
    `INSERT INTO ${table}_version (community_id, id, ${table}_id, days, terms, adopted_by, adopted_on, decision)
     VALUES ($1, $2, $3, $4, '{}', 'Meeting', '2025-12-01', 'Minute 7')`,
    [community, newId(), owner, days],
  );

beforeAll(async () => {
  db = await testDatabase();
  community = await insertCommunity(db, 'market');
  await sql(`INSERT INTO site (community_id, id, code, name, zone) VALUES ($1, $2, 'OMH', 'Hall', 'Europe/London')`, [
    community,
    site,
  ]);
  await sql(
    `INSERT INTO space (community_id, id, site_id, code, name, area) VALUES ($1, $2, $3, 'UNIT-1', 'Unit 1', 20)`,
    [community, space, site],
  );
  await sql(`INSERT INTO apportionment_key (community_id, id, code, name) VALUES ($1, $2, 'area', 'Area')`, [
    community,
    key,
  ]);
  await sql(`INSERT INTO tariff (community_id, id, code, name) VALUES ($1, $2, 'own', 'Own')`, [community, tariff]);
  await sql(`INSERT INTO band_calendar (community_id, id, code, name, terms) VALUES ($1, $2, 'two', 'Two', '{}')`, [
    community,
    calendar,
  ]);
}, 60_000);
afterAll(() => db.drop());

describe('a supplier bill', () => {
  it('is kept where its components come to its net amount and its tax', async () => {
    await expect(
      bill({ net: '10.00', tax: '2.00', gross: '12.00' }, ['4.00', '0.80'], ['6.00', '1.20']),
    ).resolves.toBeDefined();
  });

  it.each<[string, Bill, (readonly [string, string])[]]>([
    ['a component is missing', {}, [['4.00', '0.80']]],
    ['it has no components', {}, []],
    ['only its tax differs', {}, [['10.00', '1.99']]],
    ['it is a penny out', { net: '10.01', gross: '12.01' }, [['10.00', '2.00']]],
  ])('is refused at commit where %s', async (_, of, components) => {
    await expect(bill(of, ...components)).rejects.toThrow('bill-does-not-add-up');
  });

  it('is refused where net and tax are not its gross amount', async () => {
    await expect(bill({ gross: '12.01' }, ['10.00', '2.00'])).rejects.toThrow('supplier_bill_gross');
  });

  it('takes no component afterwards', async () => {
    const id = await bill({}, ['10.00', '2.00']);
    const [text, params] = insertComponent(id, 2, '1.00', '0.00');
    await expect(sql(text, [...params])).rejects.toThrow('bill-does-not-add-up');
    const [zeroText, zeroParams] = insertComponent(id, 3, '0.00', '0.00');
    await expect(sql(zeroText, [...zeroParams])).resolves.toBeUndefined();
  });

  it("is refused in the same words through the service's connections", async () => {
    const [text, params] = insertBill(newId());
    await expect(asApp(text, [...params])).rejects.toMatchObject({ code: 'bill-does-not-add-up' });
  });

  it('is entered once for a supplier and number, by one of two at once', async () => {
    const entered = await Promise.allSettled([1, 2].map(() => bill({ number: 'TWICE' }, ['10.00', '2.00'])));
    expect(entered.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const [refused] = entered.filter((one) => one.status === 'rejected');
    expect(refused?.reason).toMatchObject({ constraint: 'supplier_bill_once' });
  });

  it('has an end', async () => {
    await expect(bill({ days: '[2026-10-01,)' }, ['10.00', '2.00'])).rejects.toThrow('supplier_bill_days_check');
  });
});

describe('exact numbers', () => {
  it.each([
    ['NaN as an amount', { net: 'NaN', gross: 'NaN' }],
    ['infinity as an amount', { net: 'Infinity', gross: 'Infinity' }],
    ['a third of a penny, which is not rounded', { net: '10.001', gross: '12.001' }],
    ['more than can be counted', { net: '10000000000000', gross: '10000000000002' }],
  ])('refuse %s', async (_, of) => {
    await expect(bill(of, ['10.00', '2.00'])).rejects.toThrow('money_amount');
  });

  it.each([
    ['NaN as a quantity', { quantity: 'NaN' }, 'quantity'],
    ['seven digits of a quantity', { quantity: '0.1234567' }, 'quantity'],
    ['NaN as a price', { price: 'NaN' }, 'unit_price'],
    ['ten digits of a price', { price: '0.1234567891' }, 'unit_price'],
    ['a kind nobody knows', { kind: 'magic' }, 'kind'],
  ])('refuse %s', async (_, more, name) => {
    const [text, params] = insertComponent(newId(), 1, '1.00', '0.00', more);
    await expect(sql(text, [...params])).rejects.toThrow(name);
  });

  it.each(['NaN', '1', '-0.1', '0.1234567'])('refuse a tax rate of %s', async (rate) => {
    const text = `INSERT INTO tax_rate (community_id, id, code, label, category, rate, days) VALUES ($1, $2, 'S', 'Standard', 'S', $3, '[2026-01-01,)')`;
    await expect(sql(text, [community, newId(), rate])).rejects.toThrow('tax_fraction');
  });
});

describe('versions', () => {
  it.each([['tariff', tariff] as const, ['key', key] as const])(
    'of a %s tile and never overlap',
    async (table, owner) => {
      await version(table, owner, '[2026-01-01,2026-07-01)');
      await version(table, owner, '[2026-07-01,)');
      for (const days of ['[2026-06-30,2026-07-01)', '[2026-12-01,)', '[2025-01-01,2026-01-02)']) {
        await expect(version(table, owner, days)).rejects.toThrow(`${table}_version_no_overlap`);
      }
      await expect(version(table, owner, '[2025-01-01,2025-01-01)')).rejects.toThrow('civil_days');
    },
  );

  it('never overlap where two adopt at the same moment', async () => {
    const own = newId();
    await sql(`INSERT INTO tariff (community_id, id, code, name) VALUES ($1, $2, 'race', 'Race')`, [community, own]);
    const adopted = await Promise.allSettled(
      ['[2026-01-01,)', '[2026-03-01,)'].map((days) => version('tariff', own, days)),
    );
    expect(adopted.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it.each(['tariff_version', 'key_version'])(
    'of %s are ended and not otherwise changed, by the owner neither',
    async (table) => {
      for (const change of [
        `terms = '{"a":1}'`,
        `decision = 'Other'`,
        `days = '[2026-02-01,2026-07-01)'`,
        `days = '[2026-01-01,)'`,
      ]) {
        await expect(sql(`UPDATE ${table} SET ${change} WHERE lower(days) = '2026-01-01'`)).rejects.toThrow(
          'append-only',
        );
        await expect(asApp(`UPDATE ${table} SET ${change} WHERE lower(days) = '2026-01-01'`)).rejects.toMatchObject({
          code: 'append-only',
        });
      }
      await expect(sql(`DELETE FROM ${table}`)).rejects.toThrow('append-only');
      await expect(
        sql(`UPDATE ${table} SET days = '[2026-07-01,2027-01-01)' WHERE lower(days) = '2026-07-01'`),
      ).resolves.toBeUndefined();
      await expect(
        sql(`UPDATE ${table} SET days = '[2026-07-01,2028-01-01)' WHERE lower(days) = '2026-07-01'`),
      ).rejects.toThrow('append-only');
    },
  );

  it('of a tax code never overlap', async () => {
    const text = `INSERT INTO tax_rate (community_id, id, code, label, category, rate, days) VALUES ($1, $2, 'R', 'Reduced', 'S', 0.05, $3)`;
    await sql(text, [community, newId(), '[2026-01-01,)']);
    await expect(sql(text, [community, newId(), '[2026-06-01,)'])).rejects.toThrow('tax_rate_no_overlap');
  });
});

describe('a stored file', () => {
  const insert = `INSERT INTO stored_file (community_id, id, sha256, name, media_type, content) VALUES ($1, $2, $3, 'bill.pdf', 'application/pdf', $4)`;
  const content = Buffer.from('%PDF-1.7');

  it('carries its own hash and no other', async () => {
    await expect(sql(insert, [community, newId(), Buffer.alloc(32), content])).rejects.toThrow(
      'stored_file_hash_is_its_own',
    );
    await expect(
      sql(
        `INSERT INTO stored_file (community_id, id, sha256, name, media_type, content) VALUES ($1, $2, sha256($3), 'a', 'b', $3)`,
        [community, newId(), content],
      ),
    ).resolves.toBeUndefined();
  });

  it('is not empty', async () => {
    await expect(
      sql(
        `INSERT INTO stored_file (community_id, id, sha256, name, media_type, content) VALUES ($1, $2, sha256(''), 'a', 'b', '')`,
        [community, newId()],
      ),
    ).rejects.toThrow('stored_file_content_check');
  });
});

describe('history', () => {
  it.each(['supplier_bill', 'supplier_bill_component', 'stored_file', 'band_calendar'])(
    'of %s is not changed, deleted or emptied',
    async (table) => {
      await expect(sql(`UPDATE ${table} SET community_id = community_id`)).rejects.toThrow('append-only');
      await expect(sql(`DELETE FROM ${table}`)).rejects.toThrow('append-only');
      await expect(sql(`TRUNCATE ${table} CASCADE`)).rejects.toThrow('append-only');
      for (const statement of [
        `UPDATE ${table} SET community_id = community_id`,
        `DELETE FROM ${table}`,
        `TRUNCATE ${table} CASCADE`,
      ]) {
        await expect(asApp(statement)).rejects.toThrow('permission denied');
      }
    },
  );
});

describe('a charge', () => {
  const charge = (columns: string, values: string) =>
    sql(
      `INSERT INTO charge (community_id, id, site_id, code, description, section, days, tax_code, ${columns})
       VALUES ($1, $2, $3, $4, 'Rent', 'rent', '[2026-01-01,)', 'S', ${values})`,
      [community, newId(), site, `C-${newId()}`],
    );

  it.each([
    ['no rule', 'kind, amount, per', `'recurring', 10, 'month'`, 'charge_has_one_rule'],
    [
      'two rules',
      'kind, amount, per, key_id, space_id',
      `'recurring', 10, 'month', '${key}', '${space}'`,
      'charge_has_one_rule',
    ],
    ['a tariff and an amount', 'kind, amount, tariff_id', `'tariff', 10, '${tariff}'`, 'charge_amount_or_tariff'],
    [
      'a recurring amount without a rhythm',
      'kind, amount, per, key_id',
      `'recurring', 10, 'once', '${key}'`,
      'charge_amount_or_tariff',
    ],
    ['NaN', 'kind, amount, per, key_id', `'recurring', 'NaN', 'month', '${key}'`, 'money_amount'],
    [
      'a proration that charges days twice',
      'kind, amount, per, key_id, proration',
      `'recurring', 10, 'month', '${key}', 'touched-months'`,
      'charge_proration_check',
    ],
  ])('with %s is refused', async (_, columns, values, constraint) => {
    await expect(charge(columns, values)).rejects.toThrow(constraint);
  });

  it('with one rule is kept', async () => {
    await expect(
      charge('kind, amount, per, space_id', `'recurring', 10, 'month', '${space}'`),
    ).resolves.toBeUndefined();
  });
});

describe('the walls', () => {
  it('hide costs from other communities, and let none be written into them', async () => {
    const other = await insertCommunity(db, 'arches');
    const seen = await db.transactions.inCommunity(other, (tx) =>
      tx.query('SELECT FROM supplier_bill UNION ALL SELECT FROM stored_file UNION ALL SELECT FROM key_version'),
    );
    expect(seen).toEqual([]);
    const [text, params] = insertBill(newId());
    await expect(db.transactions.inCommunity(other, (tx) => tx.query(text, params))).rejects.toThrow(
      'row-level security',
    );
  });
});
