import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readBundle } from '../../src/domain/proof/bundle.js';
import { verifyBundle } from '../../src/domain/proof/verify.js';
import { RecordService } from '../../src/modules/proofs/record.service.js';
import { FixedClock } from '../../src/platform/clock.js';
import { commonmeter } from '../support/cli.js';
import { type Answer, type InProcess, inProcess } from '../support/in-process.js';
import { foundMarket, type Market, work } from './billing-market.js';

/** Advance payments that are agreed, asked for month by month, and set off. */
const clock = new FixedClock('2026-09-01T09:30:00Z');
let service: InProcess;
let market: Market;
const get = async (at: string, token?: string): Promise<Answer['body']> =>
  (await market.ask('GET', at, undefined, token)).body;
const occupancyOf = async (member: string): Promise<string> =>
  (await get(`occupancies?member=${member}`)).items[0].id as string;
const plan = async (member: string, from: string, amount: string) =>
  market.ask('POST', 'advance-plans', {
    ...{ occupancy: await occupancyOf(member), from, amount, taxCode: 'S', agreedBy: `${member}, by e-mail` },
    ...{ agreedOn: '2026-08-20', note: '' },
  });
const accounts = async (): Promise<Record<string, string>> =>
  Object.fromEntries(
    (await get('accounts')).items.map((one: { account: string; member: { code: string } | null; balance: string }) => [
      one.member === null ? one.account : `${one.account}:${one.member.code}`,
      one.balance,
    ]),
  );

beforeAll(async () => {
  service = await inProcess(clock);
  market = await foundMarket(service);
}, 120_000);
afterAll(() => service.close());

describe('a plan', () => {
  it('says who agreed to what from when, and ends the one before', async () => {
    expect(await plan('ROSA', '2026-01-01', '400.00')).toMatchObject({ status: 201 });
    expect(await plan('ROSA', '2026-09-01', '500.00')).toMatchObject({
      status: 201,
      body: {
        member: { code: 'ROSA' },
        space: { code: 'S1' },
        days: { from: '2026-09-01', to: null },
        amount: '500.00',
      },
    });
    expect((await get('advance-plans?member=ROSA')).items).toMatchObject([
      { amount: '400.00', days: { from: '2026-01-01', to: '2026-09-01' } },
      { amount: '500.00', days: { from: '2026-09-01', to: null } },
    ]);
    expect(await plan('LUND', '2026-09-01', '300.00')).toMatchObject({ status: 201 });
    expect(await plan('ADAM', '2026-09-01', '150.00')).toMatchObject({ status: 201 });
  });

  it('is refused where it overlaps, begins outside of the occupancy, or names no tax', async () => {
    expect(await plan('ROSA', '2026-03-01', '1.00')).toMatchObject({
      status: 409,
      body: { code: 'overlapping-version' },
    });
    expect(await plan('ADAM', '2026-10-16', '1.00')).toMatchObject({ body: { code: 'invalid-period' } });
    const occupancy = await occupancyOf('ROSA');
    const of = {
      occupancy,
      from: '2027-01-01',
      amount: '-1.00',
      taxCode: 'S',
      agreedBy: 'Rosa',
      agreedOn: '2026-08-20',
    };
    expect(await market.ask('POST', 'advance-plans', of)).toMatchObject({ status: 400 });
    expect(await market.ask('POST', 'advance-plans', { ...of, amount: '1.00', taxCode: 'QQ' })).toMatchObject({
      status: 400,
    });
  });

  it('is shown to its member and to no other', async () => {
    const seen = (await get('advance-plans', market.rosa)).items as { member: { code: string } }[];
    expect(new Set(seen.map(({ member }) => member.code))).toEqual(new Set(['ROSA']));
  });
});

describe('a month', () => {
  it('is asked once, in documents with a series of their own, however many ask at once', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => market.ask('POST', 'advances', { month: '2026-09' })));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(answers.map(({ body }) => body.asked.length as number).sort()).toEqual([0, 0, 3]);
    expect(await market.ask('POST', 'advances', { month: '2026-09' })).toMatchObject({
      status: 201,
      body: { month: '2026-09', asked: [], before: 3 },
    });
    expect((await get('advances')).items).toMatchObject([
      {
        document: 'MH-ADV-2026-00003',
        member: { code: 'ROSA' },
        net: '500.00',
        tax: '100.00',
        asked: '600.00',
        setOff: '0.00',
        left: '600.00',
      },
      { document: 'MH-ADV-2026-00002', member: { code: 'LUND' }, asked: '360.00' },
      { document: 'MH-ADV-2026-00001', member: { code: 'ADAM' }, asked: '180.00' },
    ]);
  });

  it('stands in the books as what the community owes, with its tax', async () => {
    expect(await accounts()).toMatchObject({
      'receivable:ROSA': '600.00',
      'receivable:LUND': '360.00',
      'receivable:ADAM': '180.00',
      'members-advances': '-950.00',
      'tax-output': '-190.00',
    });
    expect(await get('accounts/ROSA')).toMatchObject({ open: [{ number: 'MH-ADV-2026-00003', amount: '600.00' }] });
    const { text } = await market.ask('GET', 'journal?format=hledger');
    expect(text).toContain('liabilities:advances  GBP -500.00');
  });

  it('has a document that says it is no final bill, with the tax invoice’s figures', async () => {
    const statement = await get('statements/MH-ADV-2026-00003', market.rosa);
    expect(statement).toMatchObject({
      kind: 'advance',
      period: { from: '2026-09-01', to: '2026-10-01' },
      charges: { net: '500.00', tax: '100.00', gross: '600.00', taxes: [{ rate: '20', tax: '100.00' }] },
      balance: { opening: { amount: '0.00' }, closing: '600.00' },
    });
    const { text } = await market.ask('GET', 'invoices/MH-ADV-2026-00003/document.txt', undefined, market.rosa);
    expect(text).toContain('VAT INVOICE FOR AN ADVANCE PAYMENT');
    expect(text.replace(/\s+/g, ' ')).toContain('Advance payment, no final bill');
    expect(text.replace(/\s+/g, ' ')).toContain('£500.00, set by the plan agreed by ROSA, by e-mail on 20 August 2026');
    work(service);
    for (let n = 0; n < 300 && (await get('invoices/MH-ADV-2026-00003')).document !== 'done'; n += 1)
      await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await market.ask('GET', 'invoices/MH-ADV-2026-00003/document.pdf')).status).toBe(200);
    expect(await get('invoices/MH-ADV-2026-00003')).toMatchObject({ kind: 'advance', runId: null });
  }, 60_000);

  it('is asked again where its document was taken back, and of nobody else', async () => {
    const taken = await market.ask('POST', 'invoices/MH-ADV-2026-00002/credit-notes', { reason: 'Wrong amount' });
    expect(taken).toMatchObject({ status: 201, body: { gross: '-360.00', runId: null } });
    expect((await accounts())['receivable:LUND']).toBe('0.00');
    expect((await accounts())['members-advances']).toBe('-650.00');
    expect((await market.ask('POST', 'advances', { month: '2026-09' })).body).toMatchObject({
      asked: [{ document: 'MH-ADV-2026-00004', member: { code: 'LUND' } }],
      before: 2,
    });
    expect((await get('advances?member=LUND')).items).toMatchObject([
      { left: '360.00', takenBack: null },
      { left: '0.00', takenBack: 'MH-CN-2026-00001' },
    ]);
  });

  it('is sealed in the record like every document', async () => {
    await service.app.get(RecordService).bringUpToDate(market.communityId);
    const { rows } = await service.database.owner.query(
      `SELECT e.type FROM invoice i JOIN record_entry e ON e.community_id = i.community_id AND e.id = i.id
       WHERE i.kind = 'advance' AND i.run_id IS NULL`,
    );
    expect(rows).toEqual(Array.from({ length: 4 }, () => ({ type: 'advance' })));
    expect((await get('accounts')).trialBalance).toMatchObject([{ balance: '0.00', balances: true }]);
  });

  it('proves itself by its bundle, and so does the credit note that takes one back', async () => {
    const { key } = await get('log/head');
    for (const [number, kind] of [
      ['MH-ADV-2026-00001', 'advance'],
      ['MH-ADV-2026-00002', 'advance'],
      ['MH-CN-2026-00001', 'credit-note'],
    ] as const) {
      const { text } = await market.ask('GET', `invoices/${number}/bundle`);
      const bundle = readBundle(text);
      expect(bundle.record).toMatchObject({ document: { entry: { type: kind }, fact: { number, run: null } } });
      expect(bundle.record?.run).toBeUndefined();
      const checks = verifyBundle(bundle, { key });
      expect([number, checks.filter(({ outcome }) => outcome === 'differs')]).toEqual([number, []]);
      const found = checks.filter(({ outcome }) => outcome === 'holds').map(({ name }) => name);
      expect(found).toEqual(expect.arrayContaining(['key', 'head', 'document', 'run', 'balance']));
      const file = path.join(home, `${number}.json`);
      writeFileSync(file, text);
      const said = await commonmeter(['verify', file, '--key', key], { DATA_DIR: home });
      expect([number, said.code]).toEqual([number, 0]);
      if (hasPython) expect(execFileSync('python3', [script, file]).toString()).toContain('right');
      const elsewhere = { ...bundle, statement: { ...bundle.statement, kind: 'invoice' } };
      expect(verifyBundle(elsewhere as typeof bundle).filter(({ outcome }) => outcome === 'differs')).not.toEqual([]);
    }
  });
});

const home = mkdtempSync(path.join(tmpdir(), 'commonmeter-advances-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const script = path.resolve('test/second-implementation/verify.py');
const hasPython = spawnSync('python3', ['--version']).status === 0;
