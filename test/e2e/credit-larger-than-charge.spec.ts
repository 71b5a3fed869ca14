import { FixedClock } from '../../src/platform/clock.js';
import { type Answer, type InProcess, inProcess } from '../support/in-process.js';
import { bill, calculated, foundMarket, hourly, issued, type Market, stalls } from './billing-market.js';

/**
 * The story of test/golden/credit-larger-than-charge through the service: what a supplier gives back is more than what a member used,
 * and the member has it, to the coin, on this statement, on the account and on the next statement.
 */
let service: InProcess;
let market: Market;
let first: Answer['body'];
const get = async (path: string): Promise<Answer['body']> => (await market.ask('GET', path)).body;
const statementOf = async (run: { id: string }): Promise<Answer['body']> => {
  const { items } = await get(`invoices?member=ROSA&run=${run.id}`);
  return get(`statements/${items[0].number}`);
};

beforeAll(async () => {
  service = await inProcess(new FixedClock('2026-12-03T09:30:00Z'));
  market = await foundMarket(service);
  const component = { kind: 'other', description: 'Credit for last year', taxCode: 'S', key: 'equal' };
  const back = { ...component, quantity: null, unit: null, price: null, amount: '-5000.00', tax: '-1000.00' };
  const given = bill({ number: 'NE-CR', net: '-5000.00', tax: '-1000.00', gross: '-6000.00', components: [back] });
  expect((await market.ask('POST', 'supplier-bills', given)).status).toBe(201);
  first = await issued(market, await calculated(market));
}, 120_000);
afterAll(() => service.close());

it('is a credit of the member, to the coin, and no demand', async () => {
  // Rosa's October is 552.50 net; a quarter of 5,000.00 comes off: −697.50, with 20 % of it −837.00.
  const statement = await statementOf(first);
  expect(statement).toMatchObject({
    charges: { net: '-697.50', tax: '-139.50', gross: '-837.00' },
    balance: { opening: { amount: '0.00' }, closing: '-837.00' },
  });
  const { text } = await market.ask('GET', `invoices/${statement.number}/document.txt`);
  expect(text).toContain('You are in credit');
  expect(text).toContain('Nothing to pay');
  expect(text).not.toMatch(/You owe|Pay to/);
  expect(first.totals).toMatchObject({ costs: '-3503.05', difference: '0.00' });
});

it('stands on the account as a credit, with nothing open on it', async () => {
  expect(await get('accounts/ROSA')).toMatchObject({ closing: '-837.00', open: [] });
  const { trialBalance } = await get('accounts');
  expect(trialBalance).toMatchObject([{ balance: '0.00', balances: true }]);
});

it('is taken off what the next statement asks for, and what is left stays a credit', async () => {
  // The first of November: 17 and 7 hours at 4.7 kW are 79.9 and 32.9 kWh.
  const [from, to] = ['2026-11-01', '2026-11-02'];
  const readings = stalls.flatMap(({ meter, watts }) => hourly(meter, watts, `${from}T00:00:00Z`, `${to}T00:00:00Z`));
  expect((await market.ask('POST', 'readings', { readings })).status).toBe(200);
  const [day, night] = bill().components;
  const components = [
    { ...day, quantity: '79.9', amount: '15.98', tax: '3.20' },
    { ...night, quantity: '32.9', amount: '3.29', tax: '0.66' },
  ];
  const sums = { net: '19.27', tax: '3.86', gross: '23.13' };
  const given = bill({ number: 'NE-2', period: { from, to }, components, ...sums });
  expect((await market.ask('POST', 'supplier-bills', given)).status).toBe(201);
  const next = await issued(market, await calculated(market, { from, to }));
  const { balance, charges } = await statementOf(next);
  expect(balance.opening).toMatchObject({ amount: '-837.00' });
  expect(charges.gross).toMatch(/^\d/);
  const cents = (amount: string): bigint => BigInt(amount.replace('.', ''));
  expect(cents(balance.closing)).toBe(cents('-837.00') + cents(charges.gross));
  expect(await get('accounts/ROSA')).toMatchObject({ closing: balance.closing });
});
