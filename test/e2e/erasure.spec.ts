import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Bundle } from '../../src/domain/proof/bundle.js';
import { verifyBundle } from '../../src/domain/proof/verify.js';
import { SessionsService } from '../../src/modules/access/log-in/sessions.service.js';
import { AccessService } from '../../src/modules/access/access.service.js';
import { system } from '../../src/modules/access/access-changes.service.js';
import { balancesOf } from '../../src/modules/archive/balances.js';
import { ExportService } from '../../src/modules/archive/export.service.js';
import { RestoreService } from '../../src/modules/archive/restore.service.js';
import { ErasureService } from '../../src/modules/erasure/erasure.service.js';
import { KeepingService } from '../../src/modules/erasure/keeping.service.js';
import { RecordService } from '../../src/modules/proofs/record.service.js';
import { FixedClock } from '../../src/platform/clock.js';
import { schemaOf } from '../../src/platform/database/migrate.js';
import { Browser } from '../support/browser-session.js';
import { commonmeter } from '../support/cli.js';
import { asOwnerOf } from '../support/database.js';
import { type InProcess, inProcess } from '../support/in-process.js';
import { calculated, foundMarket, issued, type Market } from './billing-market.js';
import { documentsOf, sayTo } from './lived-market.js';

/**
 * Adam left in the middle of October, was billed, asked, paid, and wants to be forgotten. What is personal goes at once; invoices and
 * payments stay until 2037; then nothing of him is found anywhere, and everybody else's proofs are what they were.
 */

const clock = new FixedClock('2026-11-03T09:30:00Z');
const home = mkdtempSync(path.join(tmpdir(), 'commonmeter-erasure-'));
const secret = { SIGNING_SECRET: '31'.repeat(32) };
const his = { name: 'Zebedee Quillfeather', email: 'zeb@quillfeather.example', address: '7 Nowhere Lane' };
/** Whatever is his is found by one of these. */
const needles = ['quillfeather', 'nowhere lane', 'zebedee'];

let service: InProcess;
let market: Market;
let adam: string;
let member: string;
let browser: Browser;

const owner = async <Row>(sql: string, params: unknown[] = []): Promise<Row[]> =>
  (await service.database.owner.query(sql, params)).rows as Row[];
const inMarket = <Row>(sql: string, params: unknown[] = []) =>
  service.database.transactions.inCommunity(market.communityId, (tx) => tx.query<Row>(sql, params));
const erasing = (dryRun: boolean, token?: string) =>
  market.ask('POST', 'members/ADAM/erasure', { dryRun }, token ?? market.treasurer);

/** Columns of all tables of the database in which a text is found, whatever their type; bytes are searched as they are. */
async function placesOf(words: readonly string[]): Promise<string[]> {
  const columns = await owner<{ table: string; column: string; isBytes: boolean }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS table, quote_ident(a.attname) AS column, a.atttypid = 'bytea'::regtype OR t.typbasetype = 'bytea'::regtype AS "isBytes"
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     JOIN pg_type t ON t.oid = a.atttypid
     WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') ORDER BY 1, a.attnum`,
  );
  expect(columns.length).toBeGreaterThan(900);
  const found: string[] = [];
  const texts = words.map((word) => `%${word}%`);
  for (const { table, column, isBytes } of columns) {
    const text = isBytes ? `encode(${column}, 'escape')` : `${column}::text`;
    const rows = await owner(`SELECT 1 FROM ${table} WHERE lower(${text}) LIKE ANY ($1) LIMIT 1`, [texts]);
    if (rows.length > 0) found.push(`${table}.${column}`.replace('public.', ''));
  }
  return found;
}

/** The bundles of all documents of others, by number. */
async function bundlesOfOthers(): Promise<Map<string, string>> {
  const { items } = await sayTo(market)('GET', 'invoices');
  const others = (items as { number: string; memberId: string }[]).filter((one) => one.memberId !== member);
  expect(others.length).toBeGreaterThanOrEqual(3);
  const bundles = new Map<string, string>();
  for (const { number } of others) bundles.set(number, (await market.ask('GET', `invoices/${number}/bundle`)).text);
  return bundles;
}
const differing = (bundle: string): unknown[] =>
  verifyBundle(JSON.parse(bundle) as Bundle).filter(({ outcome }) => outcome === 'differs');
const recorded = (bundle: string): boolean => (JSON.parse(bundle) as Bundle).record !== undefined;

/** Others verify, by the library and by the command line; the record has no alarm and begins with the head of before. */
async function expectOthersWhole(before: { size: number; root: string }): Promise<void> {
  const head = await sayTo(market)('GET', 'log/head');
  expect(head.alarms).toEqual([]);
  expect(head.head.size).toBeGreaterThan(before.size);
  await sayTo(market)('GET', `log/proof/consistency?first=${before.size}&second=${head.head.size}`);
  const [row] = await inMarket<{ root: string }>(`SELECT encode(record_root(current_community(), $1), 'hex') AS root`, [
    before.size,
  ]);
  expect(row?.root).toBe(before.root);
  const record = service.app.get(RecordService);
  const { differences } = await service.database.transactions.inCommunity(market.communityId, (tx) =>
    record.checkWhole(tx, market.communityId),
  );
  expect(differences).toEqual([]);
  const bundles = await bundlesOfOthers();
  for (const [number, bundle] of bundles) {
    expect([number, recorded(bundle), differing(bundle)]).toEqual([number, true, []]);
  }
  const [[number = '', bundle = ''] = []] = [...bundles];
  const file = path.join(home, `${number}.json`);
  writeFileSync(file, bundle);
  const said = await commonmeter(['verify', file, '--key', head.key], { DATA_DIR: home });
  expect([said.code, said.stdout.match(/✗.*/g)]).toEqual([0, null]);
}

const balances = () => service.database.transactions.inCommunity(market.communityId, balancesOf);
const headNow = async () => (await sayTo(market)('GET', 'log/head')).head as { size: number; root: string };

beforeAll(async () => {
  service = await inProcess(clock, secret);
  market = await foundMarket(service, { names: { ADAM: his.name } });
  const say = sayTo(market);
  member = market.memberIds['ADAM'] ?? '';
  await say('PATCH', 'members/ADAM', { contactName: his.name, email: his.email, address: his.address });
  const access = service.app.get(AccessService);
  const { personId } = await access.addPerson(
    market.communityId,
    { name: his.name, email: his.email, roles: [{ role: 'member', memberId: member }] },
    system,
  );
  adam = (await access.issuePersonToken(market.communityId, personId, 'telephone of Zebedee')).token;
  browser = new Browser(service, 'http://localhost', '10.9.0.1');
  const begun = await service.database.transactions.inCommunity(market.communityId, (tx) =>
    service.app
      .get(SessionsService)
      .begin(tx, { communityId: market.communityId, personId, way: 'link', isProved: false }),
  );
  browser.cookies.set('commonmeter', begun.secret);
  await asOwnerOf(service.database, market.communityId, async (client) => {
    const person = [market.communityId, personId];
    await client.query(
      `INSERT INTO log_in_link (community_id, id, person_id, secret_hash, created_at, expires_at)
       VALUES ($1, gen_random_uuid(), $2, sha256('link'), now(), now() + interval '1 hour')`,
      person,
    );
    await client.query(
      `INSERT INTO passkey (community_id, id, person_id, credential_id, credential_hash, public_key, counter, is_backed_up, name, created_at)
       VALUES ($1, gen_random_uuid(), $2, 'abcdefghijklmnop', sha256('key'), decode(repeat('00', 64), 'hex'), 0, true, 'Zebedee''s key', now())`,
      person,
    );
    await client.query(
      `INSERT INTO authenticator (community_id, person_id, sealed_secret, created_at) VALUES ($1, $2, decode(repeat('00', 48), 'hex'), now())`,
      person,
    );
    await client.query(
      `INSERT INTO recovery_code (community_id, id, person_id, code_hash, created_at) VALUES ($1, gen_random_uuid(), $2, sha256('code'), now())`,
      person,
    );
    await client.query(
      `INSERT INTO mail (community_id, id, kind, subject_id, message_id, recipient, created_at)
       VALUES ($1, gen_random_uuid(), 'log-in', gen_random_uuid(), '<1@x>', $2, now())`,
      [market.communityId, his.email],
    );
  });
  await issued(market, await calculated(market));
  const { items } = await say('GET', 'invoices?member=ADAM');
  const [invoice] = items as { id: string; number: string; gross: string }[];
  const { lines } = await say('GET', `invoices/${invoice?.id}`);
  const asked = await service.ask('POST', 'disputes', {
    token: adam,
    body: { invoice: invoice?.number, line: lines[0].no, question: 'Why does Zebedee pay so much?' },
    headers: { 'idempotency-key': 'question-1' },
  });
  expect(asked.status).toBe(201);
  const photo = Buffer.from('ffd8ffe10008457869660000ffda0002706f696e7473ffd9', 'hex');
  const shown = await service.ask('POST', 'photos', {
    token: adam,
    body: photo,
    headers: { 'content-type': 'image/jpeg' },
  });
  expect(shown.status).toBe(201);
  await documentsOf(service, secret);
  await service.app.get(RecordService).bringUpToDate(market.communityId);
}, 240_000);
afterAll(async () => {
  await service.close();
  rmSync(home, { recursive: true, force: true });
});

describe('a member who asks to be erased', () => {
  it('is told what has to be settled first, and is not erased before', async () => {
    const dry = await erasing(true);
    expect(dry.status).toBe(200);
    expect(dry.body).toMatchObject({ done: false, removed: [], entries: 0 });
    expect(dry.body.obstacles).toEqual([
      expect.stringMatching(/^Its account is not settled: receivable [\d.]+ GBP\.$/),
      expect.stringMatching(/^The question about MH-\S+ is not decided\.$/),
    ]);
    const refused = await erasing(false);
    expect([refused.status, refused.body.code]).toEqual([409, 'conflict']);
    const there = await market.ask('POST', 'members/ROSA/erasure', { dryRun: true });
    expect(there.body.obstacles).toContain('It has the space S1; end that first.');
  });

  it('hears the same at the command line', async () => {
    const asked = ['erase-member', 'ROSA', '--community', 'market', '--dry-run'];
    const said = await commonmeter(asked, { DATABASE_URL: service.database.url, DATA_DIR: home, ...secret });
    expect([said.code, said.stdout]).toEqual([0, expect.stringContaining('It has the space S1; end that first.')]);
  });

  it('is erased by the treasurer alone', async () => {
    for (const token of [market.approver, market.rosa, adam]) expect((await erasing(false, token)).status).toBe(403);
  });

  it('settles, and a dry run says what goes, what stays until when and why, and changes nothing', async () => {
    const say = sayTo(market);
    const [{ id }] = (await say('GET', 'disputes?member=ADAM')).items;
    await say('POST', `disputes/${id}/withdraw`, { text: 'Zebedee sees.' }, 201, adam);
    const [{ gross }] = (await say('GET', 'invoices?member=ADAM')).items;
    const payment = { receivedOn: '2026-11-03', currency: 'GBP', method: 'bank', reference: `Z QUILLFEATHER RENT` };
    await say('POST', 'payments', { ...payment, member: 'ADAM', amount: gross }, 201);
    const before = await placesOf(needles);
    const { body } = await erasing(true);
    expect(body).toMatchObject({ member: { code: 'ADAM' }, done: false, obstacles: [], entries: 2 });
    const removed = Object.fromEntries(
      (body.removed as { what: string; count: number }[]).map(({ what, count }) => [what, count]),
    );
    expect(removed).toMatchObject({
      ...{ contact: 1, people: 1, tokens: 1, sessions: 1, logInLinks: 1, passkeys: 1, secondFactors: 2 },
      ...{ photos: 1, questions: 2, roles: 1 },
    });
    expect(removed['mails']).toBeGreaterThanOrEqual(1);
    expect(removed['copies']).toBeGreaterThanOrEqual(1);
    const kept = new Map((body.kept as { what: string; until: string | null }[]).map((one) => [one.what, one.until]));
    expect([kept.get('documents'), kept.get('payments'), kept.get('shares')]).toEqual([
      '2037-01-01',
      '2037-01-01',
      null,
    ]);
    expect(await placesOf(needles)).toEqual(before);
    expect((await market.ask('GET', 'members/ADAM')).body).toMatchObject({ name: his.name, erasedAt: null });
    expect((await browser.get('session')).status).toBe(200);
  });
});

describe('when what is personal has gone', () => {
  let head: { size: number; root: string };
  let accounts: unknown;
  let dry: Record<string, unknown>;

  beforeAll(async () => {
    [head, accounts, dry] = [await headNow(), await balances(), (await erasing(true)).body];
    const done = await erasing(false);
    expect(done.status).toBe(200);
    expect(done.body).toEqual({ ...dry, done: true });
  });

  it('he is found only in what proves the books', async () => {
    expect(await placesOf(needles)).toEqual(['invoice_statement.body', 'payment.reference']);
    expect((await market.ask('GET', 'members/ADAM')).body).toMatchObject({
      ...{ code: 'ADAM', name: 'Former member', contactName: '', email: '', address: '', trade: '' },
      erasedAt: clock.now(),
    });
  });

  it('nobody gets in for him any more', async () => {
    expect((await service.ask('GET', 'me', { token: adam })).status).toBe(401);
    expect((await browser.get('session')).body?.person).toBeNull();
  });

  it('the proofs of others are whole, accounts are what they were, and his own invoice is there', async () => {
    await expectOthersWhole(head);
    expect(await balances()).toEqual(accounts);
    const [{ number }] = (await sayTo(market)('GET', 'invoices?member=ADAM')).items;
    expect((await market.ask('GET', `invoices/${number}/document.txt`)).text).toContain(his.name);
    expect(differing((await market.ask('GET', `invoices/${number}/bundle`)).text)).toEqual([]);
  });

  it('it stands in the record, in counts and with a hash over the entries that open no more', async () => {
    const { items } = await sayTo(market)('GET', 'log/entries?type=member.erased');
    expect(items).toMatchObject([{ actor: { kind: 'person' }, data: { kind: 'member-personal', member, entries: 2 } }]);
    const [row] = await inMarket<{ hash: string }>('SELECT shredded_by($1) AS hash', [items[0].subject.id]);
    expect(items[0].data.entriesSha256).toBe(row?.hash);
  });

  it('he comes back by no way', async () => {
    const days = { from: '2027-01-01', to: null };
    const refused = [
      await market.ask('PATCH', 'members/ADAM', { name: 'Adam' }),
      await market.ask('POST', 'occupancies', { space: 'S4', member: 'ADAM', days }),
      await market.ask('POST', 'people', { name: 'X', email: '', roles: [{ role: 'member', member: 'ADAM' }] }),
      await erasing(false),
    ];
    for (const { status } of refused) expect([400, 409]).toContain(status);
    expect((await erasing(true)).body.obstacles).toEqual(['It was erased before.']);
  });
});

describe('the database', () => {
  it('lets the application erase by its two functions and by nothing else', async () => {
    const tries = [
      `UPDATE invoice_statement SET body = NULL, sha256 = NULL`,
      `DELETE FROM record_opening`,
      `INSERT INTO erasure (community_id, id, kind, member_id, at, xact) VALUES (current_community(), gen_random_uuid(), 'copies', NULL, now(), pg_current_xact_id())`,
      `INSERT INTO record_shredded (community_id, entry_id, erasure_id) SELECT community_id, id, id FROM record_entry LIMIT 1`,
      `SELECT shred(gen_random_uuid(), '{}')`,
    ];
    for (const sql of tries) await expect(inMarket(sql)).rejects.toThrow(/permission denied/);
    await expect(
      inMarket('SELECT erase_member_personal($1, gen_random_uuid(), now())', [market.memberIds['ROSA']]),
    ).rejects.toThrow('It has the space S1; end that first.');
    await expect(inMarket('SELECT erase_member_books($1, gen_random_uuid(), now())', [member])).rejects.toThrow(
      'books of this member are kept until 2037-01-01',
    );
    await expect(inMarket(`SELECT erase_member_books($1, gen_random_uuid(), '2050-01-01')`, [member])).rejects.toThrow(
      'othing is erased on a day that has not come',
    );
  });

  it('lets nobody erase without the record, and takes words and never figures', async () => {
    const begun = `INSERT INTO erasure (community_id, id, kind, at, xact) VALUES (current_community(), gen_random_uuid(), 'copies', now(), pg_current_xact_id())`;
    const asOwner = (...statements: string[]) =>
      asOwnerOf(service.database, market.communityId, async (client) => {
        for (const sql of statements) await client.query(sql);
      });
    await expect(asOwner(begun)).rejects.toThrow('an erasure stands in the record');
    for (const sql of [
      `UPDATE invoice SET gross = gross + 1, net = net + 1`,
      `UPDATE payment SET amount = amount + 1`,
      `UPDATE invoice_line SET net = 0`,
      `DELETE FROM invoice_line`,
      `UPDATE dispute_step SET outcome = 'upheld'`,
      `UPDATE audit_entry SET type = 'nothing'`,
      `UPDATE mail SET kind = 'nothing'`,
    ])
      await expect(asOwner(begun, sql)).rejects.toThrow('append-only: an erasure takes nothing of');
    await expect(asOwner(`UPDATE payment SET reference = ''`)).rejects.toThrow('append-only');
  });
});

describe('when the years of the books have passed', () => {
  let head: { size: number; root: string };
  let accounts: Awaited<ReturnType<typeof balances>>;

  beforeAll(async () => {
    [head, accounts] = [await headNow(), await balances()];
    await expect(service.app.get(ErasureService).eraseBooks(market.communityId, member)).rejects.toThrow('2037-01-01');
    // The clock of the database is moved as that of the process is.
    await owner(
      `CREATE OR REPLACE FUNCTION latest_now() RETURNS timestamptz LANGUAGE sql STABLE AS $$ SELECT timestamptz '2038-01-01' $$`,
    );
    clock.set('2037-01-01T00:00:00Z');
    const keeping = service.app.get(KeepingService);
    expect(await keeping.keep(true)).toMatchObject([{ community: 'market', books: [{ memberId: member }] }]);
    const [{ books: [done] = [] } = {}] = await keeping.keep(false);
    expect(done?.entries).toBeGreaterThanOrEqual(3); // the invoice, and what was recorded of the member itself
  });

  it('he is found nowhere, and neither is his code', async () => {
    expect(await placesOf(needles)).toEqual([]);
    const coded = (await placesOf(['adam'])).filter((place) => !place.startsWith('run_'));
    expect(coded).toEqual([]);
  });

  it('the proofs of others are whole, and accounts come to what they came to', async () => {
    await expectOthersWhole(head);
    const lines = (all: typeof accounts) =>
      all['accounts']?.map(({ member: code, ...line }) => ({
        ...line,
        member: code === 'ADAM' || code?.startsWith('erased-') ? 'his' : code,
      }));
    const byText = (all: typeof accounts) => ({
      ...all,
      accounts: lines(all)
        ?.map((line) => JSON.stringify(line))
        .sort(),
    });
    expect(byText(await balances())).toEqual(byText(accounts));
  });

  it('his invoice has its number and its amounts, and the rest is answered as erased', async () => {
    const { items } = await sayTo(market)('GET', 'invoices');
    const gone = (items as { memberId: string; number: string; document: string }[]).filter(
      (one) => one.memberId === member,
    );
    expect(gone).toMatchObject([{ number: expect.stringMatching(/^MH-/), document: 'erased' }]);
    for (const what of ['', '/document.pdf', '/document.json', '/document.txt', '/bundle']) {
      const { status, body } = await market.ask('GET', `invoices/${gone[0]?.number}${what}`);
      expect([what, status, body.code]).toEqual([what, 410, 'erased']);
    }
  });

  it('leaves with everything and comes back with the same roots', async () => {
    const folder = path.join(home, 'archive');
    mkdirSync(folder);
    const made = await service.app
      .get(ExportService)
      .export('market', folder, await schemaOf(service.database.url), () => undefined);
    const house = await inProcess(clock, secret);
    try {
      const to = { ownerUrl: house.database.url, schema: await schemaOf(house.database.url) };
      expect(await service.app.get(KeepingService).keep(true)).toEqual([
        { community: 'market', books: [], copies: [] },
      ]);
      const done = await house.app.get(RestoreService).restore(to, folder, () => undefined);
      expect([done.root, done.heads]).toEqual([made.description.record.root, made.description.record.heads]);
    } finally {
      await house.close();
    }
  });

  it('raises an alarm where somebody calls an entry erased that no erasure took', async () => {
    await asOwnerOf(service.database, market.communityId, async (client) => {
      const [{ id } = { id: '' }] = (await client.query<{ id: string }>(`SELECT id FROM erasure ORDER BY at LIMIT 1`))
        .rows;
      await client.query('ALTER TABLE record_opening DISABLE TRIGGER ALL');
      const { rows } = await client.query<{ id: string }>(
        `DELETE FROM record_opening WHERE entry_id IN (SELECT id FROM record_entry WHERE type = 'billing-run') RETURNING entry_id AS id`,
      );
      await client.query(
        'INSERT INTO record_shredded (community_id, entry_id, erasure_id) SELECT current_community(), x, $2 FROM unnest($1::uuid[]) x',
        [rows.map((row) => row.id), id],
      );
      await client.query('ALTER TABLE record_opening ENABLE TRIGGER ALL');
    });
    await sayTo(market)('POST', 'sites', { code: 'NEW', name: 'New', zone: 'Europe/London' }, 201);
    await service.app.get(RecordService).bringUpToDate(market.communityId);
    const { alarms } = await sayTo(market)('GET', 'log/head');
    expect(alarms.map(({ subject }: { subject: string }) => subject)).toContainEqual(
      expect.stringMatching(/^erasure /),
    );
  });
});
