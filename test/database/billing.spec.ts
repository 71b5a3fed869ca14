import { createHash } from 'node:crypto';
import { newId } from '../../src/platform/ids.js';
import { insertCommunity, type TestDatabase, testDatabase } from '../support/database.js';

/** What the database refuses by itself, whoever asks and however. Each is asked in raw SQL, past every service. */

let database: TestDatabase;
let community: string;
const [site, proposer, approver, rosa, lund, charge] = Array.from({ length: 6 }, newId) as [
  string,
  string,
  string,
  string,
  string,
  string,
];

const sql = (text: string, params: readonly unknown[] = []) => database.owner.query(text, [...params]);
/** Several statements that stand or fall together. */
async function together(...statements: readonly (readonly [string, (readonly unknown[])?])[]): Promise<void> {
  const client = await database.owner.connect();
  try {
    await client.query('BEGIN');
    for (const [text, params = []] of statements) await client.query(text, [...params]);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}

const openRun = async (days = '[2026-10-01,2026-11-01)'): Promise<string> => {
  const id = newId();
  await sql(
    `INSERT INTO billing_run (community_id, id, site_id, days, currency, created_by, created_at) VALUES ($1, $2, $3, $4, 'GBP', $5, now())`,
    [community, id, site, days, proposer],
  );
  return id;
};
const cost = (run: string, amount: string, no = 1) =>
  [
    `INSERT INTO run_cost (community_id, run_id, no, charge_id, section, component, description, tax_code, of_amount, amount)
     VALUES ($1, $2, $3, $4, 'space', 'charge:rent', 'Rent', 'S', $5, $5)`,
    [community, run, no, charge, amount],
  ] as const;
const shares = (run: string, parts: readonly (readonly [string | null, string])[], costNo = 1) =>
  [
    `INSERT INTO run_share (community_id, run_id, cost_no, no, kind, part, member_id, weight, amount, reasons)
     SELECT $1, $2, $3, row_number() OVER (), CASE WHEN member IS NULL THEN 'common' ELSE 'member' END, 'own', member, 1, amount, '{}'
     FROM unnest($4::uuid[], $5::numeric[]) AS s (member, amount)`,
    [community, run, costNo, parts.map(([member]) => member), parts.map(([, amount]) => amount)],
  ] as const;
const step = (run: string, set: string) => sql(`UPDATE billing_run SET ${set} WHERE id = $1`, [run]);
const approve = async (run: string): Promise<void> => {
  await step(run, `status = 'previewed', input_hash = sha256('x'), proposed_by = '${proposer}', proposed_at = now()`);
  await step(run, `status = 'approved', approved_by = '${approver}', approved_at = now()`);
};

interface Paper {
  readonly run: string;
  readonly no: number;
  readonly member?: string;
  readonly net?: string;
  readonly lines?: readonly string[];
  readonly withStatement?: boolean;
  readonly series?: string;
}
function paper({
  run,
  no,
  member = rosa,
  net = '10.00',
  lines = [net],
  withStatement = true,
  series = 'T-2026',
}: Paper) {
  const id = newId();
  const body = `{"no":"${series}-${no}"}`;
  const statements: (readonly [string, (readonly unknown[])?])[] = [
    [
      `INSERT INTO invoice_series (community_id, series, last_no) VALUES ($1, $2, 0) ON CONFLICT DO NOTHING`,
      [community, series],
    ],
    [
      `INSERT INTO invoice (community_id, id, series, no, number, kind, run_id, member_id, days, issued_on, due_on, currency, net, tax, gross, code, issued_at)
       VALUES ($1, $2, $3, $4, $5, 'invoice', $6, $7, '[2026-10-01,2026-11-01)', '2026-11-03', '2026-11-17', 'GBP', $8, 0, $8, $9, now())`,
      [community, id, series, no, `${series}-${String(no).padStart(5, '0')}`, run, member, net, id],
    ],
    [
      `INSERT INTO invoice_line (community_id, invoice_id, no, cost_no, section, description, net, tax_code, tax_rate, why)
       SELECT $1, $2, row_number() OVER (), 1, 'space', 'Rent', amount, 'S', 0, '{}' FROM unnest($3::numeric[]) AS amount`,
      [community, id, lines],
    ],
  ];
  if (withStatement) {
    statements.push([
      `INSERT INTO invoice_statement (community_id, invoice_id, body, sha256) VALUES ($1, $2, $3, $4)`,
      [community, id, body, createHash('sha256').update(body).digest()],
    ]);
  }
  return { id, statements };
}
const entry = (source: string, postings: readonly (readonly [string, string])[], run: string | null = null) => {
  const id = newId();
  return [
    [
      `INSERT INTO journal_entry (community_id, id, kind, source, run_id, posted_on, text, currency, created_at) VALUES ($1, $2, 'cost-accrued', $3, $4, '2026-11-03', 'Costs', 'GBP', now())`,
      [community, id, source, run],
    ],
    [
      `INSERT INTO posting (community_id, entry_id, no, account, amount) SELECT $1, $2, row_number() OVER (), account, amount FROM unnest($3::text[], $4::numeric[]) AS p (account, amount)`,
      [community, id, postings.map(([account]) => account), postings.map(([, amount]) => amount)],
    ],
  ] as const;
};

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
  await sql(
    `INSERT INTO member (community_id, id, code, name) VALUES ($1, $2, 'ROSA', 'Rosa'), ($1, $3, 'LUND', 'Lund')`,
    [community, rosa, lund],
  );
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
}, 60_000);
afterAll(() => database.drop());
afterEach(() =>
  sql(
    `UPDATE billing_run SET status = 'cancelled', cancelled_at = now() WHERE status IN ('open', 'validated', 'previewed', 'approved')`,
  ),
);

describe('the central promise', () => {
  it('lets a cost and its shares in together', async () => {
    const run = await openRun();
    await expect(
      together(
        cost(run, '10.00'),
        shares(run, [
          [rosa, '6.00'],
          [lund, '3.99'],
          [null, '0.01'],
        ]),
      ),
    ).resolves.toBeUndefined();
  });

  it.each([
    ['a coin too little', [['6.00'], ['3.99']]],
    ['a coin too much', [['6.00'], ['4.01']]],
  ])('refuses shares that come to %s', async (_, amounts) => {
    const run = await openRun();
    await expect(
      together(
        cost(run, '10.00'),
        shares(
          run,
          amounts.map(([amount]) => [rosa, amount] as [string, string]),
        ),
      ),
    ).rejects.toThrow(/shares-do-not-add-up/);
  });

  it('refuses a cost that nobody shares, at the commit', async () => {
    await expect(together(cost(await openRun(), '10.00'))).rejects.toThrow(/shares-do-not-add-up: cost 1 is 10.00/);
  });

  it('refuses to change or remove single shares of a cost that stays', async () => {
    const run = await openRun();
    await together(
      cost(run, '10.00'),
      shares(run, [
        [rosa, '6.00'],
        [lund, '4.00'],
      ]),
    );
    await expect(
      sql(`UPDATE run_share SET amount = amount + 1 WHERE run_id = $1 AND member_id = $2`, [run, rosa]),
    ).rejects.toThrow(/shares-do-not-add-up/);
    await expect(sql(`DELETE FROM run_share WHERE run_id = $1 AND member_id = $2`, [run, rosa])).rejects.toThrow(
      /shares-do-not-add-up/,
    );
    await expect(sql(`UPDATE run_cost SET amount = 11 WHERE run_id = $1`, [run])).rejects.toThrow(
      /shares-do-not-add-up/,
    );
  });

  it.each(['NaN', '0.001', 'Infinity'])('refuses %s as an amount', async (amount) => {
    const run = await openRun();
    await expect(together(cost(run, amount), shares(run, [[rosa, amount]]))).rejects.toThrow(
      /violates check constraint|out of range/,
    );
  });
});

describe('a run', () => {
  it('is alone on its days, until it is cancelled', async () => {
    const run = await openRun();
    await expect(openRun('[2026-10-31,2026-12-01)')).rejects.toThrow(/billing_run_one_live/);
    await step(run, `status = 'cancelled'`);
    await expect(openRun('[2026-10-31,2026-12-01)')).resolves.toBeDefined();
  });

  it('is approved by another than its proposer, and only when it is bound to its inputs', async () => {
    const run = await openRun();
    await step(run, `status = 'previewed'`);
    await expect(step(run, `status = 'approved', approved_by = '${approver}', approved_at = now()`)).rejects.toThrow(
      /billing_run_approved_is_bound/,
    );
    await expect(
      step(
        run,
        `status = 'approved', input_hash = sha256('x'), proposed_by = '${proposer}', approved_by = '${proposer}'`,
      ),
    ).rejects.toThrow(/billing_run_four_eyes/);
  });

  it.each(['approved', 'issued', 'closed'])('does not become %s from open', async (status) => {
    await expect(step(await openRun(), `status = '${status}'`)).rejects.toThrow(/run-not-in-state|check constraint/);
  });

  it('is frozen once it is approved: its figures and what it was approved for', async () => {
    const run = await openRun();
    await together(cost(run, '10.00'), shares(run, [[rosa, '10.00']]));
    await approve(run);
    for (const statement of [
      `UPDATE run_share SET weight = 2 WHERE run_id = $1`,
      `DELETE FROM run_share WHERE run_id = $1`,
      `DELETE FROM run_cost WHERE run_id = $1`,
      `UPDATE run_cost SET description = 'x' WHERE run_id = $1`,
    ]) {
      await expect(sql(statement, [run])).rejects.toThrow(/append-only|violates foreign key/);
    }
    await expect(together(cost(run, '0.00', 2))).rejects.toThrow(/append-only/);
    await expect(step(run, `input_hash = sha256('y')`)).rejects.toThrow(/append-only/);
    await expect(step(run, `approved_by = NULL`)).rejects.toThrow(/append-only|check constraint/);
  });

  it('is never deleted', async () => {
    await expect(sql('DELETE FROM billing_run WHERE id = $1', [await openRun()])).rejects.toThrow(/append-only/);
  });

  it('is issued only when its invoices are what its members share, and its clearing is empty', async () => {
    const run = await openRun();
    await together(cost(run, '10.00'), shares(run, [[rosa, '10.00']]));
    await approve(run);
    const issue = [
      `UPDATE billing_run SET status = 'issued', issued_by = $2, issued_at = now() WHERE id = $1`,
      [run, proposer],
    ] as const;
    await expect(together(issue)).rejects.toThrow(/lines-do-not-add-up/);
    const short = paper({ run, no: 1, net: '9.99', series: 'R-2026' });
    await expect(together(...short.statements, issue)).rejects.toThrow(/lines-do-not-add-up/);
    const whole = paper({ run, no: 1, series: 'R-2026' });
    const left = entry(
      `${run}/1`,
      [
        ['supplier-clearing', '10.00'],
        ['own-income', '-10.00'],
      ],
      run,
    );
    await expect(together(...whole.statements, ...left, issue)).rejects.toThrow(
      /clearing of the run is left with 10.00/,
    );
  });
});

describe('invoices', () => {
  it('follow each other without gap, without double, and under their own number only', async () => {
    const run = await openRun();
    await together(...paper({ run, no: 1 }).statements);
    await expect(together(...paper({ run, no: 3, member: lund }).statements)).rejects.toThrow(/invoice_no_gap/);
    await expect(together(...paper({ run, no: 1, member: lund }).statements)).rejects.toThrow(
      /invoice_number_once|invoice_legal_number/,
    );
    await expect(together(...paper({ run, no: 2 }).statements)).rejects.toThrow(/invoice_once_per_run/);
    await expect(together(...paper({ run, no: 2, member: lund }).statements)).resolves.toBeUndefined();
  });

  it('come to their lines, and carry their statement', async () => {
    const run = await openRun('[2026-12-01,2027-01-01)');
    const odd = (more: Partial<Paper>) => together(...paper({ run, no: 1, series: 'L-2026', ...more }).statements);
    await expect(odd({ net: '10.00', lines: ['6.00', '3.99'] })).rejects.toThrow(/lines-do-not-add-up/);
    await expect(odd({ withStatement: false })).rejects.toThrow(/has no statement/);
    await expect(odd({ lines: ['6.00', '4.00'] })).resolves.toBeUndefined();
  });

  it.each(['invoice', 'invoice_line', 'invoice_statement'])('never change: %s', async (table) => {
    const run = await openRun('[2027-01-01,2027-02-01)');
    await together(...paper({ run, no: 1, series: `C-${table.length}` }).statements);
    await expect(sql(`UPDATE ${table} SET community_id = community_id`)).rejects.toThrow(/append-only/);
    await expect(sql(`DELETE FROM ${table}`)).rejects.toThrow(/append-only/);
    await expect(sql(`TRUNCATE ${table} CASCADE`)).rejects.toThrow(/append-only/);
  });

  it('say by their hash what they said', async () => {
    const run = await openRun('[2027-02-01,2027-03-01)');
    const { statements } = paper({ run, no: 1, series: 'H-2026', withStatement: false });
    const forged = [
      `INSERT INTO invoice_statement (community_id, invoice_id, body, sha256) SELECT $1, id, '{}', sha256('other') FROM invoice WHERE series = 'H-2026'`,
      [community],
    ] as const;
    await expect(together(...statements, forged)).rejects.toThrow(/invoice_statement_hash/);
  });
});

describe('the books', () => {
  it('take only what balances', async () => {
    await expect(
      together(
        ...entry('a', [
          ['bank', '10.00'],
          ['held', '-9.99'],
        ]),
      ),
    ).rejects.toThrow(/postings-do-not-balance/);
    await expect(together(entry('b', [])[0])).rejects.toThrow(/postings-do-not-balance/);
    await expect(
      together(
        ...entry('c', [
          ['bank', '10.00'],
          ['held', '-10.00'],
        ]),
      ),
    ).resolves.toBeUndefined();
  });

  it('take a fact once, and keep it', async () => {
    await expect(
      together(
        ...entry('c', [
          ['bank', '10.00'],
          ['held', '-10.00'],
        ]),
      ),
    ).rejects.toThrow(/journal_entry_once/);
    for (const table of ['journal_entry', 'posting']) {
      await expect(sql(`UPDATE ${table} SET community_id = community_id`)).rejects.toThrow(/append-only/);
      await expect(sql(`DELETE FROM ${table}`)).rejects.toThrow(/append-only/);
    }
  });

  it('name the member of a receivable, and of nothing else', async () => {
    await expect(
      together(
        ...entry('d', [
          ['receivable', '1.00'],
          ['held', '-1.00'],
        ]),
      ),
    ).rejects.toThrow(/posting_receivable_names_member/);
  });
});
