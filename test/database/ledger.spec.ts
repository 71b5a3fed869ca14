import fc from 'fast-check';
import type pg from 'pg';
import { entry, receivable } from '../../src/domain/ledger/journal.js';
import { Decimal, decimal, sum } from '../../src/domain/quantity/decimal.js';
import { LedgerService } from '../../src/modules/ledger/ledger.service.js';
import { FixedClock } from '../../src/platform/clock.js';
import { newId } from '../../src/platform/ids.js';
import { asOwnerOf, insertCommunity, testDatabase, type TestDatabase } from '../support/database.js';

/** The books: every entry comes to zero at commit and ever after, nothing is edited, and a fact is entered once. */

let db: TestDatabase;
let community: string;
const [rosa, lund, person] = [newId(), newId(), newId()];
const ledger = new LedgerService(new FixedClock('2026-11-20T09:00:00Z'));

const asOwner = (work: (client: pg.PoolClient) => Promise<unknown>) => asOwnerOf(db, community, work);
const sql = (text: string, params: unknown[] = []) => asOwner((client) => client.query(text, params));
const asApp = (text: string, params: unknown[] = []) =>
  db.transactions.inCommunity(community, (tx) => tx.query(text, params));

const head = (client: pg.PoolClient, id: string, source: string = id) =>
  client.query(
    `INSERT INTO journal_entry (community_id, id, kind, source, posted_on, text, currency, created_at)
     VALUES ($1, $2, 'payment-received', $3, '2026-11-12', 'Payment', 'GBP', now())`,
    [community, id, source],
  );
const posting = (id: string, no: number, account: string, amount: string, member: string | null = null) =>
  [
    'INSERT INTO posting (community_id, entry_id, no, account, member_id, amount) VALUES ($1, $2, $3, $4, $5, $6)',
    [community, id, no, account, member, amount],
  ] as const;
/** One statement for all postings, as the service writes them. */
const posted = (amounts: readonly string[]) => {
  const id = newId();
  return asOwner(async (client) => {
    await head(client, id);
    const values = amounts.map((_, index) => `($1, $2, ${index + 1}, 'held', $${index + 3})`).join(', ');
    await client.query(`INSERT INTO posting (community_id, entry_id, no, account, amount) VALUES ${values}`, [
      community,
      id,
      ...amounts,
    ]);
  }).then(() => id);
};

beforeAll(async () => {
  db = await testDatabase();
  community = await insertCommunity(db, 'market');
  await sql(`INSERT INTO person (community_id, id, name) VALUES ($1, $2, 'Tess')`, [community, person]);
  for (const [id, code] of [
    [rosa, 'ROSA'],
    [lund, 'LUND'],
  ]) {
    await sql('INSERT INTO member (community_id, id, code, name) VALUES ($1, $2, $3, $4)', [community, id, code, code]);
  }
}, 60_000);
afterAll(() => db.drop());

describe('an entry', () => {
  it('is kept where its postings come to zero', async () => {
    await expect(posted(['10.00', '-4.00', '-6.00'])).resolves.toBeDefined();
  });

  it.each([
    ['its postings come to a penny', ['10.00', '-9.99']],
    ['it has one side only', ['10.00']],
  ])('is refused where %s', async (_, amounts) => {
    await expect(posted(amounts)).rejects.toThrow('postings-do-not-balance');
  });

  it('is refused at commit where it has no postings', async () => {
    await expect(asOwner((client) => head(client, newId()))).rejects.toThrow('postings-do-not-balance');
  });

  it('takes no posting afterwards that would leave it out of balance', async () => {
    const id = await posted(['10.00', '-10.00']);
    const [text, params] = posting(id, 3, 'bank', '5.00');
    await expect(sql(text, [...params])).rejects.toThrow('postings-do-not-balance');
    await expect(asApp(text, [...params])).rejects.toMatchObject({ code: 'postings-do-not-balance' });
  });

  it('tells a fact once', async () => {
    const write = (id: string) =>
      asOwner(async (client) => {
        await head(client, id, 'MH-1');
        await client.query(
          `INSERT INTO posting (community_id, entry_id, no, account, amount) VALUES ($1, $2, 1, 'bank', 1), ($1, $2, 2, 'held', -1)`,
          [community, id],
        );
      });
    await write(newId());
    await expect(write(newId())).rejects.toThrow('journal_entry_once');
  });
});

describe('a posting', () => {
  it.each([
    ['NaN', 'bank', 'NaN', null, 'money_amount'],
    ['infinity', 'bank', 'Infinity', null, 'money_amount'],
    ['a tenth of a penny, which is not rounded', 'bank', '1.001', null, 'money_amount'],
    ['nothing', 'bank', '0.00', null, 'posting_amount_check'],
    ['an account nobody knows', 'pocket', '1.00', null, 'posting_account_check'],
    ['a receivable of nobody', 'receivable', '1.00', null, 'posting_receivable_names_member'],
    ['a bank of a member', 'bank', '1.00', rosa, 'posting_receivable_names_member'],
    ['a member who is not there', 'receivable', '1.00', newId(), 'foreign key'],
  ])('of %s is refused', async (_, account, amount, member, constraint) => {
    const id = newId();
    const write = asOwner(async (client) => {
      await head(client, id);
      const [text, params] = posting(id, 1, account, amount, member);
      await client.query(text, [...params]);
    });
    await expect(write).rejects.toThrow(constraint);
  });
});

describe('history', () => {
  it.each(['journal_entry', 'posting', 'payment'])(
    'of %s is not changed, deleted or emptied, by the owner neither',
    async (table) => {
      await sql(
        `INSERT INTO payment (community_id, id, member_id, received_on, amount, currency, method, created_by, created_at)
       VALUES ($1, $2, $3, '2026-11-12', 5, 'GBP', 'cash', $4, now())`,
        [community, newId(), rosa, person],
      );
      for (const statement of [
        `UPDATE ${table} SET community_id = community_id`,
        `DELETE FROM ${table}`,
        `TRUNCATE ${table} CASCADE`,
      ]) {
        await expect(sql(statement)).rejects.toThrow('append-only');
        await expect(asApp(statement)).rejects.toThrow('permission denied');
      }
    },
  );
});

describe('a payment', () => {
  const pay = (amount: string, reverses: string | null = null, reason: string | null = null) => {
    const id = newId();
    return sql(
      `INSERT INTO payment (community_id, id, member_id, received_on, amount, currency, method, reverses_id, reason, created_by, created_at)
       VALUES ($1, $2, $3, '2026-11-12', $4, 'GBP', 'cash', $5, $6, $7, now())`,
      [community, id, rosa, amount, reverses, reason, person],
    ).then(() => id);
  };

  it.each(['0', '-1', 'NaN', '0.001'])('of %s is refused', async (amount) => {
    await expect(pay(amount)).rejects.toThrow(/payment_amount_check|money_amount/);
  });

  it('is taken back once, and only with a reason', async () => {
    const id = await pay('10.00');
    await expect(pay('10.00', id)).rejects.toThrow('payment_reversal_has_reason');
    await pay('10.00', id, 'bounced');
    await expect(pay('10.00', id, 'again')).rejects.toThrow('payment_reversed_once');
  });
});

describe('the ledger', () => {
  const invoice = (member: string, number: string, postedOn: string, gross: string) => ({
    text: `Invoice ${number}`,
    runId: null,
    entry: entry({ kind: 'invoice-issued', source: number, postedOn, currency: 'GBP', reverses: null }, [
      { account: receivable(member), amount: decimal(gross) },
      { account: 'supplier-clearing', amount: decimal('0').minus(decimal(gross)) },
    ]),
  });
  const inBooks = <T>(work: (tx: Parameters<Parameters<typeof db.transactions.inCommunity>[1]>[0]) => Promise<T>) =>
    db.transactions.inCommunity(community, work);

  it('posts many entries at once, leaves what is there, and answers in their order', async () => {
    const [first, second] = [invoice(rosa, 'A-1', '2026-10-01', '60.00'), invoice(lund, 'A-2', '2026-10-01', '48.00')];
    await inBooks((tx) => ledger.post(tx, community, second));
    const answers = await inBooks((tx) => ledger.postAll(tx, community, [first, second]));
    expect(answers.map(({ isNew }) => isNew)).toEqual([true, false]);
  });

  it('writes one entry of a fact that many tell at the same moment', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, () =>
        inBooks((tx) => ledger.post(tx, community, invoice(rosa, 'A-3', '2026-10-02', '1.00'))),
      ),
    );
    expect(answers.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
  });

  it('writes nothing for an entry without postings', async () => {
    const nothing = entry(
      { kind: 'costs-shared', source: newId(), postedOn: '2026-10-01', currency: 'GBP', reverses: null },
      [],
    );
    expect(await inBooks((tx) => ledger.post(tx, community, { entry: nothing, text: 'Nothing', runId: null }))).toEqual(
      { id: null, isNew: false },
    );
  });

  it('closes every statement of account where the next one opens, wherever the days are cut', async () => {
    const amounts = fc.array(fc.tuple(fc.integer({ min: 1, max: 28 }), fc.bigInt({ min: 1n, max: 10n ** 12n })), {
      minLength: 1,
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(amounts, fc.integer({ min: 1, max: 28 }), async (drawn, cutDay) => {
        const member = newId();
        await sql(`INSERT INTO member (community_id, id, code, name) VALUES ($1, $2, $3, 'Drawn')`, [
          community,
          member,
          `M-${member}`,
        ]);
        const date = (day: number) => `2026-02-${String(day).padStart(2, '0')}`;
        const money = (coins: bigint) => new Decimal(coins.toString()).times('0.01').toFixed(2);
        const invoices = drawn.map(([day, coins], index) =>
          invoice(member, `${member}-${index}`, date(day), money(coins)),
        );
        await inBooks((tx) => ledger.postAll(tx, community, invoices));
        const [before, after, whole] = await inBooks(async (tx) => [
          await ledger.memberStatementOfAccount(tx, community, member, null, date(cutDay)),
          await ledger.memberStatementOfAccount(tx, community, member, date(cutDay), null),
          await ledger.memberStatementOfAccount(tx, community, member, null, null),
        ]);
        expect(after?.opening.equals(before.closing)).toBe(true);
        expect(after?.closing.equals(whole.closing)).toBe(true);
        expect(whole?.closing.equals(sum(drawn.map(([, coins]) => decimal(money(coins)))))).toBe(true);
      }),
      { numRuns: 15 },
    );
  });

  it('comes to zero over all accounts after everything above', async () => {
    const { rows } = await db.owner.query<{ currency: string; total: string }>(
      'SELECT currency, sum(balance) AS total FROM account_balance GROUP BY currency',
    );
    expect(rows.map(({ total }) => new Decimal(total).isZero())).toEqual([true]);
  });
});
