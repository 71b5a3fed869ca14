import { FixedClock } from '../../src/platform/clock.js';
import { type Answer, type InProcess, inProcess } from '../support/in-process.js';
import { calculated, foundMarket, issued, type Market } from './billing-market.js';

/**
 * Rosa pays 500.00 and VAT in advance, and Adam 150.00 until he leaves on the 16th; both by the day. Half of October is billed at a time, then a
 * reading of Rosa's proves wrong and the first half is corrected (billing-market.ts has the figures).
 */
const clock = new FixedClock('2026-11-03T09:30:00Z');
const halves = [
  { from: '2026-10-01', to: '2026-10-16' },
  { from: '2026-10-16', to: '2026-11-01' },
] as const;
let service: InProcess;
let market: Market;
let first: Answer['body'];
const ask = (method: string, path: string, body?: unknown): Promise<Answer> => market.ask(method, path, body);
const get = async (path: string): Promise<Answer['body']> => (await ask('GET', path)).body;
const cents = (amount: string): number => Math.round(Number.parseFloat(amount) * 100);
const advancesOf = async (member: string): Promise<Answer['body']> => (await get(`advances?member=${member}`)).items;
const statementOf = async (member: string, run: string): Promise<Answer['body']> => {
  const { items } = await get(`invoices?member=${member}&run=${run}`);
  return get(`statements/${items.find(({ kind }: { kind: string }) => kind === 'invoice').number}`);
};
const inBooks = async (account: string): Promise<number> => {
  const { items } = await get('accounts');
  const found = items.find(
    (one: { account: string; member: unknown }) => one.account === account && one.member === null,
  );
  return cents(found?.balance ?? '0');
};

beforeAll(async () => {
  service = await inProcess(clock);
  market = await foundMarket(service);
  const terms = { rule: 'by-day', step: '1.00', stepRounding: 'up' };
  const policy = { name: 'advances', from: '2026-01-01', terms, decision: 'minute 6' };
  expect((await ask('POST', 'policies', policy)).status).toBe(201);
  for (const [member, amount] of [
    ['ROSA', '500.00'],
    ['ADAM', '150.00'],
  ] as const) {
    const occupancy = (await get(`occupancies?member=${member}`)).items[0].id as string;
    const plan = { occupancy, from: '2026-10-01', amount, taxCode: 'S', agreedBy: member, agreedOn: '2026-09-20' };
    expect((await ask('POST', 'advance-plans', plan)).status).toBe(201);
  }
  expect((await ask('POST', 'advances', { month: '2026-10' })).status).toBe(201);
  first = await issued(market, await calculated(market, halves[0]));
}, 120_000);
afterAll(() => service.close());
beforeEach(() => clock.advance(86_400_000));

it('by the day, a period sets off the part of its days, and whoever leaves is asked for no day after', async () => {
  // 600.00 × 15/31 = 290.3325…; Adam has 15 of 31 days of 150.00, 72.58 and 14.52 of VAT.
  expect(await advancesOf('ROSA')).toMatchObject([{ asked: '600.00', setOff: '290.33', left: '309.67' }]);
  expect(await advancesOf('ADAM')).toMatchObject([{ asked: '87.10', setOff: '87.10', left: '0.00' }]);
});

it('a correction takes back what its invoice set off, and the invoice in its place sets the same off again', async () => {
  const before = await statementOf('ROSA', first.id);
  const sent = {
    meter: 'M1',
    register: 'import',
    from: '2026-10-05T10:00:00Z',
    to: '2026-10-05T11:00:00Z',
    quantity: '9',
    unit: 'kWh',
  };
  expect((await ask('POST', 'readings', sent)).body.results[0].status).toBe('conflict');
  const { items } = await get('exceptions?state=open&kind=conflict&meter=M1');
  const answer = { choice: 'supersede', reason: 'the logger was set to half' };
  expect((await ask('POST', `exceptions/${items[0].id}/resolve`, answer)).status).toBe(200);
  const opened = await ask('POST', `billing-runs/${first.id}/corrections`, {
    way: 'credit-and-reissue',
    cause: 'the logger',
  });
  const correction = await issued(market, (await ask('POST', `billing-runs/${opened.body.id}/calculate`)).body);
  const after = await statementOf('ROSA', correction.id);
  expect(after.advances).toMatchObject({ setOff: before.advances.setOff, net: before.advances.net });
  expect(cents(after.advances.toPay) - cents(before.advances.toPay)).toBe(
    cents(after.charges.gross) - cents(before.charges.gross),
  );
  expect(cents(after.charges.gross)).not.toBe(cents(before.charges.gross));
  expect(await advancesOf('ROSA')).toMatchObject([{ asked: '600.00', setOff: '290.33', left: '309.67' }]);
  expect(await inBooks('supplier-clearing')).toBe(0);
  expect((await get('accounts')).trialBalance).toMatchObject([{ balance: '0.00', balances: true }]);
});

it('the other half takes what is left, and nothing is asked or set off twice', async () => {
  const second = await issued(market, await calculated(market, halves[1]));
  expect(await advancesOf('ROSA')).toMatchObject([{ asked: '600.00', setOff: '600.00', left: '0.00' }]);
  const { advances } = await statementOf('ROSA', second.id);
  expect(advances.setOff).toBe('309.67');
  expect(await inBooks('members-advances')).toBe(0);
});
