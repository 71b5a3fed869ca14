import { FixedClock } from '../../src/platform/clock.js';
import { type Answer, type InProcess, inProcess } from '../support/in-process.js';
import { bill, calculated, foundMarket, issued, type Market } from './billing-market.js';

/**
 * The October bill of the market (billing-market.ts) beside the contract of its supplier: 0.20 by day and 0.10 by night, 1.80 a day and 0.008 of
 * levy. The source drew 4.7 kW all month.
 *
 *   Day units        2,476.9 × 0.22 = 544.92 billed     2,476.9 × 0.20 = 495.38     49.54 too much: 10 %
 *   Night units      1,024.6 × 0.10 = 102.46 billed                      102.46     right
 *   Standing charge  55.81 billed                            31 × 1.80 = 55.80      0.01: passed
 *   Levy             28.01 billed, called by another name than in the contract
 */

const decided = { adoptedBy: 'Treasurer', adoptedOn: '2026-01-02', decision: 'contract NG-7' };
const always = { from: '2026-01-01', to: null };
let service: InProcess;
let market: Market;
let billId: string;

const dear = () => {
  const { components, ...head } = bill();
  const [day, night, standing, levy] = components as Record<string, string>[];
  return {
    ...head,
    ...{ net: '731.20', tax: '136.33', gross: '867.53' },
    components: [{ ...day, price: '0.22', amount: '544.92' }, night, { ...standing, amount: '55.81' }, levy],
  };
};
const ask = (method: string, path: string, body?: unknown): Promise<Answer> => market.ask(method, path, body);
const findingsOf = async (run: { id: string }): Promise<Record<string, unknown>[]> =>
  (await ask('GET', `billing-runs/${run.id}/issues`)).body.items.filter(
    ({ code }: { code: string }) => code === 'bill-differs-from-contract',
  );
const decide = (component: number, choice: string) =>
  ask('POST', `supplier-bills/${billId}/decisions`, { component, choice, reason: 'the supplier was asked' });

beforeAll(async () => {
  service = await inProcess(new FixedClock('2026-11-03T09:30:00Z'));
  market = await foundMarket(service, { withBill: false });
  const terms = {
    calendar: 'DN',
    components: [
      { kind: 'per-unit', name: 'Day units', perUnit: '0.20', unit: 'kWh', band: 'day' },
      { kind: 'per-unit', name: 'Night units', perUnit: '0.10', unit: 'kWh', band: 'night' },
      { kind: 'standing', name: 'Standing charge', perDay: '1.80' },
      { kind: 'per-unit', name: 'CCL', perUnit: '0.008', unit: 'kWh', band: null },
    ],
  };
  const tariff = await ask('POST', 'tariffs', {
    code: 'ng',
    name: 'Northgrid',
    version: { days: always, terms, ...decided },
  });
  if (tariff.status !== 201) throw new Error(tariff.text);
  const entered = await ask('POST', 'supplier-bills', dear());
  if (entered.status !== 201) throw new Error(entered.text);
  billId = entered.body.id;
}, 60_000);
afterAll(() => service.close());

it('is not held to anything before a contract is entered', async () => {
  expect((await ask('GET', `supplier-bills/${billId}/check`)).body.contract).toBeNull();
});

it('differs element by element, with how the contract comes to it', async () => {
  const given = { site: 'OMH', supplier: 'Northgrid', tariff: 'ng', from: '2026-01-01', decision: 'contract NG-7' };
  expect(await ask('POST', 'supplier-contracts', given)).toMatchObject({
    status: 201,
    body: { tariff: { code: 'ng' } },
  });
  expect(await ask('POST', 'supplier-contracts', given)).toMatchObject({
    status: 409,
    body: { code: 'already-exists' },
  });
  expect(await ask('POST', 'supplier-contracts', { ...given, tariff: 'none' })).toMatchObject({ status: 404 });
  const { body } = await ask('GET', `supplier-bills/${billId}/check`);
  expect(body.agrees).toBe(false);
  const told = body.contract.elements.map((one: Record<string, unknown>) => [
    ...[one['name'], one['billed'], one['expected'], one['difference'], one['status']],
  ]);
  expect(told).toEqual([
    ['Day units', '544.92', '495.38', '49.54', 'differs'],
    ['Night units', '102.46', '102.46', '0.00', 'agrees'],
    ['Standing charge', '55.81', '55.80', '0.01', 'passes'],
    ['Climate Change Levy', '28.01', null, '28.01', 'differs'],
    ['CCL', null, '28.01', '-28.01', 'differs'],
  ]);
  expect(body.contract.elements[0].because).toBe('2476.9 kWh × 0.2');
});

it('stops the run until somebody decides about each component that is too dear, by name', async () => {
  const run = await calculated(market);
  expect(run).toMatchObject({ status: 'open' });
  const [first, second, third] = await findingsOf(run);
  expect([first!['severity'], second!['severity'], third!['severity']]).toEqual(['blocking', 'blocking', 'warning']);
  const details = [first!['detail'], second!['detail'], third!['detail']];
  expect(details).toContain(
    'Northgrid NE-1 asks 544.92 for Day units; 2476.9 kWh × 0.2 are 495.38, a difference of 49.54, by the contract ng.',
  );
  expect(details).toContain('Northgrid NE-1 asks 28.01 for Climate Change Levy, which is nothing by the contract ng.');
  expect(details).toContain('Northgrid NE-1 does not ask for CCL, which comes to 28.01 by the contract ng.');
  expect((await decide(1, 'hold')).status).toBe(201);
  expect((await decide(4, 'pass-on')).status).toBe(201);
  const again = (await ask('POST', `billing-runs/${run.id}/calculate`)).body;
  expect(again).toMatchObject({ status: 'previewed', totals: { held: '544.92', difference: '0.00' } });
  expect((await findingsOf(again)).map(({ severity }) => severity)).toEqual(['warning', 'warning', 'warning']);
  const { body } = await ask('GET', `supplier-bills/${billId}/check`);
  expect(body.contract.elements[0].decision).toBe('hold');
  await issued(market, again as never);
});

it('passes what the policy of the community lets pass', async () => {
  const policy = {
    name: 'bill-check',
    from: '2026-01-01',
    terms: { passBelow: '50.00', passBelowPercent: '0' },
    decision: 'm. 5',
  };
  expect((await ask('POST', 'policies', policy)).status).toBe(201);
  const { body } = await ask('GET', `supplier-bills/${billId}/check`);
  expect(body.contract.elements.map(({ status }: { status: string }) => status)).toEqual([
    'passes',
    'agrees',
    'passes',
    'passes',
    'passes',
  ]);
});

it('says what it could not check: without readings of the source the contract comes to nothing', async () => {
  const { components, ...head } = dear();
  const november = { ...head, number: 'NE-2', period: { from: '2026-11-01', to: '2026-12-01' }, components };
  const entered = await ask('POST', 'supplier-bills', november);
  const { body } = await ask('GET', `supplier-bills/${entered.body.id}/check`);
  expect(body.contract).toEqual({ tariff: 'ng', elements: [] });
  expect(body.notes.join(' ')).toContain('SRC import sent nothing');
});
