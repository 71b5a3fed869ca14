import { FixedClock } from '../../src/platform/clock.js';
import { Transactions } from '../../src/platform/database/transactions.js';
import { type Answer, type InProcess, inProcess } from '../support/in-process.js';
import { calculated, foundMarket, issued, type Market } from './billing-market.js';

/** Half a month was billed, a reading of it is corrected, and the next run of the site bills the difference (billing-market.ts has the figures). */

const clock = new FixedClock('2026-11-03T09:30:00Z');
const firstHalf = { from: '2026-10-01', to: '2026-10-16' };
const secondHalf = { from: '2026-10-16', to: '2026-11-01' };
let service: InProcess;
let market: Market;
let first: Answer['body'];
let second: Answer['body'];

interface Delta {
  kind: string;
  description: string;
  member: { code: string } | null;
  amount: string;
}

beforeAll(async () => {
  service = await inProcess(clock);
  market = await foundMarket(service);
  first = await issued(market, await calculated(market, firstHalf));
}, 120_000);
afterAll(() => service.close());
beforeEach(() => clock.advance(86_400_000));

const cents = (amount: string): number => Math.round(Number.parseFloat(amount) * 100);
const opened = (of: string, way: string): Promise<Answer> =>
  market.ask('POST', `billing-runs/${of}/corrections`, { way, cause: 'The logger of stall 1 was set to half' });
const corrected = async (of: string, way: string): Promise<Answer['body']> => {
  const { status, body, text } = await opened(of, way);
  if (status !== 201) throw new Error(text);
  return (await market.ask('POST', `billing-runs/${body.id}/calculate`)).body;
};
const deltasOf = async (id: string): Promise<Delta[]> =>
  (await market.ask('GET', `billing-runs/${id}/deltas`)).body.items;
const documentsOf = async (id: string): Promise<{ id: string; kind: string; memberCode: string }[]> =>
  (await market.ask('GET', `invoices?run=${id}`)).body.items;
const balanceOf = async (account: string): Promise<number> => {
  const rows = await service.app
    .get(Transactions)
    .inCommunity(market.communityId, (tx) =>
      tx.query<{ balance: string }>(
        'SELECT coalesce(sum(balance), 0)::numeric(18,2)::text AS balance FROM account_balance WHERE account = $1',
        [account],
      ),
    );
  return cents(rows[0]!.balance);
};
async function supersede(meter: string, from: string, to: string, quantity: string): Promise<void> {
  const sent = await market.ask('POST', 'readings', { meter, register: 'import', from, to, quantity, unit: 'kWh' });
  expect(sent.body.results[0].status).toBe('conflict');
  const { items } = (await market.ask('GET', `exceptions?state=open&kind=conflict&meter=${meter}`)).body;
  const answer = { choice: 'supersede', reason: 'the logger was set to half' };
  expect((await market.ask('POST', `exceptions/${items[0].id}/resolve`, answer)).status).toBe(200);
}
const rosaOf = async (id: string): Promise<Answer['body']> => {
  const paper = (await documentsOf(id)).find(({ kind, memberCode }) => kind === 'invoice' && memberCode === 'ROSA');
  return (await market.ask('GET', `invoices/${paper!.id}/document.json`)).body;
};
const carriedLines = ({ charges }: Answer['body']): { description: string; net: string; why: { sentence: string } }[] =>
  charges.lines.filter(({ section }: { section: string }) => section === 'Corrections of earlier periods');

it('a correction that the next run bills issues no document, and what it moves waits in the held account', async () => {
  await supersede('M1', '2026-10-05T10:00:00Z', '2026-10-05T11:00:00Z', '9');
  const correction = await corrected(first.id, 'next-run');
  const moved = (await deltasOf(correction.id)).filter(({ kind }) => kind === 'member');
  expect(moved.length).toBeGreaterThan(0);
  await issued(market, correction as { id: string; inputHash: string });
  expect(await documentsOf(correction.id)).toEqual([]);
  expect(await balanceOf('held')).toBe(moved.reduce((total, { amount }) => total + cents(amount), 0));
  expect(await balanceOf('supplier-clearing')).toBe(0);
  expect(await opened(first.id, 'credit-and-reissue')).toMatchObject({
    status: 409,
    body: { code: 'conflict', detail: expect.stringContaining('choose next-run again') as string },
  });
});

it('the next run has a line for each cost that moved, with the reason, and leaves nothing waiting', async () => {
  second = await calculated(market, secondHalf);
  expect(second).toMatchObject({ status: 'previewed', totals: { difference: '0.00' } });
  second = await issued(market, second as { id: string; inputHash: string });
  const rosa = await rosaOf(second.id);
  const lines = carriedLines(rosa);
  const [units] = lines.filter(({ description }) => description.includes(': Day units'));
  // 8 kWh more by day at 0.20 are 1.60 of her own; of the losses, 1.60 less, she bore her part.
  expect(units!.description).toMatch(/^1\s+to\s+15\s+October\s+2026: Day units, 1198\.5 of 2476\.9 kWh$/);
  expect(units!.why.sentence).toContain('The logger of stall 1 was set to half');
  expect(units!.why.sentence).toContain('M1 counted 368 kWh where 360 kWh were billed.');
  expect(await balanceOf('held')).toBe(0);
  expect(await balanceOf('supplier-clearing')).toBe(0);
});

it('what it carried is a cost of the earlier days: the matrix of the year counts it once', async () => {
  const { body } = await market.ask('GET', 'sites/OMH/apportionment-matrix?year=2026');
  // All of October, as if it had been billed at once: 495.38 + 102.46 + 55.80 + 28.01, charges of 806.00, 93 member days at 0.10.
  expect(body).toMatchObject({ totals: { amount: '1496.95' }, difference: '0.00' });
});

it('a correction of the run that carried leaves what it carried as it is, and bills it again where it reissues', async () => {
  const before = carriedLines(await rosaOf(second.id));
  expect(before.length).toBeGreaterThan(0);
  await supersede('M1', '2026-10-20T10:00:00Z', '2026-10-20T11:00:00Z', '5');
  const correction = await corrected(second.id, 'credit-and-reissue');
  const deltas = await deltasOf(correction.id);
  expect(deltas.length).toBeGreaterThan(0);
  expect(deltas.filter(({ description }) => description.includes(': Day units'))).toEqual([]);
  await issued(market, correction as { id: string; inputHash: string });
  expect(carriedLines(await rosaOf(correction.id))).toEqual(before);
  expect(await balanceOf('held')).toBe(0);
  expect(await balanceOf('supplier-clearing')).toBe(0);
});

it('a second correction of the earlier run compares with what stands, and waits for the run after', async () => {
  await supersede('M1', '2026-10-06T10:00:00Z', '2026-10-06T11:00:00Z', '3');
  const correction = await corrected(first.id, 'next-run');
  const rosa = (await deltasOf(correction.id)).filter(
    ({ member, description }) => member?.code === 'ROSA' && description.startsWith('Day units'),
  );
  // 2 kWh more at 0.20, less her part of 0.40 of the losses.
  const change = rosa.reduce((total, { amount }) => total + cents(amount), 0);
  expect(change).toBeGreaterThan(20);
  expect(change).toBeLessThanOrEqual(40);
  await issued(market, correction as { id: string; inputHash: string });
  expect(await balanceOf('supplier-clearing')).toBe(0);
});

it('a question of "what if" finds nothing to correct in what was corrected and carried, until a fact is another again', async () => {
  const larger = { kind: 'space', space: 'S1', area: '40' };
  const issuedOf = async (period: object): Promise<Answer['body']> => {
    const asked = { site: 'OMH', periods: [period], changes: [larger] };
    return (await market.ask('POST', 'simulations/billing-run', asked)).body.periods[0].issued;
  };
  for (const period of [firstHalf, secondHalf])
    expect(await issuedOf(period)).toMatchObject({ sameAsNow: true, costs: [], members: [] });
  await supersede('M1', '2026-10-07T10:00:00Z', '2026-10-07T11:00:00Z', '4');
  expect(await issuedOf(secondHalf)).toMatchObject({ sameAsNow: true });
  const moved = await issuedOf(firstHalf);
  expect(moved.sameAsNow).toBe(false);
  const correction = await corrected(first.id, 'next-run');
  const deltas = await deltasOf(correction.id);
  expect(moved.costs).toEqual([...new Set(deltas.map(({ description }) => description))]);
  const codes = moved.members.map(({ member }: { member: { code: string } }) => member.code);
  expect(codes).toContain('ROSA');
});
