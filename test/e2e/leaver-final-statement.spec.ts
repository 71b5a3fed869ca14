import { FixedClock } from '../../src/platform/clock.js';
import { Transactions } from '../../src/platform/database/transactions.js';
import { type Answer, type InProcess, inProcess } from '../support/in-process.js';
import { bill, calculated, foundMarket, hourly, issued, type Market, october, stalls } from './billing-market.js';

/**
 * ADAM leaves stall 3 on 16 October (billing-market.ts has the figures). On that day his meter is read and no other, and the supplier's bill of
 * October is weeks away. September was billed: what the others counted, and what a kWh costs, is expected from it.
 *
 * A second market is the same but for the final statement: whoever stays is billed in both alike, to the coin.
 */

const september = { from: '2026-09-01', to: '2026-10-01' };
const untilHeLeaves = { from: '2026-10-01', to: '2026-10-16' };
const [begins, leaves, ends] = ['2026-09-30T23:00:00Z', '2026-10-15T23:00:00Z', '2026-11-01T00:00:00Z'];

const component = (
  description: string,
  kind: string,
  quantity: string,
  unit: string,
  price: string,
  amount: string,
  tax: string,
  more: object,
) => ({
  ...{ description, kind, quantity, unit, price, amount, tax, taxCode: 'S', ...more },
});
/** 30 days of 4.7 kW: 2,397 kWh by day, 987 by night. */
const septembers = bill({
  ...{ number: 'NE-0', period: september, net: '659.17', tax: '131.83', gross: '791.00' },
  components: [
    component('Day units', 'energy', '2397', 'kWh', '0.20', '479.40', '95.88', { band: 'day', key: 'day' }),
    component('Night units', 'energy', '987', 'kWh', '0.10', '98.70', '19.74', { band: 'night', key: 'night' }),
    component('Standing charge', 'standing', '30', 'days', '1.80', '54.00', '10.80', { key: 'equal' }),
    component('Climate Change Levy', 'levy', '3384', 'kWh', '0.008', '27.07', '5.41', { key: 'all' }),
  ],
});

interface Line {
  section: string;
  description: string;
  net: string;
  why: { sentence: string };
}
type Statement = Answer['body'];

const cents = (amount: string): number => Math.round(Number.parseFloat(amount) * 100);
const clock = new FixedClock('2026-10-02T09:30:00Z');
let service: InProcess;

async function marketAfterSeptember(code: string, policies: readonly object[] = []): Promise<Market> {
  const market = await foundMarket(service, { code, withReadings: false, withBill: false });
  for (const policy of policies) expect((await market.ask('POST', 'policies', policy)).status).toBe(201);
  await send(market, '2026-08-31T23:00:00Z', begins);
  expect((await market.ask('POST', 'supplier-bills', septembers)).status).toBe(201);
  await issued(market, (await calculated(market, september)) as never);
  return market;
}
async function send(
  market: Market,
  from: string,
  to: string,
  meters: readonly string[] = stalls.map(({ meter }) => meter),
) {
  const some = stalls.filter(({ meter }) => meters.includes(meter));
  const readings = some.flatMap(({ meter, watts }) => hourly(meter, watts, from, to));
  expect((await market.ask('POST', 'readings', { readings })).status).toBe(200);
}
const open = (market: Market, leaver = 'ADAM', period: object = untilHeLeaves): Promise<Answer> =>
  market.ask('POST', 'billing-runs', { site: 'OMH', period, leaver });
async function finalOf(market: Market): Promise<Statement> {
  const { status, body, text } = await open(market);
  if (status !== 201) throw new Error(text);
  return (await market.ask('POST', `billing-runs/${body.id}/calculate`)).body;
}
async function statementsOf(market: Market, run: string): Promise<ReadonlyMap<string, Statement>> {
  const { items } = (await market.ask('GET', `invoices?run=${run}`)).body;
  const found = new Map<string, Statement>();
  for (const { id, memberCode } of items as { id: string; memberCode: string }[])
    found.set(memberCode, (await market.ask('GET', `invoices/${id}/document.json`)).body);
  return found;
}
async function octoberOf(market: Market): Promise<Statement> {
  await send(market, leaves, ends);
  await send(market, begins, leaves, ['M1', 'M2', 'M4', 'MH', 'SRC']);
  expect((await market.ask('POST', 'supplier-bills', bill())).status).toBe(201);
  return calculated(market);
}
async function balanceOf(market: Market, account: string): Promise<number> {
  const rows = await service.app
    .get(Transactions)
    .inCommunity(market.communityId, (tx) =>
      tx.query<{ balance: string }>(
        'SELECT coalesce(sum(balance), 0)::numeric(18,2)::text AS balance FROM account_balance WHERE account = $1',
        [account],
      ),
    );
  return cents(rows[0]!.balance);
}
const linesOf = ({ charges }: Statement): Line[] => charges.lines as Line[];
const isCredit = ({ description }: Line): boolean => description.startsWith('Billed with the final statement');
const netOf = (lines: readonly Line[]): number => lines.reduce((total, { net }) => total + cents(net), 0);
const told = ({ charges }: Statement) =>
  linesOf({ charges }).map(({ section, description, net }) => [section, description, net]);

beforeAll(async () => {
  service = await inProcess(clock);
}, 120_000);
afterAll(() => service.close());

describe('a shop that leaves in the middle of a month', () => {
  let market: Market;
  let final: Statement;
  let paper: Statement;

  beforeAll(async () => {
    market = await marketAfterSeptember('leaves');
    clock.advance(14 * 86_400_000);
  }, 120_000);

  it('is not billed by guess: without its own readings there is no final statement', async () => {
    const before = await finalOf(market);
    const { items } = (await market.ask('GET', `billing-runs/${before.id}/issues`)).body;
    expect(items[0]).toMatchObject({ code: 'missing-interval', severity: 'blocking', overridable: false });
    expect(items[0].subject.label).toBe('M3 import');
    expect(before.status).toBe('open');
    expect((await market.ask('POST', `billing-runs/${before.id}/cancel`, { reason: 'read the meter' })).status).toBe(
      200,
    );
    await send(market, begins, leaves, ['M3']);
  });

  it('has a final statement on the day, from its own readings and what is known', async () => {
    final = await finalOf(market);
    expect(final).toMatchObject({ status: 'previewed', leaver: { code: 'ADAM' }, totals: { difference: '0.00' } });
    const { items } = (await market.ask('GET', `billing-runs/${final.id}/issues`)).body;
    const expected = items.filter(({ code }: { code: string }) => code === 'expected-for-leaver');
    expect(expected.map(({ detail }: { detail: string }) => detail).sort()).toEqual([
      expect.stringContaining('expected from Northgrid NE-0') as string,
      expect.stringContaining('Not read to the end of these days: M1, M2, M4, MH, SRC.') as string,
    ]);
    final = await issued(market, final as never);
    const papers = await statementsOf(market, final.id);
    expect([...papers.keys()]).toEqual(['ADAM']);
    paper = papers.get('ADAM');
    const own = linesOf(paper).filter(({ section }) => section !== 'Shared areas and losses');
    const net = Object.fromEntries(own.map(({ description, net: amount }) => [description, amount]));
    // 15 of 31 days of 155.00; 25 of 90 m² of 135.00; a quarter of 30.00 and of 27.00; 15 days at 0.10; 255 kWh at 0.20, 105 at 0.10.
    expect(net).toMatchObject({
      'Rent of stall 3': '75.00',
      'Service charge': '37.50',
      Internet: '7.50',
      'Standing charge, expected': '6.75',
      'Day units, expected': '51.00',
      'Night units, expected': '10.50',
    });
    expect(paper.notes[0].title).toBe('Your final statement');
    expect(paper.notes[0].text).toContain('one more letter');
    expect(paper.sharing[0]).toMatchObject({
      document: 'NE-0',
      ...untilHeLeaves,
      note: expect.stringContaining('expected from NE-0') as string,
    });
  });

  it('leaves every cost whole: what others bear waits in the held account, and the books know only what was billed', async () => {
    const { lines, total } = (await market.ask('GET', `billing-runs/${final.id}/reconciliation`)).body;
    for (const { difference } of lines) expect(difference).toBe('0.00');
    expect(cents(total.members)).toBe(netOf(linesOf(paper)));
    const { items } = (await market.ask('GET', `billing-runs/${final.id}/shares`)).body;
    const held = items.filter(({ kind }: { kind: string }) => kind === 'held');
    const named = new Set(held.map(({ reasons }: { reasons: { heldFor: string } }) => reasons.heldFor));
    const codes = ['ROSA', 'LUND', 'OWNR'].map((code) => market.memberIds[code]);
    expect([...named].sort()).toEqual(codes.sort());
    expect(await balanceOf(market, 'held')).toBe(-cents(total.members));
    expect(await balanceOf(market, 'supplier-clearing')).toBe(0);
  });

  it('is billed with the rest of the month as everybody, less what the final statement billed; nobody else notices', async () => {
    clock.advance(20 * 86_400_000);
    const run = await issued(market, (await octoberOf(market)) as never);
    expect(run.totals.difference).toBe('0.00');
    const others = await marketAfterSeptember('stays');
    await send(others, begins, leaves, ['M3']);
    const control = await issued(others, (await octoberOf(others)) as never);
    const [ours, theirs] = [await statementsOf(market, run.id), await statementsOf(others, control.id)];
    expect([...ours.keys()].sort()).toEqual([...theirs.keys()].sort());
    for (const [code, statement] of ours) {
      const lines = linesOf(statement).filter((line) => !isCredit(line));
      expect([code, told({ charges: { lines } })]).toEqual([code, told(theirs.get(code))]);
      expect(statement.sharing.some(({ title }: { title: string }) => title === 'Your final statement')).toBe(
        code === 'ADAM',
      );
    }
    const adam = ours.get('ADAM');
    const credits = linesOf(adam).filter(isCredit);
    expect(credits).toHaveLength(1);
    expect(netOf(credits)).toBe(-netOf(linesOf(paper)));
    expect(credits[0]!.why.sentence).toContain(`the final statement ${paper.number} of`);
    const share = netOf(linesOf(theirs.get('ADAM')));
    expect(cents(paper.charges.net) + cents(adam.charges.net)).toBe(share);
    // Loads and prices stayed, so a few coins at most are left to ask or to return.
    expect(Math.abs(cents(adam.charges.net))).toBeLessThan(10);
    expect(await balanceOf(market, 'held')).toBe(0);
    expect(await balanceOf(market, 'supplier-clearing')).toBe(0);
    const larger = { kind: 'space', space: 'S1', area: '40' };
    const asked = { site: 'OMH', periods: [october], changes: [larger] };
    const { body } = await market.ask('POST', 'simulations/billing-run', asked);
    expect(body.periods[0].issued).toMatchObject({ run: run.id, sameAsNow: true, costs: [], members: [] });
    const matrix = (of: Market) => of.ask('GET', 'sites/OMH/apportionment-matrix?year=2026');
    const amounts = ({ body }: Answer) => [body.totals, body.difference];
    expect(amounts(await matrix(market))).toEqual(amounts(await matrix(others)));
  }, 120_000);

  it('has been billed then: no other final statement of these days, and this one is not credited by hand', async () => {
    expect(await open(market)).toMatchObject({ status: 409, body: { code: 'overlapping-run' } });
    const { items } = (await market.ask('GET', `invoices?run=${final.id}`)).body;
    expect(await market.ask('POST', `invoices/${items[0].id}/credit-notes`, { reason: 'try' })).toMatchObject({
      status: 409,
      body: { code: 'conflict', detail: expect.stringContaining('settled this final statement') as string },
    });
    const correction = { way: 'credit-and-reissue', cause: 'try' };
    expect(await market.ask('POST', `billing-runs/${final.id}/corrections`, correction)).toMatchObject({
      status: 409,
      body: { code: 'run-not-in-state' },
    });
  });
});

describe('what could go wrong around a final statement', () => {
  let market: Market;

  beforeAll(async () => {
    const policy = { name: 'corrections', from: '2026-01-01', terms: { holdBelow: '5.00' }, decision: 'minute 9' };
    market = await marketAfterSeptember('wrong', [policy]);
    await send(market, begins, leaves, ['M3']);
  }, 120_000);

  it('is refused for a member who stays, and for one who was not there', async () => {
    expect(await open(market, 'ROSA')).toMatchObject({
      status: 409,
      body: { code: 'conflict', detail: expect.stringContaining('End its occupancy') as string },
    });
    expect(await open(market, 'ADAM', { from: '2026-10-01', to: '2026-10-10' })).toMatchObject({ status: 409 });
    expect(await open(market, 'BELA')).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('had no space') as string },
    });
  });

  it('lies within one billing period: neither cuts the other', async () => {
    const { body } = await open(market);
    const half = { site: 'OMH', period: { from: '2026-10-01', to: '2026-10-10' } };
    expect(await market.ask('POST', 'billing-runs', half)).toMatchObject({
      status: 409,
      body: { code: 'overlapping-run' },
    });
    expect((await market.ask('POST', `billing-runs/${body.id}/cancel`, { reason: 'another day' })).status).toBe(200);
    const opened = await market.ask('POST', 'billing-runs', half);
    expect(opened.status).toBe(201);
    expect(await open(market)).toMatchObject({ status: 409, body: { code: 'overlapping-run' } });
    await market.ask('POST', `billing-runs/${opened.body.id}/cancel`, { reason: 'try' });
  });

  it('of a run that was approved before it, the run is calculated again; a small difference is held, and the letter asks nothing', async () => {
    const first = await octoberOf(market);
    const approved = await market.ask(
      'POST',
      `billing-runs/${first.id}/approve`,
      { inputHash: first.inputHash },
      market.approver,
    );
    expect(approved.status).toBe(200);
    const final = await issued(market, (await finalOf(market)) as never);
    expect(await market.ask('POST', `billing-runs/${first.id}/issue`)).toMatchObject({
      status: 409,
      body: { code: 'run-changed' },
    });
    const again = (await market.ask('POST', `billing-runs/${first.id}/calculate`)).body;
    const run = await issued(market, again as never);
    const [paper] = [...(await statementsOf(market, final.id)).values()];
    const adam = (await statementsOf(market, run.id)).get('ADAM');
    const share = netOf(linesOf(adam).filter((line) => !isCredit(line)));
    expect(adam.charges.gross).toBe('0.00');
    expect(share).not.toBe(cents(paper.charges.net));
    expect(run.totals.held).toBe(((share - cents(paper.charges.net)) / 100).toFixed(2));
    expect(await balanceOf(market, 'held')).toBe(share - cents(paper.charges.net));
    expect(await balanceOf(market, 'supplier-clearing')).toBe(0);
  });
});

describe('a shop that leaves where the supplier has a contract', () => {
  const terms = (day: string) => ({
    calendar: 'DN',
    components: [
      { kind: 'per-unit', name: 'Day units', perUnit: day, unit: 'kWh', band: 'day' },
      { kind: 'per-unit', name: 'Night units', perUnit: '0.10', unit: 'kWh', band: 'night' },
      { kind: 'standing', name: 'Standing charge', perDay: '2.00' },
    ],
  });
  const decided = { adoptedBy: 'Treasurer', adoptedOn: '2026-01-02', decision: 'contract NG-7' };

  it('is billed by what was agreed for these days, and by the last bill what the contract does not name', async () => {
    const market = await marketAfterSeptember('contract');
    const version = { days: { from: '2026-10-01', to: null }, terms: terms('0.22'), ...decided };
    expect((await market.ask('POST', 'tariffs', { code: 'ng', name: 'Northgrid', version })).status).toBe(201);
    const contract = {
      site: 'OMH',
      supplier: 'Northgrid',
      tariff: 'ng',
      from: '2026-10-01',
      decision: 'contract NG-7',
    };
    expect((await market.ask('POST', 'supplier-contracts', contract)).status).toBe(201);
    await send(market, begins, leaves, ['M3']);
    const before = await finalOf(market);
    const { items } = (await market.ask('GET', `billing-runs/${before.id}/issues`)).body;
    const [bills] = items.filter(
      ({ code, subject }: { code: string; subject: { kind: string } }) =>
        [code, subject.kind].join() === 'expected-for-leaver,bill',
    );
    expect(bills.detail).toContain(
      'is expected by the contract ng on what the source meter counted; what it does not name, as on Northgrid NE-0.',
    );
    const final = await issued(market, before as never);
    expect(final.totals.difference).toBe('0.00');
    const paper = (await statementsOf(market, final.id)).get('ADAM');
    const own = linesOf(paper).filter(({ section }) => section !== 'Shared areas and losses');
    const net = Object.fromEntries(own.map(({ description, net: amount }) => [description, amount]));
    // 255 kWh at 0.22 and 105 at 0.10; a quarter of 15 days at 2.00; the levy of 360 kWh at 0.008 is none of the contract's.
    expect(net).toMatchObject({
      'Day units, expected': '56.10',
      'Night units, expected': '10.50',
      'Standing charge, expected': '7.50',
      'Climate Change Levy, expected': '2.88',
    });
  }, 120_000);
});
