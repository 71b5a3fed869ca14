import { type Entry, entry, receivable } from '../../src/domain/ledger/journal.js';
import { decimal } from '../../src/domain/quantity/decimal.js';
import { AccessService } from '../../src/modules/access/access.service.js';
import { LedgerService } from '../../src/modules/ledger/ledger.service.js';
import { FixedClock } from '../../src/platform/clock.js';
import { Transactions } from '../../src/platform/database/transactions.js';
import { type InProcess, inProcess } from '../support/in-process.js';

/** Members pay, payments bounce, and the books follow: every entry comes to zero, every balance is told from the journal. */

let service: InProcess;
let communityId: string;
let treasurer: string;
const tokens: Record<string, string> = {};
const members: Record<string, string> = {};

const ask = (method: string, path: string, body?: unknown, token = treasurer) =>
  service.ask(method, path, { token, body });
const payment = (more: object = {}) => ({
  member: 'ROSA',
  receivedOn: '2026-11-12',
  amount: '100.00',
  currency: 'GBP',
  method: 'bank transfer',
  reference: 'MH-1',
  ...more,
});
const post = (posted: Entry, text: string) =>
  service.app
    .get(Transactions)
    .inCommunity(communityId, (tx) =>
      service.app.get(LedgerService).post(tx, communityId, { entry: posted, text, runId: null }),
    );
const invoice = (member: string, number: string, postedOn: string, gross: string): Entry =>
  entry({ kind: 'invoice-issued', source: number, postedOn, currency: 'GBP', reverses: null }, [
    { account: receivable(members[member]!), amount: decimal(gross) },
    { account: 'supplier-clearing', amount: decimal(`-${gross}`) },
  ]);

beforeAll(async () => {
  service = await inProcess(new FixedClock('2026-11-20T09:00:00Z'));
  const access = service.app.get(AccessService);
  const founded = await access.createCommunity({
    code: 'market',
    name: 'Market',
    currency: 'GBP',
    zone: 'Europe/London',
    treasurer: { name: 'Tess' },
  });
  ({ communityId, token: treasurer } = founded);
  for (const code of ['ROSA', 'LUND']) {
    const memberId: string = (await ask('POST', 'members', { code, name: code })).body.id;
    members[code] = memberId;
    const person = await access.addPerson(
      communityId,
      { name: code, email: '', roles: [{ role: 'member', memberId }] },
      { kind: 'system', id: null },
    );
    tokens[code] = (await access.issuePersonToken(communityId, person.personId, 'phone')).token;
  }
  await post(invoice('ROSA', 'MH-1', '2026-09-01', '60.00'), 'Invoice MH-1');
  await post(invoice('ROSA', 'MH-2', '2026-10-01', '75.00'), 'Invoice MH-2');
  await post(invoice('LUND', 'MH-3', '2026-07-01', '20.00'), '=HYPERLINK("http://evil"), a text; that | is\na formula');
}, 60_000);
afterAll(() => service.close());

describe('a payment', () => {
  let paid: { id: string };

  it('is entered and lowers what the member owes, oldest invoice first', async () => {
    const answer = await ask('POST', 'payments', payment());
    expect(answer).toMatchObject({
      status: 201,
      body: { member: { code: 'ROSA' }, amount: '100.00', reverses: null, reversedBy: null },
    });
    paid = answer.body;
    const account = (await ask('GET', 'accounts/ROSA')).body;
    expect(account.entries.map((one: { amount: string; balance: string }) => [one.amount, one.balance])).toEqual([
      ['60.00', '60.00'],
      ['75.00', '135.00'],
      ['-100.00', '35.00'],
    ]);
    expect(account).toMatchObject({
      opening: '0.00',
      closing: '35.00',
      open: [{ number: 'MH-2', issuedOn: '2026-10-01', amount: '35.00', days: 50 }],
      ageing: { upTo30: '0.00', upTo60: '35.00', upTo90: '0.00', over90: '0.00' },
    });
  });

  it('is entered once under one Idempotency-Key, and what differs under it is refused', async () => {
    const once = () =>
      service.ask('POST', 'payments', {
        token: treasurer,
        body: payment({ member: 'LUND', amount: '5.00' }),
        headers: { 'idempotency-key': 'k-1' },
      });
    const [first, again] = [await once(), await once()];
    expect(again).toMatchObject({ status: 201, body: { id: first.body.id } });
    const other = await service.ask('POST', 'payments', {
      token: treasurer,
      body: payment({ amount: '6.00' }),
      headers: { 'idempotency-key': 'k-1' },
    });
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency-mismatch' } });
    expect((await ask('GET', 'accounts/LUND')).body.closing).toBe('15.00');
  });

  it('is taken back whole, once, with a reason', async () => {
    const answers = await Promise.all(
      [1, 2, 3].map(() => ask('POST', `payments/${paid.id}/reverse`, { reason: 'The bank returned it' })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    expect(answers.filter(({ status }) => status === 409).map(({ body }) => body.code)).toEqual([
      'already-decided',
      'already-decided',
    ]);
    const reversal = answers.find(({ status }) => status === 201)!.body;
    expect(reversal).toMatchObject({
      reverses: paid.id,
      reason: 'The bank returned it',
      receivedOn: '2026-11-20',
      amount: '100.00',
    });
    expect((await ask('GET', `payments/${paid.id}`)).body.reversedBy).toBe(reversal.id);
    expect((await ask('GET', 'accounts/ROSA')).body).toMatchObject({
      closing: '135.00',
      open: [{ number: 'MH-1' }, { number: 'MH-2' }],
    });
    expect(await ask('POST', `payments/${reversal.id}/reverse`, { reason: 'again' })).toMatchObject({
      status: 400,
      body: { code: 'invalid-input' },
    });
    expect(await ask('POST', `payments/${paid.id}/reverse`, {})).toMatchObject({ status: 400 });
  });

  it('that is more than is open leaves the member in credit', async () => {
    await ask('POST', 'payments', payment({ amount: '150.00' }));
    expect((await ask('GET', 'accounts/ROSA')).body).toMatchObject({ closing: '-15.00', open: [] });
  });

  it.each([
    ['nothing', { amount: '0.00' }, 400, 'invalid-input'],
    ['less than nothing', { amount: '-5.00' }, 400, 'invalid-input'],
    ['a float', { amount: 5 }, 400, 'invalid-input'],
    ['not a number', { amount: 'NaN' }, 400, 'invalid-input'],
    ['half a penny', { amount: '0.005' }, 400, 'invalid-input'],
    ['more than can be stored', { amount: '99999999999999.00' }, 400, 'invalid-input'],
    ['another currency', { currency: 'EUR' }, 422, 'currency-mismatch'],
    ['an unknown member', { member: 'NOBODY' }, 404, 'not-found'],
    ['a day that has not come', { receivedOn: '2026-11-21' }, 400, 'invalid-input'],
    ["a member's id beside it", { memberId: 'x' }, 400, 'invalid-input'],
  ])('of %s is refused', async (_, more, status, code) => {
    expect(await ask('POST', 'payments', payment(more))).toMatchObject({ status, body: { code } });
  });
});

describe('the books', () => {
  it('come to zero over all accounts, whatever happened', async () => {
    const { items, trialBalance } = (await ask('GET', 'accounts')).body;
    expect(trialBalance).toEqual([{ currency: 'GBP', balance: '0.00', balances: true }]);
    expect(
      items.map((one: { account: string; member: { code: string } | null; balance: string }) => [
        one.account,
        one.member?.code ?? null,
        one.balance,
      ]),
    ).toEqual([
      ['bank', null, '155.00'],
      ['receivable', 'LUND', '15.00'],
      ['receivable', 'ROSA', '-15.00'],
      ['supplier-clearing', null, '-155.00'],
    ]);
    expect(items[1].ageing).toEqual({ upTo30: '0.00', upTo60: '0.00', upTo90: '0.00', over90: '15.00' });
  });

  it('are read in pages, each account once', async () => {
    const first = (await ask('GET', 'accounts?limit=2')).body;
    const second = (await ask('GET', `accounts?limit=2&cursor=${first.next}`)).body;
    expect([...first.items, ...second.items]).toHaveLength(4);
    expect(second.next).toBeNull();
  });

  it('enter a fact once: told again it is left, told otherwise it is refused', async () => {
    await expect(post(invoice('ROSA', 'MH-2', '2026-10-01', '75.00'), 'again')).resolves.toMatchObject({
      isNew: false,
    });
    await expect(post(invoice('ROSA', 'MH-2', '2026-10-01', '76.00'), 'other')).rejects.toMatchObject({
      code: 'already-exists',
    });
    expect((await ask('GET', 'accounts/ROSA')).body.closing).toBe('-15.00');
  });

  it('state an account over some days, so that one statement begins where the last ended', async () => {
    const september = (await ask('GET', 'accounts/ROSA?from=2026-09-01&to=2026-10-01')).body;
    const later = (await ask('GET', 'accounts/ROSA?from=2026-10-01')).body;
    expect(september).toMatchObject({ opening: '0.00', closing: '60.00' });
    expect(later).toMatchObject({ opening: '60.00', closing: '-15.00' });
  });

  it('give the journal in pages, in the order of days, each entry balanced', async () => {
    const seen = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: { items: { postedOn: string; postings: { amount: string }[] }[]; next: string | null } = (
        await ask('GET', `journal?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`)
      ).body;
      seen.push(...page.items);
      cursor = page.next;
    }
    expect(seen).toHaveLength(7);
    expect(seen.map(({ postedOn }) => postedOn)).toEqual(seen.map(({ postedOn }) => postedOn).toSorted());
    for (const { postings } of seen) {
      expect(postings.reduce((total, { amount }) => total.plus(decimal(amount)), decimal('0')).isZero()).toBe(true);
    }
    expect((await ask('GET', 'journal?from=2026-10-01&to=2026-10-02')).body.items).toMatchObject([{ source: 'MH-2' }]);
  });

  it('are exported as CSV in which no cell is a formula', async () => {
    const byQuery = await ask('GET', 'journal?format=csv');
    const byHeader = await service.ask('GET', 'journal', { token: treasurer, headers: { accept: 'text/csv' } });
    expect(byHeader.text).toBe(byQuery.text);
    expect(byQuery.headers['content-type']).toContain('text/csv');
    const lines = byQuery.text.split('\r\n');
    expect(lines[0]).toBe('entry,posted_on,kind,source,text,account,member,debit,credit,currency');
    expect(byQuery.text).toContain(`"'=HYPERLINK(""http://evil""), a text; that | is\na formula"`);
    expect(byQuery.text).not.toMatch(/(^|[,\n])"?[=+@-]/);
    expect(lines.some((line) => line.endsWith(',bank,,150.00,,GBP'))).toBe(true);
    expect(lines.some((line) => line.endsWith(',receivable,ROSA,,150.00,GBP'))).toBe(true);
  });

  it('are exported as hledger reads them, one entry a paragraph', async () => {
    const { text } = await ask('GET', 'journal?format=hledger');
    const entries = text.trimEnd().split('\n\n');
    expect(entries).toHaveLength(7);
    expect(entries[0]).toMatch(
      /^2026-07-01 \(MH-3\) =HYPERLINK,"http:\/\/evil",, a text, that , is a formula {2}; kind: invoice-issued, id: [0-9a-f-]{36}\n {4}assets:receivable:LUND {2}GBP 20\.00\n {4}assets:clearing {2}GBP -20\.00$/,
    );
    expect((await ask('GET', 'journal?format=xlsx')).status).toBe(400);
  });
});

describe('the walls', () => {
  it("show a member its own account and payments, and no other's", async () => {
    const rosa = tokens['ROSA'];
    expect(await ask('GET', 'accounts/ROSA', undefined, rosa)).toMatchObject({
      status: 200,
      body: { closing: '-15.00' },
    });
    expect(await ask('GET', `accounts/${members['ROSA']}`, undefined, rosa)).toMatchObject({ status: 200 });
    const foreign = await ask('GET', 'accounts/LUND', undefined, rosa);
    const missing = await ask('GET', 'accounts/NOBODY', undefined, rosa);
    expect(foreign.status).toBe(404);
    expect({ ...foreign.body, instance: '' }).toEqual({ ...missing.body, instance: '' });
    const { items } = (await ask('GET', 'payments', undefined, rosa)).body;
    expect(items.map((one: { member: { code: string } }) => one.member.code)).toEqual(['ROSA', 'ROSA', 'ROSA']);
    expect((await ask('GET', `payments?member=LUND`, undefined, rosa)).status).toBe(404);
    const [lunds] = (await ask('GET', 'payments?member=LUND')).body.items;
    expect((await ask('GET', `payments/${lunds.id}`, undefined, rosa)).status).toBe(404);
    expect((await ask('GET', `payments/${lunds.id}`, undefined, tokens['LUND'])).status).toBe(200);
  });

  it.each(['accounts', 'journal', 'journal?format=csv'])('keep %s from members', async (path) => {
    expect((await ask('GET', path, undefined, tokens['ROSA'])).status).toBe(403);
  });

  it('let no member enter or reverse a payment', async () => {
    expect((await ask('POST', 'payments', payment(), tokens['ROSA'])).status).toBe(403);
    const [{ id }] = (await ask('GET', 'payments')).body.items;
    expect((await ask('POST', `payments/${id}/reverse`, { reason: 'x' }, tokens['ROSA'])).status).toBe(403);
  });
});
