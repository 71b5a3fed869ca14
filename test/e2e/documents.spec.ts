import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { inflateSync } from 'node:zlib';
import { attachedFile, bundleName } from '../../src/domain/proof/attachment.js';
import { sealHolds } from '../../src/domain/proof/code.js';
import type { Statement } from '../../src/domain/statement/model.js';
import { createApi } from '../../src/api.js';
import { claim, giveBack, storeDrawn } from '../../src/modules/invoices/documents.js';
import { FixedClock } from '../../src/platform/clock.js';
import { loadConfig } from '../../src/platform/config.js';
import { newId } from '../../src/platform/ids.js';
import { beginWork } from '../../src/platform/queue/begin-work.js';
import { Outbox } from '../../src/platform/queue/outbox.js';
import { type InProcess, inProcess } from '../support/in-process.js';
import { calculated, foundMarket, issued, type Market } from './billing-market.js';

/** Documents are made once, from what was frozen at the issue, whatever happens to workers and queues. */

const clock = new FixedClock('2026-11-03T09:30:00Z');
const times = { leaseMs: 1_000, pollMs: 100, retryMs: 50 };
let service: InProcess;
let market: Market;
let run: { id: string };
let workers: { close(): Promise<void> } | undefined;

/** A worker process of its own, on the same database. */
async function startWorker(): Promise<void> {
  const app = await createApi(loadConfig({ LOG_LEVEL: 'fatal' }), {
    databaseUrl: service.database.url,
    clock,
    queueTimes: times,
  });
  await app.init();
  beginWork(app);
  workers = { close: () => app.close() };
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; !(await holds()); attempt += 1) {
    if (attempt > 300) throw new Error('It did not come to that.');
    await pause(100);
  }
}
const rows = async (sql: string) => (await service.database.owner.query(sql)).rows;
const inMarket = <T>(work: Parameters<typeof service.database.transactions.inCommunity<T>>[1]) =>
  service.database.transactions.inCommunity(market.communityId, work);

beforeAll(async () => {
  service = await inProcess(clock);
  market = await foundMarket(service);
  run = await issued(market, await calculated(market));
}, 60_000);
afterAll(async () => {
  await workers?.close();
  await service.close();
});

describe('before a worker runs', () => {
  it('is written down what is to be made, and the PDF is not there yet', async () => {
    expect((await market.ask('GET', `billing-runs/${run.id}`)).body).toMatchObject({
      status: 'issued',
      documents: { done: 0, total: 5 },
    });
    expect(await market.ask('GET', 'invoices/MH-2026-00005/document.pdf')).toMatchObject({
      status: 409,
      body: { code: 'request-in-progress' },
    });
  });

  it('gives the statement as JSON, text and page from what was frozen', async () => {
    const json = await market.ask('GET', 'invoices/MH-2026-00005/document.json');
    const statement = JSON.parse(json.text) as Statement;
    expect(sealHolds(statement)).toBe(true);
    expect(statement).toMatchObject({
      number: 'MH-2026-00005',
      member: { number: 'ROSA' },
      charges: { net: '552.50', gross: '663.00' },
      balance: { closing: '663.00' },
    });
    expect(statement.sharing.map(({ difference }) => difference)).toEqual(['0.00', '0.00']);
    // 745 of 3,501.5 kWh are ROSA's; the hall used 298, the empty stall 149, and 74.5 are losses.
    expect(statement.use[0]).toMatchObject({
      glance: { total: '745' },
      readings: [
        { meter: 'M1', used: '745', intervals: { present: 745, expected: 745 } },
        { used: '527' },
        { used: '218' },
      ],
    });
    expect(statement.use[0]?.share?.parts.map(({ kind, quantity }) => [kind, quantity])).toEqual([
      ['you', '745'],
      ['others', '2235'],
      ['shared', '298'],
      ['vacant', '149'],
      ['unmeasured', '74.5'],
    ]);
    expect((await market.ask('GET', 'invoices/MH-2026-00005/document.txt')).text).toContain('663.00');
    const page = await market.ask('GET', 'invoices/MH-2026-00005/document.html');
    expect(String(page.headers['content-type'])).toContain('text/html');
    expect(page.text).toContain('MH-2026-00005');
  });

  it('shows a member its own documents and nobody else’s', async () => {
    const mine = await market.ask('GET', 'invoices', undefined, market.rosa);
    expect(mine.body.items.map(({ number }: { number: string }) => number)).toEqual(['MH-2026-00005']);
    for (const path of [
      'invoices/MH-2026-00001',
      'invoices/MH-2026-00001/document.json',
      'statements/MH-2026-00001',
      'invoices/MH-2026-09999',
    ]) {
      expect(await market.ask('GET', path, undefined, market.rosa)).toMatchObject({
        status: 404,
        body: { code: 'not-found' },
      });
    }
    const why = (await market.ask('GET', 'statements/MH-2026-00005', undefined, market.rosa)).body.charges.lines[0].why;
    expect(why).toEqual({
      sentence: '£495.38 × 527 / 2,476.9 kWh',
      reason: { rule: 'share', of: '495.38', weight: '527', total: '2476.9', unit: 'kWh' },
    });
  });

  it('lets only the holder of the lease store a document', async () => {
    const [{ id }] = await rows(`SELECT id FROM document ORDER BY id LIMIT 1`);
    const [killed, other, slow] = [newId(), newId(), newId()];
    const drawn = [{ id, content: Buffer.from('a worker that was too slow') }];
    expect(await inMarket((tx) => claim(tx, [id], killed))).toHaveLength(1);
    expect(await inMarket((tx) => claim(tx, [id], other))).toHaveLength(0);
    await service.database.owner.query(`UPDATE document SET lease_until = now() - interval '1 second' WHERE id = $1`, [
      id,
    ]);
    expect(await inMarket((tx) => claim(tx, [id], slow))).toHaveLength(1);
    expect(await inMarket((tx) => storeDrawn(tx, killed, drawn, clock.now()))).toEqual([]);
    await inMarket((tx) => giveBack(tx, slow, 'out of paper'));
    expect(await rows(`SELECT state, attempts, last_error FROM document WHERE id = '${id}'`)).toEqual([
      { state: 'pending', attempts: 2, last_error: 'out of paper' },
    ]);
  });
});

describe('when a worker runs', () => {
  it('makes every document once, also what a queue forgot and a killed worker left, and closes the run', async () => {
    // A worker claimed one document and was killed; the queue took the piece of work and lost it.
    const [{ id }] = await rows(`SELECT id FROM document ORDER BY id DESC LIMIT 1`);
    await inMarket((tx) => claim(tx, [id], newId()));
    await service.database.owner.query(`UPDATE document SET lease_until = now() + interval '2 seconds' WHERE id = $1`, [
      id,
    ]);
    await service.database.owner.query(`UPDATE outbox SET attempts = 1, claimed_until = now() + interval '1 second'`);
    await startWorker();
    await until(async () => (await market.ask('GET', `billing-runs/${run.id}`)).body.status === 'closed');
    expect((await market.ask('GET', `billing-runs/${run.id}`)).body.documents).toEqual({ done: 5, total: 5 });
    expect(
      await rows(
        `SELECT count(*)::int AS n, count(DISTINCT invoice_id)::int AS invoices FROM document WHERE state = 'done'`,
      ),
    ).toEqual([{ n: 5, invoices: 5 }]);
    await until(async () => (await rows('SELECT FROM outbox WHERE done_at IS NULL')).length === 0);
  }, 60_000);

  it('serves the PDF as it was stored, and draws the same bytes from the same statement', async () => {
    const [stored] = await rows(
      `SELECT d.content, s.body FROM document d JOIN invoice i ON i.id = d.invoice_id JOIN invoice_statement s ON s.invoice_id = i.id WHERE i.number = 'MH-2026-00005'`,
    );
    expect(stored.content.subarray(0, 8).toString('latin1')).toBe('%PDF-1.7');
    const { drawStatement } = await import('../../src/modules/invoices/pdf/document.js');
    const { bytes } = attachedFile(stored.content, bundleName);
    const again = drawStatement(JSON.parse(stored.body), inflateSync(bytes).toString('utf8'));
    const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
    expect(hash(again)).toBe(hash(stored.content));
    const served = await market.ask('GET', 'invoices/MH-2026-00005/document.pdf', undefined, market.rosa);
    expect(served).toMatchObject({ status: 200, headers: { 'content-type': 'application/pdf' } });
  });

  it('tells the progress of a closed run and ends', async () => {
    const answer = await market.ask('GET', `billing-runs/${run.id}/progress`);
    expect(answer.text).toContain('data: {"status":"closed","done":5,"total":5}');
  });

  it('refuses to change or remove what was made', async () => {
    await expect(service.database.owner.query(`UPDATE document SET state = 'pending'`)).rejects.toThrow(/append-only/);
    await expect(service.database.owner.query('DELETE FROM document')).rejects.toThrow(/append-only/);
  });
});

describe('a code', () => {
  it('says what was issued under it to whoever holds it, and nothing about whom', async () => {
    const { code } = (await market.ask('GET', 'invoices/MH-2026-00005')).body;
    const answer = await service.ask('GET', `verify/${String(code).toLowerCase().replaceAll('-', ' ')}`);
    expect(answer).toMatchObject({
      status: 200,
      body: { code, number: 'MH-2026-00005', kind: 'invoice', gross: '663.00', state: 'issued' },
    });
    expect(answer.text).not.toMatch(/ROSA/i);
    for (const unknown of ['0000-0000-0000', 'no code at all']) {
      expect(await service.ask('GET', `verify/${encodeURIComponent(unknown)}`)).toMatchObject({
        status: 404,
        body: { code: 'not-found' },
      });
    }
  });

  it('is answered as a page of the same figures, and from one address not for ever where codes do not exist', async () => {
    const { code } = (await market.ask('GET', 'invoices/MH-2026-00005')).body;
    const server = service.app.getHttpAdapter().getInstance();
    const page = (typed: string, from: string) =>
      server.inject({
        url: `/verify/${encodeURIComponent(typed)}`,
        remoteAddress: from,
        headers: { accept: 'text/html' },
      });
    const found = await page(code, '203.0.113.8');
    expect([found.statusCode, found.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    for (const shown of [code, 'MH-2026-00005', '£663.00', 'October', `/api/v1/verify/${code}`])
      expect(found.body).toContain(shown);
    expect(found.body).not.toMatch(/ROSA/i);
    const guesses = [];
    for (let no = 0; no < 31; no += 1) guesses.push((await page(`0000-0000-00${no + 10}`, '203.0.113.9')).statusCode);
    expect([guesses.slice(0, 30), guesses[30]]).toEqual([Array.from({ length: 30 }, () => 404), 429]);
    const held = await page(code, '203.0.113.9');
    expect([held.statusCode, Number(held.headers['retry-after'])]).toEqual([429, expect.any(Number)]);
    expect(held.body).not.toContain('MH-2026-00005');
    const asData = await service.ask('GET', `verify/${code}`, { from: '203.0.113.9' });
    expect(asData).toMatchObject({ status: 429, body: { code: 'too-many-attempts' } });
    expect(Number(asData.headers['retry-after'])).toBeGreaterThan(0);
    expect((await page(code, '203.0.113.8')).statusCode).toBe(200);
  });
});

describe('a credit note', () => {
  it('mirrors the invoice to the coin under a number of its own, and once', async () => {
    const answer = await market.ask('POST', 'invoices/MH-2026-00005/credit-notes', { reason: 'Wrong meter' });
    expect(answer).toMatchObject({
      status: 201,
      body: {
        number: 'MH-CN-2026-00001',
        kind: 'credit-note',
        credits: 'MH-2026-00005',
        net: '-552.50',
        tax: '-110.50',
        gross: '-663.00',
        reason: 'Wrong meter',
      },
    });
    const invoice = (await market.ask('GET', 'invoices/MH-2026-00005')).body;
    expect(invoice.creditedBy).toBe('MH-CN-2026-00001');
    expect(answer.body.lines.map(({ net }: { net: string }) => net)).toEqual(
      invoice.lines.map(({ net }: { net: string }) => `-${net}`),
    );
    expect(await market.ask('POST', 'invoices/MH-2026-00005/credit-notes', { reason: 'Again' })).toMatchObject({
      status: 409,
      body: { code: 'already-credited' },
    });
    expect(await market.ask('POST', 'invoices/MH-CN-2026-00001/credit-notes', { reason: 'Back' })).toMatchObject({
      status: 409,
      body: { code: 'conflict' },
    });
    const list = await market.ask('GET', 'credit-notes', undefined, market.rosa);
    expect(list.body.items).toMatchObject([{ number: 'MH-CN-2026-00001' }]);
  });

  it('has a statement, a document, its place in the books, and shows under the code of the invoice', async () => {
    const statement = (await market.ask('GET', 'statements/MH-CN-2026-00001', undefined, market.rosa)).body;
    expect(statement).toMatchObject({
      kind: 'credit-note',
      corrects: { number: 'MH-2026-00005' },
      balance: { opening: { amount: '663.00' }, closing: '0.00' },
    });
    await until(async () => (await market.ask('GET', 'invoices/MH-CN-2026-00001')).body.document === 'done');
    expect(
      await rows(
        `SELECT coalesce(sum(amount), 0)::numeric(12,2)::text AS balance FROM posting WHERE account = 'supplier-clearing'`,
      ),
    ).toEqual([{ balance: '0.00' }]);
    expect(
      await rows(
        `SELECT sum(p.amount)::numeric(12,2)::text AS balance FROM posting p JOIN member m ON m.id = p.member_id WHERE m.code = 'ROSA'`,
      ),
    ).toEqual([{ balance: '0.00' }]);
    const { code } = (await market.ask('GET', 'invoices/MH-2026-00005')).body;
    expect((await service.ask('GET', `verify/${code}`)).body.state).toBe('credited');
  }, 60_000);

  it('is issued once when two ask at once', async () => {
    const answers = await Promise.all(
      [1, 2, 3, 4].map(() => market.ask('POST', 'invoices/MH-2026-00001/credit-notes', { reason: 'Twice' })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
    expect((await rows(`SELECT last_no FROM invoice_series WHERE series = 'MH-CN-2026'`))[0].last_no).toBe(2);
  });
});

describe('documents that are asked for again', () => {
  it('D8: made or sent for again, what is done stays as it is, and only the one that is named is made', async () => {
    const made = () => rows(`SELECT id, attempts, encode(sha256, 'hex') AS sha256, done_at FROM document ORDER BY id`);
    await until(async () => (await rows(`SELECT FROM document WHERE state = 'pending'`)).length === 0);
    const before = await made();
    // One more document is ordered while the others have long been made.
    const reason = 'Asked for twice';
    const { body } = await market.ask('POST', 'invoices/MH-2026-00002/credit-notes', { reason });
    await until(async () => (await market.ask('GET', `invoices/${body.number}`)).body.document === 'done');
    expect((await made()).slice(0, before.length)).toEqual(before);
    // And the whole run once more, by name: nothing is pending, so nothing is drawn.
    const outbox = service.app.get(Outbox);
    const all = before.map(({ id }) => id as string);
    await inMarket((tx) => outbox.add(tx, market.communityId, 'document', 'again', { documents: all.join(',') }));
    await until(async () => (await rows(`SELECT FROM outbox WHERE key = 'again' AND done_at IS NULL`)).length === 0);
    expect((await made()).slice(0, before.length)).toEqual(before);
    expect(await made()).toHaveLength(before.length + 1);
  }, 60_000);
});
